"""The log of questions: the raw material from which the bot gets better."""

from aiohttp import web

from helpdesk.console import paging
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.page import render
from helpdesk.language import LANGUAGES
from helpdesk.message import Outcome
from helpdesk.storage.turn import Turn
from helpdesk.storage.unit import Unit

FILTERS = ("outcome", "language", "below", "article", "words")


async def show(request: web.Request) -> web.Response:
    """Logged questions, newest first."""
    wanted = {name: request.query.get(name, "").strip()[:200] for name in FILTERS}
    number, language = paging.number_of(request), visit_of(request).officer.language

    def look(unit: Unit) -> tuple[list[Turn], int, dict[str, str]]:
        turns, total = unit.turns.find(
            outcome=wanted["outcome"] or None,
            language=wanted["language"] or None,
            below=_share(wanted["below"]),
            article_id=wanted["article"] or None,
            words=wanted["words"] or None,
            limit=paging.SIZE,
            offset=(number - 1) * paging.SIZE,
        )
        return turns, total, unit.articles.titles([turn.article_id for turn in turns if turn.article_id], language)

    turns, total, titles = await desk_of(request).database.read(look)
    return render(
        request,
        "questions.html",
        turns=turns,
        total=total,
        titles=titles,
        wanted=wanted,
        page=paging.page_of(number, total, wanted),
        outcomes=list(Outcome),
        languages=LANGUAGES,
    )


def _share(value: str) -> float | None:
    """A percentage as a share of one, None when it is missing or nonsense."""
    return int(value) / 100 if value.isascii() and value.isdigit() and len(value) < 4 else None
