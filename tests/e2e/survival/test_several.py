"""Two desks over one PostgreSQL: both answer with the model that the row names, whichever of them is killed."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import aiohttp
import pytest

from bot import bootstrap
from bot import settings as configuration
from bot.learning import store
from bot.model import Manifest, manifest
from helpdesk.learning import PromotionState
from helpdesk.officer import Role
from helpdesk.storage.database import Database
from helpdesk.storage.model import Promotion
from helpdesk.usecase import learning
from tests.conftest import hired
from tests.e2e.survival.desk import Mortal, Nursery, Visitor, is_ready, is_up, local_headers
from tests.e2e.survival.load import Load
from tests.e2e.survival.test_promotion import lay_out, now
from tests.waiting import eventually

pytestmark = [pytest.mark.brain, pytest.mark.postgresql]

PATIENCE_SECONDS = 120


@dataclass
class Branch:
    """One of the desks, and somebody who writes to it."""

    desk: Mortal
    session: aiohttp.ClientSession
    database: Database
    folder: Path

    async def open(self) -> Visitor:
        """Start; returns the visitor once the desk's brain answers."""
        self.desk.start()
        await is_up(self.session)
        self.session.headers.update(local_headers(self.folder))
        await is_ready(self.session, PATIENCE_SECONDS)
        visitor = Visitor(self.session, self.folder.name)
        await visitor.open()
        return visitor

    def model_of(self, visitor: Visitor) -> str | None:
        """Which model answered somebody last."""
        turns, _ = self.database.read_now(lambda unit: unit.turns.find(limit=50))
        return next((turn.model for turn in turns if turn.conversation_id == visitor.conversation_id), None)


@dataclass
class Branches:
    """Both desks, their database, and what is asked of them."""

    both: tuple[Branch, Branch]
    database: Database

    def serving(self) -> str | None:
        found = self.database.read_now(lambda unit: unit.models.serving())
        return found.model if found else None

    def under_way(self) -> Promotion | None:
        return self.database.read_now(lambda unit: unit.models.under_way())


@pytest.fixture
async def branches(
    nursery: Nursery,
    tmp_path: Path,
    postgresql_url: str,
    unused_tcp_port_factory: Callable[[], int],
    monkeypatch: pytest.MonkeyPatch,
) -> AsyncIterator[Branches]:
    models = tmp_path / "models"
    models.mkdir()
    lay_out(models)
    common = {"ISEC_DATABASE_URL": postgresql_url, "ISEC_MODEL_DIR": str(models), "ISEC_BRAIN": "true"}
    common |= {"ISEC_BRAIN_PORT": "0", "ISEC_LOG_LEVEL": "error"}
    environments = []
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        own = {"ISEC_DATA_DIR": str(tmp_path / name), "ISEC_PORT": str(unused_tcp_port_factory())}
        environments.append(common | own)
    for name, value in environments[0].items():
        monkeypatch.setenv(name, value)
    settings = configuration.read()
    with bootstrap.open_database(settings) as database:
        bootstrap.seed(settings, database)
        register(database, models)
        made = [branch(nursery, database, environment) for environment in environments]
        yield Branches((made[0], made[1]), database)
        for one in made:
            one.desk.end()
            await one.session.close()


def branch(nursery: Nursery, database: Database, environment: dict[str, str]) -> Branch:
    folder = Path(environment["ISEC_DATA_DIR"])
    session = aiohttp.ClientSession(f"http://127.0.0.1:{environment['ISEC_PORT']}")
    return Branch(Mortal(nursery, environment, folder / "desk.log"), session, database, folder)


def register(database: Database, models: Path) -> None:
    """A second and a third model, each with the same content as the first."""
    known = manifest(models)
    assert known is not None
    (models / "third.tar.gz").write_bytes((models / "second.tar.gz").read_bytes())
    for name in ("second", "third"):
        entry = Manifest(f"{name}.tar.gz", known.sha256, known.fingerprint, known.trained_at, known.rasa, known.seconds)
        values = store.values_of(entry)
        database.write_now(lambda unit, found=values: unit.models.add(**found))  # type: ignore[misc]


async def test_both_switch_and_go_back_and_when_one_is_killed_half_way_both_keep_what_served(
    branches: Branches,
) -> None:
    boss, one, two = hired(branches.database, "Boss", Role.ADMINISTRATOR), *branches.both
    loads = [Load([await branch.open()]) for branch in (one, two)]
    asking = [asyncio.create_task(load.ask(load.visitors[0])) for load in loads]

    async def serve(name: str) -> None:
        async def is_served() -> bool:
            pairs = zip((one, two), loads, strict=True)
            return all(branch.model_of(load.visitors[0]) == name for branch, load in pairs)

        await eventually(is_served, PATIENCE_SECONDS)
        for load in loads:
            await load.goes_on()

    branches.database.write_now(lambda unit: learning.promote(unit, "second", boss, "a test", now()))
    await serve("second")
    branches.database.write_now(lambda unit: learning.roll_back(unit, boss, "", now()))
    await serve("first")
    for load, task in zip(loads, asking, strict=True):
        await load.end([task])

    branches.database.write_now(lambda unit: learning.promote(unit, "third", boss, "a test", now()))
    killed, left = await killed_half_way(branches)
    await eventually(lambda: is_over(branches), PATIENCE_SECONDS)
    [ended, *_] = branches.database.read_now(lambda unit: unit.models.promotions())
    assert (ended.model, ended.state, branches.serving()) == ("third", PromotionState.FAILED, "first")
    for branch in (left, killed):
        visitor = await branch.open() if branch is killed else loads[branches.both.index(branch)].visitors[0]
        asked = Load([visitor])
        task = asyncio.create_task(asked.ask(visitor))
        await asked.goes_on()
        await asked.end([task])
        assert branch.model_of(visitor) == "first"


async def killed_half_way(branches: Branches) -> tuple[Branch, Branch]:
    """Kill the desk that prepares the model; returns it and the other one."""

    async def is_preparing() -> bool:
        found = branches.under_way()
        return found is not None and found.state is PromotionState.PREPARING

    await eventually(is_preparing, 20)
    found = branches.under_way()
    assert found is not None
    one, two = branches.both
    killed, left = (one, two) if f"/{one.desk.pid}/" in found.desk else (two, one)
    killed.desk.kill()
    return killed, left


async def is_over(branches: Branches) -> bool:
    return branches.under_way() is None
