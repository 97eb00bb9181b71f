"""How much meaning counts beside words, and when words are enough: learnt from examples that neither had seen.

With hundreds of examples of each intent in the words of the trade, words count as much as meaning and are mostly
enough; with five, meaning says nearly all. No single number serves both.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, Sequence

import numpy as np

_SHARES = np.arange(0.3, 0.96, 0.05)
_STEPS = (0.9, 0.95, 0.98)
_NEVER = 2.0  # no confidence reaches it
_DOUBT = 3.0  # so many may be lost where none of the held-out ones is (rule of three): few examples prove nothing
_LEAST = 1e-6  # nothing is impossible


class Opinions(NamedTuple):
    """What words and meaning say of held-out examples, each of shape (examples, classes), and which class is right."""

    words: np.ndarray
    meant: np.ndarray
    truth: np.ndarray


class Fusion(NamedTuple):
    """`share`: what meaning counts beside words, 0 to 1; `sure`: the confidence from which words are enough."""

    share: float
    sure: float

    @classmethod
    def fit(cls, opinions: Sequence[Opinions], sure: float, spared: float) -> Fusion:
        """The share that makes what is right likeliest, and the least confidence, from `sure` on, to trust words from.

        `spared` is the share of messages that may be misunderstood because words were trusted. Without any held-out
        example both count alike.
        """
        told = [one for one in opinions if len(one.truth)]
        if not told:
            return cls(0.5, sure)
        share = float(min(_SHARES, key=lambda share: sum(_surprise(one, share) for one in told)))
        messages = max(len(one.truth) for one in told)
        steps = (sure, *(step for step in _STEPS if step > sure))
        lost = (_DOUBT + sum(_missed(one, share, step) for one in told) for step in steps)
        return cls(share, next((step for step, most in zip(steps, lost) if most <= spared * messages), _NEVER))

    def blend(self, words: np.ndarray, meant: np.ndarray) -> np.ndarray:
        """Both opinions on one message or many, multiplied: what one of them rules out is out."""
        return blended(words, meant, self.share)

    def save(self, path: Path) -> None:
        """Write it as one .npy file."""
        np.save(path, np.array(self))

    @classmethod
    def load(cls, path: Path) -> Fusion:
        """Read what `save` wrote."""
        return cls(*np.load(path, allow_pickle=False).tolist())


def blended(words: np.ndarray, meant: np.ndarray, share: float) -> np.ndarray:
    """Shares of the classes, the last axis, that add up to 1."""
    product = np.maximum(words, _LEAST) ** (1 - share) * np.maximum(meant, _LEAST) ** share
    shares: np.ndarray = product / product.sum(axis=-1, keepdims=True) if product.size else product
    return shares


def _surprise(told: Opinions, share: float) -> float:
    shares = blended(told.words, told.meant, share)
    return float(-np.log(shares[np.arange(len(told.truth)), told.truth]).sum())


def _missed(told: Opinions, share: float, sure: float) -> float:
    """How many more are right when meaning is always asked than when it is not where words are this sure."""
    by_words = told.words.argmax(axis=1) == told.truth
    by_both = blended(told.words, told.meant, share).argmax(axis=1) == told.truth
    is_sure = told.words.max(axis=1) >= sure
    return float(by_both[is_sure].sum()) - float(by_words[is_sure].sum())
