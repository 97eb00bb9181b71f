"""Who is asking: a program by its bearer token, the page by its cookie; and whether it asks too often."""

import re
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass

from aiohttp import web

from bot.connectors.web.limit import Buckets, RateLimits, address_key
from bot.connectors.web.problem import LANGUAGE, ProblemError
from bot.connectors.web.security import CLIENT_HEADER, is_harmless_read, is_own_page
from helpdesk.error import NotFound
from helpdesk.visitor import Visitor, VisitorDesk

COOKIE_SECONDS = 180 * 24 * 3600
_TOKEN = re.compile(r"[A-Za-z0-9_-]{16,200}")
_READS = frozenset({"GET", "HEAD"})

ClientAddress = Callable[[web.Request], str | None]
"""The network address to hold a request against; None for one that is not limited by address."""


def peer_address(request: web.Request) -> str | None:
    """The address of the other end of the connection."""
    return request.remote or "unknown"


def address_behind(proxies: Collection[str]) -> ClientAddress:
    """Whom to hold requests against: the peer, or the last address that one of `proxies` forwards for."""

    def address_of(request: web.Request) -> str | None:
        peer = peer_address(request)
        if peer in proxies:
            return request.headers.get("X-Forwarded-For", "").split(",")[-1].strip() or peer
        return peer

    return address_of


@dataclass(frozen=True, slots=True)
class Caller:
    """A visitor and the token that proved it."""

    visitor: Visitor
    token: str


class Access:
    """Rate limits and authentication; limits come first and cost no look-up."""

    def __init__(
        self,
        desk: VisitorDesk,
        limits: RateLimits,
        client_address: ClientAddress = peer_address,
        is_secure: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._desk = desk
        self._client_address = client_address
        self._is_secure = is_secure
        self._requests = Buckets(limits.requests, clock=clock)
        self._openings = Buckets(limits.openings, clock=clock)
        self._reads = Buckets(limits.reads, clock=clock)
        self._writes = Buckets(limits.writes, clock=clock)
        self._uploads = Buckets(limits.uploads, clock=clock)

    @property
    def cookie_name(self) -> str:
        """The prefix makes browsers refuse the cookie from anywhere but this host over TLS."""
        return "__Host-isec_chat" if self._is_secure else "isec_chat"

    def check_address(self, request: web.Request) -> None:
        """Raises ProblemError 429 when the network address asks too often."""
        self._take(self._requests, self._address(request))

    def check_opening(self, request: web.Request) -> None:
        """Raises ProblemError 429 when the network address opens too many conversations."""
        self._take(self._openings, self._address(request))

    async def caller(self, request: web.Request, is_upload: bool = False) -> Caller:
        """The visitor behind a request.

        Raises ProblemError 429 (too often), 403 (a cookie used by another site) or 401, which is the same for a
        missing, a malformed and an unknown token.
        """
        token, is_cookie = self._token(request)
        is_read = request.method in _READS
        if is_cookie:
            _check_origin(request, is_read)
        if not _TOKEN.fullmatch(token):
            raise ProblemError(401, "unauthorized")
        self._take(self._uploads if is_upload else self._reads if is_read else self._writes, token)
        try:
            visitor = await self._desk.find(token)
        except NotFound:
            raise ProblemError(401, "unauthorized") from None
        request[LANGUAGE] = visitor.language
        return Caller(visitor, token)

    def set_cookie(self, response: web.Response, token: str, is_embedded: bool) -> None:
        """Give the page its token (of URL-safe characters only, as the desk makes them).

        Inside a frame of another site no strict cookie is ever sent, so there, and only over TLS, the cookie is one
        that browsers keep apart for each embedding site (CHIPS); writes are guarded by header and origin either way.
        """
        is_partitioned = is_embedded and self._is_secure
        parts = (
            f"{self.cookie_name}={token}",
            f"Max-Age={COOKIE_SECONDS}",
            "Path=/",
            "HttpOnly",
            *(("Secure",) if self._is_secure else ()),
            # written by hand: http.cookies knows Partitioned only from Python 3.14 on
            *(("SameSite=None", "Partitioned") if is_partitioned else ("SameSite=Strict",)),
        )
        response.headers["Set-Cookie"] = "; ".join(parts)

    def clear_cookie(self, response: web.Response) -> None:
        """Take the token back from the page."""
        response.del_cookie(self.cookie_name, path="/", secure=self._is_secure, httponly=True, samesite="Strict")

    def _address(self, request: web.Request) -> str | None:
        address = self._client_address(request)
        return None if address is None else address_key(address)

    def _token(self, request: web.Request) -> tuple[str, bool]:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return token.strip(), False
        return request.cookies.get(self.cookie_name, ""), True

    @staticmethod
    def _take(buckets: Buckets, key: str | None) -> None:
        seconds = 0 if key is None else buckets.take(key)
        if seconds:
            raise ProblemError(429, "too_fast", retry_after=seconds, seconds=seconds)


def check_page(request: web.Request) -> None:
    """Raises ProblemError 403 unless our own page wrote this request."""
    if request.headers.get(CLIENT_HEADER) != "1" or not is_own_page(request):
        raise ProblemError(403, "foreign_origin")


def _check_origin(request: web.Request, is_read: bool) -> None:
    if not is_read:
        check_page(request)
    elif not is_harmless_read(request):
        raise ProblemError(403, "foreign_origin")
