"""Messages, their files, and the outbox: the messages whose delivery is pending."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, or_, select, update

from helpdesk.error import NotFound
from helpdesk.inbox import IncomingFile
from helpdesk.message import RATING_MARK, Attachment, Author, Button, Delivery, Draft, Message, Outcome, Source
from helpdesk.storage.record import plain
from helpdesk.storage.table import attachment, conversation, inserted_id, message, officer, ticket


@dataclass(frozen=True, slots=True)
class OutboxRow:
    """A message that still has to be handed to its channel."""

    message: Message
    channel: str
    address: str
    attempts: int
    parts_sent: int


@dataclass(frozen=True, slots=True)
class StoredFile:
    """A stored file and the conversation it belongs to."""

    attachment: Attachment
    conversation_id: str | None
    message_id: int | None
    problem: str | None


_QUERY = (
    select(message, ticket.c.number, officer.c.name.label("officer_name"))
    .select_from(message)
    .outerjoin(ticket, ticket.c.id == message.c.ticket_id)
    .outerjoin(officer, officer.c.id == message.c.officer_id)
)

# every message runs these; built once, because building a statement costs as much as running it
_ADD = insert(message)
_ALL_OF = (
    _QUERY.where(message.c.conversation_id == bindparam("conversation_id_"), message.c.seq > bindparam("after_"))
    .order_by(message.c.seq)
    .limit(bindparam("limit_"))
)
_FILES_OF = (
    select(attachment)
    .where(attachment.c.message_id.in_(bindparam("message_ids", expanding=True)))
    .order_by(attachment.c.created_at)
)
_CHANGE = update(message).where(message.c.id == bindparam("id_"))
_PUBLIC_OF = _ALL_OF.where(message.c.is_private.is_(False))


class MessageRows:
    """Reads and writes messages."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        conversation_id: str,
        seq: int,
        draft: Draft,
        at: datetime,
        delivery: Delivery,
        officer_id: int | None = None,
        ticket_id: int | None = None,
        is_private: bool = False,
    ) -> int:
        """Store a message; returns its id."""
        values = {
            "conversation_id": conversation_id,
            "seq": seq,
            "author": draft.author,
            "officer_id": officer_id,
            "ticket_id": ticket_id,
            "text": draft.text,
            "buttons": plain(draft.buttons),
            "sources": plain(draft.sources),
            "outcome": draft.outcome,
            "article_id": draft.article_id,
            "article_version": draft.article_version,
            "is_private": is_private,
            "extra": draft.extra,
            "created_at": at,
            "delivery": delivery,
            "next_attempt_at": at if delivery is Delivery.PENDING else None,
        }
        message_id = inserted_id(self._connection.execute(_ADD, values))
        if draft.attachment_ids:
            self.attach(draft.attachment_ids, conversation_id, message_id)
        return message_id

    def of(self, conversation_id: str, after: int = 0, limit: int = 200, with_private: bool = False) -> list[Message]:
        """Messages with a sequence number above `after`, in order."""
        wanted = {"conversation_id_": conversation_id, "after_": after, "limit_": limit}
        return self._messages(self._connection.execute(_ALL_OF if with_private else _PUBLIC_OF, wanted).all())

    def last_of(self, conversation_id: str, author: Author) -> Message | None:
        """The newest public message by an author."""
        statement = _QUERY.where(
            message.c.conversation_id == conversation_id,
            message.c.author == author,
            message.c.is_private.is_(False),
        ).order_by(message.c.seq.desc())
        found = self._messages(self._connection.execute(statement.limit(1)).all())
        return found[0] if found else None

    def get(self, message_id: int) -> Message:
        """Raises NotFound."""
        found = self._messages(self._connection.execute(_QUERY.where(message.c.id == message_id)).all())
        if not found:
            raise NotFound("this message does not exist")
        return found[0]

    def edit(self, message_id: int, text: str, at: datetime) -> None:
        """Show the contact's new wording; the first one stays in the inbox."""
        self._connection.execute(update(message).where(message.c.id == message_id).values(text=text, edited_at=at))

    def mark_rating(self, message_id: int, is_rating: bool) -> None:
        """Hide a message from the desk because it is part of a rating, or show it because it is not."""
        extra = RATING_MARK if is_rating else {}
        self._connection.execute(update(message).where(message.c.id == message_id).values(extra=extra))

    # -- outbox

    def pending(self, now: datetime, limit: int = 100) -> list[OutboxRow]:
        """Messages due for sending: only the first unsent one of each conversation, so that order is kept."""
        first = (
            select(func.min(message.c.id).label("id"))
            .where(message.c.delivery == Delivery.PENDING)
            .group_by(message.c.conversation_id)
            .subquery()
        )
        statement = (
            _QUERY.add_columns(conversation.c.channel, conversation.c.address)
            .join(conversation, conversation.c.id == message.c.conversation_id)
            .join(first, first.c.id == message.c.id)
            .where(or_(message.c.next_attempt_at.is_(None), message.c.next_attempt_at <= now))
            .order_by(message.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(statement).all()
        return [
            OutboxRow(built, row.channel, row.address, row.attempts, row.parts_sent)
            for built, row in zip(self._messages(rows), rows, strict=True)
        ]

    def next_due(self) -> datetime | None:
        """When the next pending message wants to be tried."""
        statement = select(func.min(message.c.next_attempt_at)).where(message.c.delivery == Delivery.PENDING)
        return self._connection.execute(statement).scalar()

    def change(self, message_id: int, **values: Any) -> None:
        """Set delivery columns of a message."""
        self._connection.execute(_CHANGE, {"id_": message_id, **values})

    def fail_all(self, conversation_id: str, error: str) -> None:
        """Stop sending to a contact who cannot be reached any more."""
        self._connection.execute(
            update(message)
            .where(message.c.conversation_id == conversation_id, message.c.delivery == Delivery.PENDING)
            .values(delivery=Delivery.FAILED, delivery_error=error[:300])
        )

    # -- files

    def add_file(self, file: IncomingFile, at: datetime, conversation_id: str, message_id: int | None = None) -> None:
        """Record a stored file."""
        self._connection.execute(
            insert(attachment).values(
                id=file.id,
                conversation_id=conversation_id,
                message_id=message_id,
                name=file.name[:200],
                media_type=file.media_type,
                size_bytes=file.size_bytes,
                sha256=file.sha256,
                problem=file.problem,
                created_at=at,
            )
        )

    def attach(self, file_ids: Iterable[str], conversation_id: str, message_id: int) -> None:
        """Tie files of the same conversation to a message."""
        self._connection.execute(
            update(attachment)
            .where(attachment.c.id.in_(list(file_ids)), attachment.c.conversation_id == conversation_id)
            .values(message_id=message_id)
        )

    def files_of(self, message_id: int) -> list[str]:
        """Ids of the files recorded for a message, refused ones included."""
        return list(
            self._connection.execute(select(attachment.c.id).where(attachment.c.message_id == message_id)).scalars()
        )

    def file(self, file_id: str) -> StoredFile:
        """Raises NotFound."""
        row = self._connection.execute(select(attachment).where(attachment.c.id == file_id)).one_or_none()
        if row is None:
            raise NotFound("this file does not exist")
        return StoredFile(_attachment(row), row.conversation_id, row.message_id, row.problem)

    def erase(self, conversation_id: str, mark: str) -> list[str]:
        """Blank every text and file name of a conversation; returns the ids of its files."""
        blanked = update(message).where(message.c.conversation_id == conversation_id)
        blanked = blanked.values(text=mark, buttons=[], sources=[])
        is_rating = message.c.extra["rating"].as_boolean().is_(True)
        self._connection.execute(blanked.where(is_rating.is_not(True)).values(extra={}))
        self._connection.execute(blanked.where(is_rating).values(extra=RATING_MARK))
        of_conversation = attachment.c.conversation_id == conversation_id
        files = list(self._connection.execute(select(attachment.c.id).where(of_conversation)).scalars())
        self._connection.execute(update(attachment).where(of_conversation).values(name=mark, problem=mark))
        return files

    def _messages(self, rows: Sequence[Row[Any]]) -> list[Message]:
        files = self._files([row.id for row in rows])
        return [_message(row, files.get(row.id, ())) for row in rows]

    def _files(self, message_ids: list[int]) -> dict[int, tuple[Attachment, ...]]:
        if not message_ids:
            return {}
        found: dict[int, tuple[Attachment, ...]] = {}
        for row in self._connection.execute(_FILES_OF, {"message_ids": message_ids}):
            found[row.message_id] = (*found.get(row.message_id, ()), _attachment(row))
        return found


def _attachment(row: Row[Any]) -> Attachment:
    return Attachment(row.id, row.name, row.media_type, row.size_bytes)


def _message(row: Row[Any], files: tuple[Attachment, ...]) -> Message:
    return Message(
        id=row.id,
        conversation_id=row.conversation_id,
        seq=row.seq,
        author=Author(row.author),
        text=row.text,
        created_at=row.created_at,
        buttons=tuple(Button(**button) for button in row.buttons),
        attachments=files,
        sources=tuple(Source(**source) for source in row.sources),
        outcome=None if row.outcome is None else Outcome(row.outcome),
        article_id=row.article_id,
        ticket_number=row.number,
        officer_name=row.officer_name,
        is_private=row.is_private,
        is_rating=bool(row.extra.get("rating")),
        edited_at=row.edited_at,
        delivery=Delivery(row.delivery),
        delivery_error=row.delivery_error,
    )
