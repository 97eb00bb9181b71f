"""The methods of the Bot API this server knows; any other is "Not Found: method not found".

Bot API, "Available methods": method names are case-insensitive. Here are the ones that are not
about sending: getMe, getUpdates, the webhook, commands, files and answers to button presses.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

from .file_store import MAX_DOWNLOAD
from .outbox import Sent
from .params import Params
from .poll import WEBHOOK_ACTIVE, WEBHOOK_SET, Poller
from .sending import Sender
from .update import DEFAULT_KINDS
from .webhook import Courier, Webhook
from .wire import ApiError, JsonObject
from .world import World

MAX_COMMANDS = 100
MAX_TOAST = 200
QUERY_TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")


@dataclass(frozen=True, slots=True)
class Answer:
    """A result that comes with a description, as those about the webhook do."""

    result: object
    description: str = ""

    def body(self) -> JsonObject:
        answer: JsonObject = {"ok": True, "result": self.result}
        if self.description:
            answer["description"] = self.description
        return answer


class Methods:
    def __init__(self, world: World, poller: Poller, courier: Courier) -> None:
        self._world = world
        self._poller = poller
        self._courier = courier
        sender = Sender(world)
        self._table: dict[str, Callable[[Params], object]] = {
            "getme": self._get_me,
            "getupdates": self._get_updates,
            "setwebhook": self._set_webhook,
            "deletewebhook": self._delete_webhook,
            "getwebhookinfo": self._get_webhook_info,
            "setmycommands": self._set_my_commands,
            "getfile": self._get_file,
            "answercallbackquery": self._answer_callback_query,
            "sendmessage": sender.send_message,
            "sendphoto": sender.send_photo,
            "senddocument": sender.send_document,
            "sendchataction": sender.send_chat_action,
            "editmessagetext": sender.edit_text,
            "editmessagereplymarkup": sender.edit_markup,
        }
        courier.execute = self.execute

    async def execute(self, method: str, params: Params) -> Answer:
        handler = self._table.get(method.lower())
        if handler is None:
            raise ApiError(404, "Not Found: method not found")
        result = handler(params)
        if inspect.isawaitable(result):
            result = await result
        return result if isinstance(result, Answer) else Answer(result)

    def chat_of(self, params: Params) -> int | None:
        """The chat a call is about."""
        query_id = params.text("callback_query_id")
        if query_id:
            return self._world.open_queries.get(query_id)
        return params.identifier("chat_id") or None

    def _get_me(self, _params: Params) -> JsonObject:
        return {
            **self._world.bot,
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": False,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }

    async def _get_updates(self, params: Params) -> list[JsonObject]:
        if self._courier.webhook is not None:
            raise await self._poller.conflict(WEBHOOK_ACTIVE)
        return await self._poller.get_updates(params)

    def _set_webhook(self, params: Params) -> Answer:
        if not params.text("url"):
            return self._delete_webhook(params)
        webhook = Webhook.of(params)
        self._forget_pending(params)
        self._world.backlog.allow(params.json("allowed_updates", "can't parse allowed_updates"))
        self._poller.abort(WEBHOOK_SET)
        changed = self._courier.set(webhook)
        return Answer(True, "Webhook was set" if changed else "Webhook is already set")

    def _delete_webhook(self, params: Params) -> Answer:
        self._forget_pending(params)
        changed = self._courier.set(None)
        return Answer(True, "Webhook was deleted" if changed else "Webhook is already deleted")

    def _forget_pending(self, params: Params) -> None:
        if params.flag("drop_pending_updates"):
            self._world.backlog.clear()

    def _get_webhook_info(self, _params: Params) -> JsonObject:
        info = self._courier.info()
        allowed = self._world.backlog.allowed
        if allowed != DEFAULT_KINDS:
            info["allowed_updates"] = sorted(allowed)
        return info

    def _set_my_commands(self, params: Params) -> bool:
        commands = params.json("commands", "can't parse commands JSON object")
        if not isinstance(commands, list):
            raise ApiError.bad_request("Expected an Array of BotCommand")
        if len(commands) > MAX_COMMANDS:
            raise ApiError.bad_request("BOT_COMMANDS_TOO_MUCH")
        key = (params.text("scope"), params.text("language_code"))
        self._world.commands[key] = [_checked_command(command) for command in commands]
        return True

    def _get_file(self, params: Params) -> JsonObject:
        file = self._world.files.get(params.text("file_id"))
        if not params.text("file_id"):
            raise ApiError.bad_request("file_id not specified")
        if file is None:
            raise ApiError.bad_request("invalid file_id")
        if file.size > MAX_DOWNLOAD:
            raise ApiError.bad_request("file is too big")
        return {**file.reference(), "file_path": file.file_path}

    def _answer_callback_query(self, params: Params) -> bool:
        query_id, text = params.text("callback_query_id"), params.text("text")
        if len(text) > MAX_TOAST:
            raise ApiError.bad_request("MESSAGE_TOO_LONG")
        chat_id = self._world.open_queries.pop(query_id, None)
        if chat_id is None:
            raise ApiError.bad_request(QUERY_TOO_OLD)
        self._world.outbox.add(Sent("answerCallbackQuery", chat_id, text, params=params.values))
        return True


def _checked_command(command: object) -> JsonObject:
    if not isinstance(command, dict):
        raise ApiError.bad_request("expected an Object")
    name = str(command.get("command", "")).removeprefix("/")
    if not _COMMAND.fullmatch(name):
        raise ApiError.bad_request("BOT_COMMAND_INVALID")
    description = str(command.get("description", ""))
    if not 1 <= len(description) <= 256:
        raise ApiError.bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}
