"""A clock that runs ``factor`` times faster than the wall.

It carries only the waiting that Telegram imposes (resends, webhook timeouts, the life of an
update); dates in payloads and the waiting a client asks for stay in real time, because the
product compares those with its own clock.
"""

from __future__ import annotations

import asyncio
import time


class Clock:
    def __init__(self, factor: float = 1.0) -> None:
        if factor <= 0:
            raise ValueError("factor must be positive")
        self.factor = factor

    def now(self) -> float:
        return time.monotonic() * self.factor

    def real(self, seconds: float) -> float:
        """Wall seconds that ``seconds`` of this clock take."""
        return seconds / self.factor

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(self.real(seconds))
