import pytest

from bot.learning import statistic


def test_nothing_is_known_of_no_questions() -> None:
    assert statistic.difference(0, 0, 0) == (-1.0, 1.0)


@pytest.mark.parametrize(("fixed", "broke", "chance"), [(0, 0, 1.0), (5, 5, 1.0), (8, 1, 0.0391), (0, 6, 0.0313)])
def test_mcnemar_counts_only_what_changed(fixed: int, broke: int, chance: float) -> None:
    assert statistic.changed(fixed, broke) == pytest.approx(chance, abs=1e-4)


def test_only_breaking_makes_worse() -> None:
    assert statistic.worse(6, 0) == 1.0
    assert statistic.worse(0, 6) == pytest.approx(1 / 64)
    assert statistic.worse(1, 2) == 0.5


def test_a_difference_holds_nothing_when_nothing_changed_much() -> None:
    low, high = statistic.difference(3, 2, 100)
    assert low < 0 < high
    low, high = statistic.difference(30, 2, 100)
    assert 0 < low < 0.28 < high
