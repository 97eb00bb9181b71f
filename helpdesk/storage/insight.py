"""How the desk fares: what is stored, counted in the database and never row by row."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    case,
    cast,
    extract,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from helpdesk.calendar import ZONE, day_of
from helpdesk.insight import Span, Tally, monday, pieces
from helpdesk.message import Outcome
from helpdesk.review import ReviewState
from helpdesk.storage.table import article, conversation, gap, gap_turn, label, message, question, ticket, turn
from helpdesk.ticket import HandOffReason

WEEK_SECONDS = 7 * 24 * 3600


@dataclass(frozen=True, slots=True)
class Cut:
    """Which turns to look at: a time, and one language or channel; None for all."""

    span: Span
    language: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Wait:
    """How long people waited for the first words of an officer.

    Attributes:
        key: the number of a week in the period, or a unit (None = not named).
        tickets: how many there were; answered: how many of them got an answer so far.
        median, ninetieth: seconds within which half and nine tenths of the answers came.
    """

    key: Any
    tickets: int
    answered: int
    median: int | None
    ninetieth: int | None


@dataclass(frozen=True, slots=True)
class TopGap:
    """A gap with how often it was run into, in the time looked at and in the same time before."""

    id: int
    title: str
    state: str
    count: int
    languages: int
    before: int


@dataclass(frozen=True, slots=True)
class ArticleUse:
    """An article that may answer, by its newest title; whether it ever did, to anybody."""

    id: str
    title: str
    created_at: datetime
    is_known: bool


class InsightRows:
    """Counts what the pages about the desk's work show."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- turns

    def outcomes(self, spans: Sequence[Span], language: str | None = None, channel: str | None = None) -> list[Tally]:
        """Turns by span, language, channel and outcome; spans may overlap.

        One walk through the index, a piece of it after the other, none twice: sorting a year's rows by an expression
        takes the database much longer.
        """
        parts = pieces(spans)
        if not parts:
            return []
        counted = [_tallies(number, Cut(part, language, channel)) for number, part in enumerate(parts)]
        found: defaultdict[int, list[Any]] = defaultdict(list)
        for row in self._connection.execute(union_all(*counted)):
            found[row[0]].append(row)
        return [tally for number, span in enumerate(spans) for tally in _summed(number, span, parts, found)]

    def gates(self, cut: Cut) -> list[tuple[str, Outcome, int]]:
        """Turns by unit and outcome: the unit that a question names, else that of its conversation's newest ticket."""
        named = (
            select(turn.c.unit.label("unit"), turn.c.outcome, func.count().label("count"))
            .where(*_of_turns(cut), turn.c.unit.is_not(None))
            .group_by(turn.c.unit, turn.c.outcome)
        )
        newest = (
            select(func.max(ticket.c.id).label("id"))
            .where(ticket.c.unit.is_not(None))
            .group_by(ticket.c.conversation_id)
            .subquery()
        )
        by_ticket = (
            select(ticket.c.unit, turn.c.outcome, func.count())
            .join_from(newest, ticket, ticket.c.id == newest.c.id)
            .join(turn, turn.c.conversation_id == ticket.c.conversation_id)
            .where(*_of_turns(cut), turn.c.unit.is_(None))
            .group_by(ticket.c.unit, turn.c.outcome)
        )
        rows = self._connection.execute(union_all(named, by_ticket))
        return [(row[0], Outcome(row[1]), row[2]) for row in rows]

    def answers(self, cut: Cut) -> dict[str, int]:
        """How often each article answered."""
        # as a condition the outcome would lead SQLite to another index, and from there to every row
        times = func.sum(case((turn.c.outcome == Outcome.ANSWERED, 1), else_=0))
        statement = (
            select(turn.c.article_id, times)
            .where(*_of_turns(cut), turn.c.article_id.is_not(None))
            .group_by(turn.c.article_id)
        )
        return {row[0]: int(row[1]) for row in self._connection.execute(statement)}

    def complaints(self, cut: Cut) -> list[tuple[str, str, int]]:
        """How often each article was found of no use, by reason ("" when none was given)."""
        reason = func.coalesce(turn.c.poor_reason, "")
        statement = (
            select(turn.c.article_id, reason, func.count())
            .where(*_of_turns(cut), turn.c.is_useful.is_(False), turn.c.article_id.is_not(None))
            .group_by(turn.c.article_id, reason)
        )
        return [(row[0], row[1], row[2]) for row in self._connection.execute(statement)]

    # -- people

    def waits(self, cut: Cut, *, is_by_unit: bool = False) -> list[Wait]:
        """How long the first human answer took on the customer's clock, by week of the period or by unit.

        Tickets that an officer opened by stepping in are left out: nobody waited.
        """
        key = (ticket.c.unit if is_by_unit else _week(ticket.c.opened_at, cut.span)).label("key")
        seconds = _epoch(ticket.c.first_reply_at) - _epoch(ticket.c.opened_at)
        chosen = select(key, seconds.label("seconds")).where(*_of_tickets(cut)).subquery()
        order = (chosen.c.seconds.is_(None), chosen.c.seconds)
        ranked = select(
            chosen,
            func.row_number().over(partition_by=chosen.c.key, order_by=order).label("place"),
            func.count(chosen.c.seconds).over(partition_by=chosen.c.key).label("answered"),
        ).subquery()
        statement = select(
            ranked.c.key,
            func.count(),
            func.max(ranked.c.answered),
            func.max(case((ranked.c.place == (ranked.c.answered + 1) // _int(2), ranked.c.seconds))),
            func.max(case((ranked.c.place == (ranked.c.answered * 9 + 9) // _int(10), ranked.c.seconds))),
        ).group_by(ranked.c.key)
        return [Wait(*row) for row in self._connection.execute(statement)]

    # -- knowledge

    def top_gaps(self, cut: Cut, before: Span, limit: int) -> list[TopGap]:
        """The gaps that were run into most often, and how often in the time before."""
        count = func.count().label("count")
        statement = (
            _of_gaps(select(gap.c.id, gap.c.title, gap.c.state, count, func.count(gap_turn.c.language.distinct())), cut)
            .group_by(gap.c.id, gap.c.title, gap.c.state)
            .order_by(count.desc(), gap.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(statement).all()
        earlier = Cut(before, cut.language, cut.channel)
        past = _of_gaps(select(gap.c.id, func.count()), earlier).where(gap.c.id.in_([row[0] for row in rows]))
        counts = {row[0]: row[1] for row in self._connection.execute(past.group_by(gap.c.id))}
        return [TopGap(row[0], row[1], row[2], row[3], row[4], counts.get(row[0], 0)) for row in rows]

    def articles(self, language: str) -> list[ArticleUse]:
        """The newest version of every article that may answer, by id; what people only drafted so far may not."""
        title = article.c.document[language]["title"].as_string()
        shown = select(message.c.id).where(message.c.article_id == article.c.id).exists()
        may_answer = or_(article.c.state == "approved", article.c.created_by.is_(None))
        statement = (
            select(article.c.id, title, article.c.created_at, shown, may_answer)
            .where(article.c.state != "retired")
            .order_by(article.c.id, article.c.version)
        )
        rows = self._connection.execute(statement).all()
        living = {row[0] for row in rows if row[4]}
        return list({row[0]: ArticleUse(*row[:4]) for row in rows if row[0] in living}.values())

    # -- labelling

    def came(self, span: Span, language: str | None = None) -> dict[int, int]:
        """How many new questions came in each week of the period."""
        week = _week(question.c.first_at, span).label("week")
        conditions = [question.c.first_at >= span.start, question.c.first_at < span.end, *_spoken(language)]
        statement = select(week, func.count()).where(*conditions).group_by(week)
        return {row[0]: row[1] for row in self._connection.execute(statement)}

    def went(self, span: Span, language: str | None = None) -> dict[int, int]:
        """How many questions were decided in each week of the period, less those that became undecided again."""
        week = _week(label.c.at, span).label("week")
        was, is_new = label.c.previous_state == ReviewState.NEW, label.c.state == ReviewState.NEW
        step = case((was & ~is_new, 1), (~was & is_new, -1), else_=0)
        statement = select(week, func.sum(step)).where(label.c.at >= span.start, label.c.at < span.end)
        if language:
            statement = statement.join(question, question.c.id == label.c.question_id).where(*_spoken(language))
        return {row[0]: int(row[1]) for row in self._connection.execute(statement.group_by(week))}

    def standing(self, language: str | None = None) -> dict[str, int]:
        """How many questions are in which state of the review now."""
        statement = select(question.c.state, func.count()).where(*_spoken(language)).group_by(question.c.state)
        return {row[0]: row[1] for row in self._connection.execute(statement)}


def _summed(number: int, span: Span, parts: Sequence[Span], found: Mapping[int, Sequence[Any]]) -> Iterator[Tally]:
    """The tallies of a span, from those of the pieces that it is made of."""
    sums: defaultdict[tuple[str, str, str], list[int]] = defaultdict(lambda: [0, 0, 0])
    for place, part in enumerate(parts):
        if span.start <= part.start and part.end <= span.end:
            for row in found.get(place, ()):
                total = sums[row[1], row[2], row[3]]
                total[:] = total[0] + row[4], total[1] + row[5], total[2] + int(row[6])
    for (language, channel, outcome), (count, judged, useful) in sums.items():
        yield Tally(number, language, channel, Outcome(outcome), count, judged, useful)


def _tallies(number: int, cut: Cut) -> Select[Any]:
    keys = (turn.c.language, turn.c.channel, turn.c.outcome)
    useful = func.sum(case((turn.c.is_useful.is_(True), 1), else_=0))
    counts = (func.count(), func.count(turn.c.is_useful), useful)
    return select(_int(number), *keys, *counts).where(*_of_turns(cut)).group_by(*keys)


def _of_turns(cut: Cut) -> list[ColumnElement[bool]]:
    return [
        turn.c.created_at >= cut.span.start,
        turn.c.created_at < cut.span.end,
        *([turn.c.language == cut.language] if cut.language else []),
        *([turn.c.channel == cut.channel] if cut.channel else []),
    ]


def _of_tickets(cut: Cut) -> list[ColumnElement[bool]]:
    here = select(conversation.c.id).where(
        conversation.c.id == ticket.c.conversation_id, conversation.c.channel == cut.channel
    )
    return [
        ticket.c.opened_at >= cut.span.start,
        ticket.c.opened_at < cut.span.end,
        ticket.c.reason != HandOffReason.OFFICER_STEPPED_IN,
        *([ticket.c.language == cut.language] if cut.language else []),
        *([here.exists()] if cut.channel else []),
    ]


def _of_gaps(statement: Select[Any], cut: Cut) -> Select[Any]:
    found = statement.join_from(gap_turn, gap, gap.c.id == gap_turn.c.gap_id)
    found = found.where(gap_turn.c.at >= cut.span.start, gap_turn.c.at < cut.span.end)
    if cut.language:
        found = found.where(gap_turn.c.language == cut.language)
    if cut.channel:
        found = found.join(conversation, conversation.c.id == gap_turn.c.conversation_id)
        found = found.where(conversation.c.channel == cut.channel)
    return found


def _spoken(language: str | None) -> list[ColumnElement[bool]]:
    return [question.c.language == language] if language else []


def _int(number: int) -> ColumnElement[int]:
    """A number in the statement itself: PostgreSQL cannot group by what it takes for another parameter each time."""
    return literal_column(str(number), BigInteger)


def _epoch(moment: ColumnElement[Any]) -> ColumnElement[int]:
    return cast(extract("epoch", moment), BigInteger)


def _week(moment: ColumnElement[Any], span: Span) -> ColumnElement[int]:
    """The number of a moment's week in a period, counted from 0; to the second, in which both databases agree."""
    first = datetime.combine(monday(day_of(span.start)), datetime.min.time(), ZONE)
    return (_epoch(moment) - _int(int(first.timestamp()))) // _int(WEEK_SECONDS)
