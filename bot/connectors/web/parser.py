"""Reading what web clients send; everything is hostile until it has passed here."""

import asyncio
import json
import re
import unicodedata
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

from aiohttp import BodyPartReader, web

from bot.connectors.web.problem import ProblemError
from helpdesk.error import InvalidInput
from helpdesk.filestore import FileRefused
from helpdesk.payload import parse

MAX_TEXT = 4096
MAX_JSON_BYTES = 256 * 1024
MAX_FILES = 10
MAX_TITLE = 200
READ_SECONDS = 15.0
"""Longest wait for the next bytes of a body; a client that is slower than that is let go."""

_CLIENT_ID = re.compile(r"[\x21-\x7e]{1,90}")
_FILE_ID = re.compile(r"[0-9a-f]{32}")
_KEPT_FORMATS = "\u200c\u200d"
_LINE_ENDS = re.compile("\r\n|[\r\u0085\u2028\u2029\x0b\x0c]")


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message as a client sends it.

    Attributes:
        client_id: the client's own id; the same one again is the same message.
        text: cleaned; the title of the button when `button` is set.
        button: payload of a pressed button.
        file_ids: uploaded files that go with the message.
    """

    client_id: str
    text: str
    button: str | None = None
    file_ids: tuple[str, ...] = ()


def clean(text: str) -> str:
    """NFC, lines ended by a line feed, without control, direction-changing, invisible and half characters; trimmed.

    The two joiners stay: emoji and some scripts need them.
    """
    lines = _LINE_ENDS.sub("\n", text)
    kept = (c for c in lines if c in "\n\t" or c in _KEPT_FORMATS or unicodedata.category(c) not in ("Cc", "Cf", "Cs"))
    return unicodedata.normalize("NFC", "".join(kept)).strip()


async def read_object(request: web.Request) -> dict[str, Any]:
    """The JSON object of a request; an empty body is an empty object. Raises ProblemError."""
    if (request.content_length or 0) > MAX_JSON_BYTES:
        raise _too_large()
    body = bytearray()
    async for chunk in _patiently(request.content.iter_any()):
        body += chunk
        if len(body) > MAX_JSON_BYTES:
            raise _too_large()
    if not body:
        return {}
    try:
        found = json.loads(body.decode())
    except (ValueError, RecursionError):
        raise ProblemError(400, "bad_json") from None
    if not isinstance(found, dict):
        raise ProblemError(400, "bad_json")
    return found


def _too_large() -> ProblemError:
    return ProblemError(413, "body_too_large", text_limit=MAX_TEXT, limit_kb=MAX_JSON_BYTES // 1024)


async def _patiently(chunks: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    while True:
        try:
            async with asyncio.timeout(READ_SECONDS):
                chunk = await anext(chunks)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise ProblemError(408, "too_slow") from None
        yield chunk


def chat_message(body: dict[str, Any]) -> ChatMessage:
    """A message from a parsed body; raises ProblemError naming the field that is wrong."""
    client_id = body.get("client_id")
    if not isinstance(client_id, str) or not _CLIENT_ID.fullmatch(client_id):
        raise ProblemError(400, "bad_field", field="client_id")
    text = _text(body.get("text"))
    button = _button(body.get("button"))
    file_ids = _file_ids(body.get("file_ids"))
    if button is not None:
        return ChatMessage(client_id, text[:MAX_TITLE], button)
    if not text and not file_ids:
        raise ProblemError(400, "empty_message")
    return ChatMessage(client_id, text, None, file_ids)


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise ProblemError(400, "bad_field", field="text")
    text = clean(value)
    if len(text) > MAX_TEXT:
        raise ProblemError(413, "text_too_long", length=len(text), limit=MAX_TEXT)
    return text


def _button(value: object) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str) or not value.isprintable():
        raise ProblemError(400, "bad_field", field="button")
    try:
        return str(parse(value))
    except InvalidInput:
        raise ProblemError(400, "unknown_button") from None


def _file_ids(value: object) -> tuple[str, ...]:
    if value is None:
        return ()
    if not isinstance(value, list) or len(value) > MAX_FILES or len(set(map(str, value))) != len(value):
        raise ProblemError(400, "bad_field", field="file_ids")
    if not all(isinstance(item, str) and _FILE_ID.fullmatch(item) for item in value):
        raise ProblemError(404, "not_found")
    return tuple(value)


def whole_number(request: web.Request, name: str, default: int, largest: int) -> int:
    """A query parameter as a number from 0 to `largest`, cut down to it; raises ProblemError."""
    text = request.query.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 20):
        raise ProblemError(400, "bad_field", field=name)
    return min(int(text), largest)


async def first_file(request: web.Request, max_bytes: int) -> tuple[str, AsyncIterator[bytes]]:
    """The name and the bytes of the field `file`; the size is refused by its announcement before anything is read."""
    if not request.content_type.startswith("multipart/form-data"):
        raise ProblemError(415, "not_multipart")
    if (request.content_length or 0) > max_bytes + 64 * 1024:
        raise FileRefused("too_large", limit_mb=max_bytes // (1024 * 1024))
    try:
        reader = await request.multipart()
        async with asyncio.timeout(READ_SECONDS):
            part = await reader.next()
    except TimeoutError:
        raise ProblemError(408, "too_slow") from None
    except (ValueError, AssertionError, web.HTTPException):
        raise ProblemError(415, "not_multipart") from None
    if not isinstance(part, BodyPartReader) or part.name != "file":
        raise ProblemError(415, "not_multipart")
    return part.filename or "file", _patiently(_chunks(part))


async def _chunks(part: BodyPartReader) -> AsyncIterator[bytes]:
    while chunk := await part.read_chunk(64 * 1024):
        yield chunk
