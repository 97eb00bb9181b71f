"""Office hours of a unit: several slots a day, public holidays, one-off closures, in Vietnam's time.

Hours are records with dates, kept by administrators. A unit without records has unknown hours, and that is what the
business is told: opening hours are never guessed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
LOOKAHEAD_DAYS = 60


def day_of(moment: datetime) -> date:
    """Vietnam's date at a moment."""
    return moment.astimezone(ZONE).date()


@dataclass(frozen=True, slots=True)
class Slot:
    """A weekly opening slot, valid between two dates (both included; None = open end).

    Attributes:
        weekday: 0 = Monday ... 6 = Sunday.
        opens, closes: local wall-clock times; `opens` < `closes`.
    """

    weekday: int
    opens: time
    closes: time
    valid_from: date | None = None
    valid_to: date | None = None

    def holds_on(self, day: date) -> bool:
        """True when this slot applies on a day."""
        return (
            day.weekday() == self.weekday
            and (self.valid_from is None or self.valid_from <= day)
            and (self.valid_to is None or day <= self.valid_to)
        )


@dataclass(frozen=True, slots=True)
class Closure:
    """A public holiday or one-off closure of a whole day."""

    day: date
    name: str


class OfficeCalendar:
    """Answers when a unit is open."""

    def __init__(self, slots: Iterable[Slot], closures: Iterable[Closure] = ()) -> None:
        self._slots = sorted(slots, key=lambda slot: (slot.weekday, slot.opens))
        self._closed = {closure.day: closure.name for closure in closures}

    @property
    def is_known(self) -> bool:
        """False when no hours were recorded: then nothing may be said about opening times."""
        return bool(self._slots)

    def is_open(self, at: datetime) -> bool:
        """True when `at` (aware) lies in a slot; a slot's closing minute is already closed."""
        local = at.astimezone(ZONE)
        return any(slot.opens <= local.time() < slot.closes for slot in self._on(local.date()))

    def next_opening(self, at: datetime) -> datetime | None:
        """The first opening at or after `at` (aware, local zone), None when unknown or beyond 60 days."""
        local = at.astimezone(ZONE)
        for ahead in range(LOOKAHEAD_DAYS + 1):
            day = local.date() + timedelta(days=ahead)
            for slot in self._on(day):
                opening = datetime.combine(day, slot.opens, ZONE)
                if opening >= local:
                    return opening
        return None

    def _on(self, day: date) -> list[Slot]:
        if day in self._closed:
            return []
        return [slot for slot in self._slots if slot.holds_on(day)]
