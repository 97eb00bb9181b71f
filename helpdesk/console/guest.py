"""What pages for somebody who is not signed in have in common: their form, their language, how often they may try."""

from typing import Any

from aiohttp import web

from helpdesk.console import cookie
from helpdesk.console.desk import BASE, Desk, desk_of
from helpdesk.console.page import LANGUAGE_COOKIE, render
from helpdesk.console.wording import as_language
from helpdesk.error import Forbidden, InvalidInput
from helpdesk.officer import check_password

LANGUAGE_COOKIE_SECONDS = 365 * 24 * 3600


def page(request: web.Request, template: str, status: int = 200, **facts: Any) -> web.Response:
    """A page with a form that only this browser can send."""
    desk = desk_of(request)
    value, csrf = cookie.guest_csrf(request, desk)
    response = render(request, template, status, csrf=csrf, **facts)
    cookie.set_form(response, desk, value)
    if "lang" in request.query:
        remember_language(response, desk, request.query["lang"])
    return response


def remember_language(response: web.StreamResponse, desk: Desk, language: str) -> None:
    """Pages before sign-in, and those that say that a session has ended, speak the language of this browser.

    The cookie is no secret, and lax so that a one-time link opened from a letter or a chat finds it too.
    """
    seconds = LANGUAGE_COOKIE_SECONDS
    chosen = as_language(language)
    response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=seconds, path=BASE, secure=desk.is_secure, samesite="Lax")


def link_key(request: web.Request) -> str:
    """What tries at one-time links are held against."""
    return f"setup {desk_of(request).address_of(request)}"


def hold_back(desk: Desk, key: str) -> None:
    """Raises Forbidden while an address has tried too often."""
    wait = desk.addresses.wait_seconds(key)
    if wait:
        raise Forbidden(f"too many tries; wait {wait} seconds and try again")


async def new_hash(desk: Desk, fields: Any) -> str:
    """The hash of a new password typed twice; computed before any transaction begins."""
    first, second = str(fields.get("new", "")), str(fields.get("again", ""))
    check_password(first)
    if first != second:
        raise InvalidInput("the two new passwords differ; type the same one twice")
    return await desk.passwords.hash(first)
