"""Every payload is one that python-telegram-bot 22 and aiogram 3 know in full.

Both libraries keep fields they do not know (``api_kwargs``, ``model_extra``); nothing may end up
there, at any depth.
"""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import aiogram.types
import pytest
import telegram
from aiogram.types import base as aiogram_base

from tests.fake_telegram import FakeTelegram, FakeUser, Posted

from .conftest import Call

pytestmark = pytest.mark.asyncio

PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
Act = Callable[[FakeUser, FakeTelegram, Call], Awaitable[object]]


def assert_known_to_ptb(value: object) -> None:
    if isinstance(value, telegram.TelegramObject):
        assert not value.api_kwargs, f"{type(value).__name__}: {value.api_kwargs}"
        for name in dir(type(value)):
            if not name.startswith("_") and name in getattr(type(value), "__slots__", ()):
                assert_known_to_ptb(getattr(value, name))
    elif isinstance(value, tuple | list):
        for item in value:
            assert_known_to_ptb(item)


def assert_known_to_aiogram(value: object) -> None:
    if isinstance(value, aiogram_base.TelegramObject):
        assert not value.model_extra, f"{type(value).__name__}: {value.model_extra}"
        for name in type(value).model_fields:
            assert_known_to_aiogram(getattr(value, name))
    elif isinstance(value, list):
        for item in value:
            assert_known_to_aiogram(item)


def check_update(payload: dict[str, Any]) -> telegram.Update:
    update = telegram.Update.de_json(payload, None)
    assert_known_to_ptb(update)
    assert_known_to_aiogram(aiogram.types.Update.model_validate(payload))
    return update


def check_message(payload: dict[str, Any]) -> telegram.Message:
    message = telegram.Message.de_json(payload, None)
    assert_known_to_ptb(message)
    assert_known_to_aiogram(aiogram.types.Message.model_validate(payload))
    return message


async def press(user: FakeUser, _tg: FakeTelegram, call: Call) -> Posted:
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    _, sent = await call("sendMessage", chat_id=user.id, text="?", reply_markup=markup)
    return await user.press(sent["result"], "Go")


async def edit(user: FakeUser, _tg: FakeTelegram, _call: Call) -> Posted:
    return await user.edit_text(await user.send_text("a"), "b /help")


async def reply(user: FakeUser, _tg: FakeTelegram, _call: Call) -> Posted:
    first = await user.send_text("a")
    return await user.send_text("b", reply_to=first.message_id)


ACTIONS: dict[str, Act] = {
    "text": lambda user, *_: user.send_text("/start abc https://isec.vn 😀"),
    "photo": lambda user, *_: user.send_photo(PNG, caption="ảnh #1a"),
    "document": lambda user, *_: user.send_document(b"%PDF", "hồ sơ.pdf", caption="x"),
    "voice": lambda user, *_: user.send_voice(b"OggS"),
    "location": lambda user, *_: user.send_location(20.95, 107.07),
    "own contact": lambda user, *_: user.send_contact("+84900000000"),
    "other contact": lambda user, *_: user.send_contact("1", first_name="B", user_id=9),
    "sticker": lambda user, *_: user.send({"dice": {"emoji": "🎲", "value": 3}}),
    "album": lambda user, *_: user.album([PNG, b"\xff\xd8\xff", b"x"], caption="c"),
    "edit": edit,
    "reply": reply,
    "press": press,
    "block": lambda user, *_: user.block(),
    "unblock": lambda user, *_: user.unblock(),
}


@pytest.mark.parametrize("name", ACTIONS)
async def test_updates(tg: FakeTelegram, call: Call, name: str) -> None:
    user = tg.user(77, "Lan", "vi", last_name="Trần", username="lan", started=True)
    await ACTIONS[name](user, tg, call)
    _, answer = await call("getUpdates")
    assert answer["result"]
    for payload in answer["result"]:
        update = check_update(payload)
        assert update.effective_user is not None
        assert update.effective_user.id == 77
        assert update.effective_user.language_code == "vi"
        assert update.effective_chat is not None
        assert update.effective_chat.type == "private"


async def test_update_contents(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(77)
    await user.send_text("/start abc")
    await user.album([PNG, PNG], caption="c")
    await user.block()
    _, answer = await call("getUpdates")
    start, one, two, blocked = (check_update(payload) for payload in answer["result"])
    assert start.message is not None
    assert start.message.entities[0].type == "bot_command"
    assert one.message is not None
    assert two.message is not None
    assert one.message.media_group_id == two.message.media_group_id
    assert (one.message.caption, two.message.caption) == ("c", None)
    assert one.message.message_id + 1 == two.message.message_id
    assert blocked.my_chat_member
    assert blocked.my_chat_member.new_chat_member.status == "kicked"
    ids = [update.update_id for update in (start, one, two, blocked)]
    assert ids == list(range(ids[0], ids[0] + 4))


async def test_photo_sizes_grow(tg: FakeTelegram) -> None:
    user = tg.user(1)
    # SOI, then a frame header saying 3000 x 2000.
    jpeg = b"\xff\xd8\xff\xc0\x00\x11\x08" + (2000).to_bytes(2) + (3000).to_bytes(2) + b"\x03"
    posted = await user.send_photo(jpeg)
    sizes = [(size["width"], size["height"]) for size in posted.message["photo"]]
    assert sizes == [(90, 60), (320, 213), (800, 533), (1280, 853)]


async def test_unknown_updates_parse(tg: FakeTelegram, call: Call) -> None:
    update_id = tg.inject({"subscription_of_2031": {"chat": {"id": 1}, "x": []}})
    _, answer = await call("getUpdates")
    (payload,) = answer["result"]
    assert telegram.Update.de_json(payload, None).update_id == update_id
    assert aiogram.types.Update.model_validate(payload).update_id == update_id


async def sent_messages(call: Call, user: FakeUser) -> Iterable[dict[str, Any]]:
    replied = (await user.send_text("x")).message_id
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    shared: dict[str, Any] = {"chat_id": user.id, "parse_mode": "HTML"}
    answers = [
        await call(
            "sendMessage",
            text='<b>x</b> <a href="https://isec.vn">y</a> <a href="tg://user?id=77">z</a>',
            reply_markup=markup,
            reply_parameters={"message_id": replied},
            protect_content=True,
            **shared,
        ),
        await call("sendMessage", text="<pre><code class='language-c'>x</code></pre>", **shared),
        await call("sendMessage", text="x", reply_markup={"keyboard": [["a"]]}, **shared),
    ]
    document = await user.send_document(b"x", "x.bin")
    photo = await user.send_photo(PNG)
    file_id = document.message["document"]["file_id"]
    answers.append(await call("sendDocument", document=file_id, caption="<i>c</i>", **shared))
    photo_id = photo.message["photo"][0]["file_id"]
    answers.append(await call("sendPhoto", photo=photo_id, caption="<i>c</i>", **shared))
    message_id = answers[0][1]["result"]["message_id"]
    answers.append(await call("editMessageText", message_id=message_id, text="new", **shared))
    answers.append(await call("editMessageReplyMarkup", message_id=message_id, reply_markup=markup, **shared))
    assert [status for status, _ in answers] == [200] * len(answers)
    return [answer["result"] for _, answer in answers]


async def test_messages_in_answers(tg: FakeTelegram, call: Call) -> None:
    for payload in await sent_messages(call, tg.user(77)):
        message = check_message(payload)
        assert message.from_user is not None
        assert message.from_user.is_bot
        assert isinstance(payload["date"], int)


async def test_other_answers(tg: FakeTelegram, call: Call) -> None:
    _, me = await call("getMe")
    assert_known_to_ptb(telegram.User.de_json(me["result"], None))
    assert_known_to_aiogram(aiogram.types.User.model_validate(me["result"]))
    await call("setWebhook", url="https://isec.example/x", allowed_updates=["message"])
    _, info = await call("getWebhookInfo")
    assert_known_to_ptb(telegram.WebhookInfo.de_json(info["result"], None))
    assert_known_to_aiogram(aiogram.types.WebhookInfo.model_validate(info["result"]))
    document = await tg.user(1).send_document(b"x", "x.bin")
    _, file = await call("getFile", file_id=document.message["document"]["file_id"])
    assert_known_to_ptb(telegram.File.de_json(file["result"], None))
    assert_known_to_aiogram(aiogram.types.File.model_validate(file["result"]))
