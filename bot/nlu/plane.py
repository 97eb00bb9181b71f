"""Linear scores of classes, learnt by support vector machines."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix

_NEVER = -2.0  # the bias of a class without examples


class Plane(NamedTuple):
    """`weights` of shape (features, classes) and a `bias` a class."""

    weights: np.ndarray
    bias: np.ndarray

    def margins(self, rows: csr_matrix) -> np.ndarray:
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
