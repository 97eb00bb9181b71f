"""Corrections to people who were shown a wrong version, each told once; and those who want none."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, insert, or_, select, update

from helpdesk.error import NotFound
from helpdesk.storage.table import contact, conversation, inserted_id, message, officer, opt_out, recall, recall_copy

# thousands are told one by one; building the statement costs as much as running it
_COPY = insert(recall_copy)
DRAFT, RUNNING, DONE, STOPPED = "draft", "running", "done", "stopped"


@dataclass(frozen=True, slots=True)
class Recall:
    """A correction: which versions of which article were wrong, and what people are told in each language."""

    id: int
    article_id: str
    versions: list[int]
    reason: str
    texts: dict[str, str]
    state: str
    created_at: datetime
    created_by: int
    author: str
    approved_at: datetime | None
    approver: str
    ended_at: datetime | None


@dataclass(frozen=True, slots=True)
class Receiver:
    """A conversation that was shown some of the versions: which, since when, how often, and whether it was told."""

    conversation_id: str
    name: str
    channel: str
    language: str
    first_at: datetime
    times: int
    told_at: datetime | None
    is_out: bool
    versions: tuple[int, ...]


_LEFT = or_(contact.c.erased_at.is_(None), contact.c.erased_at < message.c.created_at)
"""Of people who had themselves erased since, none is left to tell."""


def _shown(article_id: str, versions: Sequence[int]) -> ColumnElement[bool]:
    """The messages by which a version went out."""
    return and_(message.c.article_id == article_id, message.c.article_version.in_(list(versions)), _LEFT)


class RecallRows:
    """Reads and writes recalls."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, article_id: str, versions: list[int], reason: str, texts: dict[str, str], at: datetime, officer_id: int
    ) -> int:
        """Store a recall that is yet to be approved."""
        values = {"article_id": article_id, "versions": versions, "reason": reason, "texts": texts}
        statement = insert(recall).values(**values, state=DRAFT, created_at=at, created_by=officer_id)
        return inserted_id(self._connection.execute(statement))

    def get(self, recall_id: int) -> Recall:
        """Raises NotFound."""
        row = self._connection.execute(self._query().where(recall.c.id == recall_id)).one_or_none()
        if row is None:
            raise NotFound("this correction does not exist")
        return _recall(row)

    def recent(self, limit: int = 50) -> list[Recall]:
        """The newest first."""
        return [
            _recall(row) for row in self._connection.execute(self._query().order_by(recall.c.id.desc()).limit(limit))
        ]

    def running(self) -> list[Recall]:
        """Those that are being sent, the oldest first."""
        statement = self._query().where(recall.c.state == RUNNING).order_by(recall.c.id)
        return [_recall(row) for row in self._connection.execute(statement)]

    def change(self, recall_id: int, from_state: str, **values: Any) -> bool:
        """Move a recall on; False when it is no longer in that state."""
        statement = update(recall).where(recall.c.id == recall_id, recall.c.state == from_state)
        return self._connection.execute(statement.values(**values)).rowcount == 1

    def shown_counts(self, article_id: str) -> dict[int, tuple[int, datetime]]:
        """How many conversations were shown which version of an article, and since when."""
        statement = (
            select(
                message.c.article_version,
                func.count(message.c.conversation_id.distinct()),
                func.min(message.c.created_at),
            )
            .join(conversation, conversation.c.id == message.c.conversation_id)
            .join(contact, contact.c.id == conversation.c.contact_id)
            .where(message.c.article_id == article_id, message.c.article_version.is_not(None), _LEFT)
            .group_by(message.c.article_version)
        )
        return {version: (int(count), since) for version, count, since in self._connection.execute(statement)}

    def receivers(
        self, article_id: str, versions: Sequence[int], recall_id: int = 0, limit: int = 50, offset: int = 0
    ) -> list[Receiver]:
        """Who was shown one of the versions, the earliest first."""
        first = func.min(message.c.created_at).label("first_at")
        statement = (
            select(
                message.c.conversation_id,
                contact.c.display_name,
                conversation.c.channel,
                conversation.c.language,
                first,
                func.count().label("times"),
                func.max(recall_copy.c.at).label("told_at"),
                func.max(opt_out.c.at).label("out_at"),
            )
            .join(conversation, conversation.c.id == message.c.conversation_id)
            .join(contact, contact.c.id == conversation.c.contact_id)
            .outerjoin(opt_out, opt_out.c.contact_id == contact.c.id)
            .outerjoin(
                recall_copy,
                and_(recall_copy.c.conversation_id == conversation.c.id, recall_copy.c.recall_id == recall_id),
            )
            .where(_shown(article_id, versions))
            .group_by(
                message.c.conversation_id, contact.c.display_name, conversation.c.channel, conversation.c.language
            )
            .order_by(first, message.c.conversation_id)
            .limit(limit)
            .offset(offset)
        )
        rows = self._connection.execute(statement).all()
        seen = self._versions(article_id, versions, [row.conversation_id for row in rows])
        return [
            Receiver(
                row.conversation_id,
                row.display_name,
                row.channel,
                row.language,
                row.first_at,
                row.times,
                row.told_at,
                row.out_at is not None,
                tuple(sorted(seen[row.conversation_id])),
            )
            for row in rows
        ]

    def _versions(
        self, article_id: str, versions: Sequence[int], conversation_ids: Sequence[str]
    ) -> defaultdict[str, list[int]]:
        statement = (
            select(message.c.conversation_id, message.c.article_version)
            .where(
                message.c.article_id == article_id,
                message.c.article_version.in_(list(versions)),
                message.c.conversation_id.in_(conversation_ids),
            )
            .distinct()
        )
        found: defaultdict[str, list[int]] = defaultdict(list)
        for conversation_id, version in self._connection.execute(statement):
            found[conversation_id].append(version)
        return found

    def count(self, article_id: str, versions: Sequence[int]) -> int:
        """How many conversations were shown one of the versions."""
        statement = (
            select(func.count(message.c.conversation_id.distinct()))
            .join(conversation, conversation.c.id == message.c.conversation_id)
            .join(contact, contact.c.id == conversation.c.contact_id)
            .where(_shown(article_id, versions))
        )
        return int(self._connection.execute(statement).scalar_one())

    def told(self, recall_id: int) -> int:
        """How many were told."""
        statement = select(func.count()).where(
            recall_copy.c.recall_id == recall_id, recall_copy.c.message_id.is_not(None)
        )
        return int(self._connection.execute(statement).scalar_one())

    def untold(self, one: Recall, limit: int) -> list[tuple[str, bool]]:
        """Conversations that have not been dealt with, and whether they want no corrections."""
        copied = select(recall_copy.c.conversation_id).where(recall_copy.c.recall_id == one.id)
        statement = (
            select(message.c.conversation_id, func.max(opt_out.c.contact_id))
            .join(conversation, conversation.c.id == message.c.conversation_id)
            .join(contact, contact.c.id == conversation.c.contact_id)
            .outerjoin(opt_out, opt_out.c.contact_id == contact.c.id)
            .where(_shown(one.article_id, one.versions), message.c.conversation_id.not_in(copied))
            .group_by(message.c.conversation_id)
            .order_by(message.c.conversation_id)
            .limit(limit)
        )
        return [(found, out is not None) for found, out in self._connection.execute(statement)]

    def copy(self, recall_id: int, conversation_id: str, message_id: int | None, at: datetime) -> None:
        """Remember that a conversation was told (or wants not to be); a second copy violates the key."""
        values = {"recall_id": recall_id, "conversation_id": conversation_id, "message_id": message_id, "at": at}
        self._connection.execute(_COPY, values)

    def is_out(self, contact_id: int) -> bool:
        """True for a contact who wants no such messages."""
        return self._connection.execute(select(opt_out).where(opt_out.c.contact_id == contact_id)).first() is not None

    def opt_out(self, contact_id: int, at: datetime) -> None:
        """Send this contact no corrections and no news of gaps any more."""
        if not self.is_out(contact_id):
            self._connection.execute(insert(opt_out).values(contact_id=contact_id, at=at))

    @staticmethod
    def _query() -> Any:
        author, approver = officer.alias("writing"), officer.alias("agreeing")
        return (
            select(recall, author.c.name.label("author"), approver.c.name.label("approver"))
            .join_from(recall, author, author.c.id == recall.c.created_by)
            .outerjoin(approver, approver.c.id == recall.c.approved_by)
        )


def _recall(row: Row[Any]) -> Recall:
    return Recall(
        row.id,
        row.article_id,
        list(row.versions),
        row.reason,
        dict(row.texts),
        row.state,
        row.created_at,
        row.created_by,
        row.author,
        row.approved_at,
        row.approver or "",
        row.ended_at,
    )
