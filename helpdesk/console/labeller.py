"""Who labels how much, the limit of what one account may decide alone, and taking a whole series back."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from aiohttp import web

from helpdesk.calendar import ZONE
from helpdesk.console import form
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.page import go, language_of, render
from helpdesk.console.wording import say
from helpdesk.error import InvalidInput
from helpdesk.officer import Officer
from helpdesk.storage.label import Labeller
from helpdesk.storage.unit import Unit
from helpdesk.usecase import review

MONTH = timedelta(days=30)


async def show(request: web.Request) -> web.Response:
    """Everybody who labelled in the last month."""
    return await _page(request)


async def set_limit(request: web.Request) -> web.StreamResponse:
    """Set how many labels of one account count at once within an hour."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    limit = form.whole(fields, "limit")
    await desk.database.write(lambda unit: review.set_limit(unit, limit, visit.officer, desk.clock()))
    return go("/review/accounts", "limit_saved")


async def undo(request: web.Request) -> web.StreamResponse:
    """Take back what an account has said since a moment, part by part so that nobody else has to wait for it."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    officer_id, since = form.whole(fields, "officer"), _moment(fields, "since")
    step = partial(review.undo_account, officer_id=officer_id, since=since, officer=visit.officer, at=desk.clock())
    done = 0
    while count := await desk.database.write(step):
        done += count

    def look(unit: Unit) -> tuple[str, int]:
        return unit.officers.get(officer_id).name, unit.labels.touched_by(officer_id, since)

    name, touched = await desk.database.read(look)
    said = say(language_of(request), "review.undo_result", count=done, name=name, left=max(0, touched - done))
    return await _page(request, said)


async def _page(request: web.Request, said: str = "") -> web.Response:
    desk = desk_of(request)
    since = desk.clock() - MONTH

    def look(unit: Unit) -> tuple[list[Labeller], list[Officer], int]:
        return unit.labels.labellers(since), unit.officers.all(), review.limit_of(unit)

    labellers, officers, limit = await desk.database.read(look)
    now = desk.clock().astimezone(ZONE).strftime("%Y-%m-%dT00:00")
    return render(request, "labeller.html", labellers=labellers, officers=officers, limit=limit, said=said, today=now)


def _moment(fields: Mapping[str, Any], name: str) -> datetime:
    """A local date and time as browsers send it; raises InvalidInput."""
    try:
        return datetime.fromisoformat(form.text(fields, name)).replace(tzinfo=ZONE)
    except ValueError:
        raise InvalidInput(f"the field {name} cannot be read; correct it") from None
