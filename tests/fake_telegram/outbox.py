"""What the bot sent, as a test reads it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .file_store import StoredFile
from .keyboard import inline_buttons
from .wire import JsonObject

Predicate = Callable[["Sent"], bool]


@dataclass(frozen=True, slots=True)
class Sent:
    """One successful call to a chat; ``text`` is what the user reads, caption and toast too."""

    method: str
    chat_id: int
    text: str = ""
    reply_markup: JsonObject | None = None
    message_id: int | None = None
    at: float = field(default_factory=time.time)
    entities: tuple[JsonObject, ...] = ()
    params: dict[str, str] = field(default_factory=dict)
    file: StoredFile | None = None

    @property
    def buttons(self) -> list[JsonObject]:
        return inline_buttons(self.reply_markup)

    def to_json(self) -> JsonObject:
        return {
            "method": self.method,
            "chat_id": self.chat_id,
            "text": self.text,
            "reply_markup": self.reply_markup,
            "message_id": self.message_id,
            "at": self.at,
            "entities": list(self.entities),
            "params": self.params,
            "file_id": self.file.file_id if self.file else None,
        }


class Outbox:
    def __init__(self) -> None:
        self._sent: dict[int, list[Sent]] = {}
        self._waiting: list[tuple[int, Predicate, asyncio.Future[Sent]]] = []

    def add(self, sent: Sent) -> None:
        self._sent.setdefault(sent.chat_id, []).append(sent)
        for chat_id, predicate, future in list(self._waiting):
            if chat_id == sent.chat_id and not future.done() and predicate(sent):
                future.set_result(sent)

    def of(self, chat_id: int) -> list[Sent]:
        return list(self._sent.get(chat_id, ()))

    async def wait_for(self, chat_id: int, predicate: Predicate, seconds: float, skip: int = 0) -> Sent:
        for sent in self.of(chat_id)[skip:]:
            if predicate(sent):
                return sent
        future: asyncio.Future[Sent] = asyncio.get_running_loop().create_future()
        waiting = (chat_id, predicate, future)
        self._waiting.append(waiting)
        try:
            async with asyncio.timeout(seconds):
                return await future
        except TimeoutError:
            seen = [f"{sent.method}: {sent.text!r}" for sent in self.of(chat_id)[skip:]]
            raise TimeoutError(f"nothing matched in chat {chat_id} for {seconds} s; it got {seen}") from None
        finally:
            self._waiting.remove(waiting)
