"""The office hours and closures of a unit: setting them, and what may be said of them."""

from datetime import datetime

from helpdesk.calendar import ZONE, Closure, Slot
from helpdesk.error import InvalidInput
from helpdesk.language import Language
from helpdesk.officer import Officer, Role
from helpdesk.storage.unit import Unit
from helpdesk.wording import say

MAX_ENTRIES = 200


def set_hours(
    unit: Unit, name: str, slots: list[Slot], closures: list[Closure], officer: Officer, at: datetime
) -> None:
    """Replace the calendar of a unit; raises InvalidInput for hours that contradict themselves."""
    officer.require(Role.SUPERVISOR)
    if len(slots) > MAX_ENTRIES or len(closures) > MAX_ENTRIES:
        raise InvalidInput(f"a calendar has at most {MAX_ENTRIES} slots and closures")
    for slot in slots:
        _check(slot)
    for closure in closures:
        if not 1 <= len(closure.name) <= 100:
            raise InvalidInput("a closure has a name of 1 to 100 characters")
    if any(_overlap(one, other) for place, one in enumerate(slots) for other in slots[:place]):
        raise InvalidInput("two slots of one day overlap; correct the times")
    unit.calendar.replace(name, slots, closures)
    unit.audit.add(at, "calendar.changed", officer.id, name, slots=len(slots), closures=len(closures))


def sentence(unit: Unit, unit_name: str | None, language: Language, at: datetime) -> str:
    """What may honestly be said about office hours now."""
    calendar = unit.calendar.of(unit_name)
    if not calendar.is_known:
        return say(language, "queue.hours_unknown")
    if calendar.is_open(at):
        return say(language, "queue.open_now")
    opening = calendar.next_opening(at)
    if opening is None:
        return say(language, "queue.hours_unknown")
    return say(language, "queue.opens_at", when=opening.astimezone(ZONE).strftime("%H:%M %d/%m/%Y"))


def _check(slot: Slot) -> None:
    if slot.opens >= slot.closes:
        raise InvalidInput("a slot opens before it closes; correct the times")
    if slot.valid_from and slot.valid_to and slot.valid_to < slot.valid_from:
        raise InvalidInput("a slot ends on or after the day it begins; correct the dates")


def _overlap(one: Slot, other: Slot) -> bool:
    """True when two slots hold at the same time on some day."""
    if one.weekday != other.weekday or one.opens >= other.closes or other.opens >= one.closes:
        return False
    starts_late = one.valid_from and other.valid_to and one.valid_from > other.valid_to
    ends_early = one.valid_to and other.valid_from and one.valid_to < other.valid_from
    return not (starts_late or ends_early)
