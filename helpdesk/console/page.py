"""Turning facts into HTML: one Jinja environment, everything escaped, words and times in the officer's language."""

import hashlib
from datetime import date, datetime, time
from functools import cache, partial
from importlib import resources
from typing import Any

from aiohttp import web
from jinja2 import Environment, PackageLoader, StrictUndefined

from helpdesk.calendar import ZONE
from helpdesk.console import wording
from helpdesk.console.desk import BASE, VISIT, desk_of
from helpdesk.officer import Role

LANGUAGE_COOKIE = "isec_console_language"


@cache
def environment() -> Environment:
    """The templates."""
    found = Environment(
        loader=PackageLoader("helpdesk.console", "template"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.loopcontrols"],
    )
    found.filters |= {"clock": _clock, "day": _day, "moment": _moment, "iso": datetime.isoformat, "size": _size}
    found.filters["combined"] = _combined
    found.globals |= {"base": BASE, "asset": asset, "Role": Role}
    return found


@cache
def asset(name: str) -> str:
    """The address of a static file; it changes with the content, so browsers may keep it for good."""
    content = resources.files("helpdesk.console").joinpath("static", name).read_bytes()
    return f"{BASE}/static/{name}?v={hashlib.sha256(content).hexdigest()[:12]}"


def language_of(request: web.Request) -> wording.Language:
    """The officer's language, before sign-in the one chosen in this browser."""
    visit = request.get(VISIT)
    if visit is not None:
        return wording.as_language(visit.officer.language)
    return wording.as_language(request.query.get("lang") or request.cookies.get(LANGUAGE_COOKIE))


def render(request: web.Request, template: str, status: int = 200, **facts: Any) -> web.Response:
    """A page; `facts` are what its template names beside the words, the clock and the visit.

    `path` among them is where a page that answers a form can be opened again.
    """
    language = language_of(request)
    html = (
        environment()
        .get_template(template)
        .render(
            language=language,
            t=partial(wording.say, language),
            known=partial(wording.known, language),
            visit=request.get(VISIT),
            now=desk_of(request).clock(),
            done=_done(request, language),
            **{"path": request.rel_url.path_qs, **facts},
        )
    )
    return web.Response(text=html, content_type="text/html", status=status)


def go(path: str, done: str | None = None) -> web.Response:
    """A redirect inside the console after a change, naming what was done for the page to say."""
    mark = f"{'&' if '?' in path else '?'}done={done}" if done else ""
    return web.Response(status=303, headers={"Location": f"{BASE}{path}{mark}"})


def local_path(target: str | None, fallback: str) -> str:
    """A `next` that stays inside the console, without its prefix; anything else becomes `fallback`."""
    wanted = target or ""
    is_plain = wanted.isascii() and wanted.isprintable() and "\\" not in wanted and "//" not in wanted
    inside = wanted.startswith(f"{BASE}/") and ".." not in wanted
    return wanted.removeprefix(BASE) if is_plain and inside else fallback


def _done(request: web.Request, language: wording.Language) -> str | None:
    """What the change before this page was, in words; unknown marks say nothing."""
    return wording.catalogue(language).get(f"done.{request.query.get('done')}")


def _clock(value: datetime | time) -> str:
    local = value.astimezone(ZONE) if isinstance(value, datetime) else value
    return local.strftime("%H:%M")


def _day(value: datetime | date) -> str:
    local = value.astimezone(ZONE) if isinstance(value, datetime) else value
    return local.strftime("%d/%m/%Y")


def _moment(value: datetime) -> str:
    return value.astimezone(ZONE).strftime("%H:%M:%S %d/%m/%Y")


def _size(size_bytes: int) -> str:
    if size_bytes < 1000:
        return f"{size_bytes} B"
    return f"{size_bytes / 1000:.0f} kB" if size_bytes < 999_500 else f"{size_bytes / 1_000_000:.1f} MB"


def _combined(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    return first | second
