"""Deciding what a question deserves: an answer, a question back, or an honest "not found".

Two rankings vote: the classifier's (what people's words usually mean) and the search's (what the articles say). The
numbers here are the thresholds of that vote; they are measured on data set aside for it, see docs/understanding.md.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from knowledge_base.search import Hit

Verdict = Literal["answer", "clarify", "not_found"]

MOST_CHOICES = 3
LEAST_CHOICE = 0.05
"""Fused score from which an article is worth a button beside a likelier one."""


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a ranking is enough.

    Attributes:
        floor: fused score below which nothing is offered as an answer.
        margin: least lead over the second for an answer without asking back.
        nearest: fused score that one article must reach for anything to be offered as a choice.
        certain: search score that answers alone, without the classifier (reduced service).
        classifier_weight: share of the classifier in the fused score.
    """

    floor: float = 0.35
    margin: float = 0.12
    nearest: float = 0.12
    certain: float = 0.62
    classifier_weight: float = 0.75


@dataclass(frozen=True, slots=True)
class Decision:
    """What to do and the fused ranking it rests on, best first."""

    verdict: Verdict
    ranking: tuple[Hit, ...]

    @property
    def choices(self) -> tuple[Hit, ...]:
        """The at most three articles to offer when asking back: what is out of the question is no choice."""
        return tuple(hit for hit in self.ranking[:MOST_CHOICES] if hit.score >= LEAST_CHOICE)


def fuse(classified: Sequence[Hit], found: Sequence[Hit], weight: float) -> list[Hit]:
    """One ranking out of two: a weighted sum, absent = 0."""
    first = {hit.article_id: hit.score for hit in classified}
    second = {hit.article_id: hit.score for hit in found}
    fused = [
        Hit(article_id, weight * first.get(article_id, 0.0) + (1 - weight) * second.get(article_id, 0.0))
        for article_id in first.keys() | second.keys()
    ]
    return sorted(fused, key=lambda hit: (-hit.score, hit.article_id))


def decide(classified: Sequence[Hit], found: Sequence[Hit], limits: Thresholds = Thresholds()) -> Decision:
    """Decide over both rankings."""
    ranking = tuple(fuse(classified, found, limits.classifier_weight))
    if not ranking or ranking[0].score < limits.nearest:
        return Decision("not_found", ranking)
    lead = ranking[0].score - (ranking[1].score if len(ranking) > 1 else 0.0)
    if ranking[0].score >= limits.floor and lead >= limits.margin:
        return Decision("answer", ranking)
    return Decision("clarify", ranking)


def is_decisive(classified: Sequence[Hit], limits: Thresholds = Thresholds()) -> bool:
    """True when no search could change the answer, so that none is needed.

    The best article clears the floor by its own share, and leads by the margin even over one that the search found word
    for word.
    """
    if not classified:
        return False
    weight = limits.classifier_weight
    best, second = classified[0].score, classified[1].score if len(classified) > 1 else 0.0
    rival = weight * second + (1 - weight)
    return weight * best >= limits.floor and weight * best - rival >= limits.margin


def decide_alone(found: Sequence[Hit], limits: Thresholds = Thresholds()) -> Decision:
    """Decide by the search only: an answer when certain, nothing otherwise (the brain is down)."""
    ranking = tuple(found)
    lead = ranking[0].score - (ranking[1].score if len(ranking) > 1 else 0.0) if ranking else 0.0
    is_certain = bool(ranking) and ranking[0].score >= limits.certain and lead >= limits.margin / 2
    return Decision("answer" if is_certain else "not_found", ranking)
