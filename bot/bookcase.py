"""The bookcase holds the library that answers now, and puts a new one in its place when article versions change."""

from collections.abc import Callable
from datetime import date, datetime

import structlog

from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.database import Database
from helpdesk.usecase import library
from knowledge_base import shelf
from knowledge_base.answer import compose
from knowledge_base.article import ArticleProblem, Language, dump, parse
from knowledge_base.edition import Edition, Library

log = structlog.get_logger(__name__)

ARTICLES_KEY = "articles"


class Bookcase:
    """Keeps the current `Library`; readers never wait and never see half a change."""

    def __init__(self, database: Database, clock: Callable[[], datetime], serve_drafts: bool) -> None:
        self._database = database
        self._clock = clock
        self._serve_drafts = serve_drafts
        self._library: Library | None = None

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
        """Read the living versions again."""
        now = self._clock()
        self._library = await self._database.read(lambda unit: self._read(library.living(unit, now, self._drafts(unit))))

    def refresh_now(self) -> None:
        """`refresh` for callers without an event loop."""
        now = self._clock()
        self._library = self._database.read_now(
            lambda unit: self._read(library.living(unit, now, self._drafts(unit)))
        )

    def _drafts(self, unit: object) -> bool:
        return library.serves_drafts(unit, self._serve_drafts)  # type: ignore[arg-type]

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


class ArticleReader:
    """Shows the console what an article says, without the console knowing how articles are made."""

    def check(self, document: dict[str, object]) -> None:
        """Raises ArticleProblem (a ValueError) naming what is wrong."""
        parse(document, str(document.get("id", "article")))

    def preview(self, version: ArticleVersion, language: Language, today: date) -> str:
        """The text a business would read."""
        return compose(edition_of(version), shelf.reference(), language, today).text
