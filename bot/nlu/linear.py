"""One linear model over all classes: scores by words, made into shares."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple, Sequence, Tuple

import numpy as np
from scipy.sparse import csr_matrix

from bot.nlu.plane import Plane, separate

_UNTESTED_TEMPERATURE = 3.0  # where no example could be set aside
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
    def fit(
        cls, rows: csr_matrix, labels: Sequence[str], recipe: Recipe, is_held_out: np.ndarray
    ) -> Tuple[LinearModel, np.ndarray]:
        """Learn from rows of shape (examples, features) and a label each.

        Also returns the shares of the examples that `is_held_out` marks, shape (marked, classes), as one sees them who
        has learnt only the others; the temperature is the one that makes their labels likeliest.
        """
        classes, targets = np.unique(np.array(labels), return_inverse=True)
        size = len(classes)
        with ThreadPoolExecutor(1) as beside:  # learning lets go of the interpreter
            margins = beside.submit(_tested, rows, targets, size, recipe, is_held_out)
            words = separate(rows, targets, size, recipe.strictness, recipe.is_balanced)
        temperature = _likeliest(margins.result(), targets[is_held_out])
        return cls(classes.tolist(), words, temperature), _softened(margins.result(), temperature)

    def shares(self, row: csr_matrix) -> np.ndarray:
        """Probability of each class for one row, in the order of `classes`."""
        return _softened(self._words.margins(row).ravel(), self._temperature)

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


def _tested(rows: csr_matrix, targets: np.ndarray, size: int, recipe: Recipe, is_held_out: np.ndarray) -> np.ndarray:
    """Margins of the held-out rows by what the others teach."""
    if not is_held_out.any():
        return np.zeros((0, size))
    taught = ~is_held_out
    words = separate(rows[taught], targets[taught], size, recipe.strictness, recipe.is_balanced)
    return words.margins(rows[is_held_out])


def _likeliest(margins: np.ndarray, truth: np.ndarray) -> float:
    if not len(truth):
        return _UNTESTED_TEMPERATURE
    losses = [_loss(margins * temperature, truth) for temperature in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _loss(scores: np.ndarray, truth: np.ndarray) -> float:
    scores = scores - scores.max(axis=1, keepdims=True)
    chosen = scores[np.arange(len(truth)), truth]
    return float(np.mean(np.log(np.exp(scores).sum(axis=1)) - chosen))


def _softened(margins: np.ndarray, temperature: float) -> np.ndarray:
    """Margins as shares that add up to 1 along the last axis."""
    powers = np.exp((margins - margins.max(axis=-1, keepdims=True)).astype(np.float64) * temperature)
    shares: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
    return shares
