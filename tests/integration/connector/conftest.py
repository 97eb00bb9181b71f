"""Every channel as one business sees it: the same acts, done the way the channel does them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

import aiohttp
import pytest

from bot.connectors.web.memory import MemoryDesk
from bot.filestore import InMemoryFileStore
from helpdesk.connector import Connector
from helpdesk.inbox import Incoming, Receipt
from helpdesk.message import Button
from tests.fake_telegram import FakeTelegram
from tests.fake_telegram.user import Posted
from tests.integration.telegram.conftest import TOKEN, Inbox, outgoing, polled
from tests.integration.web.conftest import MAX_FILE_BYTES, Site, running
from tests.waiting import eventually


class Channel(Protocol):
    """A running connector with a business at its other end."""

    connector: Connector
    is_away: bool
    """While true, nothing can be stored."""

    @property
    def received(self) -> list[Incoming]:
        """What was stored, redeliveries among it."""

    async def say(self, text: str, person: int = 1) -> None:
        """Write; returns when it was sent, not when it was stored."""

    async def repeat(self) -> None:
        """Deliver what was said last once more, as the channel does when an acknowledgement is lost."""

    async def press(self, button: Button) -> None:
        """Press a button under an answer."""

    async def hand_in(self, content: bytes, name: str) -> None:
        """Send a file."""

    async def file(self, incoming: Incoming) -> bytes:
        """The bytes of the only file of an update."""


class Recorder(Inbox):
    """Keeps redeliveries too, in `told`."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Incoming] = []

    async def receive(self, incoming: Incoming) -> Receipt:
        receipt = await super().receive(incoming)
        self.told.append(incoming)
        return receipt


@dataclass
class TelegramChannel:
    connector: Connector
    telegram: FakeTelegram
    inbox: Recorder
    last: Posted | None = None

    @property
    def is_away(self) -> bool:
        return self.inbox.is_away

    @is_away.setter
    def is_away(self, value: bool) -> None:
        self.inbox.is_away = value

    @property
    def received(self) -> list[Incoming]:
        return self.inbox.told

    async def say(self, text: str, person: int = 1) -> None:
        self.last = await self.telegram.user(person, "Lan", started=True).send_text(text)

    async def repeat(self) -> None:
        assert self.last is not None
        assert self.last.update_id is not None
        self.telegram.redeliver(self.last.update_id)

    async def press(self, button: Button) -> None:
        user = self.telegram.user(1, "Lan", started=True)
        await self.connector.send(outgoing("trả lời", "1", buttons=(button,)))
        await user.press(self.telegram.sent(1)[-1], button.title)

    async def hand_in(self, content: bytes, name: str) -> None:
        await self.telegram.user(1, "Lan", started=True).send_document(content, name)

    async def file(self, incoming: Incoming) -> bytes:
        [remote] = incoming.payload["remote"]
        return b"".join([chunk async for chunk in self.connector.fetch(remote["id"])])


@dataclass
class WebChannel:
    connector: Connector
    site: Site
    files: InMemoryFileStore
    tokens: dict[int, str] = field(default_factory=dict)
    count: int = 0
    last: tuple[str, dict[str, object]] | None = None

    @property
    def is_away(self) -> bool:
        return self.site.is_away

    @is_away.setter
    def is_away(self, value: bool) -> None:
        self.site.is_away = value

    @property
    def received(self) -> list[Incoming]:
        return self.site.received

    async def say(self, text: str, person: int = 1) -> None:
        await self._send(person, {"text": text})

    async def repeat(self) -> None:
        assert self.last is not None
        await self._post(*self.last)

    async def press(self, button: Button) -> None:
        await self._send(1, {"text": button.title, "button": button.payload})

    async def hand_in(self, content: bytes, name: str) -> None:
        form = aiohttp.FormData()
        form.add_field("file", content, filename=name)
        status, kept = await self.site.call("POST", "/api/v1/chat/files", await self._token(1), data=form)
        assert status == 201
        await self._send(1, {"text": "", "file_ids": [kept["file_id"]]})

    async def file(self, incoming: Incoming) -> bytes:
        [kept] = incoming.files
        return await asyncio.to_thread(Path(self.files.path(kept.id)).read_bytes)

    async def _send(self, person: int, body: dict[str, object]) -> None:
        self.count += 1
        self.last = (await self._token(person), {"client_id": f"m{self.count}", **body})
        await self._post(*self.last)

    async def _post(self, token: str, body: dict[str, object]) -> None:
        status, _ = await self.site.call("POST", "/api/v1/chat/messages", token, json=body)
        assert status == (503 if self.is_away else 202)

    async def _token(self, person: int) -> str:
        if person not in self.tokens:
            _, self.tokens[person] = await self.site.visitor()
        return self.tokens[person]


@asynccontextmanager
async def telegram_channel(_: Path) -> AsyncIterator[Channel]:
    inbox = Recorder()
    async with FakeTelegram(TOKEN, factor=50.0) as telegram, polled(telegram, inbox) as connector:
        yield TelegramChannel(connector, telegram, inbox)


@asynccontextmanager
async def web_channel(folder: Path) -> AsyncIterator[Channel]:
    with InMemoryFileStore(MAX_FILE_BYTES) as files:
        desk = MemoryDesk(files)
        async with running(desk, desk.receive, files, folder) as site:
            yield WebChannel(site.connector, site, files)


CHANNELS = {"telegram": telegram_channel, "web": web_channel}


@pytest.fixture(params=CHANNELS)
async def channel(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Channel]:
    """Each channel there is; a new one is added to `CHANNELS`."""
    async with CHANNELS[request.param](tmp_path) as found:
        yield found


async def again_until_stored(channel: Channel, count: int) -> None:
    """Repeat as a client does that got no acknowledgement, until `count` updates are stored."""

    async def is_stored() -> bool:
        if len(channel.received) < count:
            await channel.repeat()
        return len(channel.received) >= count

    await eventually(is_stored)
