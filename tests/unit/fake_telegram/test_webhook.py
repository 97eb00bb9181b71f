"""Webhook delivery: order, repeats, parallelism, secrets and settings."""

from __future__ import annotations

import asyncio
import random
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from tests.fake_telegram import FakeTelegram, Schedule

from .conftest import TOKEN, Call, caller
from .hook import Hook, accept

pytestmark = pytest.mark.asyncio


def text_of(update: dict[str, Any]) -> str:
    return str(update["message"]["text"])


async def test_settings(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    secret = "s3cret_-"
    _, answer = await call("setWebhook", url=hook.url, secret_token=secret, max_connections=7, allowed_updates=["poll"])
    assert answer["description"] == "Webhook was set"
    again = {"url": hook.url, "secret_token": secret, "max_connections": 7}
    _, answer = await call("setWebhook", **again)
    assert answer["description"] == "Webhook is already set"
    _, info = await call("getWebhookInfo")
    assert info["result"] == {
        "url": hook.url,
        "has_custom_certificate": False,
        "pending_update_count": 0,
        "max_connections": 7,
        "allowed_updates": ["poll"],
    }
    _, answer = await call("deleteWebhook")
    assert answer["description"] == "Webhook was deleted"
    _, answer = await call("setWebhook", url="")
    assert answer["description"] == "Webhook is already deleted"
    await tg.wait_idle()


@pytest.mark.parametrize(
    ("params", "reason"),
    [
        ({"url": "ftp://x"}, "invalid webhook URL specified"),
        ({"url": "https://x.vn", "secret_token": "a b"}, "secret token contains unallowed"),
        ({"url": "https://x.vn", "secret_token": "a" * 257}, "secret token is too long"),
    ],
)
async def test_refused_settings(call: Call, params: dict[str, str], reason: str) -> None:
    status, answer = await call("setWebhook", **params)
    assert status == 400
    assert answer["description"].startswith(f"Bad Request: {reason}")


async def test_secret_comes_back(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    await call("setWebhook", url=hook.url, secret_token="abc")
    posted = await tg.user(1).send_text("x")
    await tg.wait_idle()
    assert hook.ids == [posted.update_id]
    assert hook.headers[0]["X-Telegram-Bot-Api-Secret-Token"] == "abc"
    assert hook.headers[0]["Content-Type"] == "application/json"


async def test_drop_pending_updates(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    await tg.user(1).send_text("old")
    await call("setWebhook", url=hook.url, drop_pending_updates=True)
    await tg.user(1).send_text("new")
    await tg.wait_idle()
    assert [text_of(update) for update in hook.received] == ["new"]


async def test_order_per_chat_under_failures(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    rng = random.Random(5)

    async def flaky(request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
        kind = rng.randrange(5)
        if kind == 0:
            return web.Response(status=500)
        if kind == 1:
            return web.Response(status=302, headers={"Location": "/elsewhere"})
        if kind == 2 and request.transport is not None:
            request.transport.abort()
        return await accept(request, update)

    hook.respond = flaky
    await call("setWebhook", url=hook.url)
    users = [tg.user(number) for number in range(1, 6)]
    for number in range(6):
        for user in users:
            await user.send_text(f"{number}")
    await tg.wait_idle(10)
    for user in users:
        arrived = [int(text_of(update)) for update in hook.received if update["message"]["from"]["id"] == user.id]
        assert arrived == sorted(arrived)
        assert set(arrived) == set(range(6))


async def test_a_blocked_chat_blocks_only_itself(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    release = asyncio.Event()

    async def hold_first(request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
        if "message" in update and text_of(update) == "first":
            await release.wait()
        return await accept(request, update)

    hook.respond = hold_first
    await call("setWebhook", url=hook.url)
    slow, other = tg.user(1), tg.user(2)
    markup = {"inline_keyboard": [[{"text": "A", "callback_data": "a"}]]}
    first = await slow.send_text("first")
    _, sent = await call("sendMessage", chat_id=1, text="?", reply_markup=markup)
    second = await slow.send_text("second")
    edited = await slow.edit_text(second, "changed")
    elsewhere = await other.send_text("elsewhere")
    pressed = await slow.press(sent["result"], "A")
    await hook.until(lambda: {elsewhere.update_id, pressed.update_id} <= set(hook.ids))
    assert second.update_id not in hook.ids
    release.set()
    await tg.wait_idle()
    blocked = [i for i in hook.ids if i in (first.update_id, second.update_id, edited.update_id)]
    assert blocked == [first.update_id, second.update_id, edited.update_id]


async def test_one_queue_per_chat_if_wanted(client: aiohttp.ClientSession, hook: Hook) -> None:
    async def refuse_message_twice(request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
        if "message" in update and len(hook.received) < 3:
            return web.Response(status=500)
        return await accept(request, update)

    hook.respond = refuse_message_twice
    async with FakeTelegram(TOKEN, factor=1000.0, one_queue_per_chat=True) as tg:
        posted = await tg.user(1).send_text("x")
        query = {"id": "1", "from": {"id": 1}, "message": posted.message}
        pressed = tg.inject({"callback_query": query})
        await caller(tg, client)("setWebhook", url=hook.url)
        await tg.wait_idle()
    assert hook.ids == [posted.update_id] * 3 + [pressed]


async def test_max_connections(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    release = asyncio.Event()

    async def hold(request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
        await release.wait()
        return await accept(request, update)

    hook.respond = hold
    await call("setWebhook", url=hook.url, max_connections=3)
    for number in range(1, 9):
        await tg.user(number).send_text("x")
    await hook.until(lambda: hook.flying == 3)
    release.set()
    await tg.wait_idle()
    assert hook.peak == 3
    assert len(hook.accepted) == 8


async def test_retry_after_of_the_webhook(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    answers = [web.Response(status=503, headers={"Retry-After": "40"}), web.Response()]

    async def busy(_request: web.Request, _update: dict[str, Any]) -> web.StreamResponse:
        return answers.pop(0)

    hook.respond = busy
    await call("setWebhook", url=hook.url)
    update_id = (await tg.user(1).send_text("x")).update_id
    assert update_id is not None
    await tg.wait_idle()
    delivery = tg.deliveries(update_id)
    assert (delivery.attempts, delivery.accepted) == (2, 1)
    assert delivery.outcomes == ["503", "200"]


async def test_a_closed_port_then_an_open_one(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    await call("setWebhook", url="http://127.0.0.1:9/hook")
    update_id = (await tg.user(1).send_text("x")).update_id
    assert update_id is not None
    info: dict[str, Any] = {}
    while tg.deliveries(update_id).attempts < 3:
        _, info = await call("getWebhookInfo")
    assert info["result"]["pending_update_count"] == 1
    assert info["result"]["last_error_message"] == "Connection refused"
    await call("setWebhook", url=hook.url)
    await tg.wait_idle()
    assert hook.ids == [update_id]


async def test_silence_is_a_failure(client: aiohttp.ClientSession, hook: Hook) -> None:
    async def hang_once(request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
        if len(hook.received) == 1:
            await asyncio.sleep(60)
        return await accept(request, update)

    hook.respond = hang_once
    schedule = Schedule(response_timeout=0.2)
    async with FakeTelegram(TOKEN, schedule=schedule) as tg:
        await caller(tg, client)("setWebhook", url=hook.url)
        update_id = (await tg.user(1).send_text("x")).update_id
        assert update_id is not None
        await tg.wait_idle(20)
        outcomes = tg.deliveries(update_id).outcomes
    assert outcomes[0] == "timeout"
    assert outcomes[-1] == "200"


async def test_given_up_at_the_end_of_life(client: aiohttp.ClientSession, hook: Hook) -> None:
    async def refuse(_request: web.Request, _update: dict[str, Any]) -> web.StreamResponse:
        return web.Response(status=500)

    hook.respond = refuse
    schedule = Schedule(response_timeout=60_000.0, life=100.0)
    async with FakeTelegram(TOKEN, factor=1000.0, schedule=schedule) as tg:
        await caller(tg, client)("setWebhook", url=hook.url)
        update_id = (await tg.user(1).send_text("x")).update_id
        assert update_id is not None
        await tg.wait_idle()
        delivery = tg.deliveries(update_id)
    assert delivery.accepted == 0
    assert set(delivery.outcomes) <= {"500"}


async def test_duplicates_and_late_repeats(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    await call("setWebhook", url=hook.url)
    user = tg.user(1)
    tg.repeat_deliveries(2)
    one = (await user.send_text("1")).update_id
    tg.repeat_deliveries(0)
    two = (await user.send_text("2")).update_id
    await tg.wait_idle()
    assert hook.ids == [one, one, one, two]
    assert one is not None
    tg.redeliver(one)
    await tg.wait_idle()
    assert hook.ids == [one, one, one, two, one]
    assert (tg.deliveries(one).attempts, tg.deliveries(one).accepted) == (4, 4)


async def test_unknown_update_types_are_delivered(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    await call("setWebhook", url=hook.url)
    tg.inject({"update_id": 5, "guest_of_2031": "x"})
    tg.inject({"update_id": 5, "message": None})
    await tg.wait_idle()
    unknown, empty = {"update_id": 5, "guest_of_2031": "x"}, {"update_id": 5, "message": None}
    assert len(hook.received) == 2
    assert unknown in hook.received
    assert empty in hook.received


async def test_method_call_in_the_answer(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    async def answer(_request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
        chat_id = update["message"]["chat"]["id"]
        if text_of(update) == "form":
            return web.Response(
                text=f"method=sendMessage&chat_id={chat_id}&text=by+form",
                content_type="application/x-www-form-urlencoded",
            )
        if text_of(update) == "get":
            return web.json_response({"method": "deleteWebhook"})
        return web.json_response({"method": "sendMessage", "chat_id": chat_id, "text": "by json"})

    hook.respond = answer
    await call("setWebhook", url=hook.url)
    for text in ("json", "form", "get"):
        await tg.user(1).send_text(text)
    await tg.wait_for(1, lambda sent: sent.text == "by json")
    await tg.wait_for(1, lambda sent: sent.text == "by form")
    await tg.wait_idle()
    _, info = await call("getWebhookInfo")
    assert info["result"]["url"] == hook.url


async def test_oldest_updates_hold_up_the_rest(tg: FakeTelegram, call: Call, hook: Hook) -> None:
    """Only 2 * max_connections updates are looked at, so one stuck chat can stop all others."""
    stuck = True

    async def refuse_one(request: web.Request, update: dict[str, Any]) -> web.StreamResponse:
        if stuck and update["message"]["chat"]["id"] == 1:
            return web.Response(status=500)
        return await accept(request, update)

    hook.respond = refuse_one
    await call("setWebhook", url=hook.url, max_connections=1)
    for _ in range(2):
        await tg.user(1).send_text("x")
    late = await tg.user(2).send_text("y")
    await hook.until(lambda: len(hook.received) >= 4)
    assert late.update_id not in hook.ids
    stuck = False
    await tg.wait_idle()
    assert hook.accepted[-1] == late.update_id
