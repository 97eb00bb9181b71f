"""The session cookie and the CSRF tokens that belong to it."""

import hashlib
import hmac
import secrets

from aiohttp import web

from helpdesk.console.desk import BASE, Desk
from helpdesk.error import Forbidden
from helpdesk.usecase.account import SESSION_LIFE, OpenSession

CSRF_FIELD = "csrf"
FORM_LIFE_SECONDS = 3600


def session_name(desk: Desk) -> str:
    """The cookie's name; over https one that browsers accept only from this very host."""
    return "__Host-isec_console" if desk.is_secure else "isec_console"


def form_name(desk: Desk) -> str:
    """The cookie that ties forms shown before sign-in to the browser they were shown in."""
    return "__Host-isec_console_form" if desk.is_secure else "isec_console_form"


def set_session(response: web.StreamResponse, desk: Desk, opened: OpenSession) -> None:
    """Sign this browser in."""
    _set(response, desk, session_name(desk), opened.token, int(SESSION_LIFE.total_seconds()))


def drop_session(response: web.StreamResponse, desk: Desk) -> None:
    """Sign this browser out."""
    response.del_cookie(session_name(desk), path=_path(desk), secure=desk.is_secure, httponly=True, samesite="Strict")


def guest_csrf(request: web.Request, desk: Desk) -> tuple[str, str]:
    """The form cookie's value (a new one when the browser has none) and the token that fits it."""
    value = request.cookies.get(form_name(desk)) or secrets.token_urlsafe(32)
    return value, _token_of(value)


def set_form(response: web.StreamResponse, desk: Desk, value: str) -> None:
    """Remember the browser that a form was shown in."""
    _set(response, desk, form_name(desk), value, FORM_LIFE_SECONDS)


def check_guest(request: web.Request, desk: Desk, given: object) -> None:
    """Raises Forbidden unless the form was shown in this browser."""
    value = request.cookies.get(form_name(desk), "")
    check(_token_of(value) if value else "", given)


def check(expected: str, given: object) -> None:
    """Compare CSRF tokens in constant time; raises Forbidden."""
    if not expected or not isinstance(given, str) or not hmac.compare_digest(expected.encode(), given.encode()):
        raise Forbidden("this form is out of date; reload the page and try again")


def _set(response: web.StreamResponse, desk: Desk, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name, value, max_age=seconds, path=_path(desk), secure=desk.is_secure, httponly=True, samesite="Strict"
    )


def _path(desk: Desk) -> str:
    return "/" if desk.is_secure else BASE


def _token_of(value: str) -> str:
    return hashlib.sha256(f"console form {value}".encode()).hexdigest()
