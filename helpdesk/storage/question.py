"""Questions as the review lists them: one line for every text that was asked, however often."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, case, func, literal, or_, select

from helpdesk.language import LANGUAGES
from helpdesk.review import ReviewState
from helpdesk.storage.asking import facet
from helpdesk.storage.table import article, asking, label, message, officer, question, turn


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which questions to list; None and empty mean any.

    Attributes:
        words: folded; each has to occur.
        answer_words: as typed; or each of these in what an officer answered last.
        least, most: bounds of the confidence, in [0, 1].
        since, until: asked at least once from the one moment to before the other.
        judged: "useful" or "poor".
        order: "worth", "asked" or "newest".
    """

    state: str | None = None
    words: tuple[str, ...] = ()
    answer_words: tuple[str, ...] = ()
    language: str | None = None
    channel: str | None = None
    outcome: str | None = None
    intent: str | None = None
    article: str | None = None
    poor_reason: str | None = None
    judged: str | None = None
    meaning: str | None = None
    cluster_id: int | None = None
    least: float | None = None
    most: float | None = None
    since: datetime | None = None
    until: datetime | None = None
    is_escalated: bool = False
    is_answered: bool = False
    order: str = "worth"


@dataclass(frozen=True, slots=True)
class Question:
    """One question with how it fared and what was said about it last.

    Attributes:
        text: masked.
        suggested: what the bot took it for, as a label's target.
        target: the label that counts; proposed: one that waits for a second person.
        meaning: what groups it: the label, else the suggestion.
        actor_id, actor, action, acted_at, reason: the newest entry of its history.
        answer: what an officer answered last, as written.
    """

    id: int
    text: str
    language: str
    suggested: str
    candidates: list[str]
    meaning: str
    cluster_id: int
    asked: int
    useful: int
    poor: int
    escalated: int
    corrected: int
    confidence: float
    worth: float
    last_at: datetime
    state: ReviewState
    target: str
    proposed: str
    version: int
    key: str
    conversation_id: str | None = None
    outcome: str | None = None
    poor_reason: str | None = None
    actor_id: int | None = None
    actor: str = ""
    action: str = ""
    acted_at: datetime | None = None
    reason: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that mean the same, whatever their language."""

    meaning: str
    count: int
    asked: int
    poor: int
    languages: int
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Likeness:
    """What is known about the questions that resemble one: how many others, how many undecided, their labels."""

    others: int
    undecided: int
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ArticleTitle:
    """An article that a label may name, by its titles."""

    id: str
    vi: str
    en: str
    zh: str


_ORDERS = {
    "worth": (question.c.worth.desc(), question.c.id.desc()),
    "asked": (question.c.asked.desc(), question.c.id.desc()),
    "newest": (question.c.last_at.desc(), question.c.id.desc()),
}
_GROUP_ORDERS = {
    "worth": func.max(question.c.worth),
    "asked": func.sum(question.c.asked),
    "newest": func.max(question.c.last_at),
}
_FIELDS = tuple(Question.__dataclass_fields__)


def _query() -> Select[Any]:
    return (
        select(
            question,
            turn.c.conversation_id,
            turn.c.outcome,
            turn.c.poor_reason,
            label.c.officer_id.label("actor_id"),
            func.coalesce(officer.c.name, "").label("actor"),
            func.coalesce(label.c.action, "").label("action"),
            label.c.at.label("acted_at"),
            func.coalesce(label.c.reason, "").label("reason"),
            func.coalesce(message.c.text, "").label("answer"),
        )
        .outerjoin_from(question, turn, turn.c.id == question.c.last_turn_id)
        .outerjoin(label, label.c.id == question.c.label_id)
        .outerjoin(officer, officer.c.id == label.c.officer_id)
        .outerjoin(message, message.c.id == question.c.answer_id)
    )


def _question(row: Row[Any]) -> Question:
    values = {name: row._mapping[name] for name in _FIELDS}
    return Question(**values | {"state": ReviewState(row.state)})


class QuestionRows:
    """Reads questions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def find(
        self, wanted: Wanted, limit: int = 50, offset: int = 0, total: int | None = None
    ) -> tuple[list[Question], int]:
        """Questions that match, in the order asked for, and how many there are in all, counted unless it is known."""
        conditions = _conditions(wanted)
        if total is None:
            count = select(func.count()).select_from(question).where(*conditions)
            total = self._connection.execute(count).scalar_one()
        chosen = select(question.c.id).where(*conditions).order_by(*_ORDERS[wanted.order]).limit(limit).offset(offset)
        ids = list(self._connection.execute(chosen).scalars())
        return self.get(ids), int(total)

    def get(self, ids: Sequence[int]) -> list[Question]:
        """Questions by id, in that order; ids that nothing has are left out."""
        if not ids:
            return []
        found = {row.id: _question(row) for row in self._connection.execute(_query().where(question.c.id.in_(ids)))}
        return [found[one] for one in ids if one in found]

    def groups(self, wanted: Wanted, limit: int = 10, offset: int = 0, each: int = 5) -> tuple[list[Group], int, int]:
        """Groups by meaning, the one with the worthiest question first, each with its worthiest questions.

        Beside them how many groups and how many questions there are in all.
        """
        conditions = _conditions(wanted)
        heads = self._connection.execute(
            select(
                *(question.c.meaning, func.count(), func.sum(question.c.asked), func.sum(question.c.poor)),
                sum((func.max(case((question.c.language == one, 1), else_=0)) for one in LANGUAGES), literal(0)),
                *(func.count().over(), func.sum(func.count()).over()),
            )
            .where(*conditions)
            .group_by(question.c.meaning)
            .order_by((question.c.meaning == "").asc(), _GROUP_ORDERS[wanted.order].desc(), question.c.meaning)
            .limit(limit)
            .offset(offset)
        ).all()
        members = self._members([head[0] for head in heads], conditions, each)
        groups, total = (int(heads[0][5]), int(heads[0][6])) if heads else (0, 0)
        return [_group(head, members) for head in heads], groups, total

    def _members(self, meanings: list[str], conditions: list[ColumnElement[bool]], each: int) -> list[Question]:
        place = func.row_number().over(partition_by=question.c.meaning, order_by=_ORDERS["worth"]).label("place")
        ranked = select(question.c.id, place).where(question.c.meaning.in_(meanings), *conditions).subquery()
        chosen = select(ranked.c.id).where(ranked.c.place <= each).order_by(ranked.c.place, ranked.c.id)
        return self.get(list(self._connection.execute(chosen).scalars()))

    def likeness(self, questions: Collection[Question]) -> dict[int, Likeness]:
        """What resembles each question, by its id."""
        clusters = {one.cluster_id for one in questions}
        statement = (
            select(question.c.cluster_id, question.c.target, question.c.state, func.count())
            .where(question.c.cluster_id.in_(clusters), question.c.state != ReviewState.ERASED)
            .group_by(question.c.cluster_id, question.c.target, question.c.state)
        )
        rows = self._connection.execute(statement).all()
        return {one.id: _likeness(one, rows) for one in questions}

    def titles(self) -> list[ArticleTitle]:
        """The newest titles of every article that is not retired, by their Vietnamese ones."""
        texts = [article.c.document[language]["title"].as_string() for language in LANGUAGES]
        statement = select(article.c.id, *texts).where(article.c.state != "retired").order_by(article.c.version)
        newest = {row[0]: ArticleTitle(*row) for row in self._connection.execute(statement)}
        return sorted(newest.values(), key=lambda title: title.vi)

    def counts(self) -> dict[str, int]:
        """How many questions are in which state."""
        statement = select(question.c.state, func.count().label("number")).group_by(question.c.state)
        return {row.state: row.number for row in self._connection.execute(statement)}


def _group(head: Any, members: list[Question]) -> Group:
    meaning, count, asked, poor, languages, *_ = head
    return Group(meaning, count, asked, poor, languages, [one for one in members if one.meaning == meaning])


def _likeness(one: Question, rows: Sequence[Any]) -> Likeness:
    mine = [(row[1], row[2], row[3]) for row in rows if row[0] == one.cluster_id]
    others = sum(count for _, _, count in mine) - 1
    undecided = sum(count for target, state, count in mine if not target and state == ReviewState.NEW)
    targets = sorted({target for target, _, _ in mine if target})
    return Likeness(others, undecided - (one.state is ReviewState.NEW and not one.target), tuple(targets))


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    state = question.c.state == wanted.state if wanted.state else question.c.state != ReviewState.ERASED
    found: list[ColumnElement[bool]] = [state, *_facets(wanted), *_bounds(wanted)]
    if wanted.words:
        found.append(_saying(wanted.words, wanted.answer_words))
    if wanted.language:
        found.append(question.c.language == wanted.language)
    if wanted.meaning is not None:
        found.append(question.c.meaning == wanted.meaning)
    if wanted.cluster_id is not None:
        found.append(question.c.cluster_id == wanted.cluster_id)
    if wanted.judged:
        found.append((question.c.useful if wanted.judged == "useful" else question.c.poor) > 0)
    return found


def _saying(words: tuple[str, ...], answer_words: tuple[str, ...]) -> ColumnElement[bool]:
    """In the question, or in what an officer answered: officers' words are kept as written, so marks count there."""
    asked = and_(*(question.c.folded.contains(word, autoescape=True) for word in words))
    if not answer_words:
        return asked
    told = [message.c.text.icontains(word, autoescape=True) for word in answer_words]
    return or_(asked, select(message.c.id).where(message.c.id == question.c.answer_id, *told).exists())


def _facets(wanted: Wanted) -> list[ColumnElement[bool]]:
    values = {
        "channel": wanted.channel,
        "outcome": wanted.outcome,
        "intent": wanted.intent,
        "article_id": wanted.article,
        "poor_reason": wanted.poor_reason,
    }
    return [question.c.facets.contains(facet(name, value), autoescape=True) for name, value in values.items() if value]


def _asked_between(since: datetime, until: datetime) -> ColumnElement[bool]:
    """Asked at least once in that time; turns are only looked at where the first and the last asking do not tell."""
    when = turn.c.created_at
    asked = select(asking.c.turn_id).join_from(asking, turn, turn.c.id == asking.c.turn_id)
    between = asked.where(asking.c.question_id == question.c.id, when >= since, when < until).exists()
    return or_(question.c.first_at >= since, question.c.last_at < until, between)


def _bounds(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.least is not None:
        found.append(question.c.confidence >= wanted.least)
    if wanted.most is not None:
        found.append(question.c.confidence <= wanted.most)
    if wanted.since is not None:
        found.append(question.c.last_at >= wanted.since)
    if wanted.until is not None:
        found.append(question.c.first_at < wanted.until)
    if wanted.since is not None and wanted.until is not None:
        found.append(_asked_between(wanted.since, wanted.until))
    if wanted.is_escalated:
        found.append(question.c.escalated > 0)
    if wanted.is_answered:
        found.append(question.c.corrected > 0)
    return found
