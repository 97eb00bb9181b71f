"""The bookcase holds the library that answers now, and puts a new one in its place when article versions change."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

import structlog
import yaml

from helpdesk.calendar import day_of
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.database import Database
from helpdesk.storage.setting import LIBRARY_STAMP
from helpdesk.storage.silence import ALL, ARTICLE, SCOPES, TOPIC
from helpdesk.storage.unit import Unit
from helpdesk.usecase import library
from knowledge_base import shelf
from knowledge_base.article import ArticleProblem, dump, parse
from knowledge_base.edition import Edition, LawEnd, Library, Switches, with_ends

log = structlog.get_logger(__name__)

ARTICLES_KEY = "library"


@dataclass(frozen=True, slots=True)
class _Content:
    """What a library is made of; equal contents make equal libraries."""

    versions: list[ArticleVersion]
    next_days: dict[tuple[str, int], date]
    ends: dict[str, LawEnd]
    switches: Switches


class Bookcase:
    """Keeps the current `Library`; readers never wait and never see half a change."""

    def __init__(self, database: Database, clock: Callable[[], datetime], serve_drafts: bool) -> None:
        self._database = database
        self._clock = clock
        self._serve_drafts = serve_drafts
        self._library: Library | None = None
        self._content: _Content | None = None
        self._stamp: str | None = None

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

    async def look_again(self) -> bool:
        """`refresh` if any desk has changed what may be answered since the last look; True when it has."""
        stamp = await self._database.read(lambda unit: unit.settings.get(LIBRARY_STAMP))
        if stamp == self._stamp:
            return False
        await self.refresh()
        self._stamp = stamp
        return True

    def held_on_now(self, day: date) -> Library:
        """The library as it held on a day; what is switched off today is not left out."""

        def read(unit: Unit) -> Library:
            drafts = library.serves_drafts(unit, self._serve_drafts)
            known = [
                *library.held_on(unit, day, drafts, is_past=True),
                *library.not_in_force(unit, day, is_past=True),
            ]
            return _library(_Content(known, unit.reviews.next_days(), _ends(unit), Switches()))

        return self._database.read_now(read)

    def _renewed(self, unit: Unit) -> tuple[_Content, Library] | None:
        """What may be answered now and the library of it; None when it is what is served."""
        drafts = library.serves_drafts(unit, self._serve_drafts)
        today = day_of(self._clock())
        known = [*library.held_on(unit, today, drafts), *library.not_in_force(unit, today)]
        content = _Content(known, unit.reviews.next_days(), _ends(unit), _switches(unit))
        before, served = self._content, self._library
        if content == before:
            return None
        if before is not None and served is not None and replace(before, switches=content.switches) == content:
            return content, served.switched(content.switches)
        return content, _library(content)

    def _put(self, renewed: tuple[_Content, Library] | None) -> None:
        if renewed is not None:
            self._content, self._library = renewed


def _library(content: _Content) -> Library:
    editions = []
    for version in content.versions:
        try:
            editions.append(edition_of(version, content.next_days.get((version.id, version.version))))
        except ArticleProblem as problem:
            log.error("article.unreadable", article=version.id, version=version.version, problem=str(problem))
    return Library.of(editions, with_ends(shelf.reference(), content.ends), content.switches)


def _ends(unit: Unit) -> dict[str, LawEnd]:
    return {key: LawEnd(law.in_force_to, law.replaced_by) for key, law in unit.silences.laws().items()}


def _switches(unit: Unit) -> Switches:
    standing = unit.silences.standing()
    subjects = {scope: frozenset(one.subject for one in standing if one.scope == scope) for scope in SCOPES}
    return Switches(bool(subjects[ALL]), subjects[TOPIC], subjects[ARTICLE])


def edition_of(version: ArticleVersion, next_on: date | None = None) -> Edition:
    """A stored version as it is served, to be looked at again on a day; raises ArticleProblem."""
    document = version.document if next_on is None else version.document | {"review_by": next_on}
    article = parse(document, f"{version.id}, version {version.version}")
    is_own = not (shelf.PROCEDURES / f"{version.id}.yaml").exists()
    return Edition(
        article, version.version, version.approved_at is None, version.effective_from, version.effective_to, is_own
    )
