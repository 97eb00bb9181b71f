"""Telegram updates to the webhook at a steady rate; the desk's Bot API server is the fake one of the tests."""

import asyncio
import json
import sys
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from benchmarks import load
from benchmarks.load import Result
from benchmarks.ours import FIRST_PERSON, PEOPLE, ROOT, TOKEN, Ours
from bot.bootstrap import free_port

PER_SECOND = 300


@dataclass(frozen=True, slots=True)
class Accepted:
    """Latencies by HTTP status, and what the database held when the last update was answered."""

    result: Result
    stored: int
    done: int
    failed_sends: int


async def accept(folder: Path, seconds: int) -> Accepted:
    """Post `PER_SECOND` updates a second, from `PEOPLE` chats in turn, while the desk also works on them."""
    fake = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.fake_telegram", "--token", TOKEN), cwd=ROOT, stdout=asyncio.subprocess.PIPE
    )
    assert fake.stdout is not None
    try:
        address = json.loads(await fake.stdout.readline())["url"]
        await _acquaint(address)
        return await _post(Ours(folder, free_port(), address), seconds)
    finally:
        fake.kill()
        await fake.wait()


async def _acquaint(address: str) -> None:
    """Have every person write once, or the bot may not write to them; then take these updates off the queue."""
    async with aiohttp.ClientSession(address) as session:
        for person in range(FIRST_PERSON, FIRST_PERSON + PEOPLE):
            async with session.post("/control", json={"do": "send_text", "user": person, "text": "hi"}) as response:
                response.raise_for_status()
        offset = 0
        while True:
            async with session.post(f"/bot{TOKEN}/getUpdates", json={"offset": offset, "timeout": 0}) as response:
                updates = (await response.json())["result"]
            if not updates:
                return
            offset = updates[-1]["update_id"] + 1


async def _post(side: Ours, seconds: int) -> Accepted:
    try:
        await side.start()
        await side.ready()
        result = await load.at_rate(side.webhook, PER_SECOND, PER_SECOND * seconds)
        return Accepted(
            result,
            side.count("inbox where channel = 'telegram'"),
            side.count("inbox where channel = 'telegram' and status = 'done'"),
            side.count("message where delivery = 'failed'"),
        )
    finally:
        await side.stop()
