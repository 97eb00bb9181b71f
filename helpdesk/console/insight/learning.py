"""What each change of the model did, and how much waits to be labelled."""

from collections.abc import Sequence

from helpdesk import calendar, insight
from helpdesk.console.insight import chart
from helpdesk.console.insight.chart import Series
from helpdesk.console.insight.sheet import Cell, Column, Kind, Sheet
from helpdesk.console.insight.view import (
    View,
    changes_in,
    day_of,
    moment_of,
    rate_series,
    timeline,
    weekly,
)
from helpdesk.insight import Rate, Score, Span, Tally
from helpdesk.review import ReviewState
from helpdesk.storage.model import Promotion
from helpdesk.storage.unit import Unit

_STATES = (ReviewState.NEW, ReviewState.PROPOSED, ReviewState.FLAGGED, ReviewState.LATER, ReviewState.REVIEWED)


def sheets(unit: Unit, view: View) -> list[Sheet]:
    """What each change of the model did, and how much waits to be labelled."""
    changes = changes_in(unit, view.cut.span)
    around = [span for pair in insight.around([moment_of(one) for one in changes], view.now) for span in pair]
    tallies = unit.insight.outcomes([*view.weeks, *around], view.cut.language, view.cut.channel)
    weeks = len(view.weeks)
    weekly_tallies = [one for one in tallies if one.span < weeks]
    scores = [insight.score(one for one in tallies if one.span == weeks + n) for n in range(len(around))]
    return [_misses(view, weekly_tallies, changes), _backlog(unit, view), _effects(view, changes, scores)]


def _misses(view: View, tallies: Sequence[Tally], changes: Sequence[Promotion]) -> Sheet:
    scores = weekly(view, tallies)
    rows: list[list[Cell]] = [[day_of(week), one.missed] for week, one in zip(view.weeks, scores, strict=True)]
    columns = [Column(view.say("week"), Kind.DAY), view.rate("missed_rate")]
    series = [rate_series(view.say("missed_rate"), 5, [one.missed for one in scores])]
    asked = sum(one.missed.total for one in scores)
    drawn = timeline(view, "misses", series, changes) if asked else None
    return Sheet("misses", columns, rows, asked, drawn, view.note("misses"))


def _effects(view: View, changes: Sequence[Promotion], scores: Sequence[Score]) -> Sheet:
    """`scores`: before and after each change, in turn."""
    pairs = zip(scores[::2], scores[1::2], strict=True)
    rows = [_effect(view, change, *pair) for change, pair in zip(changes, pairs, strict=True)]
    heads = ("missed_before", "missed_after", "useful_before", "useful_after")
    columns = [Column(view.say("changed_on"), Kind.DAY), view.text("model"), *(view.rate(name) for name in heads)]
    return Sheet("effects", [*columns, view.text("effect")], rows[::-1], len(rows), None, view.note("effects"))


def _effect(view: View, change: Promotion, before: Score, after: Score) -> list[Cell]:
    words = view.say(f"kind_{change.kind}", model=change.model)
    verdict = view.say(_verdict(before.missed, after.missed))
    day = calendar.day_of(moment_of(change))
    return [day, words, before.missed, after.missed, before.useful, after.useful, verdict]


def _verdict(before: Rate, after: Rate) -> str:
    """Better or worse only where chance does not explain the difference: the intervals do not touch."""
    if not before.total or not after.total:
        return "effect_unknown"
    if after.bounds[1] < before.bounds[0]:
        return "effect_better"
    return "effect_worse" if after.bounds[0] > before.bounds[1] else "effect_noise"


def _backlog(unit: Unit, view: View) -> Sheet:
    language, numbers = view.cut.language, range(len(view.weeks))
    # what waits is known for now only, so the way back begins there
    span = Span(view.cut.span.start, max(view.now, view.cut.span.end))
    later = max(numbers, default=0) + (view.now - view.weeks[-1].end).days // 7 + 2
    came, went = unit.insight.came(span, language), unit.insight.went(span, language)
    standing = unit.insight.standing(language)
    news, done = ([counts.get(number, 0) for number in range(later)] for counts in (came, went))
    left = insight.backlog(standing.get(ReviewState.NEW, 0), news, done)
    rows: list[list[Cell]] = [
        [day_of(week), *counts] for week, *counts in zip(view.weeks, news, done, left, strict=False)
    ]
    columns = [Column(view.say("week"), Kind.DAY), view.count("came"), view.count("went"), view.count("left")]
    series = [
        Series(view.say(name), tone, [float(value) for value in values[: len(numbers)]])
        for name, tone, values in (("came", 3, news), ("went", 1, done), ("left", 5, left))
    ]
    count = sum(standing.values())
    starts = [week.start for week in view.weeks]
    drawn = chart.lines(view.drawing("backlog"), starts, series) if count else None
    states = ", ".join(
        f"{view.known('review_state', state)} {standing[state]}" for state in _STATES if standing.get(state)
    )
    note = f"{view.note('backlog')} {view.say('standing', states=states)}" if states else view.note("backlog")
    return Sheet("backlog", columns, rows, count, drawn, note)
