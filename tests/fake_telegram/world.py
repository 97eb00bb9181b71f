"""The state of one bot's Telegram: the bot, its users, their messages and open button presses.

Bot API, User, Chat and Message: a private chat has the id of its user; message ids grow by one; a
bot cannot write first, so a chat exists for it only after the user wrote ("chat not found").
"""

from __future__ import annotations

import copy
import itertools
import random
import time
from dataclasses import dataclass

from .backlog import Backlog
from .clock import Clock
from .fault import FaultBook
from .file_store import FileStore
from .flood import FloodGate, Limits
from .outbox import Outbox
from .schedule import Schedule
from .wire import ApiError, JsonObject

UNTIL_FOREVER = 0


@dataclass(slots=True)
class UserState:
    user: JsonObject
    started: bool = False
    blocked: bool = False

    @property
    def chat(self) -> JsonObject:
        names = ("id", "first_name", "last_name", "username")
        return {
            **{name: self.user[name] for name in names if name in self.user},
            "type": "private",
        }


@dataclass(slots=True)
class StoredMessage:
    message: JsonObject
    outgoing: bool


class World:
    def __init__(
        self,
        token: str,
        clock: Clock,
        schedule: Schedule,
        limits: Limits | None,
        rng: random.Random,
        one_queue_per_chat: bool,
    ) -> None:
        self.token = token
        self.clock = clock
        self.rng = rng
        self.backlog = Backlog(clock, schedule, rng, one_queue_per_chat)
        self.files = FileStore(rng)
        self.outbox = Outbox()
        self.faults = FaultBook()
        self.flood = FloodGate(limits)
        self.users: dict[int, UserState] = {}
        self.messages: dict[tuple[int, int], StoredMessage] = {}
        self.open_queries: dict[str, int] = {}
        self.commands: dict[tuple[str, str], list[JsonObject]] = {}
        self._message_ids = itertools.count(rng.randint(100, 10_000))

    @property
    def bot(self) -> JsonObject:
        return {
            "id": int(self.token.partition(":")[0]),
            "is_bot": True,
            "first_name": "Fake bot",
            "username": "fake_telegram_bot",
        }

    def reachable(self, chat_id: int) -> UserState:
        """The chat as the bot knows it."""
        state = self.users.get(chat_id)
        if state is None or not state.started:
            raise ApiError.bad_request("chat not found")
        return state

    def open_to_bot(self, chat_id: int) -> UserState:
        """The chat, if the bot may write to it."""
        state = self.reachable(chat_id)
        if state.blocked:
            raise ApiError(403, "Forbidden: bot was blocked by the user")
        return state

    def add_message(self, chat: UserState, outgoing: bool, content: JsonObject) -> JsonObject:
        message: JsonObject = {
            "message_id": next(self._message_ids),
            "from": self.bot if outgoing else chat.user,
            "chat": chat.chat,
            "date": int(time.time()),
            **content,
        }
        key = (chat.user["id"], message["message_id"])
        self.messages[key] = StoredMessage(message, outgoing)
        return copy.deepcopy(message)

    def edit_message(self, chat_id: int, message_id: int, content: JsonObject) -> JsonObject:
        """Replace parts of a message; a part given as None goes away."""
        stored = self.messages[chat_id, message_id]
        changed = {**stored.message, "edit_date": int(time.time()), **content}
        stored.message = {name: value for name, value in changed.items() if value is not None}
        return copy.deepcopy(stored.message)

    def open_query(self, chat_id: int) -> str:
        query_id = str(self.rng.getrandbits(62))
        self.open_queries[query_id] = chat_id
        return query_id
