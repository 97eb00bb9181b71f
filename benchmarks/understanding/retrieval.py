"""From a question to the paragraph that answers it, among all paragraphs: XQuAD, within a language and across two.

Ours are the product's own search, given each paragraph as an article's answer, its sentence encoder, by the sentence
nearest to the question, and both, by the sum of reciprocal ranks; beside them BM25 and TF-IDF over plain words.
"""

import hashlib
import json
import math
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from benchmarks.understanding.dataset import lines
from benchmarks.understanding.runner import Failed, Runner, fingerprint
from knowledge_base.edition import Library
from knowledge_base.search import Index
from knowledge_base.shelf import Reference

DIRECTIONS = ("vi-vi", "zh-zh", "en-en", "vi-en", "zh-en")
"""Language of the question, then of the paragraphs."""
METHODS = ("BM25", "TF-IDF", "ours, search", "ours, encoder", "ours, both")
ENCODER = ("bot/nlu/e5", "bot/nlu/embedding.py", "knowledge_base/text")
LIMIT_SECONDS = 1800
RECIPROCAL_RANK = 60
"""The constant of reciprocal rank fusion (Cormack 2009), as published."""
K1, B = 1.2, 0.75
_SENTENCE = re.compile(r"(?<=[.!?])\s+|(?<=[。！？])")
_WORD = re.compile(r"[\u4e00-\u9fff]|[^\W_\u4e00-\u9fff]+")

Ranking = list[int]
Rank = Callable[[str], Ranking]


@dataclass(frozen=True, slots=True)
class Found:
    """How many questions had their paragraph first, of how many, and milliseconds a question."""

    hits: int
    total: int
    milliseconds: float


@dataclass(frozen=True, slots=True)
class Direction:
    """Questions of one language, the place of the paragraph of each, and the paragraphs of one language."""

    questions: tuple[str, ...]
    answers: tuple[int, ...]
    paragraphs: tuple[str, ...]


def direction(path: Path, name: str) -> Direction:
    """Read one direction, as "vi-en"."""
    asked, told = name.split("-")
    rows = list(lines(path))
    paragraphs = tuple(dict.fromkeys(row[f"context_{told}"] for row in rows))
    places = {paragraph: place for place, paragraph in enumerate(paragraphs)}
    answers = tuple(places[row[f"context_{told}"]] for row in rows)
    return Direction(tuple(row[f"question_{asked}"] for row in rows), answers, paragraphs)


def words(text: str) -> list[str]:
    """Lower-cased words; Chinese characters one by one and in pairs."""
    found = _WORD.findall(text.lower())
    return found + [first + second for first, second in pairwise(found) if _is_han(first) and _is_han(second)]


def _is_han(word: str) -> bool:
    return "\u4e00" <= word <= "\u9fff"


def bm25(paragraphs: Sequence[str]) -> Rank:
    """Okapi BM25 with its usual constants."""
    bags = [Counter(words(paragraph)) for paragraph in paragraphs]
    held = Counter(word for bag in bags for word in bag)
    average = sum(bag.total() for bag in bags) / len(bags)
    weight = {word: math.log(1 + (len(bags) - count + 0.5) / (count + 0.5)) for word, count in held.items()}

    def score(asked: Sequence[str], bag: Counter[str]) -> float:
        length = K1 * (1 - B + B * bag.total() / average)
        return sum(weight[word] * bag[word] * (K1 + 1) / (bag[word] + length) for word in asked if word in bag)

    return lambda question: _best([score(words(question), bag) for bag in bags])


def tf_idf(paragraphs: Sequence[str]) -> Rank:
    """Cosine of logarithmic counts times inverse document frequency."""
    bags = [Counter(words(paragraph)) for paragraph in paragraphs]
    held = Counter(word for bag in bags for word in bag)

    def vector(bag: Counter[str]) -> dict[str, float]:
        known = {word: count for word, count in bag.items() if word in held}
        values = {word: (1 + math.log(count)) * math.log(len(bags) / held[word]) for word, count in known.items()}
        length = math.sqrt(sum(value * value for value in values.values())) or 1.0
        return {word: value / length for word, value in values.items()}

    vectors = [vector(bag) for bag in bags]

    def rank(question: str) -> Ranking:
        asked = vector(Counter(words(question)))
        return _best([sum(value * other.get(word, 0.0) for word, value in asked.items()) for other in vectors])

    return rank


def search(paragraphs: Sequence[str], language: str) -> Rank:
    """The product's search, whatever way it reads a question."""
    library = Library({}, Reference({}, {}, ()), Index(_articles(paragraphs, language)))
    return lambda question: [int(hit.article_id) for hit in library.search(question, limit=len(paragraphs))]


def _articles(paragraphs: Sequence[str], language: str) -> Iterator[Any]:
    """What the index reads of an article: a paragraph is its answer in one language, and there is nothing else."""
    nothing = SimpleNamespace(title="", answer="", questions=())
    for place, paragraph in enumerate(paragraphs):
        told = {language: SimpleNamespace(title="", answer=paragraph, questions=())}
        yield SimpleNamespace(id=str(place), aliases=(), content=lambda name, told=told: told.get(name, nothing))


def _best(scores: Sequence[float]) -> Ranking:
    """Places by score, best first; those that share nothing with the question are not among them."""
    return [place for place in sorted(range(len(scores)), key=lambda place: -scores[place]) if scores[place] > 0]


def together(first: Ranking, second: Ranking) -> Ranking:
    """One ranking out of two by the sum of reciprocal ranks."""
    scores: Counter[int] = Counter()
    for ranking in (first, second):
        scores.update({place: 1 / (RECIPROCAL_RANK + rank) for rank, place in enumerate(ranking)})
    return [place for place, _ in scores.most_common()]


def measure(runner: Runner, path: Path) -> dict[str, dict[str, Found]]:
    """By direction and method; without the encoder where it is not built."""
    found = {}
    for name in DIRECTIONS:
        asked = direction(path, name)
        ranks = {
            "BM25": bm25(asked.paragraphs),
            "TF-IDF": tf_idf(asked.paragraphs),
            "ours, search": search(asked.paragraphs, name.split("-")[1]),
        }
        rankings = {method: _timed(rank, asked.questions) for method, rank in ranks.items()}
        nearest = _nearest(runner, asked)
        if nearest is not None:
            pairs = zip(rankings["ours, search"][0], nearest[0], strict=True)
            both = [together(*pair) for pair in pairs]
            rankings |= {"ours, encoder": nearest, "ours, both": (both, rankings["ours, search"][1] + nearest[1])}
        found[name] = {method: _count(asked, *ranking) for method, ranking in rankings.items()}
    return found


def _timed(rank: Rank, questions: Sequence[str]) -> tuple[list[Ranking], float]:
    began = time.perf_counter()
    rankings = [rank(question) for question in questions]
    return rankings, (time.perf_counter() - began) * 1e3 / len(questions)


def _count(asked: Direction, rankings: Sequence[Ranking], milliseconds: float) -> Found:
    hits = sum(ranking[:1] == [answer] for ranking, answer in zip(rankings, asked.answers, strict=True))
    return Found(hits, len(rankings), milliseconds)


def _nearest(runner: Runner, asked: Direction) -> tuple[list[Ranking], float] | None:
    """Rankings by the encoder, and milliseconds a question; kept under what they depend on."""
    sentences = [[part for part in _SENTENCE.split(paragraph) if part.strip()] for paragraph in asked.paragraphs]
    job = {"questions": asked.questions, "passages": sentences}
    key = hashlib.sha256(
        (json.dumps(job) + fingerprint(*(runner.root / place for place in ENCODER))).encode()
    ).hexdigest()[:12]
    kept = runner.kept / "xquad" / f"{key}.json"
    if not kept.is_file():
        with tempfile.TemporaryDirectory(prefix="bench-nlu-", dir=runner.kept) as folder:
            try:
                result = runner.child("rank", job, Path(folder), LIMIT_SECONDS)
            except Failed:
                return None
        kept.parent.mkdir(exist_ok=True)
        kept.write_text(json.dumps(result), encoding="utf-8")
    read = json.loads(kept.read_text(encoding="utf-8"))
    return read["rankings"], read["milliseconds"]
