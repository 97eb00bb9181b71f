"""Gaps: what businesses ask and get no good answer to, grouped by meaning, each with an owner and a state."""

from dataclasses import dataclass
from typing import Any

from aiohttp import web

from helpdesk.console import form, paging, problem
from helpdesk.console.desk import BASE, desk_of, visit_of
from helpdesk.console.guard import status_of
from helpdesk.console.page import go, language_of, render
from helpdesk.console.recall import NEWS
from helpdesk.error import InvalidInput
from helpdesk.language import LANGUAGES
from helpdesk.officer import Officer
from helpdesk.storage.gap import Gap, Spread
from helpdesk.storage.unit import Unit
from helpdesk.usecase import gap

MOST_OTHERS = 200
"""Gaps that another can be joined to, the most asked of them."""


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
    return await _page(request)


async def move(request: web.Request) -> web.StreamResponse:
    """Give a gap its owner and state; what is refused comes back as it was typed, with the reason."""
    desk, officer, gap_id = desk_of(request), visit_of(request).officer, form.number(request, "gap")
    fields = await request.post()
    decision = gap.Decision(
        form.text(fields, "state"),
        form.whole(fields, "owner") if form.text(fields, "owner") else None,
        form.text(fields, "article"),
        {language: form.text(fields, f"note.{language}") for language in LANGUAGES},
    )
    serving = visit_of(request).is_serving_drafts

    def decide(unit: Unit) -> None:
        gap.move(unit, gap_id, decision, officer, desk.clock(), is_serving_drafts=serving)

    try:
        await desk.change(decide, NEWS)
    except InvalidInput as error:
        return await _page(request, decision, error)
    return go(f"/gaps/{gap_id}", "gap_changed")


async def join(request: web.Request) -> web.StreamResponse:
    """Say that a gap means the same as another."""
    desk, officer, gap_id = desk_of(request), visit_of(request).officer, form.number(request, "gap")
    into_id = form.whole(await request.post(), "into")
    await desk.change(lambda unit: gap.join(unit, gap_id, into_id, officer, desk.clock()), NEWS)
    return go(f"/gaps/{into_id}", "gap_joined")


async def _page(
    request: web.Request, typed: gap.Decision | None = None, error: InvalidInput | None = None
) -> web.Response:
    desk, gap_id = desk_of(request), form.number(request, "gap")

    def look(unit: Unit) -> dict[str, Any]:
        found = unit.gaps.get(gap_id)
        ids = [one for one in (found.article_id, found.closed_by_article) if one]
        every = [one.id for one in unit.articles.latest()]
        officers: list[Officer] = [one for one in unit.officers.all() if one.is_active]
        return {
            "gap": found,
            "typed": typed or _decided(found),
            "spread": unit.gaps.spread([gap_id], desk.clock())[gap_id],
            "questions": unit.gaps.questions(gap_id),
            "answers": unit.gaps.answers(gap_id),
            "titles": unit.articles.titles(ids, language_of(request)),
            "articles": sorted(unit.articles.titles(every, language_of(request)).items()),
            "officers": officers,
            "others": [one for one in unit.gaps.find(None, None, MOST_OTHERS, 0)[0] if one.id != gap_id],
        }

    facts = await desk.database.read(look)
    facts |= {"states": gap.STATES, "languages": LANGUAGES, "path": f"{BASE}/gaps/{gap_id}"}
    facts["sentence"] = problem.words(request, error) if error else None
    return render(request, "gap.html", status_of(error) if error else 200, **facts)


def _decided(found: Gap) -> gap.Decision:
    return gap.Decision(found.state, found.owner_id, found.closed_by_article or "", found.note or {})
