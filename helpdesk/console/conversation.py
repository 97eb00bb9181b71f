"""One conversation: its whole story and everything an officer can do about it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiohttp import web

from helpdesk.console import form
from helpdesk.console.desk import Desk, desk_of, visit_of
from helpdesk.console.guard import keep_alive
from helpdesk.console.page import go, render
from helpdesk.console.stream import presence_key
from helpdesk.console.timeline import Timeline, timeline_of
from helpdesk.console.wording import as_language
from helpdesk.officer import Officer
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.ticket import Ticket, TicketState
from helpdesk.usecase import hours, queue

VIEW_LOGGED_EVERY = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Case:
    """Everything the conversation page shows; `place` 0 when the ticket is not queued."""

    conversation: Conversation
    ticket: Ticket | None
    is_holder: bool
    place: int
    hours: str
    tickets: list[Ticket]
    timeline: Timeline
    titles: dict[str, str]
    colleagues: list[Officer]


async def show(request: web.Request) -> web.Response:
    """The conversation page; looking at it is logged."""
    return await page(request, request.match_info["conversation"])


async def page(
    request: web.Request, conversation_id: str, status: int = 200, sentence: str | None = None, typed: str = ""
) -> web.Response:
    """The conversation page, also after a refused reply: then with the reason and the words that were typed."""
    desk, visit = desk_of(request), visit_of(request)
    before = request.query.get("before", "")
    oldest = int(before) if before.isascii() and before.isdigit() and len(before) < 10 else None
    case = await desk.database.read(lambda unit: case_of(unit, conversation_id, visit.officer, desk.clock(), oldest))
    await _log_view(desk, visit.officer, conversation_id)
    others = desk.presence.others(conversation_id, visit.officer.id)
    facts: dict[str, Any] = {"case": case, "others": others, "sentence": sentence, "typed": typed}
    return render(request, "conversation.html", status, **facts)


async def note(request: web.Request) -> web.StreamResponse:
    """Add a private note."""
    desk, visit, conversation_id = desk_of(request), visit_of(request), request.match_info["conversation"]
    words = form.text(await request.post(), "text")
    await desk.change(
        lambda unit: queue.note(unit, conversation_id, visit.officer, words, desk.clock()), conversation_id
    )
    return go(f"/conversations/{conversation_id}", "noted")


async def take(request: web.Request) -> web.StreamResponse:
    """Step into a conversation that the bot holds."""
    desk, visit, conversation_id = desk_of(request), visit_of(request), request.match_info["conversation"]
    await desk.change(
        lambda unit: queue.take(unit, desk.policy, conversation_id, visit.officer, desk.clock()), conversation_id
    )
    return go(f"/conversations/{conversation_id}", "claimed")


async def retry(request: web.Request) -> web.StreamResponse:
    """Send a failed message again."""
    desk, visit, message_id = desk_of(request), visit_of(request), form.number(request, "message")

    def again(unit: Unit) -> str:
        queue.retry_delivery(unit, message_id, visit.officer, desk.clock())
        return unit.messages.get(message_id).conversation_id

    conversation_id = await desk.change(again)
    desk.notify(conversation_id)
    return go(f"/conversations/{conversation_id}", "retried")


async def sign_of_life(request: web.Request) -> web.StreamResponse:
    """Tell the others who look at this conversation that one is here, or typing."""
    desk, visit, conversation_id = desk_of(request), visit_of(request), request.match_info["conversation"]
    officer, is_typing = visit.officer, form.text(await request.post(), "typing") == "1"
    if is_typing:
        await keep_alive(desk, visit)
    if desk.presence.mark(conversation_id, officer.id, officer.name, is_typing):
        desk.notify(presence_key(conversation_id))
    return web.Response(status=204)


def case_of(unit: Unit, conversation_id: str, officer: Officer, at: datetime, before: int | None = None) -> Case:
    """Read everything about a conversation; raises NotFound."""
    conversation = unit.conversations.get(conversation_id)
    ticket = unit.tickets.get(conversation.open_ticket_id) if conversation.open_ticket_id else None
    timeline = timeline_of(unit, conversation_id, conversation.last_seq, before)
    return Case(
        conversation,
        ticket,
        is_holder=ticket is not None and ticket.officer_id == officer.id,
        place=unit.tickets.place(ticket) if ticket and ticket.state is TicketState.QUEUED else 0,
        hours=hours.sentence(unit, ticket.unit, as_language(officer.language), at) if ticket else "",
        tickets=unit.tickets.of(conversation_id)[::-1],
        timeline=timeline,
        titles=unit.articles.titles(_article_ids(timeline, ticket, conversation), as_language(officer.language)),
        colleagues=[other for other in unit.officers.all() if other.is_active and other.id != officer.id],
    )


def _article_ids(timeline: Timeline, ticket: Ticket | None, conversation: Conversation) -> set[str]:
    found = {ticket.topic if ticket else None, conversation.context.get("article")}
    for entry in timeline.entries:
        if entry.turn is not None:
            found.update(str(candidate["article_id"]) for candidate in entry.turn.candidates)
            found.add(entry.turn.article_id)
    return {article_id for article_id in found if article_id}


async def _log_view(desk: Desk, officer: Officer, conversation_id: str) -> None:
    """Who looked at whose conversation is part of the audit log, once in a while and not at every refresh."""
    at = desk.clock()
    action = "conversation.viewed"
    is_known = await desk.database.read(
        lambda unit: unit.audit.has(action, officer.id, conversation_id, at - VIEW_LOGGED_EVERY)
    )
    if not is_known:
        await desk.database.write(lambda unit: unit.audit.add(at, action, officer.id, "", conversation_id))
