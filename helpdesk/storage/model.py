"""Trained models, how they compare, which one serves and how that changed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from helpdesk.error import NotFound
from helpdesk.learning import ModelState, Origin, PromotionKind, PromotionState
from helpdesk.storage.table import comparison, inserted_id, model, officer, promotion, serving

ONLY = 1
REVIEWED = "reviewed"
"""The set of questions in a report that people asked; the others are part of the product."""
LISTED = ("fixed", "broke", "golden")
"""The lists of a report that hold texts."""
REPORTED = 500
"""Characters of a question that a report holds."""


@dataclass(frozen=True, slots=True)
class Model:
    """One trained model; `facts` holds its configuration's hash, versions, counts and the head of its metrics.

    `trained_by` is the name of who asked for it, `account` the number of that account; None for nobody in particular.
    """

    name: str
    archive: str
    sha256: str
    state: ModelState
    fingerprint: str
    snapshot: str
    origin: Origin
    trained_at: datetime
    trained_by: str
    account: int | None
    rasa: str
    seconds: float
    facts: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Serving:
    """The model that serves, the one to go back to, and how often this changed."""

    model: str
    previous: str | None
    generation: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Comparison:
    """A model against the one that served then."""

    model: str
    against: str
    at: datetime
    is_passing: bool
    report: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Promotion:
    """One wish to change the serving model and what became of it; `desk` carries it out ("" while nobody does)."""

    id: int
    state: PromotionState
    kind: PromotionKind
    model: str
    before: str
    officer_id: int | None
    actor: str
    reason: str
    is_against_gate: bool
    desk: str
    asked_at: datetime
    ended_at: datetime | None
    problem: str


class ModelRows:
    """Reads and writes models and their places."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- models

    def add(self, **values: Any) -> None:
        """Register a model as a candidate; one that is known already stays as it is."""
        if self._connection.execute(select(model.c.name).where(model.c.name == values["name"])).first() is None:
            self._connection.execute(insert(model).values(state=ModelState.CANDIDATE, **values))

    def get(self, name: str) -> Model:
        """A model by name; raises NotFound."""
        found = next((one for one in self._models(model.c.name == name)), None)
        if found is None:
            raise NotFound("there is no such model")
        return found

    def all(self) -> list[Model]:
        """Every model, the newest first."""
        return self._models()

    def of_snapshot(self, snapshot: str) -> Model | None:
        """The newest model of a snapshot that may still serve."""
        return next((one for one in self._models(model.c.snapshot == snapshot, model.c.state != "refused")), None)

    def change(self, name: str, **values: Any) -> None:
        """Change a model's stored state or facts."""
        self._connection.execute(update(model).where(model.c.name == name).values(**values))

    def _models(self, *conditions: Any) -> list[Model]:
        at_work = self.serving()
        statement = (
            select(model, officer.c.name.label("actor"))
            .outerjoin_from(model, officer, officer.c.id == model.c.trained_by)
            .where(*conditions)
            .order_by(model.c.trained_at.desc(), model.c.name.desc())
        )
        return [_model(row, at_work) for row in self._connection.execute(statement)]

    # -- which one serves

    def serving(self) -> Serving | None:
        """The model that serves, None before the first."""
        row = self._connection.execute(select(serving)).one_or_none()
        return None if row is None else Serving(row.model, row.previous, row.generation, row.since)

    def at_work(self) -> Model | None:
        """The model that serves, with everything about it."""
        found = self.serving()
        return self.get(found.model) if found else None

    def serve(self, name: str, at: datetime) -> Serving:
        """Make a model the one that serves; the one before it can be gone back to."""
        before = self.serving()
        if before is None:
            self._connection.execute(insert(serving).values(id=ONLY, model=name, generation=1, since=at))
        elif before.model != name:
            self._connection.execute(
                update(serving).values(model=name, previous=before.model, generation=before.generation + 1, since=at)
            )
            if before.previous not in (None, name):
                self.change(str(before.previous), state=ModelState.RETIRED)
        self.change(name, state=ModelState.CANDIDATE)
        found = self.serving()
        assert found is not None
        return found

    # -- comparisons

    def compare(self, name: str, against: str, at: datetime, is_passing: bool, report: dict[str, Any]) -> None:
        """Store how a model compares; an earlier comparison of the two is replaced."""
        self._connection.execute(delete(comparison).where(comparison.c.model == name, comparison.c.against == against))
        self._connection.execute(
            insert(comparison).values(model=name, against=against, at=at, is_passing=is_passing, report=report)
        )

    def comparison(self, name: str, against: str | None = None) -> Comparison | None:
        """The newest comparison of a model, with one model or with whichever it was."""
        conditions = [comparison.c.model == name, *([comparison.c.against == against] if against else [])]
        statement = select(comparison).where(*conditions).order_by(comparison.c.at.desc()).limit(1)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else Comparison(**row._mapping)

    def forget(self, texts: Collection[str], mark: str) -> None:
        """Take questions that people asked out of every report; what models made of them stays."""
        cut = {text[:REPORTED] for text in texts}
        for row in self._connection.execute(select(comparison)).all():
            lines = [line for part in LISTED for line in row.report.get(part, ()) if line["set"] == REVIEWED]
            found = [line for line in lines if line["text"] in cut]
            for line in found:
                line["text"] = mark
            if found:
                same = comparison.c.model == row.model, comparison.c.against == row.against
                self._connection.execute(update(comparison).where(*same).values(report=row.report))

    def verdicts(self, against: str) -> dict[str, bool]:
        """Which models pass the gate against one, by name."""
        statement = select(comparison.c.model, comparison.c.is_passing).where(comparison.c.against == against)
        return {row.model: row.is_passing for row in self._connection.execute(statement)}

    # -- promotions

    def want(self, **values: Any) -> int:
        """File a promotion; an integrity error when another one is under way."""
        return inserted_id(
            self._connection.execute(insert(promotion).values(slot=ONLY, state=PromotionState.WANTED, **values))
        )

    def under_way(self) -> Promotion | None:
        """The promotion that has not ended."""
        return next(iter(self._promotions(promotion.c.slot == ONLY)), None)

    def promotions(self, limit: int = 20) -> list[Promotion]:
        """The newest first."""
        return self._promotions(limit=limit)

    def take_up(self, promotion_id: int, desk: str) -> bool:
        """One desk carries a promotion out; False when another has it."""
        wanted = (promotion.c.id == promotion_id, promotion.c.state == PromotionState.WANTED)
        statement = update(promotion).where(*wanted).values(state=PromotionState.PREPARING, desk=desk)
        return self._connection.execute(statement).rowcount == 1

    def end(self, promotion_id: int, state: PromotionState, at: datetime, problem: str = "") -> bool:
        """End a promotion; False when it had ended."""
        statement = update(promotion).where(promotion.c.id == promotion_id, promotion.c.slot == ONLY)
        changed = self._connection.execute(statement.values(slot=None, state=state, ended_at=at, problem=problem[:500]))
        return changed.rowcount == 1

    def _promotions(self, *conditions: Any, limit: int = 1) -> list[Promotion]:
        statement = (
            select(promotion, officer.c.name.label("actor"))
            .outerjoin_from(promotion, officer, officer.c.id == promotion.c.officer_id)
            .where(*conditions)
            .order_by(promotion.c.id.desc())
            .limit(limit)
        )
        return [_promotion(row) for row in self._connection.execute(statement)]


def _model(row: Row[Any], at_work: Serving | None) -> Model:
    state = ModelState(row.state)
    if at_work is not None and state is not ModelState.REFUSED and row.name in (at_work.model, at_work.previous):
        state = ModelState.SERVING if row.name == at_work.model else ModelState.PREVIOUS
    return Model(
        row.name,
        row.archive,
        row.sha256,
        state,
        row.fingerprint,
        row.snapshot,
        Origin(row.origin),
        row.trained_at,
        row.actor or "",
        row.trained_by,
        row.rasa,
        row.seconds,
        row.facts,
    )


def _promotion(row: Row[Any]) -> Promotion:
    return Promotion(
        row.id,
        PromotionState(row.state),
        PromotionKind(row.kind),
        row.model,
        row.before,
        row.officer_id,
        row.actor or "",
        row.reason,
        row.is_against_gate,
        row.desk,
        row.asked_at,
        row.ended_at,
        row.problem,
    )
