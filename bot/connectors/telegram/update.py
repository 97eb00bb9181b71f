"""Reading Telegram's updates: every type has a place, none is answered with an error.

External ids: `m<chat>.<message>` for messages (so that an edit finds its first wording), `q<id>` for pressed buttons,
`u<update>` for everything else.
"""

import json
from datetime import datetime
from typing import Any

from telegram import CallbackQuery, ChatMemberUpdated, Message, Update

from helpdesk.inbox import Incoming, Kind, tidy
from helpdesk.language import as_language

CHANNEL = "telegram"
MAX_RAW = 4000


def read(update: Update, at: datetime) -> Incoming:
    """The update in the desk's words; what we do not know is shelved under OTHER with its raw facts."""
    if update.message and update.message.chat.type == "private":
        return _message(update.message, at)
    if update.edited_message and update.edited_message.chat.type == "private":
        return _edit(update.update_id, update.edited_message, at)
    if update.callback_query and isinstance(update.callback_query.message, Message):
        return _press(update.callback_query, update.callback_query.message, at)
    if update.my_chat_member and update.my_chat_member.chat.type == "private":
        return _membership(update.update_id, update.my_chat_member, at)
    return shelve(update.update_id, update.to_dict(), at)


def shelve(update_id: int, raw: dict[str, Any], at: datetime) -> Incoming:
    """Keep an update that has no place elsewhere."""
    facts = {"raw": tidy(json.dumps(raw, ensure_ascii=False, default=str))[:MAX_RAW]}
    return Incoming(CHANNEL, f"u{update_id}", "", Kind.OTHER, at, payload=facts)


def message_key(message: Message) -> str:
    """The external id of a message."""
    return f"m{message.chat.id}.{message.message_id}"


def _message(message: Message, at: datetime) -> Incoming:
    kind, text, facts = _content(message)
    if message.media_group_id:
        facts["album"] = message.media_group_id
    user = message.from_user
    return Incoming(
        CHANNEL,
        message_key(message),
        str(message.chat.id),
        kind,
        at,
        text=tidy(text),
        sender_name=tidy(user.full_name) if user else "",
        language=as_language(user.language_code) if user else None,
        payload=facts,
    )


def _content(message: Message) -> tuple[Kind, str, dict[str, Any]]:
    files = _files(message)
    if files:
        return Kind.FILE, message.caption or "", {"remote": files}
    if message.location:
        place = message.location
        facts = {"latitude": place.latitude, "longitude": place.longitude}
        return Kind.LOCATION, f"📍 {place.latitude:.5f}, {place.longitude:.5f}", facts
    if message.contact:
        card = message.contact
        name = " ".join(part for part in (card.first_name, card.last_name) if part)
        return Kind.CONTACT_CARD, f"👤 {name}: {card.phone_number}", {"name": name, "phone": card.phone_number}
    if message.text and message.text.startswith("/"):
        word, _, argument = message.text[1:].partition(" ")
        return Kind.COMMAND, message.text, {"command": word.split("@")[0].lower()[:32], "argument": argument.strip()}
    if message.text:
        return Kind.TEXT, message.text, {}
    sticker = message.sticker.emoji if message.sticker else ""
    return Kind.LOCATION if message.venue else Kind.CONTACT_CARD, sticker or "…", {"unread": _type_of(message)}


def _files(message: Message) -> list[dict[str, Any]]:
    """Files of a message, still at Telegram: the largest size of a photo, everything else as it is."""
    named = {
        "document": message.document,
        "voice": message.voice,
        "video": message.video,
        "audio": message.audio,
        "video_note": message.video_note,
        "animation": message.animation if not message.document else None,
        "photo": message.photo[-1] if message.photo else None,
    }
    return [
        {"id": item.file_id, "name": tidy(getattr(item, "file_name", None) or kind), "size": item.file_size or 0}
        for kind, item in named.items()
        if item is not None
    ]


def _type_of(message: Message) -> str:
    known = ("sticker", "venue", "poll", "dice", "game", "story", "invoice", "successful_payment")
    return next((name for name in known if getattr(message, name, None)), "unknown")


def _edit(update_id: int, message: Message, at: datetime) -> Incoming:
    text = message.text or message.caption or ""
    address, key = str(message.chat.id), message_key(message)
    return Incoming(CHANNEL, f"u{update_id}", address, Kind.EDIT, at, text=tidy(text), edits=key)


def _press(query: CallbackQuery, message: Message, at: datetime) -> Incoming:
    data = str(query.data or "")
    rows = message.reply_markup.inline_keyboard if message.reply_markup else ()
    title = next((button.text for row in rows for button in row if button.callback_data == data), "")
    return Incoming(
        CHANNEL,
        f"q{query.id}",
        str(message.chat.id),
        Kind.BUTTON,
        at,
        text=tidy(title) or "▫",
        sender_name=tidy(query.from_user.full_name),
        language=as_language(query.from_user.language_code),
        payload={"button": data},
    )


def _membership(update_id: int, change: ChatMemberUpdated, at: datetime) -> Incoming:
    is_gone = change.new_chat_member.status in ("kicked", "left")
    kind = Kind.BLOCKED if is_gone else Kind.UNBLOCKED
    return Incoming(CHANNEL, f"u{update_id}", str(change.chat.id), kind, at)
