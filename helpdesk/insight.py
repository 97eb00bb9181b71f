"""How well the desk works, in numbers that say from how many cases they come.

Weeks are those of Vietnam and begin on Monday.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

from helpdesk.calendar import ZONE
from helpdesk.message import Outcome

FEW = 20
"""A rate of fewer cases is marked: one case more or less would move it by several points."""
WEEKS = 53
"""The longest period; a year has at most this many weeks or parts of weeks."""
EFFECT = timedelta(days=28)
"""How long before and after a change of the model is looked at for its effect."""
CONFIDENCE = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""
MISSES = frozenset({Outcome.CLARIFY, Outcome.HANDOFF, Outcome.OUT_OF_SCOPE, Outcome.ERROR})
"""What a question comes to when the bot knew no answer to it."""
TALK = frozenset({Outcome.SMALLTALK, Outcome.RATING})
"""Turns that ask nothing."""


class Range(StrEnum):
    """The periods that can be chosen by name."""

    MONTH = "4w"
    QUARTER = "12w"
    YEAR = "52w"
    DATES = "dates"


_LENGTH = {Range.MONTH: 4, Range.QUARTER: 12, Range.YEAR: 52}


class Span(NamedTuple):
    """From one moment to before another."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True)
class Rate:
    """How many of how many."""

    hits: int
    total: int

    @property
    def share(self) -> float | None:
        """In [0, 1]; None of none."""
        return self.hits / self.total if self.total else None

    @property
    def is_few(self) -> bool:
        """True when so few cases say little."""
        return self.total < FEW

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which shares the true one lies with 95 % confidence (Wilson's interval)."""
        if not self.total:
            return 0.0, 1.0
        share, square = self.hits / self.total, CONFIDENCE**2
        whole = 1 + square / self.total
        centre = (share + square / (2 * self.total)) / whole
        reach = CONFIDENCE * sqrt(share * (1 - share) / self.total + square / (4 * self.total**2)) / whole
        return max(0.0, centre - reach), min(1.0, centre + reach)


@dataclass(frozen=True, slots=True)
class Tally:
    """Turns of one kind within one span: how many, how many were judged, how many of those were useful."""

    span: int
    language: str
    channel: str
    outcome: Outcome
    count: int
    judged: int
    useful: int


@dataclass(frozen=True, slots=True)
class Score:
    """How the bot fared: its answers among questions, the misses among them, and what people found useful."""

    answered: Rate
    missed: Rate
    useful: Rate


def score(tallies: Iterable[Tally]) -> Score:
    """Sum up turns; small talk and ratings are no questions."""
    rows = [tally for tally in tallies if tally.outcome not in TALK]
    total = sum(tally.count for tally in rows)
    answered = sum(tally.count for tally in rows if tally.outcome is Outcome.ANSWERED)
    missed = sum(tally.count for tally in rows if tally.outcome in MISSES)
    useful = Rate(sum(tally.useful for tally in rows), sum(tally.judged for tally in rows))
    return Score(Rate(answered, total), Rate(missed, total), useful)


def period(wanted: Range, today: date, first: date | None = None, last: date | None = None) -> tuple[date, date]:
    """The first and last day of a period; one that is too long begins later, one back to front is turned round."""
    if wanted is not Range.DATES or not (first or last):
        weeks = _LENGTH.get(wanted, _LENGTH[Range.QUARTER])
        return monday(today) - timedelta(weeks=weeks - 1), today
    first, last = sorted((first or today, last or today))
    last = min(last, today)
    return max(min(first, last), monday(last) - timedelta(weeks=WEEKS - 1)), last


def weeks(first: date, last: date) -> list[Span]:
    """The weeks of a period; the outer ones are cut where it begins and ends."""
    mondays = [monday(first) + timedelta(weeks=n) for n in range((monday(last) - monday(first)).days // 7 + 1)]
    days = [first, *mondays[1:], last + timedelta(days=1)]
    return [Span(_midnight(start), _midnight(end)) for start, end in pairwise(days)]


def monday(day: date) -> date:
    """The Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def around(changes: Sequence[datetime], now: datetime) -> list[tuple[Span, Span]]:
    """The time before and after each change, cut where a neighbouring change begins another time; oldest first."""
    edges = [datetime.min.replace(tzinfo=now.tzinfo), *changes, now]
    return [
        (Span(max(before, at - EFFECT), at), Span(at, max(at, min(after, at + EFFECT, now))))
        for before, at, after in zip(edges, changes, edges[2:], strict=False)
    ]


def pieces(spans: Iterable[Span]) -> list[Span]:
    """Spans that touch but never overlap, of which each of `spans` is made up; in order."""
    known = [span for span in spans if span.start < span.end]
    edges = sorted({moment for span in known for moment in span})
    parts = [Span(start, end) for start, end in pairwise(edges)]
    return [part for part in parts if any(span.start <= part.start and part.end <= span.end for span in known)]


def backlog(left: int, came: Sequence[int], went: Sequence[int]) -> list[int]:
    """How many waited at the end of each span, from how many wait now and what came and went in each."""
    found: list[int] = []
    for new, done in zip(reversed(came), reversed(went), strict=True):
        found.append(max(0, left))
        left += done - new
    return found[::-1]


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), ZONE)
