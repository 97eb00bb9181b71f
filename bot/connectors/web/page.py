"""The chat page, its scripts and styles, and the widget: a fixed set of files, read once, each with its own headers."""

import hashlib
import json
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.connectors.web.parser import MAX_TEXT
from bot.connectors.web.security import ASSET_HEADERS, WIDGET_HEADERS, page_headers
from helpdesk.language import DEFAULT_LANGUAGE, LANGUAGES, Language

_MEDIA_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_WIDGET = "widget.js"


@dataclass(frozen=True, slots=True)
class _Asset:
    body: bytes
    media_type: str
    tag: str
    headers: dict[str, str]


def catalogue(language: Language) -> dict[str, str]:
    """The sentences of the page in a language."""
    text = _folder().joinpath("static", "text", f"{language}.json").read_text(encoding="utf-8")
    found: dict[str, str] = json.loads(text)
    return found


def _folder() -> Path:
    return Path(str(resources.files(__package__)))


class ChatPage:
    """Serves `/`, `/chat/static/...`, `/widget.js` and `/favicon.svg`.

    Args:
        embed_origins: checked origins that may show the page in a frame.
        max_file_bytes: told to the page, so that it can refuse a file before sending it.
    """

    def __init__(self, embed_origins: tuple[str, ...], max_file_bytes: int) -> None:
        static = _folder() / "static"
        self._assets = {str(path.relative_to(static)): _asset(path) for path in static.rglob("*") if path.is_file()}
        self._page = _asset_of(_render(max_file_bytes).encode(), "text/html", page_headers(embed_origins))

    def routes(self) -> list[web.RouteDef]:
        """Every route of the page."""
        return [
            web.get("/", self.page),
            web.get("/widget.js", self.widget),
            web.get("/favicon.svg", self.icon),
            web.get("/chat/static/{name:.+}", self.asset),
        ]

    async def page(self, request: web.Request) -> web.Response:
        """GET /: the chat page; `?embed=1` is read by its script."""
        return _serve(request, self._page)

    async def widget(self, request: web.Request) -> web.Response:
        """GET /widget.js: the script that other sites include."""
        return _serve(request, self._assets[_WIDGET])

    async def icon(self, request: web.Request) -> web.Response:
        """GET /favicon.svg."""
        return _serve(request, self._assets["favicon.svg"])

    async def asset(self, request: web.Request) -> web.Response:
        """GET a static file; names outside the fixed set do not exist."""
        found = self._assets.get(request.match_info["name"])
        if found is None:
            raise web.HTTPNotFound
        return _serve(request, found)


def _asset(path: Path) -> _Asset:
    headers = WIDGET_HEADERS if path.name == _WIDGET else ASSET_HEADERS
    return _asset_of(path.read_bytes(), _MEDIA_TYPES[path.suffix], headers)


def _asset_of(body: bytes, media_type: str, headers: dict[str, str]) -> _Asset:
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    return _Asset(body, media_type, tag, headers | {"ETag": tag})


def _serve(request: web.Request, asset: _Asset) -> web.Response:
    if request.headers.get("If-None-Match") == asset.tag:
        return web.Response(status=304, headers=asset.headers)
    return web.Response(body=asset.body, content_type=asset.media_type, charset="utf-8", headers=asset.headers)


def _render(max_file_bytes: int) -> str:
    """The page with its Vietnamese texts; the script puts the other languages in their places."""
    environment = Environment(
        loader=FileSystemLoader(_folder() / "template"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    values: dict[str, Any] = {
        "text": catalogue(DEFAULT_LANGUAGE),
        "languages": LANGUAGES,
        "max_text": MAX_TEXT,
        "max_file_bytes": max_file_bytes,
    }
    return environment.get_template("chat.html").render(values)
