"""Between the network and the views: safe headers, errors as friendly pages, sessions, roles and CSRF.

Every view runs behind the middlewares `headers`, `errors` and `sessions`; `need` says what a route asks for.
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from urllib.parse import quote

import structlog
from aiohttp import web

from helpdesk.console import cookie, problem
from helpdesk.console.desk import BASE, VISIT, Desk, Visit, desk_of
from helpdesk.console.page import render
from helpdesk.error import (
    Conflict,
    Forbidden,
    HelpdeskError,
    InvalidInput,
    NotFound,
    StorageUnavailable,
    Unavailable,
)
from helpdesk.officer import Role
from helpdesk.storage.silence import ARTICLE
from helpdesk.storage.unit import Unit
from helpdesk.ticket import TicketState
from helpdesk.usecase import library
from helpdesk.usecase.account import USE_NOTED_EVERY, session_of, token_hash

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

MAX_FORM_BYTES = 256 * 1024
LIVE_HEADER = "X-ISEC-Live"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
STATUS: tuple[tuple[type[HelpdeskError], int], ...] = (
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (InvalidInput, 422),
    (Unavailable, 503),
)
log = structlog.get_logger()


@web.middleware
async def headers(request: web.Request, handler: Handler) -> web.StreamResponse:
    """The headers every answer of the console carries unless the view set its own."""
    response = await handler(request)
    if not response.prepared:
        add_headers(response)
    return response


def add_headers(response: web.StreamResponse) -> None:
    """The same for answers that a view begins to send itself."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)


@web.middleware
async def errors(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Every failure becomes a page that says what to do; what went wrong inside is logged by kind and place only."""
    try:
        return await handler(request)
    except HelpdeskError as error:
        return failure(request, error)
    except web.HTTPException as error:
        if error.status < 400:
            raise
        return _page(request, error.status, f"http_{error.status}")
    except Exception as error:
        log.error("console.failed", kind=type(error).__name__, place=_place(error), path=_route(request))
        return _page(request, 500, "http_500")


def failure(request: web.Request, error: HelpdeskError) -> web.Response:
    """The page for an error of the desk."""
    status = status_of(error)
    response = render(
        request, "problem.html", status=status, status_code=status, sentence=problem.words(request, error)
    )
    if status == 503:
        response.headers["Retry-After"] = "5"
    return response


def status_of(error: HelpdeskError) -> int:
    """The HTTP status of an error of the desk."""
    return next((code for kind, code in STATUS if isinstance(error, kind)), 500)


@web.middleware
async def sessions(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Find out who asks and refuse what the route does not allow, before the view runs."""
    if (request.content_length or 0) > MAX_FORM_BYTES and not is_upload(request):
        raise web.HTTPRequestEntityTooLarge(max_size=MAX_FORM_BYTES, actual_size=request.content_length or 0)
    role = role_of(request)
    desk = desk_of(request)
    visit = await find_visit(request, desk)
    if visit is not None:
        request[VISIT] = visit
    if role is not None and visit is None:
        return _to_signin(request)
    if role is not None and visit is not None:
        visit.officer.require(role)
    if request.method not in SAFE_METHODS:
        await _check_write(request, desk, visit if role is not None else None)
    if role is not None and visit is not None and not _is_automatic(request):
        await keep_alive(desk, visit)
    return await handler(request)


async def keep_alive(desk: Desk, visit: Visit) -> None:
    """Somebody works here: the session does not lie idle. A database that only reads must not stop a page."""
    if desk.clock() - visit.used_at >= USE_NOTED_EVERY:
        with suppress(StorageUnavailable):
            await desk.database.write(lambda unit: unit.officers.use_session(visit.token_hash, desk.clock()))


async def find_visit(request: web.Request, desk: Desk) -> Visit | None:
    """The signed-in officer behind a request and the facts that every page shows."""
    token = request.cookies.get(cookie.session_name(desk), "")
    if not token or len(token) > 128:
        return None
    fingerprint = token_hash(token)

    def look(unit: Unit) -> Visit | None:
        found = session_of(unit, fingerprint, desk.clock())
        if found is None:
            return None
        officer, csrf, used_at = found
        queued = unit.tickets.counts().get(TicketState.QUEUED, 0)
        is_serving_drafts = library.serves_drafts(unit, desk.serve_drafts_default)
        silences = tuple(unit.silences.standing())
        off = [one.subject for one in silences if one.scope == ARTICLE]
        titles = unit.articles.titles(off, officer.language) if off else {}
        return Visit(officer, csrf, fingerprint, used_at, queued, is_serving_drafts, silences, titles)

    return await desk.database.read(look)


def need(handler: Handler, role: Role | None, takes_files: bool = False, is_automatic: bool = False) -> Handler:
    """Say what a route asks for: a role (None = anybody), and whether it reads files and checks CSRF itself.

    `is_automatic` routes are asked by pages on their own, which is no sign of an officer at work.
    """

    async def view(request: web.Request) -> web.StreamResponse:
        return await handler(request)

    view.role = role  # type: ignore[attr-defined]
    view.takes_files = takes_files  # type: ignore[attr-defined]
    view.is_automatic = is_automatic  # type: ignore[attr-defined]
    return view


def role_of(request: web.Request) -> Role | None:
    """The role that the route of a request needs; unknown addresses need a sign-in."""
    role: Role | None = getattr(request.match_info.handler, "role", Role.OFFICER)
    return role


def is_upload(request: web.Request) -> bool:
    """True for routes that read files and check their size and CSRF token part by part."""
    return bool(getattr(request.match_info.handler, "takes_files", False))


def _is_automatic(request: web.Request) -> bool:
    """True for what a page asks by itself: streams, looks for news, signs of life."""
    return LIVE_HEADER in request.headers or bool(getattr(request.match_info.handler, "is_automatic", False))


async def _check_write(request: web.Request, desk: Desk, visit: Visit | None) -> None:
    """Another site's page cannot make an officer's browser write: fetch metadata first, then the token."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("this form is out of date; reload the page and try again")
    if is_upload(request):
        return
    if request.content_type == "multipart/form-data":
        raise web.HTTPUnsupportedMediaType
    given = (await request.post()).get(cookie.CSRF_FIELD)
    if visit is None:
        cookie.check_guest(request, desk, given)
    else:
        cookie.check(visit.csrf, given)


def _to_signin(request: web.Request) -> web.StreamResponse:
    if request.method not in SAFE_METHODS or LIVE_HEADER in request.headers:
        return _page(request, 401, "http_401")
    target = quote(request.rel_url.path_qs, safe="/")
    return web.Response(status=303, headers={"Location": f"{BASE}/signin?next={target}"})


def _page(request: web.Request, status: int, key: str) -> web.Response:
    sentence = problem.sentence(request, key)
    return render(request, "problem.html", status=status, status_code=status, sentence=sentence)


def _place(error: Exception) -> str:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return "" if last is None else f"{last.tb_frame.f_globals.get('__name__')}:{last.tb_lineno}"


def _route(request: web.Request) -> str:
    resource = request.match_info.route.resource
    return resource.canonical if resource else ""
