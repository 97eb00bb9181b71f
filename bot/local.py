"""This machine's own command line: it proves itself with a key that lies in the data directory."""

import hmac

from aiohttp import web

from bot.ask import LOCAL_HEADER


def is_local(request: web.Request, key: str) -> bool:
    """Whether a request carries the local key; compared in constant time."""
    given = request.headers.get(LOCAL_HEADER, "").encode("utf-8", "surrogateescape")
    return hmac.compare_digest(given, key.encode())
