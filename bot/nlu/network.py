"""A small neural network over sentence embeddings: which of all full intents a meaning is, procedures among them.

One hidden layer. Words tell apart what is said alike; the network tells apart what is meant alike, however it is said,
and learns intents and procedures as one question, so that each helps with the other's border.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, List, Sequence, Tuple

import numpy as np

HIDDEN = 256
_EPOCHS, _STEPS = 15, 2000
"""So many times through the examples, or so many steps where there are few of them."""
_LAST = 1 / 3  # of all rounds, in which the examples that were held out are learnt too
_BATCHES, _SMALLEST, _LARGEST = 40, 32, 256
"""A batch is a 40th of the examples, within bounds."""
_DECAY = 1e-3


class Network:
    """`classes` are full intents (`greet`, `procedure/cancel`); `shares` of an embedding add up to 1."""

    def __init__(self, classes: Sequence[str], weights: Sequence[np.ndarray], biases: Sequence[np.ndarray]) -> None:
        self.classes: List[str] = list(classes)
        self._weights = [np.asarray(one, dtype=np.float32) for one in weights]
        self._biases = [np.asarray(one, dtype=np.float32) for one in biases]

    @classmethod
    def fit(cls, embeddings: np.ndarray, labels: Sequence[str], is_held_out: np.ndarray) -> Tuple[Network, np.ndarray]:
        """Learn from rows of shape (examples, dimensions) and a label each; the same data gives the same network.

        Also returns the shares of the examples that `is_held_out` marks, shape (marked, classes), as the network saw
        them before it had learnt from them, which it does in its last rounds.
        """
        from sklearn.neural_network import MLPClassifier  # only training needs it, and it is slow to import

        classes, targets = np.unique(np.array(labels), return_inverse=True)
        if len(classes) == 1:  # nothing to tell apart, and scikit-learn would want two
            only = cls(classes.tolist(), [np.zeros((embeddings.shape[1], 1))], [np.zeros(1)])
            return only, only.shares(embeddings[is_held_out])
        batch = min(len(labels), int(np.clip(len(labels) // _BATCHES, _SMALLEST, _LARGEST)))
        epochs = max(_EPOCHS, -(-_STEPS * batch // len(labels)))
        machine = MLPClassifier(
            (HIDDEN,), batch_size=batch, alpha=_DECAY, learning_rate_init=2e-3, random_state=0, warm_start=True
        )
        last = round(epochs * _LAST)
        taught = ~is_held_out
        before = cls(classes.tolist(), *_learnt(machine, embeddings[taught], targets[taught], epochs - last))
        whole = cls(classes.tolist(), *_learnt(machine, embeddings, targets, last))
        return whole, before.shares(embeddings[is_held_out])

    def shares(self, embedding: np.ndarray) -> np.ndarray:
        """Probability of each class, in the order of `classes`, for one embedding or a row each."""
        found = embedding
        for weights, biases in zip(self._weights[:-1], self._biases[:-1]):
            found = np.maximum(found @ weights + biases, 0)
        scores = found @ self._weights[-1] + self._biases[-1]
        powers = np.exp((scores - scores.max(axis=-1, keepdims=True)).astype(np.float64))
        shares: np.ndarray = powers / powers.sum(axis=-1, keepdims=True)
        return shares

    def save(self, path: Path) -> None:
        """Write the network as one .npz file; plain arrays, nothing that runs code when read."""
        layers = {f"weights_{number}": one.astype(np.float16) for number, one in enumerate(self._weights)}
        layers |= {f"bias_{number}": one for number, one in enumerate(self._biases)}
        np.savez(path, classes=np.array(self.classes), **layers)

    @classmethod
    def load(cls, path: Path) -> Network:
        """Read what `save` wrote."""
        with np.load(path, allow_pickle=False) as stored:
            count = sum(name.startswith("bias_") for name in stored)
            weights = [stored[f"weights_{number}"] for number in range(count)]
            biases = [stored[f"bias_{number}"] for number in range(count)]
            return cls(stored["classes"].tolist(), weights, biases)


def _learnt(
    machine: Any, embeddings: np.ndarray, targets: np.ndarray, epochs: int
) -> Tuple[List[np.ndarray], List[np.ndarray]]:
    """Weights and biases of the layers after so many more times through the examples."""
    import warnings

    from sklearn.exceptions import ConvergenceWarning

    machine.set_params(max_iter=epochs, batch_size=min(machine.batch_size, len(targets)))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # it stops by count, on purpose
        machine.fit(embeddings, targets)
    # copied, because learning goes on in the same arrays
    weights, biases = [one.copy() for one in machine.coefs_], [one.copy() for one in machine.intercepts_]
    if weights[-1].shape[1] == 1:  # scikit-learn keeps one output for two classes
        weights[-1] = np.hstack([np.zeros_like(weights[-1]), weights[-1]])
        biases[-1] = np.concatenate([[0.0], biases[-1]])
    return weights, biases
