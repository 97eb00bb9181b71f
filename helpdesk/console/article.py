"""The articles: what each says in three languages, which version answers, and a person's approval of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from aiohttp import web

from helpdesk.calendar import day_of
from helpdesk.console import form, problem
from helpdesk.console.article_form import missing
from helpdesk.console.change import Change, changes
from helpdesk.console.desk import BASE, Desk, desk_of, visit_of
from helpdesk.console.guard import status_of
from helpdesk.console.page import go, language_of, local_path, render
from helpdesk.console.port import Shown
from helpdesk.console.text import fold
from helpdesk.console.wording import Language as Words
from helpdesk.console.wording import known
from helpdesk.error import InvalidInput, NotFound
from helpdesk.language import LANGUAGES, Language, as_language
from helpdesk.message import Source
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.article_work import Comment
from helpdesk.storage.unit import Unit
from helpdesk.usecase import library

FILTERS = ("state", "topic", "confidence", "mark", "words")
MARKS = ("recheck", "volatile", "human_only")
MAX_SNIPPETS = 20
LIBRARY = "library"
"""The key under which changes of what may be served are notified."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """The list page; `serving` names the version that answers today, by article."""

    articles: list[ArticleVersion]
    serving: dict[str, int]
    topics: list[str]
    total: int
    comments: dict[str, int]


@dataclass(frozen=True, slots=True)
class Sheet:
    """One article's page.

    Attributes:
        changes: what the shown version changed from version `against`.
        authors: who wrote the shown version, by id.
        held: the version that held on the day that was asked for, None for none.
    """

    shown: ArticleVersion
    versions: list[ArticleVersion]
    serving: int | None
    changes: list[Change]
    problem: str | None
    previews: dict[Language, Shown | None]
    sources: list[Source]
    against: int | None
    authors: dict[int, str]
    comments: list[Comment]
    held: ArticleVersion | None


@dataclass(frozen=True, slots=True)
class Typed:
    """What the form of approval shows: dates as they were typed, and why they were refused."""

    begins: str
    ends: str = ""
    sentence: str | None = None


async def show_all(request: web.Request) -> web.Response:
    """Every article, filtered."""
    desk = desk_of(request)
    wanted = {name: request.query.get(name, "").strip()[:100] for name in FILTERS}
    language = visit_of(request).officer.language
    shelf = await desk.database.read(lambda unit: _shelf(unit, desk, wanted, language))
    return render(request, "articles.html", shelf=shelf, wanted=wanted, today=_today(desk), missing=missing)


async def show(request: web.Request) -> web.Response:
    """One article in three languages, with its versions."""
    wanted = _version_in(request, "version")
    return await _page(request, wanted, Typed(_today(desk_of(request)).isoformat()))


def _version_in(request: web.Request, name: str) -> int | None:
    value = request.query.get(name, "")
    return int(value) if value.isascii() and value.isdigit() and len(value) < 7 else None


async def approve(request: web.Request) -> web.StreamResponse:
    """Approve a version; what is refused comes back with the dates as they were typed and the reason beside them."""
    fields = await request.post()
    article_id, version = request.match_info["article"], form.number(request, "version")
    try:
        await _approve(request, article_id, version, fields)
    except InvalidInput as error:
        typed = Typed(form.text(fields, "from"), form.text(fields, "to"), problem.words(request, error))
        return await _page(request, version, typed, status_of(error))
    return go(f"/articles/{article_id}?version={version}", "approved")


async def _approve(request: web.Request, article_id: str, version: int, fields: Mapping[str, Any]) -> None:
    desk, officer = desk_of(request), visit_of(request).officer
    begins = form.day(fields, "from") or _today(desk)
    ends = form.day(fields, "to")

    def decide(unit: Unit) -> None:
        broken = desk.reader.problem(unit.articles.get(article_id, version).document)
        if broken is not None:
            raise InvalidInput(f"this version cannot be served: {broken}")
        library.approve(unit, article_id, version, officer, begins, ends, desk.clock())

    await desk.change(decide, LIBRARY)


async def retire(request: web.Request) -> web.StreamResponse:
    """Take a version out of service."""
    desk, visit = desk_of(request), visit_of(request)
    article_id, version = request.match_info["article"], form.number(request, "version")
    await desk.change(lambda unit: library.retire(unit, article_id, version, visit.officer, desk.clock()), LIBRARY)
    return go(f"/articles/{article_id}?version={version}", "retired")


async def serve_drafts(request: web.Request) -> web.StreamResponse:
    """Let drafts answer, or only approved versions."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    is_on = form.text(fields, "on") == "1"
    await desk.change(lambda unit: library.set_serve_drafts(unit, is_on, visit.officer, desk.clock()), LIBRARY)
    return go(local_path(form.text(fields, "next"), "/articles"), "drafts_on" if is_on else "drafts_off")


async def snippets(request: web.Request) -> web.Response:
    """Plain answers to insert into a reply, as JSON: served articles whose id or title in any language matches."""
    desk = desk_of(request)
    language: Language = as_language(request.query.get("language")) or "vi"
    words = request.query.get("words", "").strip()[:100]
    is_serving = visit_of(request).is_serving_drafts
    served = await desk.database.read(lambda unit: library.living(unit, desk.clock(), is_serving))
    found = [version for version in served if _matches(version, words)][:MAX_SNIPPETS]
    answer = [
        {"id": one.id, "title": one.document[language]["title"], "text": one.document[language]["answer"]}
        for one in found
    ]
    return web.json_response({"articles": answer})


async def _page(request: web.Request, wanted: int | None, typed: Typed, status: int = 200) -> web.Response:
    desk, article_id = desk_of(request), request.match_info["article"]
    on = form.parsed_day(request.query.get("on", ""), "on")
    against = _version_in(request, "against")
    sheet = await desk.database.read(lambda unit: _sheet(unit, desk, article_id, wanted, against, on))
    facts: dict[str, Any] = {"sheet": sheet, "document": sheet.shown.document, "today": _today(desk), "typed": typed}
    facts |= {"on": on, "place_of": partial(place_of, language_of(request))}
    if wanted is not None:
        facts["path"] = f"{BASE}/articles/{article_id}?version={wanted}"
    return render(request, "article.html", status, **facts)


def _shelf(unit: Unit, desk: Desk, wanted: dict[str, str], language: str) -> Shelf:
    latest = unit.articles.latest()
    is_serving = library.serves_drafts(unit, desk.serve_drafts_default)
    serving = {version.id: version.version for version in library.living(unit, desk.clock(), is_serving)}
    shown = [version for version in latest if _fits(version, wanted, desk.clock())]
    shown.sort(key=lambda version: (str(version.document.get("topic")), version.document[language]["title"]))
    topics = sorted({str(version.document.get("topic")) for version in latest})
    return Shelf(shown, serving, topics, len(latest), unit.comments.unsettled())


def _sheet(unit: Unit, desk: Desk, article_id: str, wanted: int | None, against: int | None, on: date | None) -> Sheet:
    versions = unit.articles.versions(article_id)
    if not versions:
        raise NotFound("this article does not exist")
    is_serving = library.serves_drafts(unit, desk.serve_drafts_default)
    held = _held(unit, article_id, on, is_serving) if on else None
    shown = unit.articles.get(article_id, wanted) if wanted is not None else held or versions[0]
    before = _compared(versions, shown, against)
    problem = desk.reader.problem(shown.document)
    return Sheet(
        shown,
        versions,
        _serving(unit, desk, article_id, is_serving),
        changes(before.document, shown.document) if before else [],
        problem,
        previews={language: desk.reader.shown(shown.document, language, on) for language in LANGUAGES},
        sources=desk.reader.sources(shown.document) if problem is None else [],
        against=before.version if before else None,
        authors=unit.articles.authors(article_id, shown.version),
        comments=unit.comments.of(article_id),
        held=held,
    )


def _serving(unit: Unit, desk: Desk, article_id: str, is_serving_drafts: bool) -> int | None:
    living = library.living(unit, desk.clock(), is_serving_drafts)
    return next((version.version for version in living if version.id == article_id), None)


def _held(unit: Unit, article_id: str, on: date, is_serving_drafts: bool) -> ArticleVersion | None:
    held = library.held_on(unit, on, is_serving_drafts, is_past=True)
    return next((version for version in held if version.id == article_id), None)


def _compared(versions: list[ArticleVersion], shown: ArticleVersion, against: int | None) -> ArticleVersion | None:
    """The version to compare with: the one asked for, else the one before."""
    chosen = next((one for one in versions if one.version == against and one.version != shown.version), None)
    return chosen or next((one for one in versions if one.version < shown.version), None)


def _fits(version: ArticleVersion, wanted: dict[str, str], now: datetime) -> bool:
    document = version.document
    return (
        wanted["state"] in ("", version.state)
        and wanted["topic"] in ("", document.get("topic"))
        and wanted["confidence"] in ("", document.get("confidence"))
        and _is_marked(document, wanted["mark"], day_of(now))
        and _matches(version, wanted["words"])
    )


def _is_marked(document: dict[str, Any], mark: str, today: date) -> bool:
    if mark == "overdue":
        return is_overdue(document, today)
    if mark == "missing":
        return bool(missing(document))
    return not mark or (mark in MARKS and bool(document.get(mark)))


def place_of(words: Words, field: str) -> str:
    """The name of a field as the form has it: "Vietnamese: plain answer"."""
    first, _, rest = field.partition(".")
    if first in LANGUAGES:
        name, *number = rest.split(".")
        row = f" {int(number[0]) + 1}" if number and number[0].isdigit() else ""
        return f"{known(words, 'language', first)}: {known(words, 'article_field', name)}{row}"
    return known(words, "edit", first) if first else known(words, "edit", "whole")


def is_overdue(document: dict[str, Any], today: date) -> bool:
    """True when a volatile article's review date has passed."""
    review_by = document.get("review_by")
    return bool(review_by) and date.fromisoformat(str(review_by)) < today


def _matches(version: ArticleVersion, words: str) -> bool:
    """Every word occurs in the id or in a title, marks or no marks; an empty search matches all."""
    hay = fold(" ".join([version.id, *(version.document[language]["title"] for language in LANGUAGES)]))
    return all(word in hay for word in fold(words).split())


def _today(desk: Desk) -> date:
    return day_of(desk.clock())
