"""Conversations and contacts."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, insert, select, update

from helpdesk.error import NotFound
from helpdesk.language import Language
from helpdesk.storage.table import contact, conversation, inserted_id


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation with one contact on one channel; its id is Rasa's sender_id.

    Attributes:
        context: what the bot may refer back to, e.g. {"article": "cancel", "aspect": "fee"}.
        open_ticket_id: set while people, not the bot, hold the conversation.
    """

    id: str
    channel: str
    address: str
    contact_id: int
    contact_name: str
    is_blocked: bool
    is_noticed: bool
    language: Language
    last_seq: int
    clarifications: int
    context: dict[str, Any]
    open_ticket_id: int | None
    created_at: datetime
    last_at: datetime


def _query() -> Select[Any]:
    return select(conversation, contact.c.display_name, contact.c.is_blocked, contact.c.notice_at).join_from(
        conversation, contact
    )


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        channel=row.channel,
        address=row.address,
        contact_id=row.contact_id,
        contact_name=row.display_name,
        is_blocked=row.is_blocked,
        is_noticed=row.notice_at is not None,
        language=row.language,
        last_seq=row.last_seq,
        clarifications=row.clarifications,
        context=row.context,
        open_ticket_id=row.open_ticket_id,
        created_at=row.created_at,
        last_at=row.last_at,
    )


# every message runs these; built once, because building a statement costs as much as running it
_BY_ID = _query().where(conversation.c.id == bindparam("id_"))
_BY_ADDRESS = _query().where(
    conversation.c.channel == bindparam("channel_"), conversation.c.address == bindparam("address_")
)
_BY_TOKEN = _query().where(conversation.c.token_hash == bindparam("token_hash_"))
_NEXT_SEQ = (
    update(conversation)
    .where(conversation.c.id == bindparam("id_"))
    .values(last_seq=conversation.c.last_seq + 1, last_at=bindparam("at_"))
    .returning(conversation.c.last_seq)
)
_CHANGE = update(conversation).where(conversation.c.id == bindparam("id_"))
_ADD_CONTACT, _ADD = insert(contact), insert(conversation)


class ConversationRows:
    """Reads and writes conversations and contacts."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, conversation_id: str) -> Conversation:
        """Raises NotFound."""
        row = self._connection.execute(_BY_ID, {"id_": conversation_id}).one_or_none()
        if row is None:
            raise NotFound("this conversation does not exist")
        return _conversation(row)

    def many(self, conversation_ids: Iterable[str]) -> dict[str, Conversation]:
        """Conversations by id."""
        statement = _query().where(conversation.c.id.in_(set(conversation_ids)))
        return {row.id: _conversation(row) for row in self._connection.execute(statement)}

    def at(self, channel: str, address: str) -> Conversation | None:
        """The conversation of an address."""
        row = self._connection.execute(_BY_ADDRESS, {"channel_": channel, "address_": address}).one_or_none()
        return None if row is None else _conversation(row)

    def by_token(self, token_hash: str) -> Conversation | None:
        """The conversation that a visitor's token opens."""
        row = self._connection.execute(_BY_TOKEN, {"token_hash_": token_hash}).one_or_none()
        return None if row is None else _conversation(row)

    def open(
        self,
        conversation_id: str,
        channel: str,
        address: str,
        language: Language,
        name: str,
        at: datetime,
        token_hash: str | None = None,
        is_demo: bool = False,
    ) -> Conversation:
        """Create a contact and its conversation."""
        person = {
            "channel": channel,
            "external_id": address,
            "display_name": name[:200],
            "created_at": at,
            "is_demo": is_demo,
        }
        contact_id = inserted_id(self._connection.execute(_ADD_CONTACT, person))
        opened = {
            "id": conversation_id,
            "channel": channel,
            "address": address,
            "contact_id": contact_id,
            "token_hash": token_hash,
            "language": language,
            "context": {},
            "created_at": at,
            "last_at": at,
        }
        self._connection.execute(_ADD, opened)
        return self.get(conversation_id)

    def next_seq(self, conversation_id: str, at: datetime) -> int:
        """Take the next sequence number; serialises writers of one conversation."""
        return int(self._connection.execute(_NEXT_SEQ, {"id_": conversation_id, "at_": at}).scalar_one())

    def change(self, conversation_id: str, **values: Any) -> None:
        """Set columns of a conversation."""
        self._connection.execute(_CHANGE, {"id_": conversation_id, **values})

    def change_contact(self, contact_id: int, **values: Any) -> None:
        """Set columns of a contact."""
        self._connection.execute(update(contact).where(contact.c.id == contact_id).values(**values))
