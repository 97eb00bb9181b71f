"""The parameters of one call, however the client sent them.

Bot API, "Making requests": GET or POST; URL query string, application/x-www-form-urlencoded,
application/json (except for files) or multipart/form-data. As on the server every value is text
afterwards, and objects are JSON text.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from .wire import ApiError, JsonObject

Form = Mapping[str, str | bytes | bytearray | web.FileField]
_TRUE = frozenset({"true", "yes", "1"})
_ATTACH = "attach://"


@dataclass(frozen=True, slots=True)
class UploadedFile:
    file_name: str
    mime_type: str
    data: bytes


@dataclass(slots=True)
class Params:
    values: dict[str, str] = field(default_factory=dict)
    files: dict[str, UploadedFile] = field(default_factory=dict)

    @classmethod
    def of(cls, values: JsonObject) -> Params:
        return cls({name: _text(value) for name, value in values.items() if value is not None})

    def text(self, name: str) -> str:
        return self.values.get(name, "")

    def flag(self, name: str) -> bool:
        return self.text(name).strip().lower() in _TRUE

    def integer(self, name: str, default: int, lowest: int, highest: int) -> int:
        """Like the server: what is no number counts as 0, then the range is enforced."""
        raw = self.text(name).strip()
        value = _integer(raw) if raw else default
        return min(max(value, lowest), highest)

    def identifier(self, name: str) -> int:
        return _integer(self.text(name).strip())

    def json(self, name: str, reason: str) -> Any:
        raw = self.text(name)
        if not raw:
            return None
        try:
            return json.loads(raw)
        except ValueError as error:
            raise ApiError.bad_request(reason) from error

    def upload(self, name: str) -> UploadedFile | None:
        """A file under its own field or under the field ``attach://`` names (InputFile)."""
        reference = self.text(name)
        if reference.startswith(_ATTACH):
            name = reference.removeprefix(_ATTACH)
        return self.files.get(name)


async def read_params(request: web.Request) -> Params:
    params = Params(dict(request.query))
    try:
        if request.content_type == "application/json":
            params.values |= Params.of(await _json_body(request)).values
        else:
            _add_form(params, await request.post())
    except web.HTTPRequestEntityTooLarge as error:
        raise ApiError(413, "Request Entity Too Large") from error
    return params


def _add_form(params: Params, form: Form) -> None:
    for name, value in form.items():
        if isinstance(value, web.FileField):
            data = value.file.read()
            params.files[name] = UploadedFile(value.filename, value.content_type, data)
        else:
            params.values[name] = value if isinstance(value, str) else value.decode()


async def _json_body(request: web.Request) -> JsonObject:
    try:
        body = json.loads(await request.read() or b"{}")
    except ValueError as error:
        raise ApiError.bad_request("can't parse request body as JSON") from error
    if not isinstance(body, dict):
        raise ApiError.bad_request("object expected as request body")
    return body


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _integer(raw: str) -> int:
    try:
        return int(raw)
    except ValueError:
        return 0
