"""A few honest numbers about the desk today, each a query over stored facts."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from helpdesk.calendar import ZONE
from helpdesk.console.desk import desk_of
from helpdesk.console.page import render
from helpdesk.message import Outcome
from helpdesk.officer import Officer
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HELD, TicketState


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts of now and of today (Vietnam's day)."""

    queued: int
    held: int
    oldest_since: datetime | None
    on_duty: list[Officer]
    outcomes: dict[Outcome, int]
    week: list[tuple[datetime, int]]

    @property
    def questions(self) -> int:
        """Questions today."""
        return sum(self.outcomes.values())


async def show(request: web.Request) -> web.Response:
    """The overview page."""
    desk = desk_of(request)
    figures = await desk.database.read(lambda unit: figures_of(unit, desk.clock()))
    return render(request, "overview.html", figures=figures)


def figures_of(unit: Unit, now: datetime) -> Figures:
    """Count what is stored."""
    today = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0)
    counts = unit.tickets.counts()
    first = unit.tickets.in_states([TicketState.QUEUED], limit=1)
    outcomes = unit.turns.outcomes(today)
    days = [today - timedelta(days=back) for back in range(6, -1, -1)]
    since = [sum(unit.turns.outcomes(day).values()) for day in days] + [0]
    return Figures(
        queued=counts.get(TicketState.QUEUED, 0),
        held=sum(counts.get(state, 0) for state in HELD),
        oldest_since=first[0].queued_at if first else None,
        on_duty=[officer for officer in unit.officers.all() if officer.is_active and officer.on_duty],
        outcomes={outcome: outcomes[outcome] for outcome in Outcome if outcome in outcomes},
        week=[(day, before - after) for day, before, after in zip(days, since, since[1:], strict=False)],
    )
