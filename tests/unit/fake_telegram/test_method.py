"""The methods and their refusals, as real clients call them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiogram
import aiohttp
import pytest
import pytest_asyncio
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.types import BotCommand, BufferedInputFile

from tests.fake_telegram import FakeTelegram
from tests.fake_telegram.file_store import MAX_DOWNLOAD

from .conftest import TOKEN, Call
from .test_model import PNG

pytestmark = pytest.mark.asyncio

UNCLOSED = 'Can\'t find end tag corresponding to start tag "b"'


@pytest_asyncio.fixture
async def ptb(tg: FakeTelegram) -> AsyncIterator[telegram.Bot]:
    async with telegram.Bot(TOKEN, tg.base_url, tg.base_file_url) as bot:
        yield bot


@pytest_asyncio.fixture
async def aio(tg: FakeTelegram) -> AsyncIterator[aiogram.Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(tg.url))
    async with aiogram.Bot(TOKEN, session) as bot:
        yield bot


async def refusal(call: Call, method: str, **params: Any) -> str:
    status, answer = await call(method, **params)
    assert status == answer["error_code"]
    assert answer["ok"] is False
    return f"{status} {answer['description']}"


async def test_ptb_sends_and_downloads(tg: FakeTelegram, ptb: telegram.Bot) -> None:
    user = tg.user(5, started=True)
    keyboard = telegram.InlineKeyboardMarkup.from_button(telegram.InlineKeyboardButton("Đồng ý", callback_data="yes"))
    await ptb.send_message(5, "<b>x</b>", parse_mode="HTML", reply_markup=keyboard)
    await ptb.send_document(5, b"%PDF-1", filename="tờ khai.pdf", caption="đây")
    await ptb.send_photo(5, PNG)
    text, document, photo = tg.sent(5)
    assert (text.method, text.text, text.buttons[0]["text"]) == ("sendMessage", "x", "Đồng ý")
    assert document.file is not None
    assert (document.file.file_name, document.file.data) == ("tờ khai.pdf", b"%PDF-1")
    assert photo.file is not None
    assert photo.file.data == PNG
    posted = await user.send_document(b"abc", "a.txt")
    file = await ptb.get_file(posted.message["document"]["file_id"])
    assert bytes(await file.download_as_bytearray()) == b"abc"


async def test_aiogram_sends_and_downloads(tg: FakeTelegram, aio: aiogram.Bot) -> None:
    user = tg.user(5, started=True)
    await aio.send_message(5, "<i>x</i>", parse_mode="HTML")
    await aio.send_document(5, BufferedInputFile(b"%PDF-1", "a.pdf"), caption="c")
    await aio.send_photo(5, BufferedInputFile(PNG, "a.png"))
    assert [sent.method for sent in tg.sent(5)] == ["sendMessage", "sendDocument", "sendPhoto"]
    assert tg.sent(5)[1].file is not None
    voice = await user.send_voice(b"OggS")
    file = await aio.get_file(voice.message["voice"]["file_id"])
    assert file.file_path is not None
    content = await aio.download_file(file.file_path)
    assert content is not None
    assert content.read() == b"OggS"


async def test_ptb_errors(tg: FakeTelegram, ptb: telegram.Bot) -> None:
    user = tg.user(5)
    with pytest.raises(telegram.error.BadRequest, match="Chat not found"):
        await ptb.send_message(5, "x")
    await user.send_text("hi")
    with pytest.raises(telegram.error.BadRequest, match="Can't parse entities: unsupported start"):
        await ptb.send_message(5, "<x>", parse_mode="HTML")
    await user.block()
    with pytest.raises(telegram.error.Forbidden, match="bot was blocked by the user"):
        await ptb.send_message(5, "x")
    await user.unblock()
    assert (await ptb.send_message(5, "x")).text == "x"


@pytest.mark.parametrize("kind", ["query", "form", "json", "multipart"])
async def test_every_kind_of_body(tg: FakeTelegram, client: aiohttp.ClientSession, kind: str) -> None:
    tg.user(5, started=True)
    fields = {"chat_id": "5", "text": "x", "reply_markup": '{"force_reply": true}'}
    url = f"{tg.base_url}{TOKEN}/SENDMESSAGE"
    if kind == "query":
        response = await client.get(url, params=fields)
    elif kind == "json":
        body = {"chat_id": 5, "text": "x", "reply_markup": {"force_reply": True}}
        response = await client.post(url, json=body)
    elif kind == "form":
        response = await client.post(url, data=fields)
    else:
        writer = aiohttp.FormData(default_to_multipart=True)
        for name, value in fields.items():
            writer.add_field(name, value)
        response = await client.post(url, data=writer)
    assert response.status == 200
    assert tg.sent(5)[0].reply_markup == {"force_reply": True}


async def test_token_and_method(tg: FakeTelegram, client: aiohttp.ClientSession) -> None:
    async def description(path: str) -> tuple[int, str]:
        async with client.get(f"{tg.url}/{path}") as response:
            return response.status, (await response.json())["description"]

    assert await description("bot1:wrong/getMe") == (401, "Unauthorized")
    assert await description("file/bot1:wrong/x") == (401, "Unauthorized")
    assert await description("botnonsense/getMe") == (404, "Not Found")
    assert await description(f"bot{TOKEN}/getSecrets") == (404, "Not Found: method not found")
    assert await description(f"file/bot{TOKEN}/photos/none.jpg") == (404, "Not Found")
    assert await description("elsewhere") == (404, "Not Found")


async def test_text_limits(tg: FakeTelegram, call: Call) -> None:
    tg.user(5, started=True)
    assert await refusal(call, "sendMessage", chat_id=5) == "400 Bad Request: message text is empty"
    blank = await refusal(call, "sendMessage", chat_id=5, text=" \n ")
    assert blank == "400 Bad Request: text must be non-empty"
    long = await refusal(call, "sendMessage", chat_id=5, text="ế" * 4097)
    assert long == "400 Bad Request: message is too long"
    marked = f"<b>{'ế' * 4096}</b>"
    status, _ = await call("sendMessage", chat_id=5, text=marked, parse_mode="HTML")
    assert status == 200


async def test_send_refusals(tg: FakeTelegram, call: Call) -> None:
    tg.user(5, started=True)
    cases: list[tuple[dict[str, Any], str]] = [
        ({"text": "x"}, "400 Bad Request: chat_id is empty"),
        ({"chat_id": 6, "text": "x"}, "400 Bad Request: chat not found"),
        (
            {"chat_id": 5, "text": "x", "parse_mode": "BB"},
            "400 Bad Request: unsupported parse_mode",
        ),
        (
            {"chat_id": 5, "text": "<b>x", "parse_mode": "html"},
            f"400 Bad Request: can't parse entities: {UNCLOSED}",
        ),
        (
            {"chat_id": 5, "text": "x", "reply_parameters": {"message_id": 1}},
            "400 Bad Request: message to be replied not found",
        ),
    ]
    for params, expected in cases:
        assert await refusal(call, "sendMessage", **params) == expected
    markdown = await refusal(call, "sendMessage", chat_id=5, text="*", parse_mode="MarkdownV2")
    assert markdown.startswith("501")
    assert tg.sent(5) == []


async def test_explicit_entities(tg: FakeTelegram, call: Call) -> None:
    tg.user(5, started=True)
    entities = [{"type": "bold", "offset": 0, "length": 2}]
    _, answer = await call("sendMessage", chat_id=5, text="abc", entities=entities)
    assert answer["result"]["entities"] == entities
    broken = await refusal(call, "sendMessage", chat_id=5, text="x", entities=[{"type": "bold"}])
    assert broken.startswith("400 Bad Request: can't parse MessageEntity")


async def test_file_refusals(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(5, started=True)
    photo = (await user.send_photo(PNG)).message["photo"][0]["file_id"]
    cases = {
        "": "there is no document in the request",
        "unknown": "wrong file identifier/HTTP URL specified",
        "https://isec.vn/a.pdf": "failed to get HTTP URL content",
        photo: "can't use file of type Photo as Document",
    }
    for document, reason in cases.items():
        answer = await refusal(call, "sendDocument", chat_id=5, document=document)
        assert answer == f"400 Bad Request: {reason}"


async def test_photo_refusals(tg: FakeTelegram, ptb: telegram.Bot) -> None:
    tg.user(5, started=True)
    with pytest.raises(telegram.error.BadRequest, match="Image_process_failed"):
        await ptb.send_photo(5, b"no image")
    flat = PNG[:16] + (2_000).to_bytes(4) + (10).to_bytes(4) + PNG[24:]
    with pytest.raises(telegram.error.BadRequest, match="Photo_invalid_dimensions"):
        await ptb.send_photo(5, flat)
    with pytest.raises(telegram.error.BadRequest, match="File must be non-empty"):
        await ptb.send_photo(5, b"")
    with pytest.raises(telegram.error.BadRequest, match="Message caption is too long"):
        await ptb.send_photo(5, PNG, caption="x" * 1025)


async def test_download_limit(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(5)
    fits = await user.send_document(b"x", "a.bin", size=MAX_DOWNLOAD)
    large = await user.send_document(b"x", "a.bin", size=MAX_DOWNLOAD + 1)
    status, _ = await call("getFile", file_id=fits.message["document"]["file_id"])
    assert status == 200
    too_big = await refusal(call, "getFile", file_id=large.message["document"]["file_id"])
    assert too_big == "400 Bad Request: file is too big"
    assert await refusal(call, "getFile", file_id="x") == "400 Bad Request: invalid file_id"
    assert await refusal(call, "getFile") == "400 Bad Request: file_id not specified"


async def test_edits(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(5, started=True)
    markup = {"inline_keyboard": [[{"text": "Go", "callback_data": "go"}]]}
    _, answer = await call("sendMessage", chat_id=5, text="x", reply_markup=markup)
    ours = {"chat_id": 5, "message_id": answer["result"]["message_id"]}
    theirs = {"chat_id": 5, "message_id": (await user.send_text("y")).message_id}
    same = await refusal(call, "editMessageText", text="x", reply_markup=markup, **ours)
    assert same.startswith("400 Bad Request: message is not modified: ")
    missing = await refusal(call, "editMessageText", chat_id=5, message_id=1, text="x")
    assert missing == "400 Bad Request: message to edit not found"
    nothing = await refusal(call, "editMessageText", chat_id=5, text="x")
    assert nothing == "400 Bad Request: message identifier is not specified"
    foreign = await refusal(call, "editMessageText", text="x", **theirs)
    assert foreign == "400 Bad Request: message can't be edited"
    long = await refusal(call, "editMessageText", text="x" * 4097, **ours)
    assert long == "400 Bad Request: MESSAGE_TOO_LONG"
    _, edited = await call("editMessageText", text="x", **ours)
    assert "reply_markup" not in edited["result"]
    again = await refusal(call, "editMessageReplyMarkup", **ours)
    assert again.startswith("400 Bad Request: message is not modified")


async def test_media_has_no_text_to_edit(tg: FakeTelegram, ptb: telegram.Bot) -> None:
    tg.user(5, started=True)
    message = await ptb.send_document(5, b"x", filename="x.bin", caption="c")
    with pytest.raises(telegram.error.BadRequest, match="There is no text in the message to edit"):
        await message.edit_text("y")


async def test_button_press(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(5, started=True)
    markup = {"inline_keyboard": [[{"text": "Đồng ý", "callback_data": "yes"}]]}
    _, answer = await call("sendMessage", chat_id=5, text="?", reply_markup=markup)
    message = answer["result"]
    pressed = await user.press(message, "Đồng ý")
    _, updates = await call("getUpdates")
    query = updates["result"][-1]["callback_query"]
    assert (query["data"], query["message"]["message_id"]) == ("yes", message["message_id"])
    assert pressed.update_id == updates["result"][-1]["update_id"]
    await call("answerCallbackQuery", callback_query_id=query["id"], text="Xong")
    assert [(s.method, s.text) for s in tg.sent(5)][-1] == ("answerCallbackQuery", "Xong")
    old = "400 Bad Request: query is too old and response timeout expired or query ID is invalid"
    assert await refusal(call, "answerCallbackQuery", callback_query_id=query["id"]) == old


async def test_press_needs_the_button(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(5, started=True)
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    _, answer = await call("sendMessage", chat_id=5, text="?", reply_markup=markup)
    message_id = answer["result"]["message_id"]
    await call("editMessageText", chat_id=5, message_id=message_id, text="closed")
    with pytest.raises(LookupError, match="no button 'A'"):
        await user.press(message_id, "A")
    late = await user.press(message_id, "a", force=True)
    assert late.update_id is not None
    tg.expire_queries()
    _, updates = await call("getUpdates")
    query_id = updates["result"][-1]["callback_query"]["id"]
    assert (await refusal(call, "answerCallbackQuery", callback_query_id=query_id)).startswith("400")


async def test_commands(tg: FakeTelegram, aio: aiogram.Bot, call: Call) -> None:
    await aio.set_my_commands([BotCommand(command="start", description="Bắt đầu")])
    key = ("", "")
    assert tg.commands[key] == [{"command": "start", "description": "Bắt đầu"}]
    bad = [{"command": "Bad Name", "description": "x"}]
    wrong = await refusal(call, "setMyCommands", commands=bad)
    assert wrong == "400 Bad Request: BOT_COMMAND_INVALID"


async def test_chat_action(tg: FakeTelegram, call: Call) -> None:
    tg.user(5, started=True)
    await call("sendChatAction", chat_id=5, action="typing")
    assert tg.sent(5)[0].params["action"] == "typing"
    wrong = await refusal(call, "sendChatAction", chat_id=5, action="dance")
    assert wrong == "400 Bad Request: wrong parameter action in request"


async def test_wait_for(tg: FakeTelegram, call: Call) -> None:
    tg.user(5, started=True)
    await call("sendMessage", chat_id=5, text="one")
    assert (await tg.wait_for(5, lambda sent: sent.text == "one")).message_id is not None
    with pytest.raises(TimeoutError, match="it got"):
        await tg.wait_for(5, lambda sent: sent.text == "two", 0.01)
    waiting = tg.wait_for(5, lambda sent: bool(sent.text), skip=1)
    await call("sendMessage", chat_id=5, text="two")
    assert (await waiting).text == "two"
