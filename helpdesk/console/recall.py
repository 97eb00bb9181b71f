"""Recalls: who was shown a wrong version, the correction in three languages, and how far it has come."""

from dataclasses import dataclass
from datetime import datetime

from aiohttp import web

from helpdesk.console import form, paging
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.page import go, language_of, render
from helpdesk.error import InvalidInput
from helpdesk.language import LANGUAGES
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.recall import Recall, Receiver
from helpdesk.storage.unit import Unit
from helpdesk.usecase import recall

NEWS = "news"
"""The key under which work for the news round is notified."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a recall has come: people shown, people told."""

    recall: Recall
    people: int
    told: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A version that people were shown: how many, and since when."""

    version: ArticleVersion
    people: int
    since: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Every recall, and of the article that one may be written for: its versions and who was shown them."""

    reaches: list[Reach]
    titles: dict[str, str]
    versions: list[Shown]
    receivers: list[Receiver]
    people: int


async def show_all(request: web.Request) -> web.Response:
    """Every recall, newest first; with `?article=` also who was shown which version of it, and the form."""
    article_id, language, number = (
        request.query.get("article", "")[:64],
        language_of(request),
        paging.number_of(request),
    )
    seen = await desk_of(request).database.read(lambda unit: _overview(unit, article_id, language, number))
    page = paging.page_of(number, seen.people, {"article": article_id})
    return render(request, "recalls.html", seen=seen, page=page, article=article_id, languages=LANGUAGES)


async def show(request: web.Request) -> web.Response:
    """One recall: what is said, and who received the wrong version since when."""
    recall_id, number = form.number(request, "recall"), paging.number_of(request)

    def look(unit: Unit) -> tuple[Reach, list[Receiver], dict[str, str]]:
        one = unit.recalls.get(recall_id)
        offset = (number - 1) * paging.SIZE
        receivers = unit.recalls.receivers(one.article_id, one.versions, recall_id, paging.SIZE, offset)
        titles = unit.articles.titles([one.article_id], language_of(request))
        return _reach(unit, one), receivers, titles

    reach, receivers, titles = await desk_of(request).database.read(look)
    page = paging.page_of(number, reach.people, {})
    return render(request, "recall.html", reach=reach, receivers=receivers, titles=titles, page=page)


async def propose(request: web.Request) -> web.StreamResponse:
    """Write a correction."""
    desk, officer, fields = desk_of(request), visit_of(request).officer, await request.post()
    article_id, reason = form.text(fields, "article"), form.text(fields, "reason")
    versions = [str(value) for value in fields.getall("version", [])]
    if not all(value.isascii() and value.isdigit() and len(value) < 7 for value in versions):
        raise InvalidInput("choose the versions that were wrong")
    texts: dict[str, str] = {language: form.text(fields, f"text.{language}") for language in LANGUAGES}
    chosen = [int(value) for value in versions]
    recall_id = await desk.change(
        lambda unit: recall.propose(unit, article_id, chosen, reason, texts, officer, desk.clock())
    )
    return go(f"/recalls/{recall_id}", "recall_proposed")


async def approve(request: web.Request) -> web.StreamResponse:
    """Send it out."""
    desk, officer, recall_id = desk_of(request), visit_of(request).officer, form.number(request, "recall")
    await desk.change(lambda unit: recall.approve(unit, recall_id, officer, desk.clock()), NEWS)
    return go(f"/recalls/{recall_id}", "recall_approved")


async def stop(request: web.Request) -> web.StreamResponse:
    """Send it to nobody else."""
    desk, officer, recall_id = desk_of(request), visit_of(request).officer, form.number(request, "recall")
    await desk.change(lambda unit: recall.stop(unit, recall_id, officer, desk.clock()))
    return go(f"/recalls/{recall_id}", "recall_stopped")


def _overview(unit: Unit, article_id: str, language: str, number: int) -> Overview:
    found = unit.recalls.recent()
    titles = unit.articles.titles([article_id, *(one.article_id for one in found)], language)
    reaches = [_reach(unit, one) for one in found]
    versions = _shown(unit, article_id) if article_id else []
    numbers = [one.version.version for one in versions]
    offset = (number - 1) * paging.SIZE
    receivers = unit.recalls.receivers(article_id, numbers, limit=paging.SIZE, offset=offset) if numbers else []
    people = unit.recalls.count(article_id, numbers) if numbers else 0
    return Overview(reaches, titles, versions, receivers, people)


def _reach(unit: Unit, one: Recall) -> Reach:
    return Reach(one, unit.recalls.count(one.article_id, one.versions), unit.recalls.told(one.id))


def _shown(unit: Unit, article_id: str) -> list[Shown]:
    counts = unit.recalls.shown_counts(article_id)
    return [Shown(one, *counts[one.version]) for one in unit.articles.versions(article_id) if one.version in counts]
