"""What questions came to, and what people found useful."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from helpdesk.console.insight import chart
from helpdesk.console.insight.sheet import Cell, Column, Kind, Sheet
from helpdesk.console.insight.view import (
    View,
    by_key,
    changes_in,
    day_of,
    outcome_columns,
    rate_series,
    stacked,
    timeline,
    weekly,
)
from helpdesk.insight import Tally
from helpdesk.message import Outcome
from helpdesk.storage.model import Promotion
from helpdesk.storage.unit import Unit


def sheets(unit: Unit, view: View) -> list[Sheet]:
    """What questions came to, week by week, by language and by channel, and what people found useful."""
    tallies = unit.insight.outcomes(view.weeks, view.cut.language, view.cut.channel)
    changes = changes_in(unit, view.cut.span)
    return [
        _by_week(view, tallies),
        _useful(view, tallies, changes),
        by_key(view, "languages", "language", _grouped((tally.language, tally) for tally in tallies)),
        by_key(view, "channels", "channel", _grouped((tally.channel, tally) for tally in tallies)),
    ]


def _grouped(pairs: Iterable[tuple[str, Tally]]) -> dict[str, Counter[Outcome]]:
    found: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    for key, tally in pairs:
        found[key][tally.outcome] += tally.count
    return found


def _by_week(view: View, tallies: Sequence[Tally]) -> Sheet:
    counts: list[Counter[Outcome]] = [Counter() for _ in view.weeks]
    for tally in tallies:
        counts[tally.span][tally.outcome] += tally.count
    total = sum(count.total() for count in counts)
    rows: list[list[Cell]] = [
        [day_of(week), count.total(), *(count[outcome] for outcome in Outcome)]
        for week, count in zip(view.weeks, counts, strict=True)
    ]
    columns = [Column(view.say("week"), Kind.DAY), view.count("turns"), *outcome_columns(view)]
    labels = [f"{day_of(week):%d/%m}" for week in view.weeks]
    drawn = chart.columns(view.drawing("weeks"), labels, stacked(view, counts, Counter.__getitem__)) if total else None
    return Sheet("weeks", columns, rows, total, drawn, view.note("weeks"))


def _useful(view: View, tallies: Sequence[Tally], changes: Sequence[Promotion]) -> Sheet:
    scores = weekly(view, tallies)
    rows: list[list[Cell]] = [
        [day_of(week), one.useful, one.answered] for week, one in zip(view.weeks, scores, strict=True)
    ]
    judged = sum(one.useful.total for one in scores)
    columns = [Column(view.say("week"), Kind.DAY), view.rate("useful_rate"), view.rate("answered_rate")]
    series = [
        rate_series(view.say("useful_rate"), 1, [one.useful for one in scores]),
        rate_series(view.say("answered_rate"), 3, [one.answered for one in scores]),
    ]
    drawn = timeline(view, "useful", series, changes) if judged else None
    return Sheet("useful", columns, rows, judged, drawn, view.note("useful"))
