"""An article as it is served: which version, in force from when to when, and why it may be silent."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from knowledge_base.article import Article
from knowledge_base.query import readings
from knowledge_base.search import Hit, Index, Search
from knowledge_base.shelf import Instrument, Reference, Trilingual

Cause = Literal["off", "ended", "not_yet", "law_ended", "law_not_yet"]


@dataclass(frozen=True, slots=True)
class Halt:
    """Why an article that is known does not answer.

    Attributes:
        cause: switched off by a person, past its last day, before its first day, or resting on a law that has ended
            or has not begun.
        day: its last day, its first day, or the law's last or first day; None when switched off.
        law: the key of the law that has ended or not begun.
    """

    cause: Cause
    day: date | None = None
    law: str = ""


@dataclass(frozen=True, slots=True)
class Switches:
    """What people have switched off."""

    is_all_off: bool = False
    topics: frozenset[str] = frozenset()
    articles: frozenset[str] = frozenset()

    def is_off(self, article: Article) -> bool:
        """True when this article may not answer."""
        return self.is_all_off or article.topic in self.topics or article.id in self.articles


@dataclass(frozen=True, slots=True)
class LawEnd:
    """The last day of a legal text and what replaced it, as recorded at the desk; None = not known."""

    in_force_to: date | None = None
    replaced_by: str | None = None


@dataclass(frozen=True, slots=True)
class Edition:
    """One living version of an article.

    Attributes:
        effective_to: its last day.
        is_own: written at the desk, so that a model may not have learnt it yet.
    """

    article: Article
    version: int
    is_draft: bool
    effective_from: date | None = None
    effective_to: date | None = None
    is_own: bool = False

    def is_overdue(self, today: date) -> bool:
        """True when the review date has passed."""
        return self.article.review_by is not None and self.article.review_by < today

    def law_ends(self, reference: Reference) -> list[tuple[date, str]]:
        """The known last days of the laws it rests on, the soonest first, with their keys.

        A law whose successor is cited beside it is history, not what the article rests on.
        """
        cited = {basis.instrument for basis in self.article.legal_basis}
        found = []
        for basis in self.article.legal_basis:
            instrument = reference.instruments.get(basis.instrument)
            days = [basis.effective_to] + ([instrument.in_force_to] if instrument else [])
            known = [day for day in days if day is not None]
            is_history = instrument is not None and instrument.replaced_by in cited - {basis.instrument}
            if known and not is_history:
                found.append((min(known), basis.instrument))
        return sorted(found)

    def law_begins(self, reference: Reference) -> list[tuple[date, str]]:
        """The known first days of the laws it rests on, the latest first, with their keys."""
        found = []
        for basis in self.article.legal_basis:
            instrument = reference.instruments.get(basis.instrument)
            begins = basis.effective_from or (instrument.in_force_from if instrument else None)
            found += [(begins, basis.instrument)] if begins else []
        return sorted(found, reverse=True)

    def halt(self, reference: Reference, today: date) -> Halt | None:
        """Why it does not hold on a day, None when it does."""
        if self.effective_from is not None and today < self.effective_from:
            return Halt("not_yet", self.effective_from)
        if self.effective_to is not None and self.effective_to < today:
            return Halt("ended", self.effective_to)
        ended = [(day, law) for day, law in self.law_ends(reference) if day < today]
        if ended:
            return Halt("law_ended", *ended[0])
        coming = [(day, law) for day, law in self.law_begins(reference) if today < day]
        return Halt("law_not_yet", *coming[0]) if coming else None


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that is known at this moment; replaced as a whole when a version or a switch changes.

    `editions` may hold articles that do not answer: `halt` says which, so that the asker is told why instead of
    getting a neighbour's answer.
    """

    editions: dict[str, Edition]
    reference: Reference
    index: Search = field(repr=False)
    switches: Switches = Switches()

    @classmethod
    def of(cls, editions: Iterable[Edition], reference: Reference, switches: Switches = Switches()) -> "Library":
        """Index the editions."""
        by_id = {edition.article.id: edition for edition in editions}
        return cls(by_id, reference, Index([edition.article for edition in by_id.values()]), switches)

    def switched(self, switches: Switches) -> "Library":
        """The same with other switches; nothing is indexed anew, so it takes no time."""
        return replace(self, switches=switches)

    @property
    def own(self) -> frozenset[str]:
        """The articles that were written at the desk."""
        return frozenset(name for name, edition in self.editions.items() if edition.is_own)

    def halt(self, article_id: str, today: date) -> Halt | None:
        """Why an article of this library does not answer on a day, None when it does."""
        edition = self.editions[article_id]
        if self.switches.is_off(edition.article):
            return Halt("off")
        return edition.halt(self.reference, today)

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The best articles for a text, best first, whatever way it is read."""
        best: dict[str, float] = {}
        for reading in readings(text):
            for hit in self.index.search(reading, limit):
                best[hit.article_id] = max(hit.score, best.get(hit.article_id, 0.0))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [Hit(article_id, score) for article_id, score in ranked]


def with_ends(reference: Reference, ends: Mapping[str, LawEnd]) -> Reference:
    """The reference with the ends of laws that the desk recorded; they outweigh the files.

    A law that the files do not know yet, which an article of the desk names, is called by its number.
    """
    changed = {
        key: _instrument(reference, key).model_copy(
            update={"in_force_to": end.in_force_to, "replaced_by": end.replaced_by}
        )
        for key, end in ends.items()
    }
    return replace(reference, instruments=reference.instruments | changed)


def _instrument(reference: Reference, key: str) -> Instrument:
    return reference.instruments.get(key) or Instrument(key=key, title=Trilingual(vi=key, en=key, zh=key))
