"""Storing goes before answering: what is stored is safe, an answer can wait a little."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager

CALM = 3
"""Answering gives way while more updates than this are being stored."""
PAUSE_SECONDS, PAUSES = 0.02, 50
"""It looks again after a pause, and gives way for at most a second."""


class Precedence:
    """Counts what is being stored, and lets answering wait for it."""

    def __init__(self) -> None:
        self._arriving = 0

    @contextmanager
    def storing(self) -> Iterator[None]:
        """While an update is being stored."""
        self._arriving += 1
        try:
            yield
        finally:
            self._arriving -= 1

    async def give_way(self) -> None:
        """Wait while several updates are being stored."""
        for _ in range(PAUSES):
            if self._arriving <= CALM:
                return
            await asyncio.sleep(PAUSE_SECONDS)
