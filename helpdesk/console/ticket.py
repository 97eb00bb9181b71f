"""What an officer does to a ticket, each one form and one use case."""

from collections.abc import Callable

from aiohttp import web

from helpdesk.console import conversation, form, problem
from helpdesk.console.article import inserted
from helpdesk.console.desk import Desk, desk_of, visit_of
from helpdesk.console.guard import status_of
from helpdesk.console.page import go
from helpdesk.error import HelpdeskError, InvalidInput, Unavailable
from helpdesk.inbox import IncomingFile
from helpdesk.officer import Officer
from helpdesk.storage.unit import Unit
from helpdesk.ticket import Ticket
from helpdesk.usecase import queue

Move = Callable[[Unit, Desk, int, Officer], Ticket]
Shown = tuple[str | None, int | None]
"""The article and version that a reply repeats."""


async def release(request: web.Request) -> web.StreamResponse:
    """Give a ticket back to the queue."""
    return await _move(
        request,
        "released",
        lambda unit, desk, ticket_id, officer: queue.release(unit, desk.policy, ticket_id, officer, desk.clock()),
    )


async def resolve(request: web.Request) -> web.StreamResponse:
    """End a ticket; the contact is asked for a rating."""
    return await _move(
        request,
        "resolved",
        lambda unit, desk, ticket_id, officer: queue.resolve(unit, desk.policy, ticket_id, officer, desk.clock()),
    )


async def hand_back(request: web.Request) -> web.StreamResponse:
    """Let the bot speak again."""
    return await _move(
        request,
        "handed_back",
        lambda unit, desk, ticket_id, officer: queue.hand_back(unit, desk.policy, ticket_id, officer, desk.clock()),
    )


async def transfer(request: web.Request) -> web.StreamResponse:
    """Pass a ticket to a colleague."""
    to_id = form.whole(await request.post(), "to")
    return await _move(
        request,
        "transferred",
        lambda unit, desk, ticket_id, officer: queue.transfer(
            unit, desk.policy, ticket_id, officer, to_id, desk.clock()
        ),
    )


async def reply(request: web.Request) -> web.StreamResponse:
    """Answer the contact, with files; a refused answer comes back with the words that were typed."""
    desk, visit, ticket_id = desk_of(request), visit_of(request), form.number(request, "ticket")
    ticket = await desk.database.read(lambda unit: unit.tickets.get(ticket_id))
    fields: dict[str, str] = {}
    files: tuple[IncomingFile, ...] = ()
    try:
        files = await form.upload(request, desk, visit.csrf, fields)
        words = form.text(fields, "text")
        serving = visit.is_serving_drafts
        shown = await desk.database.read(lambda unit: _repeated(unit, desk, ticket, words, serving))
        officer = visit.officer
        await desk.change(lambda unit: _reply(unit, desk, ticket, officer, words, files, shown), ticket.conversation_id)
    except HelpdeskError as error:
        form.discard(desk, files)
        return await _refused(request, ticket, error, fields.get("text", ""))
    return go(f"/conversations/{ticket.conversation_id}", "replied")


async def _refused(request: web.Request, ticket: Ticket, error: HelpdeskError, typed: str) -> web.Response:
    """The conversation again, with the reason and the words; without a database only the reason can be shown."""
    if isinstance(error, Unavailable):
        raise error
    sentence = problem.words(request, error)
    return await conversation.page(request, ticket.conversation_id, status_of(error), sentence, typed)


def _repeated(unit: Unit, desk: Desk, ticket: Ticket, words: str, is_serving_drafts: bool) -> Shown:
    language = unit.conversations.get(ticket.conversation_id).language
    plain = words.replace("\r\n", "\n")
    found = inserted(unit, plain, language, desk.clock(), is_serving_drafts=is_serving_drafts)
    return (found.id, found.version) if found else (None, None)


def _reply(
    unit: Unit,
    desk: Desk,
    ticket: Ticket,
    officer: Officer,
    words: str,
    files: tuple[IncomingFile, ...],
    shown: Shown,
) -> int:
    at = desk.clock()
    for file in files:
        if file.problem:
            raise InvalidInput(file.problem)
        unit.messages.add_file(file, at, ticket.conversation_id)
    ids = tuple(file.id for file in files)
    return queue.reply(unit, desk.policy, ticket.id, officer, words, at, ids, shown)


async def _move(request: web.Request, done: str, move: Move) -> web.StreamResponse:
    desk, visit, ticket_id = desk_of(request), visit_of(request), form.number(request, "ticket")
    ticket = await desk.change(lambda unit: move(unit, desk, ticket_id, visit.officer))
    desk.notify(ticket.conversation_id)
    return go(f"/conversations/{ticket.conversation_id}", done)
