"""A product's webhook end, as far as these tests need one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from types import TracebackType
from typing import Any, Self

from aiohttp import web

Respond = Callable[[web.Request, dict[str, Any]], Awaitable[web.StreamResponse]]


async def accept(request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
    del request, update
    return web.Response()


class Hook:
    """Records what arrives; ``respond`` may be exchanged at any time."""

    def __init__(self, respond: Respond = accept) -> None:
        self.respond = respond
        self.received: list[dict[str, Any]] = []
        self.accepted: list[int] = []
        self.headers: list[dict[str, str]] = []
        self.flying = 0
        self.peak = 0
        self._arrived = asyncio.Condition()
        self._runner: web.AppRunner | None = None

    async def __aenter__(self) -> Self:
        app = web.Application()
        app.router.add_post("/hook", self._handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        assert self._runner is not None
        await self._runner.cleanup()

    @property
    def url(self) -> str:
        assert self._runner is not None
        return f"http://127.0.0.1:{self._runner.addresses[0][1]}/hook"

    @property
    def ids(self) -> list[int]:
        return [update["update_id"] for update in self.received]

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(10), self._arrived:
            await self._arrived.wait_for(condition)

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        update = await request.json()
        async with self._arrived:
            self.received.append(update)
            self.headers.append(dict(request.headers))
            self.flying += 1
            self.peak = max(self.peak, self.flying)
            self._arrived.notify_all()
        try:
            response = await self.respond(request, update)
        finally:
            self.flying -= 1
        if 200 <= response.status <= 299:
            self.accepted.append(update["update_id"])
        return response
