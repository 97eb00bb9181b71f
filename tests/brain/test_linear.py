from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from bot.nlu.held_out import held_out
from bot.nlu.linear import LinearModel, Recipe


def fitted(rows: csr_matrix, labels: list[str], recipe: Recipe) -> LinearModel:
    return LinearModel.fit(rows, labels, recipe, held_out(labels))[0]


def separable(size: int, classes: int) -> tuple[csr_matrix, list[str]]:
    labels = [f"c{number % classes}" for number in range(size)]
    rows = np.eye(classes, dtype=np.float32)[[number % classes for number in range(size)]]
    return csr_matrix(rows), labels


def test_shares_add_up_and_the_right_class_wins() -> None:
    rows, labels = separable(120, 3)
    model = fitted(rows, labels, Recipe(1.0))
    for place in range(3):
        shares = model.shares(rows[place])
        assert shares.sum() == pytest.approx(1)
        assert model.classes[int(shares.argmax())] == labels[place]


def test_two_classes_are_two_columns() -> None:
    rows, labels = separable(80, 2)
    model = fitted(rows, labels, Recipe(1.0))
    assert model.classes[int(model.shares(rows[1]).argmax())] == "c1"


def test_balance_lets_a_rare_class_be_heard() -> None:
    common, rare = [1.0, 0.0], [1.0, 0.3]
    rows = csr_matrix(np.array([common] * 300 + [rare] * 2, dtype=np.float32))
    labels = ["common"] * 300 + ["rare"] * 2
    probe = csr_matrix(np.array([rare], dtype=np.float32))
    balanced = fitted(rows, labels, Recipe(1.0, is_balanced=True)).shares(probe)
    plain = fitted(rows, labels, Recipe(1.0)).shares(probe)
    assert balanced[1] > 0.5 > plain[1]


def test_a_stored_model_says_the_same(tmp_path: Path) -> None:
    rows, labels = separable(120, 4)
    model = fitted(rows, labels, Recipe(1.0))
    model.save(tmp_path / "model.npz")
    again = LinearModel.load(tmp_path / "model.npz")
    assert again.classes == model.classes
    assert np.allclose(again.shares(rows[2]), model.shares(rows[2]), atol=1e-2)


def test_held_out_rows_are_seen_by_who_has_not_learnt_them() -> None:
    rows, labels = separable(40, 4)
    labels[0] = "c3"  # alone with its words, so only who has learnt this very row can know
    marked = np.zeros(40, dtype=bool)
    marked[[0, 5]] = True
    model, tested = LinearModel.fit(rows, labels, Recipe(1.0), marked)
    assert tested.shape == (2, 4)
    assert tested.sum(axis=1) == pytest.approx(1)
    assert [model.classes[place] for place in tested.argmax(axis=1)] == ["c0", "c1"]


def test_a_model_learns_where_nothing_can_be_held_out() -> None:
    rows, labels = separable(3, 3)
    model, tested = LinearModel.fit(rows, labels, Recipe(1.0), held_out(labels))
    assert tested.shape == (0, 3)
    assert model.classes[int(model.shares(rows[1]).argmax())] == "c1"
