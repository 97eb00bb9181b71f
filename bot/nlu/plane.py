"""Linear scores of classes, and two ways to learn them: support vectors over words, ridge regression over meaning."""

from __future__ import annotations

from typing import NamedTuple, Union

import numpy as np
from scipy.sparse import csr_matrix

Rows = Union[csr_matrix, np.ndarray]

_RIDGE = 1.0
_NEVER = -2.0  # the bias of a class without examples


class Plane(NamedTuple):
    """`weights` of shape (features, classes) and a `bias` a class."""

    weights: np.ndarray
    bias: np.ndarray

    def margins(self, rows: Rows) -> np.ndarray:
        """Scores of shape (rows, classes); about 1 for a class that is sure, -1 for one that is out of the question."""
        scores: np.ndarray = np.asarray(rows @ self.weights) + self.bias
        return scores


def separate(rows: csr_matrix, targets: np.ndarray, size: int, strictness: float, is_balanced: bool) -> Plane:
    """Support vector machines, one class against the rest; `targets` are places in `size` classes."""
    from sklearn.svm import LinearSVC  # only training needs it, and it is slow to import

    weighing = "balanced" if is_balanced else None
    machine = LinearSVC(C=strictness, tol=1e-2, random_state=0, class_weight=weighing).fit(rows, targets)
    weights = np.zeros((rows.shape[1], size), dtype=np.float32)
    bias = np.full(size, _NEVER, dtype=np.float32)
    if len(machine.classes_) == 2:  # scikit-learn keeps one row for two classes
        machine.coef_ = np.vstack([-machine.coef_, machine.coef_])
        machine.intercept_ = np.concatenate([-machine.intercept_, machine.intercept_])
    weights[:, machine.classes_] = machine.coef_.T
    bias[machine.classes_] = machine.intercept_
    return Plane(weights, bias)


def regress(embeddings: np.ndarray, targets: np.ndarray, size: int, is_balanced: bool) -> Plane:
    """Ridge regression towards 1 for the right class and -1 for the others, solved at once.

    It is steadier than support vectors on a few hundred dense features, and takes a second.
    """
    wanted = np.full((len(targets), size), -1.0, dtype=np.float32)
    wanted[np.arange(len(targets)), targets] = 1.0
    counts = np.bincount(targets, minlength=size)
    weighing = len(targets) / np.maximum(counts * np.count_nonzero(counts), 1)
    share = weighing[targets] if is_balanced else np.ones(len(targets))
    rows = np.hstack([embeddings, np.ones((len(embeddings), 1), dtype=np.float32)])
    weighed = (rows * share[:, None]).T
    solved = np.linalg.solve(weighed @ rows + _RIDGE * np.eye(rows.shape[1]), weighed @ wanted).astype(np.float32)
    return Plane(solved[:-1], np.where(counts > 0, solved[-1], _NEVER).astype(np.float32))
