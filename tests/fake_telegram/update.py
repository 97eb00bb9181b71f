"""Updates: their kinds, which of them a bot gets unasked, and which wait for which.

Bot API, Update and setWebhook ``allowed_updates``: without a list the bot gets every kind except
``chat_member``, ``message_reaction`` and ``message_reaction_count``. The order guarantee is the
published server's (``webhook_queue_id`` in tdlib/telegram-bot-api, Client.cpp): messages and edits
of one chat form one queue, callback queries of one user another, membership changes a third. An
update waits only for its own queue, so a button press can overtake a message.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import Any

from .schedule import Resend
from .wire import JsonObject

QueueKey = tuple[str, int]

KINDS = frozenset(
    {
        "message",
        "edited_message",
        "channel_post",
        "edited_channel_post",
        "business_connection",
        "business_message",
        "edited_business_message",
        "deleted_business_messages",
        "message_reaction",
        "message_reaction_count",
        "inline_query",
        "chosen_inline_result",
        "callback_query",
        "shipping_query",
        "pre_checkout_query",
        "purchased_paid_media",
        "poll",
        "poll_answer",
        "my_chat_member",
        "chat_member",
        "chat_join_request",
        "chat_boost",
        "removed_chat_boost",
    }
)
DEFAULT_KINDS = KINDS - {"chat_member", "message_reaction", "message_reaction_count"}

_QUEUE_OF_CHAT = {
    "message": "message",
    "edited_message": "message",
    "channel_post": "message",
    "edited_channel_post": "message",
    "my_chat_member": "my_chat_member",
    "message_reaction": "message_reaction",
    "message_reaction_count": "message_reaction_count",
}
_QUEUE_OF_SENDER = {
    "callback_query": "callback_query",
    "inline_query": "inline_query",
    "chosen_inline_result": "chosen_inline_result",
    "shipping_query": "payment",
    "pre_checkout_query": "payment",
}
_lone = itertools.count(1)


@dataclass(slots=True, eq=False)
class Update:
    update_id: int
    kind: str
    payload: JsonObject
    queue: QueueKey
    expires_at: float
    repeats: int = 0
    wakeup_at: float = 0.0
    resend: Resend = field(default_factory=Resend)


def kind_of(payload: JsonObject) -> str:
    return next((name for name in payload if name != "update_id"), "")


def queue_of(kind: str, body: Any, one_queue_per_chat: bool = False) -> QueueKey:
    """The queue an update waits in; an update nothing is known about waits for none."""
    if one_queue_per_chat and (chat_id := _chat_id(body)) is not None:
        return ("chat", chat_id)
    if kind in _QUEUE_OF_CHAT and (chat_id := _id_at(body, "chat")) is not None:
        return (_QUEUE_OF_CHAT[kind], chat_id)
    if kind in _QUEUE_OF_SENDER and (user_id := _id_at(body, "from")) is not None:
        return (_QUEUE_OF_SENDER[kind], user_id)
    return ("", next(_lone))


def _chat_id(body: Any) -> int | None:
    for holder in (body, body.get("message") if isinstance(body, dict) else None):
        if (found := _id_at(holder, "chat")) is not None:
            return found
    return _id_at(body, "from")


def _id_at(body: Any, name: str) -> int | None:
    holder = body.get(name) if isinstance(body, dict) else None
    found = holder.get("id") if isinstance(holder, dict) else None
    return found if isinstance(found, int) else None
