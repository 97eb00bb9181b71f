"""Reply markup: Bot API, InlineKeyboardButton and ReplyKeyboardMarkup."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.fake_telegram.keyboard import inline_buttons, parse_reply_markup
from tests.fake_telegram.wire import ApiError, JsonObject


def inline(*buttons: JsonObject) -> str:
    return json.dumps({"inline_keyboard": [list(buttons)]})


def reason(raw: str) -> str:
    with pytest.raises(ApiError) as caught:
        parse_reply_markup(raw)
    assert caught.value.code == 400
    return caught.value.description


def test_callback_data_is_counted_in_bytes() -> None:
    assert parse_reply_markup(inline({"text": "x", "callback_data": "a" * 64})) is not None
    too_long = inline({"text": "x", "callback_data": "ế" * 22})
    assert reason(too_long) == "Bad Request: BUTTON_DATA_INVALID"


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("{", "can't parse reply keyboard markup JSON object"),
        ("[]", "object expected as reply markup"),
        ('{"inline_keyboard": {}}', 'field "inline_keyboard" must be of type Array'),
        (
            '{"inline_keyboard": [{}]}',
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ('{"keyboard": ["x"]}', 'field "keyboard" must be an Array of Arrays'),
        (
            inline({"text": "x"}),
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (inline({"url": "x"}), "can't parse inline keyboard button: Can't find field \"text\""),
        (
            inline({"text": "x", "url": "localhost"}),
            "inline keyboard button URL 'localhost' is invalid: Wrong HTTP URL",
        ),
        (
            inline(*[{"text": "x", "callback_data": "y"}] * 101),
            "reply markup is too long",
        ),
    ],
)
def test_refused(raw: str, text: str) -> None:
    assert reason(raw) == f"Bad Request: {text}"


@pytest.mark.parametrize(
    "markup",
    [
        {"keyboard": [[{"text": "Gửi số", "request_contact": True}]], "resize_keyboard": True},
        {"remove_keyboard": True},
        {"force_reply": True},
        {"inline_keyboard": [[{"text": "x", "url": "https://isec.vn"}]]},
    ],
)
def test_shown_as_given(markup: dict[str, Any]) -> None:
    assert parse_reply_markup(json.dumps(markup)) == markup


def test_shows_nothing() -> None:
    assert parse_reply_markup("") is None
    assert parse_reply_markup('{"inline_keyboard": []}') is None
    assert inline_buttons(None) == []
    assert inline_buttons(parse_reply_markup('{"keyboard": [["a"]]}')) == []
