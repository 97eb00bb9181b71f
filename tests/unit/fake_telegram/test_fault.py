"""Flood limits and switched-on faults, as a client sees them."""

from __future__ import annotations

import asyncio

import aiogram
import aiohttp
import pytest
import telegram
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer

from tests.fake_telegram import FakeTelegram, Fault, Limits

from .conftest import TOKEN, Call

pytestmark = [
    pytest.mark.asyncio,
    # python-telegram-bot announces that retry_after will become a timedelta.
    pytest.mark.filterwarnings("ignore::telegram.warnings.PTBDeprecationWarning"),
]


async def test_flood_answers_429(tg: FakeTelegram, client: aiohttp.ClientSession) -> None:
    tg.limits = Limits(chat_rate=0.01, chat_burst=2)
    url = f"{tg.base_url}{TOKEN}/sendMessage"
    statuses = []
    for chat_id in (5, 5, 5, 6):
        tg.user(chat_id, started=True)
        async with client.post(url, json={"chat_id": chat_id, "text": "x"}) as response:
            statuses.append(response.status)
            answer = await response.json()
            if response.status == 429:
                wait = answer["parameters"]["retry_after"]
                assert answer["description"] == f"Too Many Requests: retry after {wait}"
                assert response.headers["Retry-After"] == str(wait)
                assert 90 <= wait <= 100
    assert statuses == [200, 200, 429, 200]
    assert len(tg.sent(5)) == 2


async def test_both_libraries_read_retry_after(tg: FakeTelegram) -> None:
    tg.user(5, started=True)
    tg.limits = Limits(chat_rate=0.01, chat_burst=0)
    async with telegram.Bot(TOKEN, tg.base_url) as bot:
        with pytest.raises(telegram.error.RetryAfter):
            await bot.send_message(5, "x")
    session = AiohttpSession(api=TelegramAPIServer.from_base(tg.url))
    async with aiogram.Bot(TOKEN, session) as aio:
        with pytest.raises(aiogram.exceptions.TelegramRetryAfter):
            await aio.send_message(5, "x")
    tg.limits = None
    assert tg.sent(5) == []


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (400, telegram.error.BadRequest),
        (403, telegram.error.Forbidden),
        (429, telegram.error.RetryAfter),
        (500, telegram.error.NetworkError),
        (502, telegram.error.NetworkError),
    ],
)
async def test_error_answers(tg: FakeTelegram, status: int, error: type[telegram.error.TelegramError]) -> None:
    tg.user(5, started=True)
    tg.fail(Fault("sendMessage", status=status))
    async with telegram.Bot(TOKEN, tg.base_url) as bot:
        with pytest.raises(error):
            await bot.send_message(5, "x")
        await bot.send_message(5, "y")
    assert [sent.text for sent in tg.sent(5)] == ["y"]


async def test_faults_choose_method_and_chat(tg: FakeTelegram, call: Call) -> None:
    for chat_id in (5, 6):
        tg.user(chat_id, started=True)
    tg.fail(Fault("sendMessage", chat_id=5, status=403, times=None))
    assert [
        (await call(method, chat_id=chat_id, text="x", action="typing"))[0]
        for method, chat_id in (
            ("sendMessage", 6),
            ("sendChatAction", 5),
            ("sendMessage", 5),
            ("SENDMESSAGE", 5),
        )
    ] == [200, 200, 403, 403]
    tg.clear_faults()
    assert (await call("sendMessage", chat_id=5, text="x"))[0] == 200
    tg.fail(Fault(status=500, description="Internal Server Error: restart", times=2))
    answers = [await call("getMe"), await call("sendMessage", chat_id=5, text="x")]
    assert [answer["description"] for _, answer in answers] == ["Internal Server Error: restart"] * 2
    assert (await call("getMe"))[0] == 200


async def test_error_after_the_message_was_sent(tg: FakeTelegram, call: Call) -> None:
    tg.user(5, started=True)
    tg.fail(Fault("sendMessage", status=502, applied=True))
    status, _ = await call("sendMessage", chat_id=5, text="x")
    assert status == 502
    assert [sent.text for sent in tg.sent(5)] == ["x"]


async def test_error_page(tg: FakeTelegram, client: aiohttp.ClientSession) -> None:
    tg.fail(Fault("getMe", status=502, html=True))
    async with client.get(f"{tg.base_url}{TOKEN}/getMe") as response:
        assert (response.status, response.content_type) == (502, "text/html")
        assert "502 Bad Gateway" in await response.text()


@pytest.mark.parametrize("applied", [False, True])
async def test_half_closed_connection(tg: FakeTelegram, client: aiohttp.ClientSession, applied: bool) -> None:
    tg.user(5, started=True)
    tg.fail(Fault("sendMessage", hang_up=True, applied=applied))
    url = f"{tg.base_url}{TOKEN}/sendMessage"
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.post(url, json={"chat_id": 5, "text": "x"})
    assert len(tg.sent(5)) == int(applied)


async def test_slow_answer_comes_after_the_effect(tg: FakeTelegram, client: aiohttp.ClientSession) -> None:
    tg.user(5, started=True)
    tg.fail(Fault("sendMessage", delay=60.0))
    url = f"{tg.base_url}{TOKEN}/sendMessage"
    asking = asyncio.create_task(client.post(url, json={"chat_id": 5, "text": "x"}))
    sent = await tg.wait_for(5, lambda sent: sent.text == "x")
    assert sent.message_id is not None
    assert not asking.done()
    asking.cancel()


async def test_faulty_downloads(tg: FakeTelegram, call: Call, client: aiohttp.ClientSession) -> None:
    posted = await tg.user(5).send_document(b"x", "x.bin")
    _, file = await call("getFile", file_id=posted.message["document"]["file_id"])
    url = f"{tg.base_file_url}{TOKEN}/{file['result']['file_path']}"
    tg.fail(Fault("file", status=500))
    # Twice: the client repeats a GET that ended on a connection it had used before.
    tg.fail(Fault("file", hang_up=True, times=2))
    async with client.get(url) as response:
        assert response.status == 500
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.get(url)
    async with client.get(url) as response:
        assert await response.read() == b"x"
