"""An article as it is served: which version, approved or draft, in force from when."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from knowledge_base.article import Article
from knowledge_base.aspect import subjects
from knowledge_base.query import readings
from knowledge_base.search import Hit, Index, Search
from knowledge_base.shelf import Reference


@dataclass(frozen=True, slots=True)
class Edition:
    """One living version of an article."""

    article: Article
    version: int
    is_draft: bool
    effective_from: date | None = None

    def is_overdue(self, today: date) -> bool:
        """True when the review date has passed."""
        return self.article.review_by is not None and self.article.review_by < today


@dataclass(frozen=True, slots=True)
class Library:
    """Everything that may answer at this moment; replaced as a whole when a version changes.

    `named` holds the words by which its articles are named.
    """

    editions: dict[str, Edition]
    reference: Reference
    index: Search = field(repr=False)
    named: frozenset[str] = field(repr=False)

    @classmethod
    def of(cls, editions: Iterable[Edition], reference: Reference) -> "Library":
        """Index the editions."""
        by_id = {edition.article.id: edition for edition in editions}
        articles = [edition.article for edition in by_id.values()]
        named = subjects(text for article in articles for text in (*article.titles, *article.aliases))
        return cls(by_id, reference, Index(articles), named)

    def search(self, text: str, limit: int = 10) -> list[Hit]:
        """The best articles for a text, best first, whatever way it is read."""
        best: dict[str, float] = {}
        for reading in readings(text):
            for hit in self.index.search(reading, limit):
                best[hit.article_id] = max(hit.score, best.get(hit.article_id, 0.0))
        ranked = sorted(best.items(), key=lambda item: (-item[1], item[0]))[:limit]
        return [Hit(article_id, score) for article_id, score in ranked]
