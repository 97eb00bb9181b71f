"""Gaps: what businesses ask and get no good answer to, grouped by meaning, each with an owner and a state."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from helpdesk.console import form, paging
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.page import go, language_of, render
from helpdesk.console.recall import NEWS
from helpdesk.officer import Officer
from helpdesk.storage.gap import Gap, Spread
from helpdesk.storage.unit import Unit
from helpdesk.usecase import gap


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of the list."""

    gaps: list[Gap]
    total: int
    spreads: dict[int, Spread]
    titles: dict[str, str]


async def show_all(request: web.Request) -> web.Response:
    """Gaps, the most asked first; open ones unless another state is asked for."""
    desk, officer, number = desk_of(request), visit_of(request).officer, paging.number_of(request)
    state = request.query.get("state", gap.OPEN)
    wanted = {"state": state if state in (*gap.STATES, "all") else gap.OPEN, "mine": request.query.get("mine", "")[:1]}
    chosen, owner = wanted["state"].replace("all", "") or None, officer.id if wanted["mine"] else None

    def look(unit: Unit) -> Listing:
        found, total = unit.gaps.find(chosen, owner, paging.SIZE, (number - 1) * paging.SIZE)
        spreads = unit.gaps.spread([one.id for one in found], desk.clock())
        titles = unit.articles.titles([one.article_id for one in found if one.article_id], language_of(request))
        return Listing(found, total, spreads, titles)

    listing = await desk.database.read(look)
    page = paging.page_of(number, listing.total, wanted)
    return render(request, "gaps.html", listing=listing, wanted=wanted, page=page, states=gap.STATES)


async def show(request: web.Request) -> web.Response:
    """One gap: its questions, what officers answered, its owner and state."""
    desk, gap_id = desk_of(request), form.number(request, "gap")

    def look(unit: Unit) -> dict[str, Any]:
        found = unit.gaps.get(gap_id)
        ids = [one for one in (found.article_id, found.closed_by_article) if one]
        every = [one.id for one in unit.articles.latest()]
        officers: list[Officer] = [one for one in unit.officers.all() if one.is_active]
        return {
            "gap": found,
            "spread": unit.gaps.spread([gap_id], desk.clock())[gap_id],
            "questions": unit.gaps.questions(gap_id),
            "answers": unit.gaps.answers(gap_id),
            "titles": unit.articles.titles(ids, language_of(request)),
            "articles": sorted(unit.articles.titles(every, language_of(request)).items()),
            "officers": officers,
        }

    facts = await desk.database.read(look)
    return render(request, "gap.html", states=gap.STATES, **facts)


async def move(request: web.Request) -> web.StreamResponse:
    """Give a gap its owner and state."""
    desk, officer, gap_id, fields = (
        desk_of(request),
        visit_of(request).officer,
        form.number(request, "gap"),
        await request.post(),
    )
    state, article_id = form.text(fields, "state"), form.text(fields, "article")
    owner = form.whole(fields, "owner") if form.text(fields, "owner") else None
    await desk.change(lambda unit: gap.move(unit, gap_id, state, owner, article_id, officer, desk.clock()), NEWS)
    return go(f"/gaps/{gap_id}", "gap_changed")
