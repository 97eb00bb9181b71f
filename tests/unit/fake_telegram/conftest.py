"""A running fake server and a plain HTTP client for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Coroutine
from typing import Any

import aiohttp
import pytest_asyncio

from tests.fake_telegram import FakeTelegram, Schedule

from .hook import Hook

TOKEN = "123456:AAfake-token_of-the-self-test"

Call = Callable[..., Coroutine[Any, Any, tuple[int, dict[str, Any]]]]


@pytest_asyncio.fixture
async def tg() -> AsyncIterator[FakeTelegram]:
    # Resends come a thousand times faster; a webhook still has a real minute to answer.
    schedule = Schedule(response_timeout=60_000.0)
    async with FakeTelegram(TOKEN, factor=1000.0, schedule=schedule, seed=1) as server:
        yield server


@pytest_asyncio.fixture
async def client() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


def caller(tg: FakeTelegram, client: aiohttp.ClientSession) -> Call:
    async def call(method: str, **params: Any) -> tuple[int, dict[str, Any]]:
        async with client.post(f"{tg.base_url}{TOKEN}/{method}", json=params) as response:
            return response.status, await response.json()

    return call


@pytest_asyncio.fixture
async def call(tg: FakeTelegram, client: aiohttp.ClientSession) -> Call:
    return caller(tg, client)


@pytest_asyncio.fixture
async def hook() -> AsyncIterator[Hook]:
    async with Hook() as running:
        yield running
