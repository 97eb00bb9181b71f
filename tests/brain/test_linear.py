from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.nlu.linear import LinearModel, Recipe


def separable(size: int, classes: int) -> tuple[csr_matrix, list[str]]:
    labels = [f"c{number % classes}" for number in range(size)]
    rows = np.eye(classes, dtype=np.float32)[[number % classes for number in range(size)]]
    return csr_matrix(rows), labels


def test_shares_add_up_and_the_right_class_wins() -> None:
    rows, labels = separable(120, 3)
    model = LinearModel.fit(rows, labels, Recipe(1.0))
    for place in range(3):
        shares = model.shares(rows[place])
        assert shares.sum() == pytest.approx(1)
        assert model.classes[int(shares.argmax())] == labels[place]


def test_two_classes_are_two_columns() -> None:
    rows, labels = separable(80, 2)
    model = LinearModel.fit(rows, labels, Recipe(1.0))
    assert model.classes[int(model.shares(rows[1]).argmax())] == "c1"


def test_balance_lets_a_rare_class_be_heard() -> None:
    common, rare = [1.0, 0.0], [1.0, 0.3]
    rows = csr_matrix(np.array([common] * 300 + [rare] * 2, dtype=np.float32))
    labels = ["common"] * 300 + ["rare"] * 2
    probe = csr_matrix(np.array([rare], dtype=np.float32))
    balanced = LinearModel.fit(rows, labels, Recipe(1.0, is_balanced=True)).shares(probe)
    plain = LinearModel.fit(rows, labels, Recipe(1.0)).shares(probe)
    assert balanced[1] > 0.5 > plain[1]


def test_a_stored_model_says_the_same(tmp_path: Path) -> None:
    rows, labels = separable(120, 4)
    model = LinearModel.fit(rows, labels, Recipe(1.0))
    model.save(tmp_path / "model.npz")
    again = LinearModel.load(tmp_path / "model.npz")
    assert again.classes == model.classes
    assert np.allclose(again.shares(rows[2]), model.shares(rows[2]), atol=1e-2)
