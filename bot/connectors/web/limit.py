"""Token buckets: how often an address or a visitor may do something, decided before any work is done for them."""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Rate:
    """At most `burst` at once, refilled at `per_second`."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class RateLimits:
    """What the web channel allows.

    Attributes:
        requests: of any kind, per network address (many people share one behind an office router).
        openings: new conversations, per network address.
        reads, writes, uploads: per conversation token.
    """

    requests: Rate = Rate(40, 200)
    openings: Rate = Rate(0.5, 40)
    reads: Rate = Rate(5, 60)
    writes: Rate = Rate(2, 40)
    uploads: Rate = Rate(0.5, 20)


class Buckets:
    """One bucket a key for a rate; keys that have not been seen for longest are forgotten first.

    Args:
        rate: how fast buckets refill.
        max_keys: bound on memory; a forgotten key starts with a full bucket again.
        clock: seconds, monotonic.
    """

    def __init__(self, rate: Rate, max_keys: int = 20_000, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate = rate
        self._max_keys = max_keys
        self._clock = clock
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, key: str) -> int:
        """Take one; 0 when it was there, otherwise the whole seconds until it is."""
        now = self._clock()
        level, at = self._levels.pop(key, (float(self._rate.burst), now))
        level = min(float(self._rate.burst), level + (now - at) * self._rate.per_second)
        has_one = level >= 1
        self._levels[key] = (level - 1 if has_one else level, now)
        if len(self._levels) > self._max_keys:
            self._levels.popitem(last=False)
        return 0 if has_one else max(1, math.ceil((1 - level) / self._rate.per_second))


def address_key(address: str) -> str:
    """The key of a network address: IPv6 by its /64, which one household or phone owns as a whole."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    return str(int(parsed) >> 64) if isinstance(parsed, IPv6Address) else str(parsed)
