"""The official five-level rating of the service, asked once per ticket after it is resolved."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpdesk.error import InvalidInput

LEVELS = (5, 4, 3, 2, 1)
MAX_COMMENT = 1000


class RatingReason(StrEnum):
    """Why a level was given; offered for the three lower levels."""

    DELAY = "delay"
    UNCLEAR = "unclear"
    ERROR = "error"
    ATTITUDE = "attitude"
    HARASSMENT = "harassment"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Rating:
    """One rating request and, once given, its level.

    Subjects (officer, unit) are frozen when the request is sent, so that a later transfer cannot move the credit.
    """

    ticket_id: int
    officer_id: int | None
    unit: str | None
    asked_at: datetime
    level: int | None = None
    reason: RatingReason | None = None
    comment: str = ""
    rated_at: datetime | None = None


def check_level(level: int) -> int:
    """Return a level of 1 to 5; raises InvalidInput otherwise."""
    if level not in LEVELS:
        raise InvalidInput("a rating is a number from 1 to 5")
    return level


def wants_reason(level: int) -> bool:
    """True for the levels after which a reason is asked."""
    return level <= 3
