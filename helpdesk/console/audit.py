"""The log of everything that officers, administrators and the system did."""

from aiohttp import web

from helpdesk.console.desk import desk_of
from helpdesk.console.page import render
from helpdesk.console.paging import SIZE, Page


async def show(request: web.Request) -> web.Response:
    """The log, newest first, page by page."""
    value = request.query.get("before", "")
    before = int(value) if value.isascii() and value.isdigit() and len(value) < 16 else None
    entries = await desk_of(request).database.read(lambda unit: unit.audit.recent(SIZE + 1, before))
    shown = entries[:SIZE]
    older = f"?before={shown[-1].id}" if len(entries) > SIZE else None
    return render(request, "audit.html", entries=shown, page=Page("?" if before else None, older))
