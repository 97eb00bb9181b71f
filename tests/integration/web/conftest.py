"""The web channel behind a real HTTP server, in front of the in-memory desk or the real one on SQLite."""

import json
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.connectors.web.connector import WebConnector
from bot.connectors.web.memory import MemoryDesk
from bot.filestore import InMemoryFileStore
from bot.reception import Reception
from bot.signal import Signal
from helpdesk.connector import Receive
from helpdesk.error import StorageUnavailable
from helpdesk.inbox import Incoming, Receipt
from helpdesk.storage.database import Database
from helpdesk.usecase import intake
from helpdesk.visitor import VisitorDesk

MAX_FILE_BYTES = 1 << 20


@dataclass
class Site:
    """A running web channel and what it handed to the desk."""

    client: TestClient[web.Request, web.Application]
    connector: WebConnector
    received: list[Incoming] = field(default_factory=list)
    is_away: bool = False

    async def call(self, method: str, path: str, token: str | None = None, **more: Any) -> tuple[int, Any]:
        """Status and JSON of a call with a bearer token."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        async with self.client.request(method, path, headers=headers | more.pop("headers", {}), **more) as response:
            body = await response.read()
            return response.status, json.loads(body) if response.content_type == "application/json" else body

    async def visitor(self, **body: str) -> tuple[str, str]:
        """A new conversation: its id and token."""
        status, opened = await self.call("POST", "/api/v1/chat/conversations", json=body or None)
        assert status == 201
        return opened["conversation_id"], opened["token"]

    async def say(self, token: str, text: str, client_id: str = "m1", **more: Any) -> tuple[int, Any]:
        """Send a message."""
        body = {"client_id": client_id, "text": text, **more}
        return await self.call("POST", "/api/v1/chat/messages", token, json=body)


def real_desk(database: Database, files: InMemoryFileStore) -> tuple[VisitorDesk, Receive]:
    """The desk that people get, over a database."""
    signal = Signal()
    clock = partial(datetime.now, UTC)
    desk = Reception(database, files, signal, clock, lambda _: False, lambda _: False, lambda: False)

    async def receive(incoming: Incoming) -> Receipt:
        receipt = await database.write(lambda unit: intake.receive(unit, incoming))
        signal.notify(receipt.conversation_id)
        return receipt

    return desk, receive


@asynccontextmanager
async def running(
    desk: VisitorDesk, receive: Receive, files: InMemoryFileStore, folder: Path, **more: Any
) -> AsyncIterator[Site]:
    """A site in front of a desk."""
    connector = WebConnector(desk, files, folder / "uploads", max_file_bytes=MAX_FILE_BYTES, **more)
    app = web.Application(client_max_size=64 * 1024)  # as the public server has it
    connector.install(app)
    async with TestClient(TestServer(app)) as client:
        site = Site(client, connector)

        async def counted(incoming: Incoming) -> Receipt:
            if site.is_away:
                raise StorageUnavailable("away")
            site.received.append(incoming)
            return await receive(incoming)

        await connector.start(counted)
        yield site
        await connector.stop()


@pytest.fixture
def files() -> Iterator[InMemoryFileStore]:
    with InMemoryFileStore(MAX_FILE_BYTES) as store:
        yield store


@pytest.fixture
async def site(files: InMemoryFileStore, tmp_path: Path) -> AsyncIterator[Site]:
    """The web channel in front of the in-memory desk."""
    desk = MemoryDesk(files)
    async with running(desk, desk.receive, files, tmp_path) as found:
        yield found


@pytest.fixture(params=["memory", "desk"])
async def any_site(request: pytest.FixtureRequest, files: InMemoryFileStore, tmp_path: Path) -> AsyncIterator[Site]:
    """The web channel in front of the in-memory desk and of the real one."""
    if request.param == "memory":
        memory = MemoryDesk(files)
        desk, receive = memory, memory.receive
    else:
        desk, receive = real_desk(request.getfixturevalue("sqlite"), files)
    async with running(desk, receive, files, tmp_path) as found:
        yield found
