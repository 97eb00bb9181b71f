"""Response headers of the web channel, and the check that a request with a cookie comes from our own page."""

import re
from collections.abc import Iterable
from urllib.parse import urlsplit

from aiohttp import web

from helpdesk.error import InvalidInput

CLIENT_HEADER = "X-ISEC-Client"
"""Other sites cannot send this header with a visitor's cookie without a preflight, which nobody answers."""

COMMON_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}
API_HEADERS = COMMON_HEADERS | {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
FILE_HEADERS = COMMON_HEADERS | {
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox; frame-ancestors 'none'",
}
ASSET_HEADERS = COMMON_HEADERS | {"Cache-Control": "no-cache"}
WIDGET_HEADERS = ASSET_HEADERS | {"Cross-Origin-Resource-Policy": "cross-origin"}

_ORIGIN = re.compile(r"https?://[A-Za-z0-9.-]+(:\d{1,5})?")


def checked_origins(origins: Iterable[str]) -> tuple[str, ...]:
    """The origins that may embed the chat; raises InvalidInput for anything that is no plain origin."""
    found = tuple(origin.strip().rstrip("/") for origin in origins)
    for origin in found:
        if not _ORIGIN.fullmatch(origin):
            raise InvalidInput(f"{origin!r} is no origin; write it like https://www.example.gov.vn")
    return found


def page_headers(embed_origins: tuple[str, ...]) -> dict[str, str]:
    """Headers of the chat page: nothing inline, nothing from elsewhere, framed only by the origins given."""
    policy = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' blob:",
        "connect-src 'self'",
        "form-action 'none'",
        "base-uri 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
        "frame-ancestors " + (" ".join(("'self'", *embed_origins)) if embed_origins else "'none'"),
    )
    framing = {"Cross-Origin-Resource-Policy": "cross-origin"} if embed_origins else {"X-Frame-Options": "DENY"}
    return (
        COMMON_HEADERS
        | framing
        | {
            "Cache-Control": "no-cache",
            "Content-Security-Policy": "; ".join(policy),
            "Cross-Origin-Opener-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }
    )


def is_own_page(request: web.Request) -> bool:
    """True when the browser says that a page of this very origin made the request.

    Decided by Sec-Fetch-Site where the browser sends it, by Origin otherwise; a request with neither is not trusted.
    """
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if origin is not None and urlsplit(origin).netloc.lower() != request.host.lower():
        return False
    return site == "same-origin" if site is not None else origin is not None


def is_harmless_read(request: web.Request) -> bool:
    """False when another site makes the visitor's browser fetch something with the visitor's cookie."""
    return request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none")
