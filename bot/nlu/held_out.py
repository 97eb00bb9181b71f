"""Examples set aside while learning, to see how far what was learnt can be trusted."""

from __future__ import annotations

from typing import Sequence

import numpy as np

ONE_IN = 10
"""So many examples of a class have one set aside; more would leave a model that is too unlike the one that serves."""


def held_out(labels: Sequence[str]) -> np.ndarray:
    """Which examples to set aside: the same share of every class, always the same for the same data.

    A class with a single example keeps it.
    """
    _, targets, counts = np.unique(np.array(labels), return_inverse=True, return_counts=True)
    chosen = np.zeros(len(targets), dtype=bool)
    for target in np.flatnonzero(counts > 1):
        places = np.random.default_rng(0).permutation(np.flatnonzero(targets == target))
        chosen[places[::ONE_IN]] = True
    return chosen
