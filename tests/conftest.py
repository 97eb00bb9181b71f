"""What every test may use: databases of both kinds, a clock that stands still, people to work with."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from helpdesk.inbox import Incoming, Kind
from helpdesk.officer import Officer, Role
from helpdesk.policy import Policy
from helpdesk.storage import migrate
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database, create
from helpdesk.usecase import intake
from tests import postgres

NOON = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)  # a Monday, 12:00 in Vietnam
_names = itertools.count(1)


@dataclass
class Clock:
    """A clock that only moves when told to."""

    at: datetime = NOON

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **span: float) -> datetime:
        """Let time pass."""
        self.at += timedelta(**span)
        return self.at


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    with postgres.server() as server:
        yield server.url


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'isec.db'}"


@pytest.fixture
def postgresql_url(postgresql: str) -> str:
    """A fresh database on the session's server."""
    name = f"isec_{next(_names)}"
    with psycopg.connect(f"{postgresql}/postgres", autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    return f"{postgresql}/{name}"


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request: pytest.FixtureRequest) -> str:
    """A fresh database of each kind."""
    url: str = request.getfixturevalue(f"{request.param}_url")
    return url


def opened(url: str) -> Database:
    """A migrated database."""
    database = Database(create(url))
    migrate.upgrade(database.engine)
    return database


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated database of each kind."""
    database = opened(database_url)
    yield database
    database.close()


@pytest.fixture
def sqlite(sqlite_url: str) -> Iterator[Database]:
    """A migrated SQLite database, where the kind does not matter."""
    database = opened(sqlite_url)
    yield database
    database.close()


POLICY = Policy(pulled_channels=frozenset({"web"}))


def incoming(text: str = "hàng luồng đỏ thì kiểm hoá ở đâu", number: int = 0, **values: object) -> Incoming:
    """A text update on a channel that is not pulled."""
    facts: dict[str, object] = {
        "channel": "telegram",
        "external_id": f"m7.{number or next(_names)}",
        "address": "7",
        "kind": Kind.TEXT,
        "received_at": NOON,
        "text": text,
    }
    return Incoming(**(facts | values))  # type: ignore[arg-type]


def hired(database: Database, name: str, role: Role = Role.OFFICER) -> Officer:
    """An officer."""
    login = name.lower().replace(" ", ".")
    return database.write_now(lambda unit: unit.officers.add(login, name, "hash", role, NOON))


def met(database: Database, address: str = "7", channel: str = "telegram") -> Conversation:
    """A conversation with one stored, finished message."""

    def case(unit: object) -> Conversation:
        receipt = intake.receive(unit, incoming(address=address, channel=channel, external_id=f"x{next(_names)}"))  # type: ignore[arg-type]
        unit.inbox.finish(receipt.inbox_id, NOON)  # type: ignore[attr-defined]
        return unit.conversations.get(receipt.conversation_id)  # type: ignore[attr-defined]

    return database.write_now(case)
