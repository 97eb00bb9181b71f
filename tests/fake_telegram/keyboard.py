"""Reply markup: InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove, ForceReply.

Bot API, InlineKeyboardButton: exactly one action per button, ``callback_data`` of 1-64 bytes.
The reasons in the 400 answers are those of the published server.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable

from .markup import checked_link
from .wire import ApiError, JsonObject

MAX_CALLBACK_DATA = 64
MAX_INLINE_BUTTONS = 100
_OTHER_ACTIONS = (
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)


def parse_reply_markup(raw: str) -> JsonObject | None:
    """The markup as it will be shown, or nothing where it shows nothing."""
    if not raw:
        return None
    markup = _loaded(raw)
    rows = _rows(markup, "keyboard", 'Field "keyboard" must be an Array of Arrays', _key)
    inline = _rows(
        markup,
        "inline_keyboard",
        'Field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        _inline_button,
    )
    if rows:
        return {**markup, "keyboard": rows}
    if inline:
        return _checked_inline(inline)
    shows = markup.get("remove_keyboard") is True or markup.get("force_reply") is True
    return markup if shows else None


def inline_buttons(markup: JsonObject | None) -> list[JsonObject]:
    rows: list[list[JsonObject]] = (markup or {}).get("inline_keyboard", [])
    return [button for row in rows for button in row]


def _loaded(raw: str) -> JsonObject:
    try:
        markup = json.loads(raw)
    except ValueError as error:
        raise ApiError.bad_request("Can't parse reply keyboard markup JSON object") from error
    if not isinstance(markup, dict):
        raise ApiError.bad_request("Object expected as reply markup")
    return markup


def _rows(
    markup: JsonObject, name: str, reason: str, button_of: Callable[[object], JsonObject]
) -> list[list[JsonObject]]:
    value = markup.get(name)
    if value is None:
        return []
    if not isinstance(value, list):
        raise ApiError.bad_request(f'Field "{name}" must be of type Array')
    if not all(isinstance(row, list) for row in value):
        raise ApiError.bad_request(reason)
    rows = [[button_of(button) for button in row] for row in value]
    shown = [[button for button in row if button["text"]] for row in rows]
    return [row for row in shown if row]


def _key(button: object) -> JsonObject:
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise _cannot_parse("keyboard", "KeyboardButton must be a String or an Object")
    _require_text(button, "keyboard")
    return button


def _inline_button(button: object) -> JsonObject:
    if not isinstance(button, dict):
        raise _cannot_parse("inline keyboard", "InlineKeyboardButton must be an Object")
    _require_text(button, "inline keyboard")
    if button.get("url") or button.get("callback_data"):
        return button
    if not any(action in button for action in _OTHER_ACTIONS):
        raise _cannot_parse("inline keyboard", "Text buttons are unallowed in the inline keyboard")
    return button


def _require_text(button: JsonObject, where: str) -> None:
    if not isinstance(button.get("text"), str):
        raise _cannot_parse(where, 'Can\'t find field "text"')


def _cannot_parse(where: str, reason: str) -> ApiError:
    return ApiError.bad_request(f"Can't parse {where} button: {reason}")


def _checked_inline(rows: list[list[JsonObject]]) -> JsonObject:
    buttons = [button for row in rows for button in row]
    if len(buttons) > MAX_INLINE_BUTTONS:
        raise ApiError.bad_request("reply markup is too long")
    _check_links(buttons)
    if any(len(str(b.get("callback_data", "")).encode()) > MAX_CALLBACK_DATA for b in buttons):
        raise ApiError.bad_request("BUTTON_DATA_INVALID")
    return {"inline_keyboard": rows}


def _check_links(buttons: Iterable[JsonObject]) -> None:
    for button in buttons:
        url = button.get("url")
        if url and not checked_link(str(url)):
            raise ApiError.bad_request(f"Inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
