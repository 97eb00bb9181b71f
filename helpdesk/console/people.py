"""Who works at the desk: roles, units, coming and going, one-time links to an account or a new password."""

from typing import Any

from aiohttp import web

from helpdesk.console import form
from helpdesk.console.desk import BASE, desk_of, visit_of
from helpdesk.console.page import go, render
from helpdesk.console.place import UNITS, checked
from helpdesk.error import InvalidInput
from helpdesk.officer import Role
from helpdesk.storage.unit import Unit
from helpdesk.usecase import account


async def show(request: web.Request) -> web.Response:
    """Everybody."""
    return await _page(request)


async def invite(request: web.Request) -> web.StreamResponse:
    """Make a one-time link; this page is the only place that ever shows it."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    role = _role(form.text(fields, "role"))
    token = await desk.change(lambda unit: account.invite(unit, role, desk.clock(), visit.officer))
    return await _page(request, link=f"{desk.public_url}{BASE}/setup?token={token}", invited=role)


async def offer_reset(request: web.Request) -> web.StreamResponse:
    """Make a one-time link to a new password; this page is the only place that ever shows it."""
    desk, visit, officer_id = desk_of(request), visit_of(request), form.number(request, "officer")

    def offer(unit: Unit) -> tuple[str, str]:
        token = account.offer_reset(unit, officer_id, visit.officer, desk.clock())
        return token, unit.officers.get(officer_id).name

    token, name = await desk.change(offer)
    return await _page(request, link=f"{desk.public_url}{BASE}/reset?token={token}", resetting=name)


async def change(request: web.Request) -> web.StreamResponse:
    """Set somebody's role and unit."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    officer_id, role, place = (
        form.number(request, "officer"),
        _role(form.text(fields, "role")),
        checked(form.text(fields, "unit")),
    )
    await desk.change(lambda unit: account.set_post(unit, officer_id, role, place, visit.officer, desk.clock()))
    return go("/people", "person_saved")


async def set_active(request: web.Request) -> web.StreamResponse:
    """Let somebody work at the desk, or not any more: then every session of theirs ends."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    officer_id, is_active = form.number(request, "officer"), form.text(fields, "active") == "1"
    await desk.change(lambda unit: account.set_active(unit, officer_id, is_active, visit.officer, desk.clock()))
    return go("/people", "activated" if is_active else "deactivated")


async def _page(request: web.Request, **offered: Any) -> web.Response:
    people = await desk_of(request).database.read(lambda unit: unit.officers.all())
    facts = {"link": None, "invited": None, "resetting": None, **offered}
    return render(request, "people.html", people=people, roles=list(Role), units=UNITS, **facts)


def _role(value: str) -> Role:
    try:
        return Role(value)
    except ValueError:
        raise InvalidInput("the field role cannot be read; correct it") from None
