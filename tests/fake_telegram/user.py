"""A person on the other side of the bot: what a test does with a phone in hand.

Bot API, Message, CallbackQuery, ChatMemberUpdated: every action makes the update Telegram makes
of it. Writing to the bot starts the chat; blocking it makes ``my_chat_member`` with status
``kicked`` and every later send fails with 403.
"""

from __future__ import annotations

import copy
import time
from collections.abc import Sequence
from dataclasses import dataclass

from .entity import finish
from .file_store import StoredFile
from .keyboard import inline_buttons
from .outbox import Sent
from .sending import document_json, without_reply
from .wire import JsonObject
from .world import UNTIL_FOREVER, UserState, World


@dataclass(frozen=True, slots=True)
class Posted:
    """What the user did; no ``update_id`` if the bot did not ask for such updates."""

    update_id: int | None
    message: JsonObject

    @property
    def message_id(self) -> int:
        return int(self.message["message_id"])


class FakeUser:
    def __init__(self, world: World, state: UserState) -> None:
        self._world = world
        self._state = state

    @property
    def id(self) -> int:
        return int(self._state.user["id"])

    @property
    def first_name(self) -> str:
        return str(self._state.user["first_name"])

    async def send_text(self, text: str, *, reply_to: int | None = None) -> Posted:
        return await self.send(_text("text", "entities", text), reply_to=reply_to)

    async def send_photo(self, data: bytes, *, caption: str = "", reply_to: int | None = None) -> Posted:
        return await self.send(self._photo(data, caption), reply_to=reply_to)

    async def send_document(
        self,
        data: bytes,
        file_name: str,
        *,
        caption: str = "",
        mime_type: str = "",
        size: int | None = None,
        reply_to: int | None = None,
    ) -> Posted:
        """``size`` makes the document claim more bytes than it has, e.g. over 20 MB."""
        file = self._world.files.add("document", data, file_name, mime_type, size)
        return await self.send(_document(file, caption), reply_to=reply_to)

    async def send_voice(self, data: bytes, *, duration: int = 3, caption: str = "", size: int | None = None) -> Posted:
        file = self._world.files.add("voice", data, "", "audio/ogg", size)
        voice = {"duration": duration, "mime_type": "audio/ogg", **file.reference()}
        return await self.send({"voice": voice, **_text("caption", "caption_entities", caption)})

    async def send_location(self, latitude: float, longitude: float) -> Posted:
        return await self.send({"location": {"latitude": latitude, "longitude": longitude}})

    async def send_contact(self, phone_number: str, *, first_name: str = "", user_id: int | None = None) -> Posted:
        """Without a name it is the user's own contact, as a request_contact key shares it."""
        contact: JsonObject = {"phone_number": phone_number, "first_name": first_name}
        if not first_name:
            contact |= {"first_name": self.first_name, "user_id": self.id}
        elif user_id is not None:
            contact["user_id"] = user_id
        return await self.send({"contact": contact})

    async def album(self, photos: Sequence[bytes], *, caption: str = "") -> list[Posted]:
        """One message per photo under one ``media_group_id``; the first carries the caption."""
        group = {"media_group_id": str(self._world.rng.getrandbits(60))}
        captions = [caption, *[""] * len(photos)]
        contents = [self._photo(data, words) for data, words in zip(photos, captions, strict=False)]
        return [await self.send({**group, **content}) for content in contents]

    async def send(self, content: JsonObject, *, reply_to: int | None = None) -> Posted:
        """Any message: ``content`` is the part of Message that says what it is."""
        self._state.started = True
        if reply_to is not None:
            replied = self._world.messages[self.id, reply_to].message
            content = {**content, "reply_to_message": without_reply(replied)}
        message = self._world.add_message(self._state, False, copy.deepcopy(content))
        return self._posted("message", message)

    async def edit_text(self, message: Posted | int, text: str) -> Posted:
        content: JsonObject = {"entities": None, **_text("text", "entities", text)}
        edited = self._world.edit_message(self.id, _message_id(message), content)
        return self._posted("edited_message", edited)

    async def press(self, message: Sent | JsonObject | int, button: str, *, force: bool = False) -> Posted:
        """Press an inline button by its label or callback data.

        A button the message no longer shows cannot be pressed, except with ``force``: then
        ``button`` is the callback data of a press that was on its way when the keyboard changed.
        """
        stored = self._world.messages[self.id, _message_id(message)].message
        data = button if force else _callback_data(stored, button)
        query: JsonObject = {
            "id": self._world.open_query(self.id),
            "from": self._state.user,
            "message": copy.deepcopy(stored),
            "chat_instance": str(self.id * 7_919),
            "data": data,
        }
        return Posted(self._world.backlog.push("callback_query", query), query["message"])

    async def block(self) -> int | None:
        self._state.blocked = True
        return self._membership("member", "kicked")

    async def unblock(self) -> int | None:
        self._state.blocked = False
        return self._membership("kicked", "member")

    def _photo(self, data: bytes, caption: str) -> JsonObject:
        words = _text("caption", "caption_entities", caption)
        return {"photo": self._world.files.add_photo(data), **words}

    def _posted(self, kind: str, message: JsonObject) -> Posted:
        return Posted(self._world.backlog.push(kind, message), message)

    def _membership(self, old: str, new: str) -> int | None:
        change: JsonObject = {
            "chat": self._state.chat,
            "from": self._state.user,
            "date": int(time.time()),
            "old_chat_member": self._bot_member(old),
            "new_chat_member": self._bot_member(new),
        }
        return self._world.backlog.push("my_chat_member", change)

    def _bot_member(self, status: str) -> JsonObject:
        until = {"until_date": UNTIL_FOREVER} if status == "kicked" else {}
        return {"user": self._world.bot, "status": status, **until}


def _text(name: str, entities: str, text: str) -> JsonObject:
    if not text:
        return {}
    formatted = finish(text, ())
    found = formatted.entities_json()
    return {name: formatted.text, **({entities: found} if found else {})}


def _document(file: StoredFile, caption: str) -> JsonObject:
    return {"document": document_json(file), **_text("caption", "caption_entities", caption)}


def _message_id(message: Posted | Sent | JsonObject | int) -> int:
    if isinstance(message, int):
        return message
    found = message["message_id"] if isinstance(message, dict) else message.message_id
    if found is None:
        raise LookupError("that call sent no message")
    return int(found)


def _callback_data(message: JsonObject, button: str) -> str:
    shown = inline_buttons(message.get("reply_markup"))
    for candidate in shown:
        if "callback_data" in candidate and button in (
            candidate["text"],
            candidate["callback_data"],
        ):
            return str(candidate["callback_data"])
    raise LookupError(f"no button {button!r} among {[b['text'] for b in shown]}")
