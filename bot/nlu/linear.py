"""One linear model over all classes: scores by words, where wanted by meaning too, made into shares."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, NamedTuple, Optional, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from bot.nlu.plane import Plane, regress, separate

SHARE_HELD_OUT = 4  # one example in so many sets the temperatures

_UNTESTED_TEMPERATURE = 3.0  # where a class has too few examples to hold any out
_TEMPERATURES = np.geomspace(0.5, 20, 40)


class Recipe(NamedTuple):
    """How to learn: `strictness` is the C of the support vector machines, `meaning` the weight of margins by meaning.

    With `is_balanced`, mistakes on a class weigh the more the fewer examples it has.
    """

    strictness: float
    meaning: float = 0.0
    is_balanced: bool = False


class LinearModel:
    """`classes` and what scores them; `shares` of a row add up to 1.

    `temperature` makes shares of margins by words alone, `blended` of those of words and meaning together.
    """

    def __init__(
        self,
        classes: Sequence[str],
        words: Plane,
        temperature: float,
        meaning: Optional[Plane] = None,
        blended: float = _UNTESTED_TEMPERATURE,
    ) -> None:
        self.classes = list(classes)
        self._words = words
        self._temperature = temperature
        self._meaning = meaning
        self._blended = blended

    @classmethod
    def fit(
        cls, rows: csr_matrix, labels: Sequence[str], recipe: Recipe, embeddings: Optional[np.ndarray] = None
    ) -> LinearModel:
        """Learn from rows of shape (examples, features), a label each, and centred embeddings if there are any.

        The temperatures are those that make held-out labels likeliest, one in four.
        """
        classes, targets = np.unique(np.array(labels), return_inverse=True)
        size = len(classes)
        temperatures = _temperatures(rows, targets, size, recipe, embeddings)
        words = separate(rows, targets, size, recipe.strictness, recipe.is_balanced)
        meaning = _meaning(embeddings, targets, size, recipe)
        return cls(classes.tolist(), words, temperatures[0], meaning, temperatures[1])

    def shares(self, row: csr_matrix, embedding: Optional[np.ndarray] = None) -> np.ndarray:
        """Probability of each class for one row, in the order of `classes`; with its embedding more reliable."""
        margins, temperature = self._words.margins(row).ravel(), self._temperature
        if embedding is not None and self._meaning is not None:
            margins, temperature = margins + self._meaning.margins(embedding), self._blended
        powers = np.exp((margins - margins.max()).astype(np.float64) * temperature)
        shares: np.ndarray = powers / powers.sum()
        return shares

    def save(self, path: Path) -> None:
        """Write the model as one .npz file; plain arrays, nothing that runs code when read."""
        meaning: Dict[str, np.ndarray] = {}
        if self._meaning is not None:
            meaning = {"meaning": self._meaning.weights.astype(np.float16), "meaning_bias": self._meaning.bias}
        np.savez(
            path,
            classes=np.array(self.classes),
            weights=self._words.weights.astype(np.float16),
            bias=self._words.bias,
            temperatures=np.array([self._temperature, self._blended]),
            **meaning,
        )

    @classmethod
    def load(cls, path: Path) -> LinearModel:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            words = Plane(stored["weights"].astype(np.float32), stored["bias"])
            meaning = None
            if "meaning" in stored:
                meaning = Plane(stored["meaning"].astype(np.float32), stored["meaning_bias"])
            temperature, blended = stored["temperatures"].tolist()
            return cls(stored["classes"].tolist(), words, temperature, meaning, blended)


def _meaning(embeddings: Optional[np.ndarray], targets: np.ndarray, size: int, recipe: Recipe) -> Optional[Plane]:
    """The plane over embeddings, its weight beside the words already in it."""
    if embeddings is None or not recipe.meaning:
        return None
    plane = regress(embeddings, targets, size, recipe.is_balanced)
    return Plane(plane.weights * recipe.meaning, plane.bias * recipe.meaning)


def _temperatures(
    rows: csr_matrix, targets: np.ndarray, size: int, recipe: Recipe, embeddings: Optional[np.ndarray]
) -> Sequence[float]:
    """For words alone and for both."""
    if np.bincount(targets).min() < SHARE_HELD_OUT:
        return _UNTESTED_TEMPERATURE, _UNTESTED_TEMPERATURE
    is_held_out = _held_out(targets)
    truth, taught = targets[is_held_out], targets[~is_held_out]
    words = separate(rows[~is_held_out], taught, size, recipe.strictness, recipe.is_balanced)
    margins = words.margins(rows[is_held_out])
    meaning = _meaning(None if embeddings is None else embeddings[~is_held_out], taught, size, recipe)
    if meaning is None or embeddings is None:
        return _likeliest(margins, truth), _UNTESTED_TEMPERATURE
    return _likeliest(margins, truth), _likeliest(margins + meaning.margins(embeddings[is_held_out]), truth)


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
