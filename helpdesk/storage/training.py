"""Training runs, and which reviewed questions training may not see."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from helpdesk.learning import Origin, Phase, RunState
from helpdesk.storage.label import TrainingText
from helpdesk.storage.table import inserted_id, label, officer, question, training

ONLY = 1
HELD_OUT_SHARE, HELD_OUT_MOST = 0.1, 300


@dataclass(frozen=True, slots=True)
class TrainingRun:
    """One run: how far it is (share in [0, 1] of the phase), where its process is, what it made or why it ended.

    `desk` is the process that carries it out ("" when none has taken it up), `pid` the one that learns.
    """

    id: int
    state: RunState
    origin: Origin
    officer_id: int | None
    actor: str
    started_at: datetime
    ended_at: datetime | None
    phase: Phase
    share: float
    detail: str
    tail: str
    desk: str
    pid: int | None
    snapshot: str
    model: str
    problem: str
    seen_at: datetime


class TrainingRows:
    """Reads and writes training runs."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def begin(self, origin: Origin, officer_id: int | None, at: datetime) -> int:
        """File a run; an integrity error when another one is under way."""
        values = {"slot": ONLY, "state": RunState.RUNNING, "origin": origin, "started_by": officer_id}
        progress = {"started_at": at, "seen_at": at, "phase": Phase.SNAPSHOT}
        return inserted_id(self._connection.execute(insert(training).values(values | progress)))

    def running(self) -> TrainingRun | None:
        """The run that is under way."""
        return next(iter(self._runs(training.c.slot == ONLY)), None)

    def get(self, run_id: int) -> TrainingRun | None:
        """A run by its id."""
        return next(iter(self._runs(training.c.id == run_id)), None)

    def recent(self, limit: int = 10) -> list[TrainingRun]:
        """The newest first."""
        return self._runs(limit=limit)

    def take_up(self, run_id: int, before: str, desk: str) -> bool:
        """A process carries the run out from now on, in the place of `before`; False when another was faster."""
        statement = update(training).where(training.c.id == run_id, training.c.slot == ONLY, training.c.desk == before)
        return self._connection.execute(statement.values(desk=desk)).rowcount == 1

    def progress(self, run_id: int, at: datetime, **values: Any) -> bool:
        """Tell how far a run is; False when it has ended, by whomever."""
        statement = update(training).where(training.c.id == run_id, training.c.slot == ONLY)
        return self._connection.execute(statement.values(seen_at=at, **values)).rowcount == 1

    def end(self, run_id: int, state: RunState, at: datetime, **values: Any) -> bool:
        """End a run; False when it had ended."""
        return self.progress(run_id, at, slot=None, state=state, ended_at=at, **values)

    def usual_seconds(self) -> float | None:
        """How long the last run that came through took; None when none has, or a clock was put back meanwhile."""
        statement = select(training.c.started_at, training.c.ended_at).where(training.c.state == RunState.DONE)
        row = self._connection.execute(statement.order_by(training.c.id.desc()).limit(1)).one_or_none()
        seconds = (row.ended_at - row.started_at).total_seconds() if row else 0.0
        return seconds if seconds > 0 else None

    def held_out(self, teachable: Collection[str]) -> list[TrainingText]:
        """The newest tenth of what was reviewed for `teachable` targets: models are compared on it, none learns it."""
        reviewed = question.c.target.in_(teachable)
        total = self._connection.execute(select(func.count()).where(reviewed)).scalar_one()
        statement = (
            select(question.c.text, question.c.target, question.c.language)
            .join_from(question, label, label.c.id == question.c.label_id)
            .where(reviewed)
            .order_by(label.c.at.desc(), label.c.id.desc())
            .limit(min(HELD_OUT_MOST, int(total * HELD_OUT_SHARE)))
        )
        return [TrainingText(*row) for row in self._connection.execute(statement)]

    def _runs(self, *conditions: Any, limit: int = 1) -> list[TrainingRun]:
        statement = (
            select(training, officer.c.name.label("actor"))
            .outerjoin_from(training, officer, officer.c.id == training.c.started_by)
            .where(*conditions)
            .order_by(training.c.id.desc())
            .limit(limit)
        )
        return [_run(row) for row in self._connection.execute(statement)]


def _run(row: Row[Any]) -> TrainingRun:
    return TrainingRun(
        row.id,
        RunState(row.state),
        Origin(row.origin),
        row.started_by,
        row.actor or "",
        row.started_at,
        row.ended_at,
        Phase(row.phase),
        row.share,
        row.detail,
        row.tail,
        row.desk,
        row.pid,
        row.snapshot,
        row.model,
        row.problem,
        row.seen_at,
    )
