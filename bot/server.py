"""The one public web server: health, chat, API, Telegram's webhook and the console, behind the same guards."""

from collections.abc import Awaitable, Callable

import structlog
from aiohttp import web

from helpdesk.error import (
    Conflict,
    Forbidden,
    HelpdeskError,
    InvalidInput,
    NotFound,
    Unavailable,
)

log = structlog.get_logger(__name__)

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Readiness = Callable[[], Awaitable[dict[str, str]]]
"""Every part of the system and its state; "ok" or a word that says what is wrong."""
Notes = Callable[[], dict[str, str]]
"""What goes on in a system that is ready all the same, such as the training of a newer model."""

MAX_BODY = 64 * 1024
API = "/api/"
"""Where programs ask: every refusal there is JSON, of the server's own too."""
STATUS: tuple[tuple[type[HelpdeskError], int], ...] = (
    (InvalidInput, 400),
    (Forbidden, 403),
    (NotFound, 404),
    (Conflict, 409),
    (Unavailable, 503),
)
HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
}


def status_of(error: HelpdeskError) -> int:
    """The HTTP status of an error of ours."""
    return next((status for kind, status in STATUS if isinstance(error, kind)), 500)


@web.middleware
async def guard(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Map errors to one clear line, never a stack trace, and count every request in the log without its content."""
    try:
        return await handler(request)
    except web.HTTPException as refused:
        if refused.status < 400 or not request.path.startswith(API):
            raise
        headers = {"Allow": refused.headers["Allow"]} if "Allow" in refused.headers else {}
        return _told(refused.status, refused.reason.lower().replace(" ", "_"), refused.reason, headers)
    except HelpdeskError as error:
        status = status_of(error)
        headers = {"Retry-After": "5"} if status == 503 else {}
        return _told(status, _code(error), str(error), headers)
    except Exception as error:
        route = request.match_info.route.resource
        log.error("request.failed", route=route.canonical if route else "", error=type(error).__name__, exc_info=True)
        return _told(500, "internal", "something went wrong on our side; please try again", {})


def _told(status: int, code: str, message: str, headers: dict[str, str]) -> web.Response:
    return web.json_response({"error": {"code": code, "message": message}}, status=status, headers=headers)


async def add_headers(request: web.Request, response: web.StreamResponse) -> None:
    """Safe headers on everything; a route that set its own keeps it."""
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    response.headers.pop("Server", None)


def create(readiness: Readiness, is_secure: bool, notes: Notes = dict) -> web.Application:
    """The public application with its guards and health routes; channels and console are mounted by the bootstrap."""
    app = web.Application(middlewares=[guard], client_max_size=MAX_BODY)
    app.on_response_prepare.append(add_headers)
    if is_secure:
        app.on_response_prepare.append(_add_transport_security)

    async def healthz(_: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def readyz(_: web.Request) -> web.Response:
        parts = await readiness()
        is_ready = all(state == "ok" for state in parts.values())
        body: dict[str, object] = {"status": "ready" if is_ready else "not ready", "parts": parts}
        if said := notes():
            body["notes"] = said
        return web.json_response(body, status=200 if is_ready else 503)

    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    return app


async def _add_transport_security(_: web.Request, response: web.StreamResponse) -> None:
    response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")


def _code(error: HelpdeskError) -> str:
    name = type(error).__name__
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")
