"""Words and character runs of a message as one sparse row, the same way in training and in serving.

Plain Python, numpy and scipy: serving does not load scikit-learn.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from typing import Iterable, Iterator, Sequence

import numpy as np
from scipy.sparse import csr_matrix

from knowledge_base.text import normal

CHAR_SIZES = (2, 3, 4, 5)
_LONG_NUMBER = re.compile(r"\d{5,}")
_MAX_CHARS = 1500  # beyond that a message repeats itself; keeps a hostile one cheap


def grams(text: str) -> Counter[str]:
    """Counts of the n-grams of `text`, by kind: "w" words without marks, "m" words with marks, "c" characters.

    Long numbers are one symbol: which declaration is asked about says nothing about what is asked.
    """
    folded = _LONG_NUMBER.sub("#", normal.fold(text))[:_MAX_CHARS]
    marked = [token.text for token in normal.tokenize(folded)]
    bare = [normal.strip_marks(token) for token in marked]
    found = Counter(_word_grams("w", bare))
    if marked != bare:
        found.update(_word_grams("m", marked))
    found.update(_char_grams(normal.strip_marks(folded)))
    return found


def _word_grams(kind: str, words: Sequence[str]) -> Iterator[str]:
    for word in words:
        yield f"{kind}:{word}"
    for first, second in zip(words, words[1:]):
        yield f"{kind}:{first} {second}"


def _char_grams(text: str) -> Iterator[str]:
    """Runs of characters within a word and its edges; Chinese has no edges, so runs cross its characters freely."""
    for word in text.split():
        padded = f" {word} "
        for size in CHAR_SIZES:
            for start in range(len(padded) - size + 1):
                yield f"c:{padded[start : start + size]}"


class Vocabulary:
    """N-grams that count and how much each weighs: logarithmic counts times inverse document frequency, unit rows.

    Words and characters are normalised apart, so that a long word does not drown its neighbours.
    """

    def __init__(self, terms: Sequence[str], weights: np.ndarray) -> None:
        self.terms = list(terms)
        self.weights = weights
        self._index = {term: place for place, term in enumerate(self.terms)}

    @classmethod
    def fit(cls, texts: Iterable[str], min_messages: int, max_terms: int) -> Vocabulary:
        """Learn the `max_terms` commonest n-grams that stand in at least `min_messages` of `texts`."""
        seen: Counter[str] = Counter()
        total = 0
        for text in texts:
            seen.update(grams(text).keys())
            total += 1
        kept = sorted(term for term, count in seen.most_common(max_terms) if count >= min_messages)
        weights = np.array([math.log((1 + total) / (1 + seen[term])) + 1 for term in kept], dtype=np.float32)
        return cls(kept, weights)

    def rows(self, texts: Sequence[str]) -> csr_matrix:
        """One row a text, float32, shape (texts, terms)."""
        starts, columns, values = [0], [], []
        for text in texts:
            row_columns, row_values = self._row(text)
            columns.append(row_columns)
            values.append(row_values)
            starts.append(starts[-1] + len(row_columns))
        shape = (len(texts), len(self.terms))
        if not texts:
            return csr_matrix(shape, dtype=np.float32)
        return csr_matrix((np.concatenate(values), np.concatenate(columns), starts), shape=shape, dtype=np.float32)

    def _row(self, text: str) -> tuple[np.ndarray, np.ndarray]:
        known = [
            (self._index[term], count, term[0] == "c") for term, count in grams(text).items() if term in self._index
        ]
        if not known:
            return np.zeros(0, dtype=np.int32), np.zeros(0, dtype=np.float32)
        columns, counts, is_char = (np.array(part) for part in zip(*known))
        values = (1 + np.log(counts)) * self.weights[columns]
        for group in (is_char, ~is_char):
            length = np.linalg.norm(values[group])
            if length:
                values[group] /= length
        return columns.astype(np.int32), values.astype(np.float32)
