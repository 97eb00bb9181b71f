"""What the bot may not answer for now, and legal texts whose end somebody recorded."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from helpdesk.storage.table import article, law, officer, silence

ALL, TOPIC, ARTICLE = "all", "topic", "article"
SCOPES = (ALL, TOPIC, ARTICLE)


@dataclass(frozen=True, slots=True)
class Silence:
    """Answers switched off: `scope` is all, topic or article; `subject` which one."""

    id: int
    scope: str
    subject: str
    reason: str
    began_at: datetime
    began_by: str


@dataclass(frozen=True, slots=True)
class LawEnd:
    """The end of a legal text as somebody at the desk recorded it; it outweighs the files."""

    key: str
    in_force_to: date | None
    replaced_by: str | None
    reason: str
    changed_at: datetime
    changed_by: str


class SilenceRows:
    """Reads and writes what is switched off, and the ends of laws."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def standing(self) -> list[Silence]:
        """What is switched off now, the widest first."""
        statement = (
            select(silence, officer.c.name)
            .outerjoin_from(silence, officer, officer.c.id == silence.c.began_by)
            .where(silence.c.ended_at.is_(None))
            .order_by(silence.c.scope, silence.c.subject)
        )
        return [
            Silence(row.id, row.scope, row.subject, row.reason, row.began_at, row.name or "")
            for row in self._connection.execute(statement)
        ]

    def begin(self, scope: str, subject: str, reason: str, at: datetime, officer_id: int) -> None:
        """Switch off; nothing may be standing for the same subject."""
        self._connection.execute(
            insert(silence).values(scope=scope, subject=subject, reason=reason, began_at=at, began_by=officer_id)
        )

    def end(self, silence_id: int, at: datetime, officer_id: int) -> bool:
        """Switch on again; False when it is on already."""
        statement = update(silence).where(silence.c.id == silence_id, silence.c.ended_at.is_(None))
        return self._connection.execute(statement.values(ended_at=at, ended_by=officer_id)).rowcount == 1

    def topics(self) -> set[str]:
        """The topics that stored articles have."""
        topic = article.c.document["topic"].as_string()
        return set(self._connection.execute(select(topic).distinct()).scalars())

    def laws(self) -> dict[str, LawEnd]:
        """What was recorded about legal texts, by key."""
        statement = select(law, officer.c.name).outerjoin_from(law, officer, officer.c.id == law.c.changed_by)
        return {
            row.key: LawEnd(row.key, row.in_force_to, row.replaced_by, row.reason, row.changed_at, row.name or "")
            for row in self._connection.execute(statement)
        }

    def set_law(self, key: str, at: datetime, officer_id: int, **values: Any) -> None:
        """Record the end of a legal text, replacing what was recorded before."""
        self._connection.execute(delete(law).where(law.c.key == key))
        self._connection.execute(insert(law).values(key=key, changed_at=at, changed_by=officer_id, **values))
