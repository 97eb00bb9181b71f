"""The one-time link with which an officer who forgot the password sets a new one."""

from aiohttp import web

from helpdesk.console import form, guest, problem
from helpdesk.console.desk import desk_of
from helpdesk.console.page import go
from helpdesk.error import HelpdeskError
from helpdesk.usecase import account


async def show(request: web.Request) -> web.Response:
    """The form behind the link; a spent link says so at once."""
    desk, token = desk_of(request), request.query.get("token", "")
    officer = await desk.database.read(lambda unit: unit.officers.resetting(account.token_hash(token), desk.clock()))
    if officer is None:
        raise account.link_spent()
    return guest.page(request, "reset.html", token=token, login=officer.login, sentence=None)


async def set_password(request: web.Request) -> web.StreamResponse:
    """Set the new password: every session of the account ends, and whoever has it signs in with it."""
    desk, fields = desk_of(request), await request.post()
    token, key = form.text(fields, "token"), guest.link_key(request)
    guest.hold_back(desk, key)
    try:
        hashed = await guest.new_hash(desk, fields)
        password = str(fields["new"])
        officer = await desk.change(
            lambda unit: account.reset_password(unit, token, password, lambda _: hashed, desk.clock())
        )
    except HelpdeskError as error:
        desk.addresses.count(key)
        facts = {"token": token, "login": "", "sentence": problem.words(request, error)}
        return guest.page(request, "reset.html", 422, **facts)
    desk.logins.clear(f"login {officer.login}")  # whoever forgot a password has been guessing at it
    return go("/signin", "password_reset")
