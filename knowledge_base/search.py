"""Finding articles by what people type, without any model: an index over titles, aliases, sample questions and answers.

Every such text is an entry; a query is compared with each by the cosine of TF-IDF weights over words, word pairs and
character trigrams, with and without Vietnamese marks, and an article scores what its best entry scores. A score of 1
is a word for word match, so a floor on it means something. 110 articles make about 2,500 entries: built in a fraction
of a second, searched in about a millisecond, replaced as a whole when versions change.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from knowledge_base.article import LANGUAGES, Article
from knowledge_base.text.normal import fold, strip_marks, tokens

ANSWER_WEIGHT = 0.8
"""An answer's prose mentions neighbours too, so a match there counts for less than one with a question."""


@dataclass(frozen=True, slots=True)
class Hit:
    """An article that was found and how well it fits, in [0, 1]."""

    article_id: str
    score: float


class Search(Protocol):
    """What the rest of the system needs of a search; the method behind it may change."""

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The best articles, best first; empty for text that shares nothing with any."""


class Index:
    """An immutable inverted index over articles."""

    def __init__(self, articles: Iterable[Article]) -> None:
        entries = [(article.id, weight, _features(text)) for article in articles for text, weight in _texts(article)]
        frequency = Counter(feature for _, _, features in entries for feature in features)
        count = len(entries)
        self._weight = {name: math.log((1 + count) / (1 + seen)) + 1 for name, seen in frequency.items()}
        self._articles = [article_id for article_id, _, _ in entries]
        self._postings: defaultdict[str, list[tuple[int, float]]] = defaultdict(list)
        for position, (_, weight, features) in enumerate(entries):
            for name, value in self._unit_vector(features).items():
                self._postings[name].append((position, value * weight))

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The best articles, best first."""
        scores: defaultdict[int, float] = defaultdict(float)
        for name, value in self._unit_vector(_features(text)).items():
            for position, weight in self._postings.get(name, ()):
                scores[position] += value * weight
        best: dict[str, float] = {}
        for position, score in scores.items():
            article_id = self._articles[position]
            best[article_id] = max(score, best.get(article_id, 0.0))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [Hit(article_id, min(score, 1.0)) for article_id, score in ranked]

    def _unit_vector(self, features: Counter[str]) -> dict[str, float]:
        # a word that no article knows weighs like the rarest one: it must lower the score, not vanish
        unknown = math.log(1 + len(self._articles)) + 1
        weighted = {name: (1 + math.log(count)) * self._weight.get(name, unknown) for name, count in features.items()}
        length = math.sqrt(sum(value * value for value in weighted.values())) or 1.0
        return {name: value / length for name, value in weighted.items()}


def _texts(article: Article) -> Iterator[tuple[str, float]]:
    for language in LANGUAGES:
        content = article.content(language)
        yield content.title, 1.0
        yield content.answer, ANSWER_WEIGHT
        yield from ((question, 1.0) for question in content.questions)
    yield from ((alias, 1.0) for alias in article.aliases)


def _features(text: str) -> Counter[str]:
    words = tokens(text)
    bare = [strip_marks(word) for word in words]
    grams = Counter(f"w:{word}" for word in bare)
    grams.update(f"m:{word}" for word, plain in zip(words, bare, strict=True) if word != plain)
    grams.update(f"p:{first} {second}" for first, second in pairwise(bare))
    folded = f" {fold(text, keep_marks=False)} "
    grams.update(f"c:{folded[start : start + 3]}" for start in range(len(folded) - 2))
    return grams
