"""Asking back: one question and at most three choices, in the words of the person who asked."""

from dataclasses import dataclass

from knowledge_base.answer import label
from knowledge_base.article import Language
from knowledge_base.choice import distinction, label_of
from knowledge_base.decision import Decision, Thresholds
from knowledge_base.edition import Library
from knowledge_base.text.abbreviation import Ambiguity, expand

LONELY = 1
"""Short forms of a single character are part of every sentence; nobody is asked what they stand for."""


@dataclass(frozen=True, slots=True)
class Choice:
    """An article that may be meant, and what its button says."""

    article_id: str
    label: str


@dataclass(frozen=True, slots=True)
class Clarification:
    """What to ask, and the choices under it: as the question names them, or the likeliest first."""

    text: str
    choices: tuple[Choice, ...]


def clarification(library: Library, decision: Decision, language: Language, text: str) -> Clarification:
    """What to ask about `text` when `decision` has several articles of `library` for it.

    Two near misses that leave the others behind are told apart by their own question; otherwise every choice is named.
    """
    asked = _told_apart(decision, language) or _named(library, decision, language)
    unsure = _doubt(library, language, text)
    return Clarification(f"{unsure}\n\n{asked.text}", asked.choices) if unsure else asked


def _told_apart(decision: Decision, language: Language) -> Clarification | None:
    best, *others = decision.ranking
    if not others:
        return None
    second, third = others[0], others[1] if len(others) > 1 else None
    known = distinction(best.article_id, second.article_id)
    if known is None or (third is not None and second.score - third.score < Thresholds().margin):
        return None
    choices = (Choice(article_id, answer.in_language(language)) for article_id, answer in known.answers.items())
    return Clarification(known.question.in_language(language), tuple(choices))


def _named(library: Library, decision: Decision, language: Language) -> Clarification:
    choices = tuple(
        Choice(
            hit.article_id,
            label_of(hit.article_id, language, library.editions[hit.article_id].article.content(language).title),
        )
        for hit in decision.choices
    )
    return Clarification(label(language, "clarify" if len(choices) > 1 else "clarify_one"), choices)


def _doubt(library: Library, language: Language, text: str) -> str:
    """A sentence on the first short form whose readings lead to different articles; empty when there is none."""
    for found in expand(text, language).ambiguous:
        if len(found.short) > LONELY and _matters(library, text, found):
            return doubt(found, language)
    return ""


def doubt(found: Ambiguity, language: Language) -> str:
    """A sentence that names the readings of a short form."""
    return label(language, "ambiguous", short=found.short, readings=_listed(found.readings, language))


def _matters(library: Library, text: str, found: Ambiguity) -> bool:
    meant = (text[: found.start] + reading + text[found.end :] for reading in found.readings)
    return len({tuple(hit.article_id for hit in library.search(reading, 1)) for reading in meant}) > 1


def _listed(readings: tuple[str, ...], language: Language) -> str:
    *first, last = readings
    return f"{label(language, 'ambiguous_and').join(first)}{label(language, 'ambiguous_or')}{last}"
