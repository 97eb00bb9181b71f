"""Upkeep of the knowledge base: reviews that are due, legal texts and when they end."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from aiohttp import web

from helpdesk.calendar import day_of
from helpdesk.console import form
from helpdesk.console.article import LIBRARY
from helpdesk.console.desk import Desk, desk_of, visit_of
from helpdesk.console.page import go, language_of, render
from helpdesk.console.port import Instrument
from helpdesk.error import NotFound
from helpdesk.storage.article_work import Review
from helpdesk.storage.silence import LawEnd
from helpdesk.storage.unit import Unit
from helpdesk.usecase import article_review, library, silence

MAX_KEY = 64
NEXT = timedelta(days=60)
"""How much later than reviews open the page proposes to look at an article again."""


@dataclass(frozen=True, slots=True)
class Law:
    """A legal text, what was recorded about it here, and the served articles that rest on it.

    `is_known` is False for one that is in no file of the knowledge base, perhaps because its number has a slip.
    """

    instrument: Instrument
    recorded: LawEnd | None
    articles: list[str]
    is_known: bool


async def reviews(request: web.Request) -> web.Response:
    """What has to be looked at, the most urgent first."""
    language, desk = language_of(request), desk_of(request)

    def look(unit: Unit) -> tuple[list[Review], dict[str, str], int]:
        waiting = unit.reviews.waiting()
        titles = unit.articles.titles([one.due.article_id for one in waiting], language)
        return waiting, titles, article_review.days_before(unit)

    waiting, titles, days = await desk.database.read(look)
    today = day_of(desk.clock())
    facts: dict[str, Any] = {"waiting": waiting, "titles": titles, "days": days, "today": today}
    facts["next"] = today + timedelta(days=days) + NEXT
    return render(request, "reviews.html", **facts)


async def take_review(request: web.Request) -> web.StreamResponse:
    """Make a review one's own."""
    desk, officer, review_id = desk_of(request), visit_of(request).officer, form.number(request, "task")
    await desk.change(lambda unit: article_review.take(unit, review_id, officer, desk.clock()))
    return go("/reviews", "review_taken")


async def finish_review(request: web.Request) -> web.StreamResponse:
    """The article was looked at and still holds."""
    desk, officer, review_id = desk_of(request), visit_of(request).officer, form.number(request, "task")
    next_on = form.day(await request.post(), "next")
    await desk.change(lambda unit: article_review.finish(unit, review_id, next_on, officer, desk.clock()), LIBRARY)
    return go("/reviews", "review_finished")


async def set_days(request: web.Request) -> web.StreamResponse:
    """Open reviews earlier or later."""
    desk, officer = desk_of(request), visit_of(request).officer
    days = form.whole(await request.post(), "days")
    await desk.change(lambda unit: article_review.set_days_before(unit, days, officer, desk.clock()), LIBRARY)
    return go("/reviews", "days_set")


async def laws(request: web.Request) -> web.Response:
    """Every legal text with its days, those that end soon first; `words` filters."""
    desk, words = desk_of(request), request.query.get("words", "").strip()[:100].lower()
    serving = visit_of(request).is_serving_drafts
    every, soon = await desk.database.read(lambda unit: (_laws(unit, desk, serving), article_review.days_before(unit)))
    found = [law for law in every if words in f"{law.instrument.key} {law.instrument.title}".lower()]
    found.sort(key=lambda law: (law.instrument.in_force_to is None, law.instrument.in_force_to, law.instrument.key))
    today = day_of(desk.clock())
    return render(request, "laws.html", laws=found, words=words, today=today, soon=today + timedelta(days=soon))


async def end_law(request: web.Request) -> web.StreamResponse:
    """Record when a legal text ends; articles that rest on it stop answering the day after."""
    desk, officer, fields = desk_of(request), visit_of(request).officer, await request.post()
    key, until, serving = form.text(fields, "key"), form.day(fields, "until"), visit_of(request).is_serving_drafts
    replaced_by, reason = form.text(fields, "replaced_by")[:MAX_KEY], form.text(fields, "reason")

    def record(unit: Unit) -> None:
        if key not in {law.instrument.key for law in _laws(unit, desk, serving)}:
            raise NotFound("there is no such legal text; choose one of the list")
        silence.end_law(unit, key, until, replaced_by, reason, officer, desk.clock())

    await desk.change(record, LIBRARY)
    return go("/laws", "law_changed")


def _laws(unit: Unit, desk: Desk, is_serving_drafts: bool) -> list[Law]:
    """The legal texts of the files, and those that only an article of the desk names, by their number."""
    resting: dict[str, set[str]] = {}
    for version in library.living(unit, desk.clock(), is_serving_drafts):
        for basis in version.document.get("legal_basis", ()):
            resting.setdefault(str(basis.get("instrument")), set()).add(version.id)
    recorded, known = unit.silences.laws(), {one.key: one for one in desk.reader.instruments()}
    named = {key: Instrument(key, key) for key in resting if len(key) <= MAX_KEY}
    return [
        Law(one, recorded.get(one.key), sorted(resting.get(one.key, ())), is_known=one.key in known)
        for one in (named | known).values()
    ]
