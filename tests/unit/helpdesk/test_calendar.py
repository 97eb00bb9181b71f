from datetime import UTC, date, datetime, time

from hypothesis import given
from hypothesis import strategies as st

from helpdesk.calendar import ZONE, Closure, OfficeCalendar, Slot, day_of

WEEK = [slot for day in range(5) for slot in (Slot(day, time(7, 30), time(11, 30)), Slot(day, time(13), time(16, 30)))]
TET = Closure(date(2026, 11, 24), "Nghỉ thử")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=ZONE)


def test_open_inside_a_slot_and_closed_at_its_end() -> None:
    calendar = OfficeCalendar(WEEK)
    assert calendar.is_open(at(23, 7, 30))
    assert not calendar.is_open(at(23, 11, 30))
    assert not calendar.is_open(at(23, 12))
    assert calendar.is_open(at(23, 13))


def test_the_next_opening_skips_lunch_nights_weekends_and_closures() -> None:
    calendar = OfficeCalendar(WEEK, [TET])
    assert calendar.next_opening(at(23, 12)) == at(23, 13)
    assert calendar.next_opening(at(23, 17)) == at(25, 7, 30)
    assert calendar.next_opening(at(28, 9)) == at(30, 7, 30)


def test_hours_nobody_recorded_are_unknown_not_closed() -> None:
    calendar = OfficeCalendar([])
    assert not calendar.is_known
    assert calendar.next_opening(at(23, 9)) is None


def test_a_slot_ends_with_its_validity() -> None:
    calendar = OfficeCalendar([Slot(5, time(8), time(12), valid_to=date(2026, 11, 21))])
    assert calendar.is_open(at(21, 9))
    assert not calendar.is_open(at(28, 9))


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 1)))
def test_the_office_is_open_at_the_moment_it_opens(moment: datetime) -> None:
    calendar = OfficeCalendar(WEEK, [TET])
    opening = calendar.next_opening(moment.replace(tzinfo=ZONE))
    assert opening is not None
    assert calendar.is_open(opening)
    assert opening >= moment.replace(tzinfo=ZONE)


def test_a_day_begins_at_midnight_in_vietnam() -> None:
    assert day_of(datetime(2026, 11, 22, 16, 59, tzinfo=UTC)) == date(2026, 11, 22)
    assert day_of(datetime(2026, 11, 22, 17, 0, tzinfo=UTC)) == date(2026, 11, 23)
