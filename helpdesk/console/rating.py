"""Ratings, only ever in sums: by unit and month, never who rated, never whom."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from helpdesk.calendar import ZONE
from helpdesk.console.desk import desk_of
from helpdesk.console.page import render
from helpdesk.rating import LEVELS

MONTHS = timedelta(days=366)
LEAST = 3
"""A row of fewer ratings is shown as their number only: from so few somebody could tell who gave them."""


@dataclass(frozen=True, slots=True)
class Row:
    """The ratings of one unit (None = not set) in one month (`2026-11`); without levels when they are too few."""

    month: str
    unit: str | None
    count: int
    levels: dict[int, int] | None

    @property
    def mean(self) -> float | None:
        """The mean level, None when the levels are not shown."""
        if self.levels is None:
            return None
        return sum(level * count for level, count in self.levels.items()) / self.count


async def show(request: web.Request) -> web.Response:
    """Ratings of the last twelve months by month and unit."""
    desk = desk_of(request)
    given = await desk.database.read(lambda unit: unit.ratings.given(desk.clock() - MONTHS))
    return render(request, "ratings.html", rows=rows(given), levels=LEVELS, least=LEAST)


def rows(given: Iterable[tuple[str | None, datetime, int]]) -> list[Row]:
    """Ratings summed up, the newest month first."""
    sums: defaultdict[tuple[str, str], Counter[int]] = defaultdict(Counter)
    for unit, rated_at, level in given:
        sums[rated_at.astimezone(ZONE).strftime("%Y-%m"), unit or ""][level] += 1
    return [
        Row(month, unit or None, counts.total(), dict(counts) if counts.total() >= LEAST else None)
        for (month, unit), counts in sorted(sums.items(), key=lambda item: (item[0][0], item[0][1]), reverse=True)
    ]
