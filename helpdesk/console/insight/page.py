"""The pages about the desk's work, and their figures as files."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from urllib.parse import urlencode

from aiohttp import web

from helpdesk import insight
from helpdesk.calendar import day_of
from helpdesk.console import wording
from helpdesk.console.desk import desk_of
from helpdesk.console.guard import LIVE_HEADER
from helpdesk.console.insight import answer, knowledge, learning, wait
from helpdesk.console.insight.sheet import Sheet, as_csv
from helpdesk.console.insight.view import View
from helpdesk.console.page import go, language_of, render
from helpdesk.error import NotFound
from helpdesk.insight import Range, Span
from helpdesk.language import LANGUAGES
from helpdesk.storage.insight import Cut
from helpdesk.storage.unit import Unit

PAGES: dict[str, Callable[[Unit, View], list[Sheet]]] = {
    "answers": answer.sheets,
    "officers": wait.sheets,
    "knowledge": knowledge.sheets,
    "learning": learning.sheets,
}
CHANNELS = ("web", "telegram")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the address asks for; nonsense in it means the default."""

    range: Range
    first: date
    last: date
    language: str
    channel: str

    @property
    def query(self) -> str:
        """The same as the end of an address."""
        dates = {"from": self.first.isoformat(), "to": self.last.isoformat()} if self.range is Range.DATES else {}
        facts = {"range": self.range, **dates, "language": self.language, "channel": self.channel}
        return urlencode({name: value for name, value in facts.items() if value})


async def start(_request: web.Request) -> web.Response:
    """The first of the pages."""
    return go("/insight/answers")


async def show(request: web.Request) -> web.Response:
    """One page of figures; without them when the page only asks for what changes on it by itself."""
    name, wanted = request.match_info["page"], wanted_of(request, desk_of(request).clock())
    is_whole = LIVE_HEADER not in request.headers
    return render(
        request,
        "insight.html",
        name=name,
        pages=list(PAGES),
        sheets=await _sheets(request, name, wanted) if is_whole else [],
        wanted=wanted,
        ranges=list(Range),
        languages=LANGUAGES,
        channels=CHANNELS,
        few=insight.FEW,
    )


async def send(request: web.Request) -> web.Response:
    """The figures behind one chart, to work on elsewhere."""
    name, wanted = request.match_info["page"], wanted_of(request, desk_of(request).clock())
    found = next((one for one in await _sheets(request, name, wanted) if one.name == request.match_info["sheet"]), None)
    if found is None:
        raise NotFound("there are no such figures")
    say = partial(wording.say, language_of(request))
    text = as_csv(found, (say("insight.rate_hits"), say("insight.rate_total")))
    headers = {
        "Content-Disposition": f'attachment; filename="isec-{found.name}-{wanted.first}-{wanted.last}.csv"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return web.Response(body=text.encode(), content_type="text/csv", charset="utf-8", headers=headers)


def wanted_of(request: web.Request, now: datetime) -> Wanted:
    """What a request asks for."""
    asked, today = request.query, day_of(now)
    chosen = Range(asked["range"]) if asked.get("range") in tuple(Range) else Range.QUARTER
    first, last = insight.period(chosen, today, _date(asked.get("from")), _date(asked.get("to")))
    language, channel = asked.get("language", ""), asked.get("channel", "")
    return Wanted(
        chosen, first, last, language if language in LANGUAGES else "", channel if channel in CHANNELS else ""
    )


def view_of(wanted: Wanted, language: wording.Language, now: datetime) -> View:
    """The view a page is made from."""
    weeks = insight.weeks(wanted.first, wanted.last)
    cut = Cut(Span(weeks[0].start, weeks[-1].end), wanted.language or None, wanted.channel or None)

    def say(name: str, **values: object) -> str:
        return wording.say(language, f"insight.{name}", **values)

    return View(cut, weeks, now, language, say, partial(wording.known, language))


async def _sheets(request: web.Request, name: str, wanted: Wanted) -> list[Sheet]:
    make = PAGES.get(name)
    if make is None:
        raise web.HTTPNotFound
    view = view_of(wanted, language_of(request), desk_of(request).clock())
    return await desk_of(request).database.read(lambda unit: make(unit, view))


def _date(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None
