"""Faults a test switches on: error answers, slow answers and connections that just end.

``applied`` decides whether the call took effect before it went wrong: an answer lost after the
message was sent is what makes a careless client send it twice. A fault with only a delay is a
slow answer and always takes effect.
"""

from __future__ import annotations

from dataclasses import dataclass

from .wire import ApiError

ANY_METHOD = "*"
FILE_DOWNLOAD = "file"
_DESCRIPTIONS = {
    400: "Bad Request",
    403: "Forbidden: bot was blocked by the user",
    500: "Internal Server Error",
    502: "Bad Gateway",
    503: "Service Unavailable",
    504: "Gateway Timeout",
}


@dataclass(slots=True)
class Fault:
    """``method`` may be ``*`` for all, or ``file`` for downloads; ``times`` None lasts until
    cleared; ``hang_up`` ends our side of the connection without an answer; ``html`` answers with
    the error page of the front server instead of JSON.
    """

    method: str = ANY_METHOD
    chat_id: int | None = None
    times: int | None = 1
    status: int | None = None
    description: str = ""
    retry_after: int = 0
    delay: float = 0.0
    hang_up: bool = False
    applied: bool = False
    html: bool = False

    @property
    def takes_effect(self) -> bool:
        return self.applied or (self.status is None and not self.hang_up)

    def error(self) -> ApiError:
        status = self.status or 500
        if status == 429:
            return ApiError.too_many(self.retry_after or 1)
        return ApiError(status, self.description or _DESCRIPTIONS.get(status, "Error"))

    def matches(self, method: str, chat_id: int | None) -> bool:
        hit = self.method == ANY_METHOD or self.method.lower() == method.lower()
        return hit and self.chat_id in (None, chat_id)


class FaultBook:
    def __init__(self) -> None:
        self._faults: list[Fault] = []

    def add(self, fault: Fault) -> None:
        self._faults.append(fault)

    def clear(self) -> None:
        self._faults.clear()

    def take(self, method: str, chat_id: int | None) -> Fault | None:
        """The first fault that fits this call, used up by one."""
        fault = next((f for f in self._faults if f.matches(method, chat_id)), None)
        if fault is not None and fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                self._faults.remove(fault)
        return fault
