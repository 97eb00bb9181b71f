"""What goes over the wire: JSON objects and the Bot API's error envelope.

Bot API, "Making requests": a failed call is answered with ``ok: false``, ``error_code`` and
``description``; ``parameters.retry_after`` (ResponseParameters) comes with a 429.
"""

from __future__ import annotations

from typing import Any

JsonObject = dict[str, Any]


class ApiError(Exception):
    """A call that fails the way api.telegram.org fails it."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(f"{code} {description}")
        self.code = code
        self.description = description
        self.retry_after = retry_after

    @classmethod
    def bad_request(cls, reason: str) -> ApiError:
        """400; the server lowers the first letter of a sentence but keeps ERROR_CODES."""
        keep = len(reason) > 1 and (reason[1].isupper() or reason[1] == "_")
        return cls(400, "Bad Request: " + (reason if keep else reason[:1].lower() + reason[1:]))

    @classmethod
    def conflict(cls, reason: str) -> ApiError:
        """409, from the rules of getUpdates and setWebhook."""
        return cls(409, f"Conflict: {reason}")

    @classmethod
    def too_many(cls, retry_after: int) -> ApiError:
        """429, with the seconds to wait both in the text and in ``parameters``."""
        return cls(429, f"Too Many Requests: retry after {retry_after}", retry_after)

    def body(self) -> JsonObject:
        answer: JsonObject = {
            "ok": False,
            "error_code": self.code,
            "description": self.description,
        }
        if self.retry_after:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer
