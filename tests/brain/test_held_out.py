import pytest

from bot.nlu.held_out import held_out


@pytest.mark.parametrize(("size", "chosen"), [(1, 0), (2, 1), (10, 1), (11, 2), (100, 10)])
def test_a_tenth_of_every_class_is_set_aside_but_never_its_only_example(size: int, chosen: int) -> None:
    labels = ["a"] * size + ["b"] * 20
    marked = held_out(labels)
    assert marked[:size].sum() == chosen
    assert marked[size:].sum() == 2


def test_the_same_examples_are_set_aside_every_time() -> None:
    labels = ["a", "b", "c"] * 30
    assert held_out(labels).tolist() == held_out(labels).tolist()
