"""The bookcase holds the library that answers now, and puts a new one in its place when article versions change."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import structlog
import yaml

from helpdesk.calendar import ZONE
from helpdesk.language import Language
from helpdesk.message import Source
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.database import Database
from helpdesk.storage.unit import Unit
from helpdesk.usecase import library
from knowledge_base import shelf
from knowledge_base.answer import citations, compose
from knowledge_base.article import ArticleProblem, dump, parse
from knowledge_base.edition import Edition, Library

log = structlog.get_logger(__name__)

ARTICLES_KEY = "library"


class Bookcase:
    """Keeps the current `Library`; readers never wait and never see half a change."""

    def __init__(self, database: Database, clock: Callable[[], datetime], serve_drafts: bool) -> None:
        self._database = database
        self._clock = clock
        self._serve_drafts = serve_drafts
        self._library: Library | None = None
        self._versions: list[ArticleVersion] = []

    def current(self) -> Library:
        """The library that answers now; it is empty until the first `refresh`."""
        if self._library is None:
            self._library = Library.of((), shelf.reference())
        return self._library

    def seed_now(self) -> int:
        """Put new and changed article files into the database as drafts; raises ArticleProblem at a broken one."""
        documents = [dump(article) for article in shelf.articles()]
        at = self._clock()
        return self._database.write_now(lambda unit: library.seed(unit, documents, at))

    async def refresh(self) -> None:
        """Read the living versions again; the library is built anew only when they are others."""
        self._put(await self._database.read(self._renewed))

    def refresh_now(self) -> None:
        """`refresh` for callers without an event loop."""
        self._put(self._database.read_now(self._renewed))

    def export_now(self, folder: Path) -> int:
        """Write the newest version of every article as a file; returns how many."""
        folder.mkdir(parents=True, exist_ok=True)
        versions = self._database.read_now(lambda unit: unit.articles.latest())
        for version in versions:
            text = yaml.safe_dump(version.document, allow_unicode=True, sort_keys=False, width=120)
            (folder / f"{version.id}.yaml").write_text(text, encoding="utf-8")
        return len(versions)

    def _renewed(self, unit: Unit) -> tuple[list[ArticleVersion], Library] | None:
        """The living versions and their library; None when they are those that are served."""
        drafts = library.serves_drafts(unit, self._serve_drafts)
        living = library.living(unit, self._clock(), drafts)
        return None if living == self._versions else (living, self._read(living))

    def _put(self, renewed: tuple[list[ArticleVersion], Library] | None) -> None:
        if renewed is not None:
            self._versions, self._library = renewed

    @staticmethod
    def _read(versions: list[ArticleVersion]) -> Library:
        editions = []
        for version in versions:
            try:
                editions.append(edition_of(version))
            except ArticleProblem as problem:
                log.error("article.unreadable", article=version.id, version=version.version, problem=str(problem))
        return Library.of(editions, shelf.reference())


def edition_of(version: ArticleVersion) -> Edition:
    """A stored version as it is served; raises ArticleProblem."""
    article = parse(version.document, f"{version.id}, version {version.version}")
    return Edition(article, version.version, version.state == library.DRAFT, version.effective_from)


class Reader:
    """Shows the console what an article says (`helpdesk.console.port.ArticleReader`)."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock

    def problem(self, document: dict[str, Any]) -> str | None:
        """Why a document cannot be served, naming field and mend; None when it can."""
        try:
            parse(document, str(document.get("id", "article")))
        except ArticleProblem as problem:
            return str(problem)
        return None

    def preview(self, document: dict[str, Any], language: Language) -> str:
        """The answer as a contact would read it."""
        today = self._clock().astimezone(ZONE).date()
        return compose(self._draft(document), shelf.reference(), language, today).text

    def sources(self, document: dict[str, Any]) -> list[Source]:
        """Legal basis and source pages, resolved for display."""
        found = citations(self._draft(document), shelf.reference(), "vi")
        return [Source(citation.title, citation.article, citation.url) for citation in found]

    @staticmethod
    def _draft(document: dict[str, Any]) -> Edition:
        return Edition(parse(document, str(document.get("id", "article"))), 0, is_draft=True)
