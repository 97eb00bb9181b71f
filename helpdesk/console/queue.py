"""The queue page: who waits, who is being served by whom, who is on duty."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from helpdesk.console import form, problem
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.page import go, render
from helpdesk.console.place import UNITS
from helpdesk.console.wording import Language, as_language, known
from helpdesk.error import ClaimLost
from helpdesk.language import LANGUAGES
from helpdesk.officer import Officer
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HELD, Ticket, TicketState
from helpdesk.usecase import queue


@dataclass(frozen=True, slots=True)
class Line:
    """One ticket as a row of the queue; `place` 0 when it is not queued, `alerts` 0 to 2, `topic` in words."""

    ticket: Ticket
    conversation: Conversation
    place: int
    alerts: int
    topic: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the queue page shows."""

    waiting: list[Line]
    mine: list[Line]
    others: list[Line]
    on_duty: list[Officer]
    oldest_since: datetime | None


async def show(request: web.Request) -> web.Response:
    """The queue, filtered by unit and language."""
    return await _page(request)


async def claim(request: web.Request) -> web.StreamResponse:
    """Take a ticket; the loser of a race is told who has it."""
    desk, visit, ticket_id = desk_of(request), visit_of(request), form.number(request, "ticket")
    try:
        ticket = await desk.database.write(
            lambda unit: queue.claim(unit, desk.policy, ticket_id, visit.officer, desk.clock())
        )
    except ClaimLost as error:
        return await _page(request, 409, problem.words(request, error))
    desk.notify(ticket.conversation_id)
    desk.notify("queue")
    return go(f"/conversations/{ticket.conversation_id}", "claimed")


async def _page(request: web.Request, status: int = 200, sentence: str | None = None) -> web.Response:
    visit = visit_of(request)
    wanted = {name: request.query.get(name, "") for name in ("unit", "language")}
    board = await desk_of(request).database.read(
        lambda unit: board_of(unit, visit.officer, wanted["unit"], wanted["language"])
    )
    facts = {"board": board, "wanted": wanted, "units": UNITS, "languages": LANGUAGES, "sentence": sentence}
    return render(request, "queue.html", status, **facts)


def board_of(unit: Unit, officer: Officer, place: str = "", language: str = "") -> Board:
    """What one officer sees of the queue; `place` is a unit's id and `language` a language, empty for all."""
    queued = unit.tickets.in_states([TicketState.QUEUED], limit=500)
    held = unit.tickets.in_states(sorted(HELD), limit=500)
    lines = {line.ticket.id: line for line in _lines(unit, queued, held, as_language(officer.language))}
    shown = [lines[ticket.id] for ticket in (*queued, *held) if _fits(ticket, place, language)]
    return Board(
        waiting=[line for line in shown if line.place],
        mine=[line for line in shown if line.ticket.officer_id == officer.id],
        others=[line for line in shown if not line.place and line.ticket.officer_id != officer.id],
        on_duty=[other for other in unit.officers.all() if other.is_active and other.on_duty],
        oldest_since=queued[0].queued_at if queued else None,
    )


def _lines(unit: Unit, queued: list[Ticket], held: list[Ticket], language: Language) -> list[Line]:
    tickets = [*queued, *held]
    conversations = unit.conversations.many([ticket.conversation_id for ticket in tickets])
    alerts = unit.tickets.alerts([ticket.id for ticket in tickets])
    topics = unit.articles.titles([ticket.topic for ticket in tickets if ticket.topic], language)
    places = {ticket.id: place for place, ticket in enumerate(queued, 1)}
    return [
        Line(
            ticket,
            conversations[ticket.conversation_id],
            places.get(ticket.id, 0),
            alerts.get(ticket.id, 0),
            topics.get(ticket.topic, known(language, "topic", ticket.topic)) if ticket.topic else "",
            ticket.queued_at if ticket.id in places else ticket.claimed_at or ticket.queued_at,
        )
        for ticket in tickets
    ]


def _fits(ticket: Ticket, place: str, language: str) -> bool:
    return (not place or ticket.unit == place) and (not language or ticket.language == language)
