"""Signing in and out, the one-time link that creates an account, one's own password and language."""

from typing import Any

from aiohttp import web

from helpdesk.console import cookie, form, problem
from helpdesk.console.desk import BASE, VISIT, Desk, desk_of, visit_of
from helpdesk.console.page import LANGUAGE_COOKIE, go, local_path, render
from helpdesk.console.wording import as_language
from helpdesk.error import Forbidden, HelpdeskError, InvalidInput
from helpdesk.officer import Officer, check_password
from helpdesk.storage.unit import Unit
from helpdesk.usecase import account

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


async def show(request: web.Request) -> web.Response:
    """The sign-in form; whoever is signed in goes on to the desk."""
    if VISIT in request:
        return go("/queue")
    return _guest(request, "signin.html", next=request.query.get("next", ""), login="", sentence=None)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check login and password; the same work and the same words whether the login exists or not."""
    desk, fields = desk_of(request), await request.post()
    login = form.text(fields, "login").lower()[:64]
    try:
        officer = await _proved(request, desk, login, str(fields.get("password", "")))
    except Forbidden as error:
        facts = {"next": form.text(fields, "next"), "login": login, "sentence": problem.words(request, error)}
        return _guest(request, "signin.html", 403, **facts)
    old = _old_session(request, desk)
    opened = await desk.change(lambda unit: _open(unit, officer, old, desk))
    response = go(local_path(form.text(fields, "next"), "/queue"))
    cookie.set_session(response, desk, opened)
    _remember_language(response, desk, officer.language)
    return response


async def sign_out(request: web.Request) -> web.StreamResponse:
    """End this browser's session; duty is another matter and stays as it is."""
    desk, visit = desk_of(request), visit_of(request)

    def leave(unit: Unit) -> None:
        unit.officers.close_session(visit.token_hash)
        unit.audit.add(desk.clock(), "officer.signed_out", visit.officer.id)

    await desk.change(leave)
    response = go("/signin", "signed_out")
    cookie.drop_session(response, desk)
    return response


async def show_setup(request: web.Request) -> web.Response:
    """The form behind a one-time link; a spent link says so at once."""
    desk, token = desk_of(request), request.query.get("token", "")
    role = await desk.database.read(lambda unit: unit.officers.invited_role(account.token_hash(token), desk.clock()))
    if role is None:
        raise Forbidden("this link was used or has expired; ask an administrator for a new one")
    return _guest(request, "setup.html", token=token, role=role, login="", name="", sentence=None)


async def set_up(request: web.Request) -> web.StreamResponse:
    """Create the account of a one-time link and sign it in."""
    desk, fields = desk_of(request), await request.post()
    token, login, name = (form.text(fields, field) for field in ("token", "login", "name"))
    _hold_back(desk, f"setup {desk.address_of(request)}")
    try:
        hashed = await _new_hash(desk, fields)
        opened = await desk.change(lambda unit: _create(unit, desk, token, login, name, hashed, fields))
    except HelpdeskError as error:
        desk.addresses.count(f"setup {desk.address_of(request)}")
        facts = {"token": token, "role": None, "login": login, "name": name, "sentence": problem.words(request, error)}
        return _guest(request, "setup.html", 422, **facts)
    response = go("/queue", "account_created")
    cookie.set_session(response, desk, opened)
    return response


async def show_password(request: web.Request) -> web.Response:
    """One's own account."""
    return render(request, "password.html", sentence=None)


async def change_password(request: web.Request) -> web.StreamResponse:
    """Set a new password: every session of the account ends, this browser gets a fresh one."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    try:
        await _proved(
            request, desk, visit.officer.login, str(fields.get("password", "")), "the present password is not right"
        )
        hashed = await _new_hash(desk, fields)
    except HelpdeskError as error:
        return render(request, "password.html", 422, sentence=problem.words(request, error))

    def change(unit: Unit) -> account.OpenSession:
        account.change_password(unit, visit.officer, str(fields["new"]), lambda _: hashed, desk.clock())
        return account.open_session(unit, visit.officer, desk.clock())

    response = go("/password", "password_changed")
    cookie.set_session(response, desk, await desk.change(change))
    return response


async def set_language(request: web.Request) -> web.StreamResponse:
    """Switch the console's language for this officer and this browser."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    chosen = as_language(form.text(fields, "language"))
    await desk.database.write(lambda unit: unit.officers.change(visit.officer.id, language=chosen))
    response = go(local_path(form.text(fields, "next"), "/queue"))
    _remember_language(response, desk, chosen)
    return response


async def set_duty(request: web.Request) -> web.StreamResponse:
    """Go on or off duty."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    is_on = form.text(fields, "on") == "1"
    await desk.change(lambda unit: account.set_duty(unit, visit.officer, is_on, desk.clock()))
    return go(local_path(form.text(fields, "next"), "/queue"), "on_duty" if is_on else "off_duty")


async def _proved(
    request: web.Request, desk: Desk, login: str, password: str, complaint: str = "login or password is not right"
) -> Officer:
    """The officer whose password this is; raises Forbidden, slower and slower for whoever guesses."""
    keys = ((desk.logins, f"login {login}"), (desk.addresses, f"address {desk.address_of(request)}"))
    wait = max(counter.wait_seconds(key) for counter, key in keys)
    if wait:
        raise Forbidden(f"too many tries; wait {wait} seconds and try again")
    for counter, key in keys:
        counter.count(key)  # counted before the slow work, so that a burst of parallel guesses is counted too
    found = await desk.database.read(lambda unit: unit.officers.by_login(login))
    stored = found[1] if found is not None and found[0].is_active else None
    if not await desk.passwords.check(stored, password[:1000]) or found is None:
        raise Forbidden(complaint)
    for counter, key in keys:
        counter.clear(key)
    return found[0]


def _hold_back(desk: Desk, key: str) -> None:
    wait = desk.addresses.wait_seconds(key)
    if wait:
        raise Forbidden(f"too many tries; wait {wait} seconds and try again")


async def _new_hash(desk: Desk, fields: Any) -> str:
    """The hash of a new password typed twice; computed before any transaction begins."""
    first, second = str(fields.get("new", "")), str(fields.get("again", ""))
    check_password(first)
    if first != second:
        raise InvalidInput("the two new passwords differ; type the same one twice")
    return await desk.passwords.hash(first)


def _create(unit: Unit, desk: Desk, token: str, login: str, name: str, hashed: str, fields: Any) -> account.OpenSession:
    at, language = desk.clock(), as_language(form.text(fields, "language"))
    officer = account.accept(unit, token, login, name, str(fields["new"]), lambda _: hashed, at, language)
    return account.open_session(unit, officer, at)


def _open(unit: Unit, officer: Officer, old: str | None, desk: Desk) -> account.OpenSession:
    if old is not None:
        unit.officers.close_session(old)
    return account.open_session(unit, officer, desk.clock())


def _old_session(request: web.Request, desk: Desk) -> str | None:
    token = request.cookies.get(cookie.session_name(desk))
    return account.token_hash(token) if token else None


def _guest(request: web.Request, template: str, status: int = 200, **facts: Any) -> web.Response:
    """A page with a form for somebody who is not signed in."""
    desk = desk_of(request)
    value, csrf = cookie.guest_csrf(request, desk)
    response = render(request, template, status, csrf=csrf, **facts)
    cookie.set_form(response, desk, value)
    if "lang" in request.query:
        _remember_language(response, desk, request.query["lang"])
    return response


def _remember_language(response: web.StreamResponse, desk: Desk, language: str) -> None:
    """Pages before sign-in, and those that say that a session has ended, speak the language of this browser."""
    seconds = LANGUAGE_COOKIE_SECONDS
    chosen = as_language(language)
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=seconds, path=BASE, secure=desk.is_secure, samesite="Strict")
