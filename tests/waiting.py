"""Waiting for something to become true, with a limit that only a broken test reaches."""

import asyncio
from collections.abc import Awaitable, Callable


async def until(condition: Callable[[], object], seconds: float = 20.0) -> None:
    """Returns when `condition` holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - other processes tell us nothing
            await asyncio.sleep(0.02)


async def eventually(ask: Callable[[], Awaitable[object]], seconds: float = 20.0) -> None:
    """Returns when what `ask` answers is true."""
    async with asyncio.timeout(seconds):
        while not await ask():  # noqa: ASYNC110
            await asyncio.sleep(0.02)
