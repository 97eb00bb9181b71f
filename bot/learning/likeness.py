"""Which texts resemble each other, decided by keys alone: texts that share a band of their sketch are candidates.

A text is the set of its character trigrams; a sketch keeps, for each of some hash functions, the least hash of the set
(MinHash). Two texts agree in one place of the sketch with the probability of their sets' overlap (Jaccard), and a band
is several places together: texts that overlap by 80 % share a band nearly always, by 60 % in 2 of 3 cases, by 20 % in
1 of 80. Whether candidates resemble each other is then looked at (`helpdesk.review.overlap`).
"""

import hashlib

BANDS, ROWS = 8, 4
LEAST = 8
"""Shorter texts resemble only themselves: a few trigrams say too little."""
_PRIME = (1 << 61) - 1
_SEEDS = [
    tuple(int.from_bytes(hashlib.sha256(f"{place}{part}".encode()).digest()[:7], "big") for part in "ab")
    for place in range(BANDS * ROWS)
]


def bands(folded: str) -> tuple[int, ...]:
    """Keys of a folded text, each in [0, 2^63); empty for a text too short to resemble another."""
    if len(folded) < LEAST:
        return ()
    padded = f" {folded} "
    grams = {int.from_bytes(padded[start : start + 3].encode(), "big") for start in range(len(padded) - 2)}
    sketch = [min((a * gram + b) % _PRIME for gram in grams) for a, b in _SEEDS]
    return tuple(_key(place, sketch[place * ROWS : (place + 1) * ROWS]) for place in range(BANDS))


def _key(place: int, rows: list[int]) -> int:
    text = ":".join(map(str, (place, *rows)))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big") >> 1
