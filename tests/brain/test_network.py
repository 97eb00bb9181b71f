from pathlib import Path

import numpy as np
import pytest

from bot.nlu.network import Network


def meanings(size: int, classes: int) -> "tuple[np.ndarray, list[str]]":
    numbers = [number % classes for number in range(size)]
    return np.eye(classes, dtype=np.float32)[numbers], [f"c{number}" for number in numbers]


@pytest.mark.parametrize("classes", [2, 5])
def test_each_meaning_finds_its_class(classes: int) -> None:
    rows, labels = meanings(60, classes)
    network = Network.fit(rows, labels)
    for place in range(classes):
        shares = network.shares(rows[place])
        assert shares.sum() == pytest.approx(1)
        assert network.classes[int(shares.argmax())] == labels[place]


def test_one_class_alone_is_always_it() -> None:
    rows, labels = meanings(10, 1)
    assert Network.fit(rows, labels).shares(rows[0]).tolist() == [1.0]


def test_the_same_data_gives_the_same_network() -> None:
    rows, labels = meanings(60, 3)
    first, second = Network.fit(rows, labels), Network.fit(rows, labels)
    assert first.shares(rows[1]).tolist() == second.shares(rows[1]).tolist()


def test_a_stored_network_says_the_same(tmp_path: Path) -> None:
    rows, labels = meanings(60, 4)
    network = Network.fit(rows, labels)
    network.save(tmp_path / "network.npz")
    again = Network.load(tmp_path / "network.npz")
    assert again.classes == network.classes
    assert np.allclose(again.shares(rows[2]), network.shares(rows[2]), atol=1e-2)
