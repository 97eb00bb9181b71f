"""Office hours and closures of each unit, edited as one form."""

from itertools import zip_longest
from typing import Any

from aiohttp import web

from helpdesk.calendar import Closure, Slot
from helpdesk.console import form, problem
from helpdesk.console.desk import desk_of, visit_of
from helpdesk.console.guard import status_of
from helpdesk.console.page import go, render
from helpdesk.console.place import UNITS, checked
from helpdesk.console.wording import as_language
from helpdesk.error import InvalidInput
from helpdesk.storage.calendar import EVERYWHERE
from helpdesk.storage.unit import Unit
from helpdesk.usecase import hours

PLACES = (EVERYWHERE, *UNITS)


async def show(request: web.Request) -> web.Response:
    """The calendar of one unit, that of the whole branch at first."""
    return await _page(request, _place(request.query.get("unit", EVERYWHERE)))


async def save(request: web.Request) -> web.StreamResponse:
    """Replace the calendar of a unit; a refused one is shown again as the database has it, with the reason."""
    desk, visit, fields = desk_of(request), visit_of(request), await request.post()
    place = _place(form.text(fields, "unit"))
    try:
        slots, closures = _slots(fields), _closures(fields)
        await desk.change(lambda unit: hours.set_hours(unit, place, slots, closures, visit.officer, desk.clock()))
    except InvalidInput as error:
        return await _page(request, place, status_of(error), problem.words(request, error))
    return go(f"/calendar?unit={place}", "calendar_saved")


async def _page(request: web.Request, place: str, status: int = 200, sentence: str | None = None) -> web.Response:
    desk, language = desk_of(request), as_language(visit_of(request).officer.language)

    def look(unit: Unit) -> dict[str, Any]:
        return {
            "slots": unit.calendar.slots(place),
            "closures": unit.calendar.closures(place),
            "inherits": place != EVERYWHERE and not unit.calendar.slots(place),
            "sentence_now": hours.sentence(unit, None if place == EVERYWHERE else place, language, desk.clock()),
        }

    facts = await desk.database.read(look)
    return render(request, "calendar.html", status, place=place, places=PLACES, sentence=sentence, **facts)


def _place(name: str) -> str:
    return name if name == EVERYWHERE else checked(name) or EVERYWHERE


def _slots(fields: Any) -> list[Slot]:
    """The rows of the form; a row without times is no slot."""
    rows = _rows(fields, "weekday", "opens", "closes", "valid_from", "valid_to")
    return [
        Slot(
            _weekday(weekday),
            form.parsed_time(opens, "opens"),
            form.parsed_time(closes, "closes"),
            form.parsed_day(begins, "valid_from"),
            form.parsed_day(ends, "valid_to"),
        )
        for weekday, opens, closes, begins, ends in rows
        if opens or closes
    ]


def _closures(fields: Any) -> list[Closure]:
    found = []
    for value, name in _rows(fields, "closed_on", "closed_name"):
        day = form.parsed_day(value, "closed_on")
        if day is not None:
            found.append(Closure(day, name))
    return found


def _rows(fields: Any, *names: str) -> list[tuple[str, ...]]:
    """Fields that occur once a row, row by row."""
    columns = [[str(value).strip() for value in fields.getall(name, [])][: hours.MAX_ENTRIES + 1] for name in names]
    return list(zip_longest(*columns, fillvalue=""))


def _weekday(value: str) -> int:
    if value not in ("0", "1", "2", "3", "4", "5", "6"):
        raise InvalidInput("the field weekday cannot be read; correct it")
    return int(value)
