"""getUpdates: Bot API, getUpdates, and the published server where that is silent."""

from __future__ import annotations

import asyncio
from typing import Any

import aiohttp
import pytest
from telegram.ext import Application, MessageHandler, filters

from tests.fake_telegram import FakeTelegram, Schedule

from .conftest import TOKEN, Call, caller

pytestmark = pytest.mark.asyncio

OTHER = "Conflict: terminated by other getUpdates request; make sure that only one bot"


async def ids(call: Call, **params: Any) -> list[int]:
    status, answer = await call("getUpdates", **params)
    assert status == 200
    return [update["update_id"] for update in answer["result"]]


async def test_offset_and_limit(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(1)
    sent = [(await user.send_text(str(number))).update_id for number in range(5)]
    first = sent[0]
    assert first is not None
    assert await ids(call, limit=2) == sent[:2]
    assert await ids(call, offset=first + 3) == sent[3:]
    assert tg.pending() == sent[3:]
    assert await ids(call, offset=-1) == sent[4:]
    assert tg.pending() == sent[4:]
    assert tg.deliveries(first).accepted == 1
    assert await ids(call, offset=first + 5) == []
    await tg.wait_idle()


async def test_offset_far_ahead_counts_as_none(tg: FakeTelegram, call: Call) -> None:
    posted = await tg.user(1).send_text("x")
    assert await ids(call, offset=2_000_000_000) == [posted.update_id]


async def test_unconfirmed_updates_come_again(tg: FakeTelegram, call: Call) -> None:
    posted = await tg.user(1).send_text("x")
    assert await ids(call, timeout=1) == await ids(call, timeout=1) == [posted.update_id]
    assert posted.update_id is not None
    assert tg.deliveries(posted.update_id).attempts == 2


async def test_long_poll_ends_with_the_update(tg: FakeTelegram, call: Call) -> None:
    polling = asyncio.create_task(ids(call, timeout=50))
    await asyncio.sleep(0)
    posted = await tg.user(1).send_text("x")
    async with asyncio.timeout(10):
        assert await polling == [posted.update_id]


async def test_allowed_updates(tg: FakeTelegram, call: Call) -> None:
    user = tg.user(1)
    await call("getUpdates", allowed_updates=["message"])
    posted = await user.send_text("x")
    assert await user.block() is None
    assert (await user.edit_text(posted, "y")).update_id is None
    assert await ids(call) == [posted.update_id]
    await call("getUpdates", allowed_updates=[])
    assert await user.unblock() is not None


async def test_second_poller_ends_the_first(tg: FakeTelegram, call: Call) -> None:
    pollers = [asyncio.create_task(call("getUpdates", timeout=50)) for _ in range(2)]
    async with asyncio.timeout(10):
        done, waiting = await asyncio.wait(pollers, return_when=asyncio.FIRST_COMPLETED)
        status, answer = done.pop().result()
        assert status == 409
        assert answer["description"].startswith(OTHER)
        posted = await tg.user(1).send_text("x")
        status, answer = await waiting.pop()
    assert (status, answer["result"][0]["update_id"]) == (200, posted.update_id)


async def test_webhook_and_polling_exclude_each_other(tg: FakeTelegram, call: Call) -> None:
    polling = asyncio.create_task(call("getUpdates", timeout=50))
    await asyncio.sleep(0)
    await call("setWebhook", url="http://127.0.0.1:9/hook")
    async with asyncio.timeout(10):
        status, answer = await polling
        assert (status, answer["error_code"]) == (409, 409)
        status, answer = await call("getUpdates")
    assert status == 409
    assert "can't use getUpdates method while webhook is active" in answer["description"]
    await call("deleteWebhook")
    status, _ = await call("getUpdates")
    assert status == 200
    await tg.wait_idle()


async def test_life_of_an_update(client: aiohttp.ClientSession) -> None:
    schedule = Schedule(callback_query_life=0.0)
    async with FakeTelegram(TOKEN, factor=1000.0, schedule=schedule) as tg:
        user = tg.user(1, started=True)
        lasting = await user.send_text("x")
        tg.inject({"callback_query": {"id": "1", "from": {"id": 1}}})
        await asyncio.sleep(0.001)
        assert await ids(caller(tg, client)) == [lasting.update_id]


async def test_redelivery_after_confirmation(tg: FakeTelegram, call: Call) -> None:
    posted = await tg.user(1).send_text("x")
    update_id = posted.update_id
    assert update_id is not None
    assert await ids(call) == [update_id]
    assert await ids(call, offset=update_id + 1) == []
    tg.redeliver(update_id)
    assert await ids(call, offset=update_id + 1) == [update_id]
    assert await ids(call, offset=update_id + 1) == []
    tg.repeat_deliveries(1)
    again = (await tg.user(1).send_text("y")).update_id
    assert again is not None
    assert await ids(call, offset=update_id + 1) == [again]
    assert await ids(call, offset=again + 1) == [again]
    assert await ids(call, offset=again + 1) == []


async def test_ptb_application_polls(tg: FakeTelegram) -> None:
    application = Application.builder().token(TOKEN).base_url(tg.base_url).base_file_url(tg.base_file_url).build()

    async def echo(update: Any, _context: Any) -> None:
        await update.message.reply_text(update.message.text)

    application.add_handler(MessageHandler(filters.TEXT, echo))
    async with application:
        await application.start()
        assert application.updater is not None
        await application.updater.start_polling()
        await tg.user(3).send_text("xin chào")
        await tg.wait_for(3, lambda sent: sent.text == "xin chào")
        await tg.wait_idle()
        await application.updater.stop()
        await application.stop()
