"""The server as a process of its own, driven over POST /control."""

from __future__ import annotations

import asyncio
import base64
import json
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from tests.fake_telegram import FakeTelegram, Limits

from .conftest import TOKEN, Call

pytestmark = pytest.mark.asyncio
ROOT = Path(__file__).parents[3]


class Remote:
    def __init__(self, client: aiohttp.ClientSession, url: str) -> None:
        self._client = client
        self.url = url

    async def order(self, do: str, **arguments: Any) -> Any:
        body = {"do": do, **arguments}
        async with self._client.post(f"{self.url}/control", json=body) as response:
            answer = await response.json()
        if not answer["ok"]:
            raise RuntimeError(answer["error"])
        return answer["result"]


@asynccontextmanager
async def program(*options: str) -> AsyncIterator[tuple[asyncio.subprocess.Process, str]]:
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-m", "tests.fake_telegram", "--token", TOKEN, *options),
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    try:
        yield process, json.loads(await process.stdout.readline())["url"]
    finally:
        if process.returncode is None:
            process.send_signal(signal.SIGTERM)
            await process.wait()


async def test_program(client: aiohttp.ClientSession) -> None:
    async with program("--port", "0", "--factor", "100", "--limits") as (process, url):
        remote = Remote(client, url)
        await remote.order("user", user_id=7, first_name="Lan", username="lan")
        posted = await remote.order("send_text", user=7, text="xin chào")
        assert posted["message"]["from"]["username"] == "lan"
        api = f"{url}/bot{TOKEN}"
        async with client.post(f"{api}/getUpdates") as response:
            updates = (await response.json())["result"]
        assert updates[0]["update_id"] == posted["update_id"]
        await client.post(f"{api}/sendMessage", json={"chat_id": 7, "text": "chào bạn"})
        sent = await remote.order("wait_for", chat_id=7, contains="chào", method="sendMessage")
        assert (sent["text"], sent["method"]) == ("chào bạn", "sendMessage")
        assert await remote.order("sent", chat_id=7) == [sent]
        process.send_signal(signal.SIGTERM)
        assert await process.wait() == 0


async def test_orders(tg: FakeTelegram, call: Call, client: aiohttp.ClientSession) -> None:
    remote = Remote(client, tg.url)
    data = {"base64": base64.b64encode(b"%PDF").decode()}
    posted = await remote.order("send_document", user=7, data=data, file_name="a.pdf")
    assert posted["message"]["document"]["file_size"] == 4
    update_id = posted["update_id"]
    assert await remote.order("pending") == [update_id]
    await call("getUpdates")
    await call("getUpdates", offset=update_id + 1)
    await remote.order("wait_idle")
    assert await remote.order("deliveries", update_id=update_id) == {
        "attempts": 1,
        "accepted": 1,
        "outcomes": ["confirmed"],
    }
    await remote.order("fail", method="getMe", status=500)
    assert (await call("getMe"))[0] == 500
    await remote.order("limits", chat_burst=1)
    switched = [tg.limits]
    await remote.order("limits", on=False)
    switched.append(tg.limits)
    assert switched == [Limits(chat_burst=1), None]
    assert await remote.order("inject", payload={"poll": {}}) > update_id


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        ({"do": "stop"}, "unknown order"),
        ({"do": "_posted", "user": 1}, "unknown order"),
        ({"do": "send_text", "user": 1, "tekst": "x"}, "TypeError"),
        ({"user": 1}, "KeyError"),
        ({"do": "wait_for", "chat_id": 1, "timeout": 0.01}, "TimeoutError"),
    ],
)
async def test_refused_orders(
    tg: FakeTelegram, client: aiohttp.ClientSession, order: dict[str, Any], reason: str
) -> None:
    async with client.post(f"{tg.url}/control", json=order) as response:
        assert response.status == 400
        assert reason in (await response.json())["error"]
