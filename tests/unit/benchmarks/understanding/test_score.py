import math
from collections import Counter

import pytest

from benchmarks.understanding import score
from benchmarks.understanding.dataset import OUT


def test_wilson_s_interval_is_that_of_the_textbook() -> None:
    found = score.share(81, 263)  # Newcombe 1998, table I
    assert (round(found.low, 4), round(found.high, 4)) == (0.2553, 0.3662)


def test_wilson_s_interval_stays_between_nothing_and_all() -> None:
    assert score.share(0, 10).low == 0.0
    assert score.share(10, 10).high == pytest.approx(1.0)
    assert score.share(10, 10).low < 1.0


def test_a_share_of_nothing_is_not_known() -> None:
    found = score.share(0, 0)
    assert math.isnan(found.value)
    assert (found.low, found.high) == (0.0, 1.0)


def test_macro_f1_counts_rare_intents_as_much_as_common_ones() -> None:
    pairs = Counter({("a", "a"): 8, ("a", "b"): 2, ("b", "b"): 1})
    assert score.macro_f1(pairs) == pytest.approx((2 * 8 / 18 + 2 * 1 / 4) / 2)


def test_macro_f1_gives_nothing_for_labels_that_are_never_true() -> None:
    assert score.macro_f1(Counter({("a", "z"): 1, ("b", "b"): 1})) == pytest.approx(0.5)


def test_matthews_correlation_of_two_classes_is_the_usual_one() -> None:
    pairs = Counter({("y", "y"): 6, ("y", "n"): 2, ("n", "y"): 1, ("n", "n"): 3})
    assert score.matthews(pairs) == pytest.approx((6 * 3 - 1 * 2) / math.sqrt(7 * 8 * 4 * 5))


def test_matthews_correlation_is_one_for_all_right_and_nothing_for_always_the_same() -> None:
    assert score.matthews(Counter({("a", "a"): 3, ("b", "b"): 1, ("c", "c"): 2})) == pytest.approx(1.0)
    assert score.matthews(Counter({("a", "a"): 3, ("b", "a"): 1})) == 0.0


PAIRS = [("a", "a"), ("a", OUT), ("b", "a"), (OUT, OUT), (OUT, "b")]


def test_taking_a_question_for_out_of_scope_is_wrong_where_it_has_an_intent() -> None:
    assert score.in_scope(PAIRS).value == pytest.approx(1 / 3)


def test_recall_of_out_of_scope_looks_at_those_questions_only() -> None:
    assert score.recall_of_out(PAIRS).value == pytest.approx(1 / 2)


def test_balance_weighs_both_kinds_alike() -> None:
    assert score.balance(Counter(PAIRS)) == pytest.approx((1 / 3 + 1 / 2) / 2)


def test_the_bootstrap_holds_its_figure_and_repeats_itself() -> None:
    pairs = [("a", "a")] * 60 + [("a", "b")] * 20 + [("b", "b")] * 20
    found = score.bootstrapped(pairs, score.macro_f1)
    assert found.low < found.value < found.high
    assert found == score.bootstrapped(pairs, score.macro_f1)


def test_a_difference_that_is_always_the_same_is_sure() -> None:
    found = score.difference([1, 1, 1, 1])
    assert (found.low, found.value, found.high) == (1.0, 1.0, 1.0)


def test_a_difference_that_goes_either_way_is_not() -> None:
    found = score.difference([1, -1] * 50)
    assert found.value == 0.0
    assert found.high == pytest.approx(1.96 / 10, abs=1e-3)
