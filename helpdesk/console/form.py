"""Reading what forms send: every field is text until it is parsed here."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import suppress
from datetime import date, time
from typing import Any

from aiohttp import BodyPartReader, web

from helpdesk.console import cookie
from helpdesk.console.desk import Desk
from helpdesk.error import InvalidInput, NotFound
from helpdesk.inbox import IncomingFile

MAX_FILES = 5
MAX_FIELD_BYTES = 128 * 1024
CHUNK = 64 * 1024


def text(form: Mapping[str, Any], name: str) -> str:
    """A text field without surrounding space; empty when absent. NUL never reaches the database."""
    value = form.get(name, "")
    return value.strip().replace("\x00", "").replace("\r\n", "\n") if isinstance(value, str) else ""


def whole(form: Mapping[str, Any], name: str) -> int:
    """A whole number; raises InvalidInput."""
    value = text(form, name)
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise InvalidInput(f"the field {name} cannot be read; correct it")
    return int(value)


def day(form: Mapping[str, Any], name: str) -> date | None:
    """A date as browsers send it, None when empty; raises InvalidInput."""
    return parsed_day(text(form, name), name)


def parsed_day(value: str, name: str) -> date | None:
    """`day` of a value already taken from its form."""
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise InvalidInput(f"the field {name} cannot be read; correct it") from None


def parsed_time(value: str, name: str) -> time:
    """A time of day as browsers send it; raises InvalidInput."""
    try:
        return time.fromisoformat(value).replace(tzinfo=None, second=0, microsecond=0)
    except ValueError:
        raise InvalidInput(f"the field {name} cannot be read; correct it") from None


def number(request: web.Request, name: str) -> int:
    """A numeric id in the address; raises NotFound for anything else."""
    value = request.match_info[name]
    if not (value.isascii() and value.isdigit() and len(value) < 16):
        raise NotFound("this ticket does not exist")
    return int(value)


async def upload(request: web.Request, desk: Desk, csrf: str, fields: dict[str, str]) -> tuple[IncomingFile, ...]:
    """Read a form with files: `fields` is filled as they come, the files are kept and returned.

    Nothing is kept before the CSRF token was seen, or when anything is refused.
    """
    files: list[IncomingFile] = []
    try:
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader) or part.name is None:
                raise InvalidInput("the field form cannot be read; correct it")
            if part.filename is None:
                fields[part.name] = await _field(part)
                continue
            cookie.check(csrf, fields.get(cookie.CSRF_FIELD))
            if len(files) == MAX_FILES:
                raise InvalidInput(f"at most {MAX_FILES} files go with one message")
            if part.filename:
                files.append(await desk.files.keep(part.filename, _chunks(part)))
        cookie.check(csrf, fields.get(cookie.CSRF_FIELD))
    except BaseException:
        discard(desk, files)
        raise
    return tuple(files)


def discard(desk: Desk, files: Sequence[IncomingFile]) -> None:
    """Delete files that belong to nothing."""
    for file in files:
        with suppress(NotFound):
            desk.files.discard(file.id)


async def _field(part: BodyPartReader) -> str:
    data = bytearray()
    while chunk := await part.read_chunk(CHUNK):
        data += chunk
        if len(data) > MAX_FIELD_BYTES:
            raise web.HTTPRequestEntityTooLarge(max_size=MAX_FIELD_BYTES, actual_size=len(data))
    return data.decode("utf-8", "replace")


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(CHUNK):
        yield chunk
