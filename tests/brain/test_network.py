from pathlib import Path

import numpy as np
import pytest

from bot.nlu.held_out import held_out
from bot.nlu.network import Network


def fitted(rows: np.ndarray, labels: "list[str]") -> Network:
    return Network.fit(rows, labels, held_out(labels))[0]


def meanings(size: int, classes: int) -> "tuple[np.ndarray, list[str]]":
    numbers = [number % classes for number in range(size)]
    return np.eye(classes, dtype=np.float32)[numbers], [f"c{number}" for number in numbers]


@pytest.mark.parametrize("classes", [2, 5])
def test_each_meaning_finds_its_class(classes: int) -> None:
    rows, labels = meanings(60, classes)
    network = fitted(rows, labels)
    for place in range(classes):
        shares = network.shares(rows[place])
        assert shares.sum() == pytest.approx(1)
        assert network.classes[int(shares.argmax())] == labels[place]


def test_one_class_alone_is_always_it() -> None:
    rows, labels = meanings(10, 1)
    assert fitted(rows, labels).shares(rows[0]).tolist() == [1.0]


def test_the_same_data_gives_the_same_network() -> None:
    rows, labels = meanings(60, 3)
    first, second = fitted(rows, labels), fitted(rows, labels)
    assert first.shares(rows[1]).tolist() == second.shares(rows[1]).tolist()


def test_a_stored_network_says_the_same(tmp_path: Path) -> None:
    rows, labels = meanings(60, 4)
    network = fitted(rows, labels)
    network.save(tmp_path / "network.npz")
    again = Network.load(tmp_path / "network.npz")
    assert again.classes == network.classes
    assert np.allclose(again.shares(rows[2]), network.shares(rows[2]), atol=1e-2)


@pytest.mark.parametrize("classes", [1, 2, 5])
def test_held_out_meanings_are_seen_before_they_are_learnt(classes: int) -> None:
    rows, labels = meanings(60, classes)
    marked = held_out(labels)
    _, tested = Network.fit(rows, labels, marked)
    assert tested.shape == (marked.sum(), classes)
    assert tested.sum(axis=1) == pytest.approx(1)


def test_what_was_held_out_is_learnt_in_the_end() -> None:
    rows, labels = meanings(60, 3)
    rows = np.hstack([rows, np.zeros((60, 1), dtype=np.float32)])
    rows[59] = [0, 0, 0, 1]  # like nothing else
    labels[59] = "c0"
    marked = np.zeros(60, dtype=bool)
    marked[59] = True
    network, [before] = Network.fit(rows, labels, marked)
    assert network.shares(rows[59])[0] > before[0] + 0.05
