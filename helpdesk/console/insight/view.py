"""What a page about the desk's work is about, and what its figures have in common."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from markupsafe import Markup

from helpdesk import calendar, insight
from helpdesk.console.insight import chart
from helpdesk.console.insight.chart import Drawing, Series
from helpdesk.console.insight.sheet import Cell, Column, Kind, Sheet
from helpdesk.insight import Rate, Score, Span, Tally
from helpdesk.learning import PromotionState
from helpdesk.message import Outcome
from helpdesk.storage.insight import Cut
from helpdesk.storage.model import Promotion
from helpdesk.storage.unit import Unit

PROMOTIONS = 52
"""Changes of the model that a page can show: one a week for a year."""
SHARE = "{:.0f} %".format


@dataclass(frozen=True, slots=True)
class View:
    """What a page is about, and the words it is written in.

    Attributes:
        cut: the whole period with its filters; weeks: the same, week by week.
        say: words of the room by name; known: words for one of many names.
        language: the reader's, for titles.
    """

    cut: Cut
    weeks: Sequence[Span]
    now: datetime
    language: str
    say: Callable[..., str]
    known: Callable[[str, object], str]

    def text(self, name: str) -> Column:
        """The head of a column of texts."""
        return Column(self.say(name), Kind.TEXT)

    def count(self, name: str) -> Column:
        """The head of a column of counts."""
        return Column(self.say(name))

    def rate(self, name: str) -> Column:
        """The head of a column of rates."""
        return Column(self.say(name), Kind.RATE)

    def drawing(self, name: str, reads: Callable[[float], str] | None = None) -> Drawing:
        """A chart, named as its table."""
        return Drawing(name, self.say(f"{name}_title"), reads)

    def note(self, name: str) -> str:
        """What has to be known to read the figures."""
        return self.say(f"{name}_note", few=insight.FEW, days=insight.EFFECT.days, most=PROMOTIONS)


def by_key(view: View, name: str, section: str, groups: Mapping[str, Counter[Outcome]]) -> Sheet:
    """What turns came to by a key whose names are words of `section`, as shares, the most frequent key first."""
    found = sorted(groups.items(), key=lambda item: (-item[1].total(), item[0]))
    counts = [count for _, count in found]
    names = [view.known(section, key) for key, _ in found]
    labels = [f"{one} (n = {count.total()})" for one, count in zip(names, counts, strict=True)]
    rows: list[list[Cell]] = [
        [one, count.total(), *(Rate(count[outcome], count.total()) for outcome in Outcome)]
        for one, count in zip(names, counts, strict=True)
    ]
    columns = [view.text(name), view.count("turns"), *outcome_columns(view, Kind.RATE)]
    series = stacked(view, counts, lambda count, outcome: 100 * count[outcome] / count.total())
    drawn = chart.rows(view.drawing(name, SHARE), labels, series, 100) if found else None
    return Sheet(name, columns, rows, sum(count.total() for count in counts), drawn, view.note(name))


def outcome_columns(view: View, kind: Kind = Kind.COUNT) -> list[Column]:
    """A column an outcome."""
    return [Column(view.known("outcome", outcome), kind) for outcome in Outcome]


def stacked(
    view: View, counts: Sequence[Counter[Outcome]], reads: Callable[[Counter[Outcome], Outcome], float]
) -> list[Series]:
    """A series for each outcome that occurs; an outcome has the same tone on every chart."""
    return [
        Series(view.known("outcome", outcome), tone, [reads(count, outcome) for count in counts])
        for tone, outcome in enumerate(Outcome, 1)
        if any(count[outcome] for count in counts)
    ]


def weekly(view: View, tallies: Sequence[Tally]) -> list[Score]:
    """How the bot fared in each week."""
    weeks: list[list[Tally]] = [[] for _ in view.weeks]
    for tally in tallies:
        weeks[tally.span].append(tally)
    return [insight.score(week) for week in weeks]


def changes_in(unit: Unit, span: Span) -> list[Promotion]:
    """The changes of the serving model within a period, oldest first, the newest few of them."""
    done = [one for one in unit.models.promotions(limit=200) if one.state is PromotionState.DONE]
    return [one for one in done if span.start <= moment_of(one) < span.end][:PROMOTIONS][::-1]


def moment_of(change: Promotion) -> datetime:
    """When a change of the serving model took place."""
    return change.ended_at or change.asked_at


def timeline(view: View, name: str, series: Sequence[Series], changes: Sequence[Promotion]) -> Markup:
    """Shares week by week, with an upright line where the model changed."""
    marks = Series(view.say("promotion"), chart.TONES, [])
    starts = [week.start for week in view.weeks]
    return chart.lines(view.drawing(name, SHARE), starts, series, marks, [moment_of(one) for one in changes], 100)


def rate_series(name: str, tone: int, rates: Sequence[Rate]) -> Series:
    """Rates as charts draw them, in percent."""
    shares = [None if rate.share is None else round(100 * rate.share, 1) for rate in rates]
    return Series(name, tone, shares, [rate.is_few for rate in rates])


def day_of(week: Span) -> date:
    """The day by which a week is called."""
    return calendar.day_of(week.start)
