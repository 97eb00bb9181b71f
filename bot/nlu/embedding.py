"""What a message means, whatever its words: a sentence embedding, computed once for every text that training sees.

The encoder knows Vietnamese with its marks and no abbreviations, so both are restored first.
"""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Dict, Sequence

import numpy as np

from bot.nlu.e5.encoder import Encoder
from bot.nlu.e5.layout import VERSION
from knowledge_base.text import abbreviation, diacritic, language

FOLDER = Path(__file__).resolve().parents[2] / "brain" / "e5"
"""Where set-up builds the encoder."""

_THREADS = 2  # the encoder lets go of the interpreter while it computes


class Embedder:
    """Embeds texts; shape (2, 384), each row with length 1: what is meant, and how it is worded."""

    def __init__(self) -> None:
        self._encoder = Encoder(FOLDER)

    def embed(self, text: str) -> np.ndarray:
        """The embedding of one text, about 2 ms."""
        return self._encoder.embed(readable(text))

    def embed_all(self, texts: Sequence[str], cache: Path) -> np.ndarray:
        """One embedding a text, shape (texts, 2, 384).

        What `cache` knows from an earlier training is not computed again. Afterwards it holds these texts and no
        others, so that what left the training data leaves it too.
        """
        known, read = _read(cache), [readable(text) for text in texts]
        keys = [_key(text) for text in read]
        missing = {key: text for key, text in zip(keys, read) if key not in known}
        with ThreadPoolExecutor(_THREADS) as pool:
            known.update(zip(missing, pool.map(self._encoder.embed, missing.values())))
        rows = {key: known[key] for key in dict.fromkeys(keys)}
        _write(cache, rows)
        return np.array([rows[key] for key in keys], dtype=np.float32)


def readable(text: str) -> str:
    """The text as the encoder knows its language: abbreviations written out, Vietnamese marks restored."""
    spoken = language.detect(text).code
    if spoken != "vi":
        return text
    expanded = abbreviation.expand(text, spoken).text
    restored = diacritic.restore(expanded, n=1, language=spoken)
    return restored[0] if restored else expanded


def _key(text: str) -> str:
    return hashlib.sha256(f"{VERSION}:{text}".encode()).hexdigest()[:24]


def _read(path: Path) -> Dict[str, np.ndarray]:
    """What an earlier training left; a cache that cannot be read is as good as none."""
    try:
        with np.load(path, allow_pickle=False) as stored:
            return dict(zip(stored["keys"].tolist(), stored["rows"]))
    except (OSError, ValueError, KeyError, EOFError):
        return {}


def _write(path: Path, rows: Dict[str, np.ndarray]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".draft.npz")
    np.savez(draft, keys=np.array(list(rows)), rows=np.array(list(rows.values()), dtype=np.float16))
    draft.replace(path)
