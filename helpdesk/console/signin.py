"""Signing in and out, the one-time link that creates an account, one's own password and language."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from helpdesk.console import cookie, form, guest, problem
from helpdesk.console.desk import VISIT, Desk, desk_of, visit_of
from helpdesk.console.page import go, language_of, local_path, render
from helpdesk.console.wording import Language, as_language
from helpdesk.error import Forbidden, HelpdeskError
from helpdesk.officer import Officer
from helpdesk.storage.unit import Unit
from helpdesk.usecase import account


@dataclass(frozen=True, slots=True)
class Proof:
    """An occasion to prove oneself by a password: what a wrong one is told, and what the audit log calls it."""

    complaint: str
    noted: str


SIGN_IN = Proof("login or password is not right", "officer.signin_refused")
PRESENT_PASSWORD = Proof("the present password is not right", "officer.password_refused")


async def show(request: web.Request) -> web.Response:
    """The sign-in form; whoever is signed in goes on to the desk."""
    if VISIT in request:
        return go("/queue")
    return guest.page(request, "signin.html", next=request.query.get("next", ""), login="", sentence=None)


async def sign_in(request: web.Request) -> web.StreamResponse:
    """Check login and password; the same work and the same words whether the login exists or not."""
    desk, fields = desk_of(request), await request.post()
    login = form.text(fields, "login").lower()[:64]
    try:
        officer = await _proved(request, desk, login, str(fields.get("password", "")), SIGN_IN)
    except Forbidden as error:
        facts = {"next": form.text(fields, "next"), "login": login, "sentence": problem.words(request, error)}
        return guest.page(request, "signin.html", 403, **facts)
    old = _old_session(request, desk)
    language = officer.language or language_of(request)
    opened = await desk.change(lambda unit: _open(unit, officer, language, old, desk))
    response = go(local_path(form.text(fields, "next"), "/queue"))
    cookie.set_session(response, desk, opened)
    guest.remember_language(response, desk, language)
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
        raise account.link_spent()
    return guest.page(request, "setup.html", token=token, role=role, **_asked("", "", language_of(request)))


async def set_up(request: web.Request) -> web.StreamResponse:
    """Create the account of a one-time link and sign it in."""
    desk, fields = desk_of(request), await request.post()
    token, login, name = (form.text(fields, field) for field in ("token", "login", "name"))
    language = as_language(form.text(fields, "language") or language_of(request))
    key = guest.link_key(request)
    guest.hold_back(desk, key)
    try:
        hashed, password = await guest.new_hash(desk, fields), str(fields["new"])
        opened = await desk.change(lambda unit: _create(unit, desk, token, login, name, password, hashed, language))
    except HelpdeskError as error:
        desk.addresses.count(key)
        facts = {"token": token, "role": None, **_asked(login, name, language, problem.words(request, error))}
        return guest.page(request, "setup.html", 422, **facts)
    response = go("/queue", "account_created")
    cookie.set_session(response, desk, opened)
    guest.remember_language(response, desk, language)
    return response


async def show_password(request: web.Request) -> web.Response:
    """One's own account."""
    return render(request, "password.html", sentence=None)


async def change_password(request: web.Request) -> web.StreamResponse:
    """Set a new password: every session of the account ends, this browser gets a fresh one."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    try:
        await _proved(request, desk, visit.officer.login, str(fields.get("password", "")), PRESENT_PASSWORD)
        hashed = await guest.new_hash(desk, fields)
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
    guest.remember_language(response, desk, chosen)
    return response


async def set_duty(request: web.Request) -> web.StreamResponse:
    """Go on or off duty."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    is_on = form.text(fields, "on") == "1"
    await desk.change(lambda unit: account.set_duty(unit, visit.officer, is_on, desk.clock()))
    return go(local_path(form.text(fields, "next"), "/queue"), "on_duty" if is_on else "off_duty")


async def _proved(request: web.Request, desk: Desk, login: str, password: str, proof: Proof) -> Officer:
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
        await desk.database.write(lambda unit: _note_refusal(unit, found[0] if found else None, proof, desk))
        raise Forbidden(proof.complaint)
    for counter, key in keys:
        counter.clear(key)
    return found[0]


def _note_refusal(unit: Unit, officer: Officer | None, proof: Proof, desk: Desk) -> None:
    """What was typed as an unknown login may be a password, so it is written nowhere."""
    unit.audit.add(desk.clock(), proof.noted, subject=officer.login if officer else "")


def _create(
    unit: Unit, desk: Desk, token: str, login: str, name: str, password: str, hashed: str, language: Language
) -> account.OpenSession:
    officer = account.accept(unit, token, login, name, password, lambda _: hashed, desk.clock(), language)
    return account.open_session(unit, officer, desk.clock())


def _asked(login: str, name: str, chosen: Language, sentence: str | None = None) -> dict[str, Any]:
    """What the form of a new account shows."""
    return {"login": login, "name": name, "chosen": chosen, "sentence": sentence}


def _open(unit: Unit, officer: Officer, language: str, old: str | None, desk: Desk) -> account.OpenSession:
    """An account without a language of its own keeps the one it signed in with."""
    if old is not None:
        unit.officers.close_session(old)
    if language != officer.language:
        unit.officers.change(officer.id, language=language)
    return account.open_session(unit, officer, desk.clock())


def _old_session(request: web.Request, desk: Desk) -> str | None:
    token = request.cookies.get(cookie.session_name(desk))
    return account.token_hash(token) if token else None
