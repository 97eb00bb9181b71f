"""One linear model over all classes: a support vector machine a class, and a temperature that makes margins shares."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Callable, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

SHARE_HELD_OUT = 4  # one example in so many sets the temperature
Learner = Callable[[csr_matrix, np.ndarray], Tuple[np.ndarray, np.ndarray]]

_UNTESTED_TEMPERATURE = 3.0  # where a class has too few examples to hold any out
_TEMPERATURES = np.geomspace(0.5, 20, 40)


class LinearModel:
    """`classes` and the weights that score them; `shares` of a row add up to 1."""

    def __init__(self, classes: Sequence[str], weights: np.ndarray, bias: np.ndarray, temperature: float) -> None:
        self.classes = list(classes)
        self._weights = weights
        self._bias = bias
        self._temperature = temperature

    @classmethod
    def fit(cls, rows: csr_matrix, labels: Sequence[str], strictness: float, is_balanced: bool = False) -> LinearModel:
        """Learn from rows of shape (examples, features) and a label each; `strictness` is the SVM's C.

        With `is_balanced`, mistakes on a class weigh the more the fewer examples it has.
        The temperature is the one that makes held-out labels likeliest, one in four.
        """
        classes, targets = np.unique(np.array(labels), return_inverse=True)
        learn = partial(_separate, size=len(classes), strictness=strictness, is_balanced=is_balanced)
        temperature = _temperature(rows, targets, learn)
        weights, bias = learn(rows, targets)
        return cls(classes.tolist(), weights, bias, temperature)

    def shares(self, row: csr_matrix) -> np.ndarray:
        """Probability of each class for one row, in the order of `classes`."""
        margins = np.asarray(row @ self._weights).ravel() + self._bias
        powers = np.exp((margins - margins.max()).astype(np.float64) * self._temperature)
        shares: np.ndarray = powers / powers.sum()
        return shares

    def save(self, path: Path) -> None:
        """Write the model as one .npz file; plain arrays, nothing that runs code when read."""
        np.savez(
            path,
            classes=np.array(self.classes),
            weights=self._weights.astype(np.float16),
            bias=self._bias,
            temperature=np.array(self._temperature),
        )

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            weights = stored["weights"].astype(np.float32)
            return cls(stored["classes"].tolist(), weights, stored["bias"], float(stored["temperature"]))


def _separate(
    rows: csr_matrix, targets: np.ndarray, size: int, strictness: float, is_balanced: bool
) -> Tuple[np.ndarray, np.ndarray]:
    """Weights of shape (features, classes) and a bias a class; a class without examples never wins."""
    from sklearn.svm import LinearSVC  # only training needs it, and it is slow to import

    weighing = "balanced" if is_balanced else None
    machine = LinearSVC(C=strictness, tol=1e-2, random_state=0, class_weight=weighing).fit(rows, targets)
    weights = np.zeros((rows.shape[1], size), dtype=np.float32)
    bias = np.full(size, -2.0, dtype=np.float32)
    if len(machine.classes_) == 2:  # scikit-learn keeps one row for two classes
        machine.coef_ = np.vstack([-machine.coef_, machine.coef_])
        machine.intercept_ = np.concatenate([-machine.intercept_, machine.intercept_])
    weights[:, machine.classes_] = machine.coef_.T
    bias[machine.classes_] = machine.intercept_
    return weights, bias


def _temperature(rows: csr_matrix, targets: np.ndarray, learn: Learner) -> float:
    if np.bincount(targets).min() < SHARE_HELD_OUT:
        return _UNTESTED_TEMPERATURE
    is_held_out = _held_out(targets)
    weights, bias = learn(rows[~is_held_out], targets[~is_held_out])
    margins = rows[is_held_out] @ weights + bias
    losses = [_loss(margins * scale, targets[is_held_out]) for scale in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _held_out(targets: np.ndarray) -> np.ndarray:
    """Which examples to hold out: the same share of every class, always the same for the same data."""
    is_held_out = np.zeros(len(targets), dtype=bool)
    for target in np.unique(targets):
        places = np.random.default_rng(0).permutation(np.flatnonzero(targets == target))
        is_held_out[places[::SHARE_HELD_OUT]] = True
    return is_held_out


def _loss(scores: np.ndarray, truth: np.ndarray) -> float:
    scores = scores - scores.max(axis=1, keepdims=True)
    chosen = scores[np.arange(len(truth)), truth]
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - chosen))
