"""Periods, weeks and rates as the pages about the desk's work count them."""

from datetime import UTC, date, datetime, timedelta

import pytest

from helpdesk import insight
from helpdesk.insight import Range, Rate, Span, Tally
from helpdesk.message import Outcome

SUNDAY = date(2026, 11, 22)
MONDAY = date(2026, 11, 23)


def test_pieces_touch_never_overlap_and_make_up_every_span() -> None:
    def span(first: int, last: int) -> Span:
        return Span(datetime(2026, 11, first, tzinfo=UTC), datetime(2026, 11, last, tzinfo=UTC))

    spans = [span(1, 8), span(8, 15), span(5, 10), span(20, 21), span(3, 3)]
    assert insight.pieces(spans) == [span(1, 5), span(5, 8), span(8, 10), span(10, 15), span(20, 21)]
    assert insight.pieces([span(3, 3)]) == []


@pytest.mark.parametrize(
    ("wanted", "first"),
    [(Range.MONTH, date(2026, 10, 26)), (Range.QUARTER, date(2026, 8, 31)), (Range.YEAR, date(2025, 11, 24))],
)
def test_a_named_period_begins_on_a_monday_and_ends_today(wanted: Range, first: date) -> None:
    assert insight.period(wanted, SUNDAY) == (first, SUNDAY)
    assert first.weekday() == 0


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (date(2026, 11, 3), date(2026, 11, 10), (date(2026, 11, 3), date(2026, 11, 10))),
        (date(2026, 11, 10), date(2026, 11, 3), (date(2026, 11, 3), date(2026, 11, 10))),
        (date(2026, 11, 3), None, (date(2026, 11, 3), SUNDAY)),
        (date(2030, 1, 1), date(2031, 1, 1), (SUNDAY, SUNDAY)),
        (date(1, 1, 1), date(2026, 11, 10), (date(2025, 11, 10), date(2026, 11, 10))),
    ],
)
def test_dates_are_turned_round_cut_at_today_and_at_a_year(first: date, last: date | None, found: object) -> None:
    assert insight.period(Range.DATES, SUNDAY, first, last) == found


def test_dates_without_dates_are_twelve_weeks() -> None:
    assert insight.period(Range.DATES, SUNDAY) == insight.period(Range.QUARTER, SUNDAY)


def test_weeks_begin_at_midnight_in_vietnam_and_are_cut_where_the_period_is() -> None:
    weeks = insight.weeks(date(2026, 11, 18), MONDAY)
    assert [(week.start.astimezone(UTC), week.end.astimezone(UTC)) for week in weeks] == [
        (datetime(2026, 11, 17, 17, tzinfo=UTC), datetime(2026, 11, 22, 17, tzinfo=UTC)),
        (datetime(2026, 11, 22, 17, tzinfo=UTC), datetime(2026, 11, 23, 17, tzinfo=UTC)),
    ]


def test_no_period_has_more_weeks_than_a_year() -> None:
    for day in range(8):
        today = SUNDAY + timedelta(days=day)
        assert len(insight.weeks(*insight.period(Range.DATES, today, date(2000, 1, 1), today))) <= insight.WEEKS


@pytest.mark.parametrize(("hits", "bounds"), [(0, (0.0, 0.2775)), (8, (0.4902, 0.9433)), (10, (0.7225, 1.0))])
def test_the_bounds_of_a_rate_are_the_textbook_s(hits: int, bounds: tuple[float, float]) -> None:
    assert Rate(hits, 10).bounds == pytest.approx(bounds, abs=1e-3)


def test_a_rate_of_few_cases_says_so_and_has_wide_bounds() -> None:
    few, many = Rate(4, 5), Rate(800, 1000)
    assert (few.share, few.is_few, many.is_few) == (0.8, True, False)
    low, high = few.bounds
    assert low < 0.4
    assert high > 0.95
    assert many.bounds == pytest.approx((0.774, 0.824), abs=0.001)


def test_of_nothing_there_is_no_share() -> None:
    assert Rate(0, 0).share is None
    assert Rate(0, 0).bounds == (0.0, 1.0)


def test_small_talk_is_no_question_and_a_clarification_is_a_miss() -> None:
    tallies = [
        Tally(0, "vi", "web", Outcome.ANSWERED, 6, 4, 3),
        Tally(0, "vi", "web", Outcome.CLARIFY, 3, 0, 0),
        Tally(0, "vi", "web", Outcome.REFUSED, 1, 0, 0),
        Tally(0, "vi", "web", Outcome.SMALLTALK, 50, 0, 0),
    ]
    assert insight.score(tallies) == insight.Score(Rate(6, 10), Rate(3, 10), Rate(3, 4))


def test_a_change_is_compared_with_the_time_around_it_up_to_the_next_change() -> None:
    now = datetime(2026, 11, 22, tzinfo=UTC)
    first, second = now - timedelta(days=40), now - timedelta(days=10)
    assert insight.around([first, second], now) == [
        (Span(first - insight.EFFECT, first), Span(first, first + insight.EFFECT)),
        (Span(second - insight.EFFECT, second), Span(second, now)),
    ]
    close = first + timedelta(days=3)
    assert insight.around([first, close], now)[0][1] == Span(first, close)
    assert insight.around([first, close], now)[1][0] == Span(first, close)


def test_what_waited_is_found_by_going_back_from_what_waits() -> None:
    assert insight.backlog(5, came=[4, 3, 2], went=[0, 1, 6]) == [7, 9, 5]
    assert insight.backlog(0, came=[], went=[]) == []
