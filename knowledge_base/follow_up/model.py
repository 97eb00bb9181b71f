"""Two linear models over the same features: does a message lean on what was spoken of, and which part it asks for."""

import math
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from knowledge_base.follow_up.feature import features

WHOLE = "whole"
PARTS = ("fee", "time", "documents", "steps", "law", "place", WHOLE)
COLUMNS = ("leaning", *PARTS)
FILE = "leaning.bin"
BIAS = "bias"
"""The feature that every message has."""

_SCALE = 32  # weights are stored as whole numbers of 1/32

Weights = Mapping[str, Sequence[float]]


@dataclass(frozen=True, slots=True)
class Reading:
    """How a message reads as a second turn.

    Attributes:
        leaning: log-odds that it leans on what was spoken of rather than standing alone, by its wording only.
        part: a name of `article.PARTS`, or "place"; None when it asks about the whole.
    """

    leaning: float
    part: str | None


def read(text: str) -> Reading:
    """Read `text` as a second turn; a text without words leans on nothing."""
    found = features(text)
    if not found:
        return Reading(-math.inf, None)
    leaning, *by_part = scores(_weights(), found)
    part = max(zip(by_part, PARTS, strict=True))[1]
    return Reading(leaning, None if part == WHOLE else part)


def scores(weights: Weights, found: Sequence[str]) -> list[float]:
    """The score of each of COLUMNS, log-odds, for a message with the features `found`."""
    rows = [weights[feature] for feature in found if feature in weights]
    share = 1 / math.sqrt(len(rows)) if rows else 0.0
    bias = weights.get(BIAS, (0.0,) * len(COLUMNS))
    return [bias[place] + share * sum(row[place] for row in rows) for place in range(len(COLUMNS))]


@cache
def _weights() -> dict[str, tuple[float, ...]]:
    return unpack((resources.files(__package__) / "data" / FILE).read_bytes())


def pack(weights: Weights) -> bytes:
    """A model file; features whose weights all round to nothing are left out."""
    rows = ((feature, [round(weight * _SCALE) for weight in weights[feature]]) for feature in sorted(weights))
    return zlib.compress("\n".join(_line(feature, row) for feature, row in rows if any(row)).encode(), 9)


def _line(feature: str, row: Iterable[int]) -> str:
    return f"{feature}\t{' '.join(map(str, row))}"


def unpack(packed: bytes) -> dict[str, tuple[float, ...]]:
    """The weights in a model file, one a column."""
    lines = (line.split("\t") for line in zlib.decompress(packed).decode().split("\n"))
    return {feature: tuple(int(weight) / _SCALE for weight in row.split()) for feature, row in lines}
