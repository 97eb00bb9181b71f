"""Flood limits on what a bot sends.

Bot FAQ, "My bot is hitting limits": about one message per second in one chat with short bursts
tolerated, about 30 messages per second over all chats, then 429 with ``retry_after``. The limits
run in real time, because the product waits ``retry_after`` real seconds.
"""

from __future__ import annotations

import math
import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    chat_rate: float = 1.0
    chat_burst: int = 5
    global_rate: float = 30.0
    global_burst: int = 30


@dataclass(slots=True)
class _Bucket:
    rate: float
    burst: float
    level: float
    at: float

    @classmethod
    def full(cls, rate: float, burst: float, now: float) -> _Bucket:
        return cls(rate, burst, burst, now)

    def missing(self, now: float) -> float:
        """Seconds until the next message fits; 0 if it fits now."""
        self.level = min(self.burst, self.level + (now - self.at) * self.rate)
        self.at = now
        return max(0.0, (1.0 - self.level) / self.rate)


class FloodGate:
    """``limits`` is None while everything may pass."""

    def __init__(self, limits: Limits | None) -> None:
        self._limits = limits
        self._chats: dict[int, _Bucket] = {}
        self._all: _Bucket | None = None

    @property
    def limits(self) -> Limits | None:
        return self._limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self._limits = limits
        self._chats.clear()
        self._all = None

    def retry_after(self, chat_id: int) -> int:
        """Whole seconds to wait before the next message to this chat; 0 lets it pass."""
        limits, now = self._limits, time.monotonic()
        if limits is None:
            return 0
        chat = self._chats.setdefault(chat_id, _Bucket.full(limits.chat_rate, limits.chat_burst, now))
        everyone = self._all or _Bucket.full(limits.global_rate, limits.global_burst, now)
        self._all = everyone
        missing = max(chat.missing(now), everyone.missing(now))
        if missing:
            return math.ceil(missing)
        chat.level -= 1
        everyone.level -= 1
        return 0
