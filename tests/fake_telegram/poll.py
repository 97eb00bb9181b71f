"""getUpdates: long polling, one poller at a time.

Bot API, getUpdates: ``offset``, ``limit`` 1-100, ``timeout`` in seconds, ``allowed_updates``; it
does not work while a webhook is set. A second poller ends the first with 409, and the published
server answers a second conflict within three seconds only after three seconds; it also holds a
client that repeats an offset without waiting. Those holds run on the scaled clock, the timeout a
client asks for in real time.
"""

from __future__ import annotations

import asyncio

from .backlog import Backlog
from .clock import Clock
from .params import Params
from .update import Update
from .wire import ApiError, JsonObject

MAX_TIMEOUT = 50
_HOLD = 3.0
_QUICK_REPEAT = 0.5
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"
WEBHOOK_ACTIVE = "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
WEBHOOK_SET = "terminated by setWebhook request"


class Poller:
    def __init__(self, backlog: Backlog, clock: Clock) -> None:
        self._backlog = backlog
        self._clock = clock
        self._waiting: asyncio.Future[str] | None = None
        self._last_offset: int | None = None
        self._last_start = float("-inf")
        self._next_conflict = float("-inf")
        backlog.on_push.append(self._wake)

    async def get_updates(self, params: Params) -> list[JsonObject]:
        offset = params.integer("offset", 0, -(2**31), 2**31 - 1)
        limit = params.integer("limit", 100, 1, 100)
        timeout: float = params.integer("timeout", 0, 0, MAX_TIMEOUT)
        self._backlog.allow(params.json("allowed_updates", "can't parse allowed_updates"))
        limit, timeout = self._slowed(offset, limit, timeout)
        updates = self._backlog.take(offset, limit)
        if not updates and timeout:
            self.abort(OTHER_POLLER)
            updates = await self._wait(offset, limit, timeout)
        return [update.payload for update in updates]

    def abort(self, reason: str) -> None:
        """End the call that waits, if one does, with a conflict."""
        if self._waiting is not None and not self._waiting.done():
            self._waiting.set_result(reason)

    async def conflict(self, reason: str) -> ApiError:
        now = self._clock.now()
        if now < self._next_conflict:
            await self._clock.sleep(_HOLD)
        else:
            self._next_conflict = now + _HOLD
        return ApiError.conflict(reason)

    def _slowed(self, offset: int, limit: int, timeout: float) -> tuple[int, float]:
        now = self._clock.now()
        repeated = offset == self._last_offset
        if repeated and timeout < _HOLD and now < self._last_start + _HOLD:
            timeout = self._clock.real(_HOLD)
        if repeated and now < self._last_start + _QUICK_REPEAT:
            limit = 1
        self._last_offset, self._last_start = offset, now
        return limit, timeout

    async def _wait(self, offset: int, limit: int, seconds: float) -> list[Update]:
        future: asyncio.Future[str] = asyncio.get_running_loop().create_future()
        self._waiting = future
        try:
            async with asyncio.timeout(seconds):
                reason = await future
        except TimeoutError:
            return []
        finally:
            if self._waiting is future:
                self._waiting = None
        if reason:
            raise await self.conflict(reason)
        return self._backlog.take(offset, limit)

    def _wake(self) -> None:
        self.abort("")
