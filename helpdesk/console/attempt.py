"""Counting failed sign-ins per key, in memory and bounded: guessing is slow, whoever mistypes is not locked out."""

from collections import OrderedDict, deque
from collections.abc import Callable
from datetime import datetime, timedelta

MAX_KEYS = 10_000


class Attempts:
    """At most `limit` failures per key within `window`."""

    def __init__(self, limit: int, window: timedelta, clock: Callable[[], datetime]) -> None:
        self._limit = limit
        self._window = window
        self._clock = clock
        self._failures: OrderedDict[str, deque[datetime]] = OrderedDict()

    def wait_seconds(self, key: str) -> int:
        """How long this key has to wait before the next try, 0 when it may try now."""
        failures = self._recent(key)
        if len(failures) < self._limit:
            return 0
        return max(1, int((failures[0] + self._window - self._clock()).total_seconds()) + 1)

    def count(self, key: str) -> None:
        """Remember a failure."""
        failures = self._recent(key)
        failures.append(self._clock())
        self._failures[key] = failures
        self._failures.move_to_end(key)
        while len(self._failures) > MAX_KEYS:
            self._failures.popitem(last=False)

    def clear(self, key: str) -> None:
        """Forget the failures of a key that has proved itself."""
        self._failures.pop(key, None)

    def _recent(self, key: str) -> deque[datetime]:
        oldest = self._clock() - self._window
        return deque((at for at in self._failures.get(key, ()) if at > oldest), maxlen=self._limit)
