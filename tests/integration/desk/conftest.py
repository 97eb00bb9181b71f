"""A whole desk in this process: real storage, articles, gateway, delivery and channels; only the brain is away."""

import shutil
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import bootstrap, run
from bot.bootstrap import Desk
from bot.connectors.telegram.connector import TelegramConnector
from bot.gateway import OUTBOX_KEY
from bot.settings import Settings
from helpdesk.connector import Limits
from helpdesk.officer import Officer
from helpdesk.policy import Policy
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.ticket import Ticket
from tests.conftest import hired
from tests.fake_telegram import FakeTelegram, Sent
from tests.waiting import until

TOKEN = "123456789:AAFakeTokenForTestsOnlyAAAAAAAAAAAAAA"


@dataclass
class TelegramDesk:
    """A running desk, Telegram's other side, and an officer."""

    desk: Desk
    telegram: FakeTelegram
    officer: Officer

    def texts(self, chat: int, skip: int = 0) -> list[str]:
        """What a person got to read."""
        return [sent.text for sent in self.telegram.sent(chat)[skip:] if sent.text]

    async def heard(self, chat: int, words: str, skip: int = 0) -> Sent:
        """The first message with these words, counted from `skip`."""
        return await self.telegram.wait_for(chat, lambda sent: words in sent.text, 20, skip=skip)

    def conversation(self, chat: int) -> Conversation:
        found = self.read(lambda unit: unit.conversations.at("telegram", str(chat)))
        assert found is not None
        return found

    def ticket(self, chat: int) -> Ticket:
        number = self.conversation(chat).open_ticket_id
        assert number is not None
        return self.read(lambda unit: unit.tickets.get(number))

    def read(self, case: Callable[[Unit], Any]) -> Any:
        return self.desk.database.read_now(case)

    def act(self, case: Callable[..., Any], ticket: Ticket, *values: Any) -> None:
        """The officer does something to a ticket, as the console does it."""
        at = bootstrap.now()
        self.desk.database.write_now(lambda unit: case(unit, Policy(), ticket.id, self.officer, *values, at))
        self.desk.signal.notify(OUTBOX_KEY)

    async def is_quiet(self) -> None:
        """Until nothing waits, in either direction."""
        later = bootstrap.now() + timedelta(days=1)  # a message that is tried again in a while waits as well
        await until(
            lambda: self.read(lambda unit: unit.inbox.waiting_conversations() + unit.messages.pending(later)) == []
        )


@pytest.fixture
async def telegram() -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(TOKEN, factor=50.0) as fake:
        yield fake


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with every article as a draft."""
    folder = tmp_path_factory.mktemp("seeded")
    settings = Settings(data_dir=folder, database_url="")
    with bootstrap.open_database(settings) as database:
        bootstrap.seed(settings, database)
    return folder / "isec.db"


@pytest.fixture
async def whole(
    seeded: Path, tmp_path: Path, telegram: FakeTelegram, unused_tcp_port: int
) -> AsyncIterator[TelegramDesk]:
    """A desk with Telegram; its own pace is quick, the fake's limits are off unless a test sets them."""
    settings = Settings(
        data_dir=tmp_path,
        port=unused_tcp_port,
        brain=False,
        telegram_token=TOKEN,
        telegram_api_url=telegram.url,
        database_url="",
    )
    shutil.copy(seeded, tmp_path / "isec.db")
    with bootstrap.open_database(settings) as database:
        desk = bootstrap.build(settings, database)
        for connector in desk.connectors:
            if isinstance(connector, TelegramConnector):
                connector.limits = Limits(text=3900, per_second=200.0, per_chat_seconds=0.01)
                desk.sender.connect(connector)
        await run.start(desk)
        yield TelegramDesk(desk, telegram, hired(database, "Cán Bộ An"))
        await run.stop(desk)
