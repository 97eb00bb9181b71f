"""In-process signals: somebody waits for a key, somebody else says that something about it has changed."""

import asyncio
from collections import defaultdict


class Signal:
    """Wakes waiters by key; remembers nothing, so waiters look at the facts after waking and before waiting."""

    def __init__(self) -> None:
        self._events: defaultdict[str, set[asyncio.Event]] = defaultdict(set)

    def notify(self, key: str) -> None:
        """Wake everybody who waits for `key`."""
        for event in self._events.get(key, ()):
            event.set()

    def subscribe(self, key: str) -> "Subscription":
        """Start to listen; anything notified from now on ends the next `wait`."""
        return Subscription(self._events, key)


class Subscription:
    """A context in which no notification is missed: subscribe, look at the facts, then wait."""

    def __init__(self, events: defaultdict[str, set[asyncio.Event]], key: str) -> None:
        self._events = events
        self._key = key
        self._event = asyncio.Event()

    def __enter__(self) -> "Subscription":
        self._events[self._key].add(self._event)
        return self

    def __exit__(self, *_: object) -> None:
        waiting = self._events[self._key]
        waiting.discard(self._event)
        if not waiting:
            del self._events[self._key]

    async def wait(self, timeout_seconds: float) -> bool:
        """True when notified, False after the time is up."""
        try:
            # not wait_for: in Python 3.11 it swallows a cancellation that comes together with a notification
            async with asyncio.timeout(timeout_seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        self._event.clear()
        return True
