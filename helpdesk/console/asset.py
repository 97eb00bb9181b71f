"""Style sheets, scripts and pictures of the console, from memory: a browser that goes away leaves no open file."""

import hashlib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from aiohttp import web

_MEDIA_TYPES = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent, and the mark by which a browser knows that it has it already."""

    body: bytes
    media_type: str
    tag: str


@cache
def assets() -> dict[str, Asset]:
    """What may be asked for under `/static`, by name."""
    folder = Path(str(resources.files("helpdesk.console").joinpath("static")))
    return {path.name: _read(path) for path in folder.iterdir() if path.suffix in _MEDIA_TYPES}


async def send(request: web.Request) -> web.StreamResponse:
    """GET one of them; names outside the fixed set do not exist."""
    found = assets().get(request.match_info["name"])
    if found is None:
        raise web.HTTPNotFound
    is_pinned = "v" in request.query  # scripts import each other without a version: those are asked for again
    headers = {"Cache-Control": "max-age=31536000, immutable" if is_pinned else "no-cache", "ETag": found.tag}
    if request.headers.get("If-None-Match") == found.tag:
        return web.Response(status=304, headers=headers)
    return web.Response(body=found.body, content_type=found.media_type, charset="utf-8", headers=headers)


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    return Asset(body, _MEDIA_TYPES[path.suffix], f'"{hashlib.sha256(body).hexdigest()[:32]}"')
