"""The append-only log of what officers, administrators and the system did; triggers refuse change and deletion."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from helpdesk.storage.table import audit, officer


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One line of the log; `actor` is the officer's name, empty for the system."""

    id: int
    at: datetime
    actor: str
    action: str
    subject: str
    conversation_id: str | None
    ticket_id: int | None
    detail: dict[str, Any]


class AuditRows:
    """Appends to and reads the log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self,
        at: datetime,
        action: str,
        actor_id: int | None = None,
        subject: str = "",
        conversation_id: str | None = None,
        ticket_id: int | None = None,
        **detail: Any,
    ) -> None:
        """Append a line; `detail` holds ids and words, never message text."""
        self._connection.execute(
            insert(audit).values(
                at=at,
                actor_id=actor_id,
                action=action,
                subject=subject[:64],
                conversation_id=conversation_id,
                ticket_id=ticket_id,
                detail=detail,
            )
        )

    def recent(self, limit: int = 200, before_id: int | None = None) -> list[AuditEntry]:
        """The newest lines first."""
        statement = self._query().order_by(audit.c.id.desc()).limit(limit)
        if before_id is not None:
            statement = statement.where(audit.c.id < before_id)
        return self._entries(statement)

    def has(self, action: str, actor_id: int, conversation_id: str, since: datetime) -> bool:
        """True when an officer did this to a conversation at or after a moment."""
        statement = select(audit.c.id).where(
            audit.c.conversation_id == conversation_id,
            audit.c.at >= since,
            audit.c.actor_id == actor_id,
            audit.c.action == action,
        )
        return self._connection.execute(statement.limit(1)).first() is not None

    def of(self, conversation_id: str) -> list[AuditEntry]:
        """What happened around one conversation, in order."""
        return self._entries(self._query().where(audit.c.conversation_id == conversation_id).order_by(audit.c.id))

    @staticmethod
    def _query() -> Any:
        return select(audit, officer.c.name.label("actor")).outerjoin_from(
            audit, officer, officer.c.id == audit.c.actor_id
        )

    def _entries(self, statement: Any) -> list[AuditEntry]:
        return [
            AuditEntry(
                row.id, row.at, row.actor or "", row.action, row.subject, row.conversation_id, row.ticket_id, row.detail
            )
            for row in self._connection.execute(statement)
        ]
