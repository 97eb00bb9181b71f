"""How long people waited for an officer, and what questions came to by gate."""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence

from helpdesk.console.insight import chart
from helpdesk.console.insight.chart import Series
from helpdesk.console.insight.sheet import Cell, Column, Kind, Sheet
from helpdesk.console.insight.view import View, by_key, day_of
from helpdesk.insight import Rate
from helpdesk.message import Outcome
from helpdesk.storage.insight import Wait
from helpdesk.storage.unit import Unit

HOUR = 3600


def sheets(unit: Unit, view: View) -> list[Sheet]:
    """How long people waited for an officer, and what questions came to by gate."""
    gates: defaultdict[str, Counter[Outcome]] = defaultdict(Counter)
    for place, outcome, count in unit.insight.gates(view.cut):
        gates[place][outcome] += count
    weekly = {wait.key: wait for wait in unit.insight.waits(view.cut)}
    places = sorted(unit.insight.waits(view.cut, is_by_unit=True), key=lambda wait: (-wait.tickets, wait.key or ""))
    return [_waits(view, weekly), _units(view, places), by_key(view, "gates", "unit", gates)]


def _waits(view: View, weekly: Mapping[int, Wait]) -> Sheet:
    waits = [weekly.get(number, Wait(number, 0, 0, None, None)) for number in range(len(view.weeks))]
    rows: list[list[Cell]] = [[day_of(week), *_wait_cells(wait)] for week, wait in zip(view.weeks, waits, strict=True)]
    few = [Rate(0, wait.answered).is_few for wait in waits]
    series = [
        Series(view.say("median"), 1, [_hours(wait.median) for wait in waits], few),
        Series(view.say("ninetieth"), 5, [_hours(wait.ninetieth) for wait in waits], few),
    ]
    answered = sum(wait.answered for wait in waits)
    columns = [Column(view.say("week"), Kind.DAY), *_wait_columns(view)]
    starts = [week.start for week in view.weeks]
    drawn = chart.lines(view.drawing("waits", _hours_read(view)), starts, series) if answered else None
    return Sheet("waits", columns, rows, sum(wait.tickets for wait in waits), drawn, view.note("waits"))


def _units(view: View, places: Sequence[Wait]) -> Sheet:
    names = [view.known("unit", place.key) if place.key else view.say("no_unit") for place in places]
    rows: list[list[Cell]] = [[name, *_wait_cells(place)] for name, place in zip(names, places, strict=True)]
    known = [(name, place) for name, place in zip(names, places, strict=True) if place.answered]
    labels = [f"{name} (n = {place.answered})" for name, place in known]
    series = [Series(view.say("median"), 1, [_hours(place.median) for _, place in known])]
    drawn = chart.rows(view.drawing("units", _hours_read(view)), labels, series) if known else None
    columns = [view.text("gates"), *_wait_columns(view)]
    return Sheet("units", columns, rows, sum(place.tickets for place in places), drawn, view.note("units"))


def _wait_columns(view: View) -> list[Column]:
    times = [Column(view.say(name), Kind.MINUTES) for name in ("median", "ninetieth")]
    return [view.count("tickets"), view.rate("replied"), *times]


def _wait_cells(wait: Wait) -> list[Cell]:
    minutes = [None if second is None else round(second / 60) for second in (wait.median, wait.ninetieth)]
    return [wait.tickets, Rate(wait.answered, wait.tickets), *minutes]


def _hours(seconds: int | None) -> float | None:
    return None if seconds is None else round(seconds / HOUR, 2)


def _hours_read(view: View) -> Callable[[float], str]:
    return lambda value: view.say("hours", value=f"{value:g}")
