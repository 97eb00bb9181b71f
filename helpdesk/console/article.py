"""The articles: what each says in three languages, which version answers, and a person's approval of it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
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
from helpdesk.console.port import Complaint, Shown, Terms
from helpdesk.console.text import fold
from helpdesk.console.wording import Language as Words
from helpdesk.console.wording import known
from helpdesk.error import InvalidInput, NotFound
from helpdesk.language import LANGUAGES, Language, as_language
from helpdesk.message import Source
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.article_work import Comment
from helpdesk.storage.silence import ALL, ARTICLE, TOPIC, Silence
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
        document: its content, to be looked at again on the day that a review moved to.
        authors: who wrote the shown version, by id.
        held: the version that held on the day that was asked for, None for none.
    """

    shown: ArticleVersion
    versions: list[ArticleVersion]
    serving: int | None
    changes: list[Change]
    document: dict[str, Any]
    complaints: list[Complaint]
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
    ends, words = form.day(fields, "to"), language_of(request)

    def decide(unit: Unit) -> None:
        broken = desk.reader.complaints(unit.articles.get(article_id, version).document)
        if broken:
            said = f"{place_of(words, broken[0].field)}: {sentence_of(words, broken[0])}"
            raise InvalidInput(f"this version cannot be served: {said}")
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
    """Plain answers to insert into a reply, as JSON: articles that answer now, whose id or a title matches."""
    desk = desk_of(request)
    language: Language = as_language(request.query.get("language")) or "vi"
    words = request.query.get("words", "").strip()[:100]
    is_serving = visit_of(request).is_serving_drafts
    served = await desk.database.read(lambda unit: library.living(unit, desk.clock(), is_serving))
    silences = visit_of(request).silences
    matching = [one for one in served if _matches(one, words) and not any(_is_off(one, off) for off in silences)]
    found = [one for one in matching[: 2 * MAX_SNIPPETS] if _is_in_force(desk, one, language)][:MAX_SNIPPETS]
    answer = [
        {"id": one.id, "title": one.document[language]["title"], "text": one.document[language]["answer"]}
        for one in found
    ]
    return web.json_response({"articles": answer})


def inserted(
    unit: Unit, words: str, language: Language, at: datetime, *, is_serving_drafts: bool
) -> ArticleVersion | None:
    """The article whose whole plain answer a reply holds, as `snippets` puts it there; the longest, None for none."""
    living = library.living(unit, at, is_serving_drafts)
    found = [one for one in living if (answer := one.document[language].get("answer")) and answer in words]
    return max(found, key=lambda one: len(one.document[language]["answer"]), default=None)


def _is_off(version: ArticleVersion, silence: Silence) -> bool:
    subjects = {ALL: "", TOPIC: version.document.get("topic"), ARTICLE: version.id}
    return subjects[silence.scope] == silence.subject


def _is_in_force(desk: Desk, version: ArticleVersion, language: Language) -> bool:
    """Whether the laws that it rests on are; an answer that has stopped is not for officers to send either."""
    shown = desk.reader.shown(version.document, language)
    return shown is not None and not shown.is_halted


async def _page(request: web.Request, wanted: int | None, typed: Typed, status: int = 200) -> web.Response:
    desk, article_id = desk_of(request), request.match_info["article"]
    on = form.parsed_day(request.query.get("on", ""), "on")
    against = _version_in(request, "against")
    sheet = await desk.database.read(lambda unit: _sheet(unit, desk, article_id, wanted, against, on))
    facts: dict[str, Any] = {"sheet": sheet, "document": sheet.document, "today": _today(desk), "typed": typed}
    laws = {one.key for one in desk.reader.instruments()}
    facts |= {"on": on, "is_supported": library.is_supported(sheet.shown), "laws": laws}
    facts |= field_words(language_of(request))
    if wanted is not None:
        facts["path"] = f"{BASE}/articles/{article_id}?version={wanted}"
    return render(request, "article.html", status, **facts)


def _shelf(unit: Unit, desk: Desk, wanted: dict[str, str], language: str) -> Shelf:
    next_days = unit.reviews.next_days()
    latest = [_looked_at(version, next_days) for version in unit.articles.latest()]
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
    document = _looked_at(shown, unit.reviews.next_days()).document
    day, terms = _out(shown, on or _today(desk), is_asked=on is not None)
    return Sheet(
        shown,
        versions,
        _serving(unit, desk, article_id, is_serving),
        changes(before.document, shown.document) if before else [],
        document,
        desk.reader.complaints(document),
        previews={language: desk.reader.shown(document, language, day, terms) for language in LANGUAGES},
        sources=desk.reader.sources(document) if desk.reader.problem(document) is None else [],
        against=before.version if before else None,
        authors=unit.articles.authors(article_id, shown.version),
        comments=unit.comments.of(article_id),
        held=held,
    )


def _looked_at(version: ArticleVersion, next_days: Mapping[tuple[str, int], date]) -> ArticleVersion:
    """A version with the day that a review has moved its review date to."""
    next_on = next_days.get((version.id, version.version))
    if next_on is None:
        return version
    return replace(version, document=version.document | {"review_by": next_on.isoformat()})


def _out(version: ArticleVersion, day: date, *, is_asked: bool) -> tuple[date, Terms]:
    """The day on which to look at a version as it goes out, within its own time unless asked for, and its terms."""
    if version.approved_at is None:
        return day, Terms(is_draft=True) if not version.is_by_people else Terms(effective_from=day)
    begins, ends = version.effective_from, version.effective_to
    inside = min(max(day, begins or day), ends or date.max)
    return day if is_asked else inside, Terms(effective_from=begins, effective_to=ends)


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


def sentence_of(words: Words, complaint: Complaint) -> str:
    """What is wrong, in the officer's language; the checker's own English for a kind that nobody gave words."""
    found = known(words, "complaint", complaint.kind)
    return complaint.message if found == complaint.kind else found


def field_words(words: Words) -> dict[str, Any]:
    """What the pages of an article say of its fields: `place_of` and `sentence_of` in the officer's language."""
    return {"place_of": partial(place_of, words), "sentence_of": partial(sentence_of, words)}


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
