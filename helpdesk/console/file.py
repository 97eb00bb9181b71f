"""Files of conversations, for officers: pictures may be looked at, everything else is only ever downloaded."""

import asyncio
from pathlib import Path
from urllib.parse import quote

from aiohttp import web

from helpdesk.console.desk import Desk, desk_of, visit_of
from helpdesk.error import NotFound
from helpdesk.storage.message import StoredFile

PICTURES = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})


async def send(request: web.Request) -> web.StreamResponse:
    """A file with headers under which nothing in it can run."""
    desk = desk_of(request)
    stored = await desk.database.read(lambda unit: unit.messages.file(request.match_info["file"]))
    if stored.conversation_id is None:
        raise NotFound("this file does not exist")
    path = Path(desk.files.path(stored.attachment.id))
    if not await asyncio.to_thread(path.is_file):
        raise NotFound("this file does not exist")
    await _log(desk, visit_of(request).officer.id, stored)
    return web.FileResponse(path, headers=_headers(stored))


def _headers(stored: StoredFile) -> dict[str, str]:
    kind = stored.attachment.media_type
    is_picture = kind in PICTURES
    name = quote(stored.attachment.name, safe="")
    return {
        "Content-Type": kind if is_picture else "application/octet-stream",
        "Content-Disposition": f"{'inline' if is_picture else 'attachment'}; filename*=UTF-8''{name}",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }


async def _log(desk: Desk, officer_id: int, stored: StoredFile) -> None:
    """A download is an access of its own; the preview of a picture is part of viewing the conversation."""
    if stored.attachment.media_type in PICTURES:
        return
    at, file_id = desk.clock(), stored.attachment.id
    await desk.database.write(
        lambda unit: unit.audit.add(at, "file.downloaded", officer_id, file_id, stored.conversation_id)
    )
