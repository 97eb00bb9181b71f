"""What people said questions mean: an append-only history, and what of it counts for training."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from helpdesk.review import INTENTS, PROCEDURE, ReviewState
from helpdesk.storage.table import article, inserted_id, label, officer, question, saved_view


@dataclass(frozen=True, slots=True)
class TrainingText:
    """One text that approved labels add to training."""

    text: str
    intent: str
    language: str


@dataclass(frozen=True, slots=True)
class LabelEntry:
    """One line of a question's history: what somebody did, what held afterwards and what held before.

    `actor_id` is None for what came from a file.
    """

    id: int
    question_id: int
    at: datetime
    actor_id: int | None
    actor: str
    action: str
    state: ReviewState
    target: str
    proposed: str
    reason: str
    previous_state: ReviewState
    previous_target: str
    previous_proposed: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds of a question: where it stands, its label, and the one proposed."""

    state: ReviewState
    target: str = ""
    proposed: str = ""


@dataclass(frozen=True, slots=True)
class Labeller:
    """How much an account has done."""

    officer_id: int
    name: str
    count: int
    last_at: datetime


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list of questions that an officer comes back to; `query` is its address without the question mark."""

    id: int
    name: str
    query: str


def _entry(row: Row[Any]) -> LabelEntry:
    names = [name for name in LabelEntry.__dataclass_fields__ if name not in ("actor", "actor_id")]
    values = {name: row._mapping[name] for name in names}
    states = {name: ReviewState(values[name]) for name in ("state", "previous_state")}
    return LabelEntry(**values | states, actor_id=row.officer_id, actor=row.actor or "")


def _query() -> Any:
    return select(label, officer.c.name.label("actor")).outerjoin_from(
        label, officer, officer.c.id == label.c.officer_id
    )


class LabelRows:
    """Reads and writes labels."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def move(
        self,
        question_id: int,
        version: int,
        standing: Standing,
        action: str,
        officer_id: int | None,
        at: datetime,
        reason: str = "",
    ) -> bool:
        """Note what was done to a question and let it hold; False, and nothing noted, when the version is past."""
        before = self._connection.execute(
            select(question).where(question.c.id == question_id, question.c.version == version).with_for_update()
        ).one_or_none()
        if before is None or before.state == ReviewState.ERASED:
            return False
        held = {"state": standing.state, "target": standing.target, "proposed": standing.proposed}
        entry = insert(label).values(
            question_id=question_id,
            turn_id=before.last_turn_id,
            at=at,
            officer_id=officer_id,
            action=action,
            reason=reason,
            previous_id=before.label_id,
            previous_state=before.state,
            previous_target=before.target,
            previous_proposed=before.proposed,
            **held,
        )
        values = held | {"label_id": inserted_id(self._connection.execute(entry)), "version": version + 1}
        meaning = standing.target or before.suggested
        moved = update(question).where(question.c.id == question_id, question.c.version == version)
        return self._connection.execute(moved.values(**values, meaning=meaning)).rowcount == 1

    def newest(self, question_id: int) -> LabelEntry | None:
        """The newest line of a question's history."""
        statement = _query().where(label.c.question_id == question_id).order_by(label.c.id.desc()).limit(1)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _entry(row)

    def proposer(self, question_id: int, target: str) -> int | None:
        """Who proposed a label that waits; None when it came from a file."""
        return self._actor(label.c.question_id == question_id, label.c.action == "label", label.c.proposed == target)

    def decider(self, question_id: int, target: str) -> int | None:
        """Whose word made a label count: who gave it, or the second person; None when it came from a file."""
        actions = label.c.action.in_(("label", "approve"))
        return self._actor(label.c.question_id == question_id, actions, label.c.target == target)

    def _actor(self, *conditions: Any) -> int | None:
        statement = select(label.c.officer_id).where(*conditions).order_by(label.c.id.desc()).limit(1)
        found: int | None = self._connection.execute(statement).scalar_one_or_none()
        return found

    def of(self, question_ids: Collection[int]) -> list[LabelEntry]:
        """The whole history of questions, in order."""
        statement = _query().where(label.c.question_id.in_(question_ids)).order_by(label.c.id)
        return [_entry(row) for row in self._connection.execute(statement)]

    def count_by(self, officer_id: int, since: datetime, until: datetime) -> int:
        """How many labels an account has given between two moments."""
        statement = select(func.count()).where(
            label.c.officer_id == officer_id, label.c.at > since, label.c.at < until, label.c.action == "label"
        )
        return int(self._connection.execute(statement.select_from(label)).scalar_one())

    def labellers(self, since: datetime) -> list[Labeller]:
        """Who has labelled since a moment, the busiest first."""
        count = func.count()
        statement = (
            select(officer.c.id, officer.c.name, count, func.max(label.c.at))
            .join_from(label, officer, officer.c.id == label.c.officer_id)
            .where(label.c.at >= since)
            .group_by(officer.c.id, officer.c.name)
            .order_by(count.desc(), officer.c.id)
        )
        return [Labeller(*row) for row in self._connection.execute(statement)]

    def reversible(self, officer_id: int, since: datetime, limit: int) -> Sequence[tuple[int, int]]:
        """Questions, with their versions, whose newest line is this account's since a moment and no undoing."""
        statement = (
            select(question.c.id, question.c.version)
            .join_from(question, label, label.c.id == question.c.label_id)
            .where(label.c.officer_id == officer_id, label.c.at >= since, label.c.action != "undo")
            .order_by(question.c.id)
            .limit(limit)
        )
        return [(row.id, row.version) for row in self._connection.execute(statement)]

    def touched_by(self, officer_id: int, since: datetime) -> int:
        """How many questions an account has said something about since a moment, undoing left out."""
        statement = select(func.count(label.c.question_id.distinct())).where(
            label.c.officer_id == officer_id, label.c.at >= since, label.c.action != "undo"
        )
        return int(self._connection.execute(statement).scalar_one())

    def trainable(self) -> list[TrainingText]:
        """What approved labels add to training, each text once, by intent, language and text.

        A label for an article that does not exist yet, or not any more, waits until it does.
        """
        living = select(article.c.id).where(article.c.state != "retired")
        ids = {PROCEDURE + article_id for article_id in self._connection.execute(living.distinct()).scalars()}
        statement = select(question.c.text, question.c.target, question.c.language).where(
            question.c.target != "", question.c.state != ReviewState.ERASED
        )
        found = {TrainingText(*row) for row in self._connection.execute(statement)}
        known = ids | set(INTENTS)
        return sorted(
            (one for one in found if one.intent in known), key=lambda one: (one.intent, one.language, one.text)
        )

    # -- saved views

    def views(self, officer_id: int) -> list[SavedView]:
        """The lists an officer comes back to, by name."""
        statement = select(saved_view).where(saved_view.c.officer_id == officer_id).order_by(saved_view.c.name)
        return [SavedView(row.id, row.name, row.query) for row in self._connection.execute(statement)]

    def save_view(self, officer_id: int, name: str, query: str) -> None:
        """Keep a list under a name; the one that had the name goes."""
        self._connection.execute(
            delete(saved_view).where(saved_view.c.officer_id == officer_id, saved_view.c.name == name)
        )
        self._connection.execute(insert(saved_view).values(officer_id=officer_id, name=name, query=query))

    def drop_view(self, officer_id: int, view_id: int) -> None:
        """Forget a list of this officer."""
        self._connection.execute(
            delete(saved_view).where(saved_view.c.officer_id == officer_id, saved_view.c.id == view_id)
        )
