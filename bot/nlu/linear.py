"""One linear model over all classes: scores by words, made into shares."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.nlu.plane import Plane, separate

SHARE_HELD_OUT = 4  # one example in so many sets the temperature

_UNTESTED_TEMPERATURE = 3.0  # where a class has too few examples to hold any out
_TEMPERATURES = np.geomspace(0.5, 20, 40)


class Recipe(NamedTuple):
    """How to learn: `strictness` is the C of the support vector machines.

    With `is_balanced`, mistakes on a class weigh the more the fewer examples it has.
    """

    strictness: float
    is_balanced: bool = False


class LinearModel:
    """`classes` and what scores them; `temperature` makes margins into `shares`, which add up to 1."""

    def __init__(self, classes: Sequence[str], words: Plane, temperature: float) -> None:
        self.classes = list(classes)
        self._words = words
        self._temperature = temperature

    @classmethod
    def fit(cls, rows: csr_matrix, labels: Sequence[str], recipe: Recipe) -> LinearModel:
        """Learn from rows of shape (examples, features) and a label each.

        The temperature is the one that makes held-out labels likeliest, one in four.
        """
        classes, targets = np.unique(np.array(labels), return_inverse=True)
        size = len(classes)
        with ThreadPoolExecutor(1) as beside:  # learning lets go of the interpreter
            temperature = beside.submit(_temperature, rows, targets, size, recipe)
            words = separate(rows, targets, size, recipe.strictness, recipe.is_balanced)
        return cls(classes.tolist(), words, temperature.result())

    def shares(self, row: csr_matrix) -> np.ndarray:
        """Probability of each class for one row, in the order of `classes`."""
        margins = self._words.margins(row).ravel()
        powers = np.exp((margins - margins.max()).astype(np.float64) * self._temperature)
        shares: np.ndarray = powers / powers.sum()
        return shares

    def save(self, path: Path) -> None:
        """Write the model as one .npz file; plain arrays, nothing that runs code when read."""
        np.savez(
            path,
            classes=np.array(self.classes),
            weights=self._words.weights.astype(np.float16),
            bias=self._words.bias,
            temperature=np.array(self._temperature),
        )

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            words = Plane(stored["weights"].astype(np.float32), stored["bias"])
            return cls(stored["classes"].tolist(), words, float(stored["temperature"]))


def _temperature(rows: csr_matrix, targets: np.ndarray, size: int, recipe: Recipe) -> float:
    if np.bincount(targets).min() < SHARE_HELD_OUT:
        return _UNTESTED_TEMPERATURE
    is_held_out = _held_out(targets)
    truth, taught = targets[is_held_out], targets[~is_held_out]
    words = separate(rows[~is_held_out], taught, size, recipe.strictness, recipe.is_balanced)
    return _likeliest(words.margins(rows[is_held_out]), truth)


def _held_out(targets: np.ndarray) -> np.ndarray:
    """Which examples to hold out: the same share of every class, always the same for the same data."""
    is_held_out = np.zeros(len(targets), dtype=bool)
    for target in np.unique(targets):
        places = np.random.default_rng(0).permutation(np.flatnonzero(targets == target))
        is_held_out[places[::SHARE_HELD_OUT]] = True
    return is_held_out


def _likeliest(margins: np.ndarray, truth: np.ndarray) -> float:
    losses = [_loss(margins * temperature, truth) for temperature in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _loss(scores: np.ndarray, truth: np.ndarray) -> float:
    scores = scores - scores.max(axis=1, keepdims=True)
    chosen = scores[np.arange(len(truth)), truth]
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - chosen))
