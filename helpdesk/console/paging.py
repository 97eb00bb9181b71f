"""Walking through long lists page by page, with addresses that keep the filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from aiohttp import web

SIZE = 50


@dataclass(frozen=True, slots=True)
class Page:
    """The addresses of the neighbours, None at the ends."""

    newer: str | None
    older: str | None


def number_of(request: web.Request, name: str = "page") -> int:
    """The number of a page, 1 when it is missing or nonsense."""
    value = request.query.get(name, "")
    return max(1, int(value)) if value.isascii() and value.isdigit() and len(value) < 7 else 1


def page_of(number: int, total: int, filters: Mapping[str, str]) -> Page:
    """The neighbours of a page among `total` lines."""
    kept = {name: value for name, value in filters.items() if value}

    def address(other: int) -> str:
        return f"?{urlencode({**kept, 'page': other})}"

    return Page(address(number - 1) if number > 1 else None, address(number + 1) if number * SIZE < total else None)
