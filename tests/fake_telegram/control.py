"""POST /control: the driving API as JSON, for a test in another process.

``{"do": NAME, ...arguments}`` calls the FakeTelegram method NAME; with ``"user": ID`` it calls the
FakeUser method NAME. Bytes travel as ``{"base64": TEXT}``. The answer is ``{"ok": true, "result":
...}`` or ``{"ok": false, "error": TEXT}`` with status 400. A predicate cannot travel, so
``wait_for`` takes ``contains`` and ``method`` instead.
"""

from __future__ import annotations

import base64
import dataclasses
import inspect
import json
from typing import TYPE_CHECKING, Any

from aiohttp import web

from .fault import Fault
from .flood import Limits
from .outbox import Sent
from .user import FakeUser, Posted
from .wire import JsonObject

if TYPE_CHECKING:
    from .server import FakeTelegram

_USER_CALLS = frozenset(
    {
        "send_text",
        "send_photo",
        "send_document",
        "send_voice",
        "send_location",
        "send_contact",
        "send",
        "album",
        "edit_text",
        "press",
        "block",
        "unblock",
    }
)
_SERVER_CALLS = frozenset(
    {
        "user",
        "sent",
        "inject",
        "redeliver",
        "repeat_deliveries",
        "deliveries",
        "pending",
        "wait_idle",
        "clear_faults",
        "expire_queries",
    }
)


class Control:
    def __init__(self, server: FakeTelegram) -> None:
        self._server = server

    async def handle(self, request: web.Request) -> web.Response:
        try:
            result = await self._run(_decoded(await request.json()))
        except (ArithmeticError, LookupError, TypeError, ValueError, TimeoutError) as error:
            reason = f"{type(error).__name__}: {error}"
            return web.json_response({"ok": False, "error": reason}, status=400)
        return web.json_response({"ok": True, "result": result}, dumps=_dumps)

    async def _run(self, order: JsonObject) -> object:
        arguments = dict(order)
        name = str(arguments.pop("do"))
        if "user" in arguments:
            user = self._server.user(int(arguments.pop("user")))
            return await _called(user, name, _USER_CALLS, arguments)
        if name == "wait_for":
            return await self._wait_for(**arguments)
        if name == "fail":
            self._server.fail(Fault(**arguments))
            return None
        if name == "limits":
            self._server.limits = Limits(**arguments) if arguments.pop("on", True) else None
            return None
        return await _called(self._server, name, _SERVER_CALLS, arguments)

    async def _wait_for(
        self,
        chat_id: int,
        contains: str = "",
        method: str = "",
        timeout: float = 5.0,  # noqa: ASYNC109 - the name a test sends
        skip: int = 0,
    ) -> Sent:
        def matches(sent: Sent) -> bool:
            return contains in sent.text and method in ("", sent.method)

        return await self._server.wait_for(chat_id, matches, timeout, skip=skip)


async def _called(target: object, name: str, allowed: frozenset[str], arguments: JsonObject) -> object:
    if name not in allowed:
        raise LookupError(f"unknown order {name!r}")
    result = getattr(target, name)(**arguments)
    return await result if inspect.isawaitable(result) else result


def _decoded(value: Any) -> Any:
    if isinstance(value, list):
        return [_decoded(item) for item in value]
    if not isinstance(value, dict):
        return value
    if set(value) == {"base64"}:
        return base64.b64decode(value["base64"])
    return {name: _decoded(item) for name, item in value.items()}


def _dumps(value: object) -> str:
    return json.dumps(value, default=_encoded)


def _encoded(value: object) -> object:
    if isinstance(value, Sent):
        return value.to_json()
    if isinstance(value, Posted):
        return {"update_id": value.update_id, "message": value.message}
    if isinstance(value, FakeUser):
        return {"id": value.id, "first_name": value.first_name}
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return dataclasses.asdict(value)
    raise TypeError(f"cannot send {type(value).__name__} as JSON")
