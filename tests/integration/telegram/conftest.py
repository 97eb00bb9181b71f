"""A desk's Telegram connector against the fake Bot API server."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from aiohttp import web

from bot.connectors.telegram.connector import TelegramConnector
from helpdesk.connector import Outgoing
from helpdesk.error import StorageUnavailable
from helpdesk.inbox import Incoming, Receipt
from helpdesk.message import Author
from tests.conftest import NOON
from tests.fake_telegram import FakeTelegram

TOKEN = "123456789:AAFakeTokenForTestsOnlyAAAAAAAAAAAAAA"
SECRET = "a-secret-of-the-webhook"


@dataclass
class Inbox:
    """Stands for the gateway: keeps what was received, and can be away."""

    received: list[Incoming] = field(default_factory=list)
    is_away: bool = False

    async def receive(self, incoming: Incoming) -> Receipt:
        if self.is_away:
            raise StorageUnavailable("away")
        known = [kept.external_id for kept in self.received]
        is_new = incoming.external_id not in known
        if is_new:
            self.received.append(incoming)
        return Receipt(len(self.received), incoming.address, len(self.received), is_new)


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN, factor=50.0) as fake:
        yield fake


@pytest.fixture
def inbox() -> Inbox:
    return Inbox()


@asynccontextmanager
async def polled(telegram: FakeTelegram, inbox: Inbox) -> AsyncIterator[TelegramConnector]:
    connector = TelegramConnector(TOKEN, lambda: NOON, telegram.url)
    await connector.start(inbox.receive)
    yield connector
    await connector.stop()


@asynccontextmanager
async def hooked(telegram: FakeTelegram, inbox: Inbox, port: int) -> AsyncIterator[str]:
    url = f"http://127.0.0.1:{port}"
    connector = TelegramConnector(TOKEN, lambda: NOON, telegram.url, url, SECRET)
    app = web.Application()
    connector.install(app)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await connector.start(inbox.receive)
    yield f"{url}/telegram/webhook"
    await connector.stop()
    await runner.cleanup()


@pytest.fixture
async def polling(telegram: FakeTelegram, inbox: Inbox) -> AsyncIterator[TelegramConnector]:
    """A connector that polls."""
    async with polled(telegram, inbox) as connector:
        yield connector


@pytest.fixture
async def webhook(telegram: FakeTelegram, inbox: Inbox, unused_tcp_port: int) -> AsyncIterator[str]:
    """A connector behind a webhook; yields the address of its route."""
    async with hooked(telegram, inbox, unused_tcp_port) as url:
        yield url


@pytest.fixture(params=["polling", "webhook"])
async def listening(
    request: pytest.FixtureRequest, telegram: FakeTelegram, inbox: Inbox, unused_tcp_port: int
) -> AsyncIterator[None]:
    """A connector that listens, in one way and the other."""
    is_polling = request.param == "polling"
    async with polled(telegram, inbox) if is_polling else hooked(telegram, inbox, unused_tcp_port):
        yield


def outgoing(text: str, address: str = "77", **values: object) -> Outgoing:
    """A bot message."""
    facts: dict[str, object] = {"address": address, "author": Author.BOT, "text": text}
    return Outgoing(**(facts | values))  # type: ignore[arg-type]
