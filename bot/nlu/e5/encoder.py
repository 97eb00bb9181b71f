"""Embedding sentences with the model that `convert` wrote, on one core."""

from __future__ import annotations

from pathlib import Path
from typing import Dict, List

import numpy as np

from bot.nlu.e5.layout import ENCODER, VOCABULARY

MAX_TOKENS = 160
"""A message's point is made well before; attention costs the square of this."""
_SPACE = "▁"


class Tokenizer:
    """SentencePiece's unigram segmentation: the likeliest way to cut a text into known pieces."""

    def __init__(self, path: Path) -> None:
        with np.load(path, allow_pickle=False) as stored:
            pieces, scores = stored["pieces"].tolist(), stored["scores"].tolist()
            self.begin, self.end, self.unknown = stored["special"].tolist()
            self._unknown_score = float(stored["unknown_score"])
            self._normal: Dict[int, str] = dict(
                zip(map(ord, stored["normal_from"].tolist()), stored["normal_to"].tolist())
            )
        self._pieces = {piece: (number, score) for number, (piece, score) in enumerate(zip(pieces, scores))}
        self._longest = max(map(len, pieces))

    def ids(self, text: str) -> List[int]:
        """Ids of the pieces with the special ones around them, at most MAX_TOKENS."""
        spaced = " ".join(text.translate(self._normal).split())
        pieces = self._cut(_SPACE + spaced.replace(" ", _SPACE))
        return [self.begin, *pieces[: MAX_TOKENS - 2], self.end]

    def _cut(self, text: str) -> List[int]:
        """Viterbi's best path through the pieces that fit."""
        size = len(text)
        best = [0.0] + [-1e30] * size
        came = [(0, self.unknown)] * (size + 1)
        for start in range(size):
            base = best[start]
            for end in range(start + 1, min(size, start + self._longest) + 1):
                known = self._pieces.get(text[start:end])
                if known is not None and base + known[1] > best[end]:
                    best[end] = base + known[1]
                    came[end] = (start, known[0])
            if base + self._unknown_score > best[start + 1]:
                best[start + 1] = base + self._unknown_score
                came[start + 1] = (start, self.unknown)
        found: List[int] = []
        at = size
        while at:
            at, piece = came[at]
            found.append(piece)
        return found[::-1]


class Encoder:
    """Sentences to two vectors of length 1, shape (2, 384): by the last layer and by the middle one."""

    def __init__(self, folder: Path) -> None:
        from onnxruntime import InferenceSession, SessionOptions

        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        self._session = InferenceSession(str(folder / ENCODER), options, providers=["CPUExecutionProvider"])
        self._tokenizer = Tokenizer(folder / VOCABULARY)

    def embed(self, text: str) -> np.ndarray:
        """Both vectors of one text."""
        ids = np.array(self._tokenizer.ids(text), dtype=np.int64)
        embedding: np.ndarray = self._session.run(None, {"ids": ids})[0]
        return embedding
