"""Ratings are summed by month and unit, and few of them keep their levels to themselves."""

from datetime import UTC, datetime

from helpdesk.console.rating import rows

MAY_31_LATE = datetime(2026, 5, 31, 20, 0, tzinfo=UTC)  # the first of June in Vietnam
JUNE = datetime(2026, 6, 10, tzinfo=UTC)


def test_months_are_vietnams() -> None:
    assert [row.month for row in rows([("mong-cai", MAY_31_LATE, 5)])] == ["2026-06"]


def test_three_ratings_show_their_levels_and_mean() -> None:
    (row,) = rows([(None, JUNE, 5), (None, JUNE, 4), (None, JUNE, 3)])
    assert (row.unit, row.count, row.levels, row.mean) == (None, 3, {5: 1, 4: 1, 3: 1}, 4.0)


def test_two_ratings_show_only_that_they_are_two() -> None:
    (row,) = rows([("hon-gai", JUNE, 1), ("hon-gai", JUNE, 1)])
    assert (row.count, row.levels, row.mean) == (2, None, None)
