"""Shadow runs: a candidate answers beside the serving model, unseen; only what differs is kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from helpdesk.storage.table import inserted_id, officer, shadow, shadow_difference

ONLY = 1


@dataclass(frozen=True, slots=True)
class Shadow:
    """One shadow run: how many turns both answered, and how many differently."""

    id: int
    model: str
    actor: str
    began_at: datetime
    until: datetime
    ended_at: datetime | None
    asked: int
    differing: int


@dataclass(frozen=True, slots=True)
class Difference:
    """A live question that the two models answered differently; a side is {"outcome", "article_id", "confidence"}."""

    id: int
    at: datetime
    question: str
    language: str
    serving: dict[str, Any]
    candidate: dict[str, Any]


class ShadowRows:
    """Reads and writes shadow runs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, model: str, officer_id: int | None, at: datetime, until: datetime) -> int:
        """Start a run; an integrity error when another one is under way."""
        values = {"slot": ONLY, "model": model, "officer_id": officer_id, "began_at": at, "until": until}
        return inserted_id(self._connection.execute(insert(shadow).values(values)))

    def running(self) -> Shadow | None:
        """The run that is under way."""
        return next(iter(self._runs(shadow.c.slot == ONLY)), None)

    def of(self, model: str) -> Shadow | None:
        """The newest run of a model."""
        return next(iter(self._runs(shadow.c.model == model)), None)

    def count(self, shadow_id: int, asked: int, differing: int) -> None:
        """Add to the numbers of a run."""
        values = {"asked": shadow.c.asked + asked, "differing": shadow.c.differing + differing}
        self._connection.execute(update(shadow).where(shadow.c.id == shadow_id).values(values))

    def keep(self, shadow_id: int, conversation_id: str, at: datetime, **values: Any) -> None:
        """Keep a difference."""
        self._connection.execute(
            insert(shadow_difference).values(shadow_id=shadow_id, conversation_id=conversation_id, at=at, **values)
        )

    def differences(self, shadow_id: int, limit: int = 200) -> list[Difference]:
        """What a run found, the newest first."""
        statement = select(shadow_difference).where(shadow_difference.c.shadow_id == shadow_id)
        rows = self._connection.execute(statement.order_by(shadow_difference.c.id.desc()).limit(limit))
        return [Difference(row.id, row.at, row.question, row.language, row.serving, row.candidate) for row in rows]

    def end(self, shadow_id: int, at: datetime) -> bool:
        """End a run; False when it had ended."""
        statement = update(shadow).where(shadow.c.id == shadow_id, shadow.c.slot == ONLY)
        return self._connection.execute(statement.values(slot=None, ended_at=at)).rowcount == 1

    def erase(self, conversation_id: str, mark: str) -> None:
        """Blank the questions of a conversation."""
        wanted = shadow_difference.c.conversation_id == conversation_id
        self._connection.execute(update(shadow_difference).where(wanted).values(question=mark))

    def _runs(self, *conditions: Any) -> list[Shadow]:
        statement = (
            select(shadow, officer.c.name.label("actor"))
            .outerjoin_from(shadow, officer, officer.c.id == shadow.c.officer_id)
            .where(*conditions)
            .order_by(shadow.c.id.desc())
            .limit(1)
        )
        return [_shadow(row) for row in self._connection.execute(statement)]


def _shadow(row: Row[Any]) -> Shadow:
    return Shadow(row.id, row.model, row.actor or "", row.began_at, row.until, row.ended_at, row.asked, row.differing)
