"""Switching answers off and on: for everything, a topic or an article."""

from dataclasses import dataclass

from aiohttp import web

from helpdesk.console import form
from helpdesk.console.article import LIBRARY
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.page import go, language_of, render
from helpdesk.storage.unit import Unit
from helpdesk.usecase import silence


@dataclass(frozen=True, slots=True)
class Choice:
    """Topics, and articles with their titles, that can be switched off."""

    topics: list[str]
    articles: list[tuple[str, str]]


async def show(request: web.Request) -> web.Response:
    """What is off now, and the forms to change it."""
    language = language_of(request)

    def look(unit: Unit) -> Choice:
        latest = unit.articles.latest()
        titles = unit.articles.titles([one.id for one in latest], language)
        articles = sorted((titles.get(one.id) or one.id, one.id) for one in latest)
        return Choice(sorted(unit.silences.topics()), [(article_id, title) for title, article_id in articles])

    choice = await desk_of(request).database.read(look)
    return render(request, "switches.html", choice=choice, chosen=request.query.get("article", ""))


async def switch_off(request: web.Request) -> web.StreamResponse:
    """Switch off; `what` is "all", "topic/<name>" or "article/<id>"."""
    desk, officer, fields = desk_of(request), visit_of(request).officer, await request.post()
    scope, _, subject = form.text(fields, "what").partition("/")
    reason = form.text(fields, "reason")
    await desk.change(lambda unit: silence.silence(unit, scope, subject, reason, officer, desk.clock()), LIBRARY)
    return go("/switches", "switched_off")


async def switch_on(request: web.Request) -> web.StreamResponse:
    """Let the bot answer again."""
    desk, officer, silence_id = desk_of(request), visit_of(request).officer, form.number(request, "silence")
    await desk.change(lambda unit: silence.restore(unit, silence_id, officer, desk.clock()), LIBRARY)
    return go("/switches", "switched_on")
