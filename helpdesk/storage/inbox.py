"""The inbox: one row for every update that a channel delivered, done exactly once."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from helpdesk.inbox import Incoming, Kind, Receipt
from helpdesk.storage.table import inbox, inserted_id

NEW, DONE, SET_ASIDE = "new", "done", "set_aside"


@dataclass(frozen=True, slots=True)
class InboxRow:
    """A stored update that waits for, or has had, its turn."""

    id: int
    conversation_id: str
    message_id: int | None
    seq: int
    channel: str
    kind: Kind
    text: str
    payload: dict[str, Any]
    received_at: datetime
    attempts: int


def _row(row: Row[Any]) -> InboxRow:
    return InboxRow(
        id=row.id,
        conversation_id=row.conversation_id,
        message_id=row.message_id,
        seq=row.seq,
        channel=row.channel,
        kind=Kind(row.kind),
        text=row.text,
        payload=row.payload,
        received_at=row.received_at,
        attempts=row.attempts,
    )


# every message runs these; built once, because building a statement costs as much as running it
_ADD = insert(inbox)
_RECEIPT = select(inbox.c.id, inbox.c.conversation_id, inbox.c.seq).where(
    inbox.c.channel == bindparam("channel_"), inbox.c.external_id == bindparam("external_id_")
)
_STATUS = select(inbox.c.message_id, inbox.c.status).where(
    inbox.c.conversation_id == bindparam("conversation_id_"), inbox.c.seq == bindparam("seq_")
)
_WAITING = (
    select(inbox)
    .where(inbox.c.conversation_id == bindparam("conversation_id_"), inbox.c.status == NEW)
    .order_by(inbox.c.id)
    .limit(bindparam("limit_"))
)
_FINISH = (
    update(inbox)
    .where(inbox.c.id == bindparam("id_"), inbox.c.status == NEW)
    .values(status=bindparam("status_"), done_at=bindparam("at_"), error=bindparam("error_"))
)


class InboxRows:
    """Reads and writes the inbox."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def receipt_of(self, channel: str, external_id: str) -> Receipt | None:
        """The receipt given for an update that is already stored."""
        found = {"channel_": channel, "external_id_": external_id}
        row = self._connection.execute(_RECEIPT, found).one_or_none()
        return None if row is None else Receipt(row.id, row.conversation_id, row.seq, is_new=False)

    def message_id_of(self, channel: str, external_id: str) -> int | None:
        """The message that an earlier update became."""
        statement = select(inbox.c.message_id).where(inbox.c.channel == channel, inbox.c.external_id == external_id)
        return self._connection.execute(statement).scalar_one_or_none()

    def add(
        self, incoming: Incoming, conversation_id: str | None, message_id: int | None, seq: int, status: str = NEW
    ) -> int:
        """Store an update; its unique key turns a race of two deliveries into an IntegrityError for one."""
        values = {
            "channel": incoming.channel,
            "external_id": incoming.external_id,
            "conversation_id": conversation_id,
            "message_id": message_id,
            "seq": seq,
            "kind": incoming.kind,
            "text": incoming.text,
            "payload": incoming.payload,
            "received_at": incoming.received_at,
            "status": status,
            "done_at": None if status == NEW else incoming.received_at,
        }
        return inserted_id(self._connection.execute(_ADD, values))

    def status_at(self, conversation_id: str, seq: int) -> tuple[int, str] | None:
        """The message id and status of the update that has a sequence number."""
        found = {"conversation_id_": conversation_id, "seq_": seq}
        row = self._connection.execute(_STATUS, found).one_or_none()
        return None if row is None else (row.message_id, row.status)

    def next_of(self, conversation_id: str) -> InboxRow | None:
        """The oldest update of a conversation that still waits."""
        return next(iter(self.waiting_of(conversation_id, 1)), None)

    def waiting_of(self, conversation_id: str, limit: int) -> list[InboxRow]:
        """The oldest updates of a conversation that still wait, in order."""
        wanted = {"conversation_id_": conversation_id, "limit_": limit}
        return [_row(row) for row in self._connection.execute(_WAITING, wanted)]

    def waiting_conversations(self) -> list[str]:
        """Conversations with unfinished updates, oldest first: what a desk takes up after a restart."""
        statement = select(inbox.c.conversation_id).where(inbox.c.status == NEW).order_by(inbox.c.id)
        return list(dict.fromkeys(self._connection.execute(statement).scalars()))

    def finish(self, inbox_id: int, at: datetime, status: str = DONE, error: str | None = None) -> bool:
        """Mark an update done; False when somebody else already did, then nothing of this turn may be kept."""
        done = {"id_": inbox_id, "status_": status, "at_": at, "error_": error}
        return self._connection.execute(_FINISH, done).rowcount == 1

    def count_attempt(self, inbox_id: int, error: str) -> None:
        """Remember that a turn failed, so that a poison update is set aside in the end."""
        self._connection.execute(
            update(inbox).where(inbox.c.id == inbox_id).values(attempts=inbox.c.attempts + 1, error=error[:300])
        )

    def erase(self, conversation_id: str) -> None:
        """Blank what a conversation's updates said; the rows stay so that redelivery stays harmless."""
        self._connection.execute(
            update(inbox).where(inbox.c.conversation_id == conversation_id).values(text="", payload={})
        )
