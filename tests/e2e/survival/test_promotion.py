"""A second model takes over under load, is rolled back, and a desk killed half way leaves one serving model."""

import asyncio
import json
import shutil
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median

import aiohttp
import pytest

from bot import bootstrap, model
from bot import settings as configuration
from bot.learning import store
from helpdesk.learning import PromotionState
from helpdesk.officer import Role
from helpdesk.storage.database import Database
from helpdesk.usecase import learning
from tests.conftest import hired
from tests.e2e.survival.desk import Mortal, Visitor, is_ready, is_up, local_headers
from tests.e2e.survival.load import Load
from tests.waiting import eventually

pytestmark = pytest.mark.brain


def now() -> datetime:
    return datetime.now(UTC)


@dataclass
class Place:
    """A desk with two models, and a look into its database."""

    desk: Mortal
    session: aiohttp.ClientSession
    database: Database
    models: Path

    def serving(self) -> str | None:
        found = self.database.read_now(lambda unit: unit.models.serving())
        return found.model if found else None

    async def serves(self, name: str) -> bool:
        return self.serving() == name

    def last_models(self, count: int) -> list[str | None]:
        return [turn.model for turn in self.database.read_now(lambda unit: unit.turns.find(limit=count))[0]]


def lay_out(folder: Path) -> None:
    """Two archives with the same content under two names; the first one is registered."""
    trained = model.current(configuration.ROOT / "models")
    for name in ("first", "second"):
        shutil.copyfile(trained, folder / f"{name}.tar.gz")
    model.register(folder, folder / "first.tar.gz", model.data_fingerprint(configuration.ROOT), now(), "3.6.21", 1.0)


@pytest.fixture
def settings(desk: Mortal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> configuration.Settings:
    models = tmp_path / "models"
    models.mkdir()
    lay_out(models)
    desk.environment |= {"ISEC_BRAIN": "true", "ISEC_BRAIN_PORT": "0", "ISEC_MODEL_DIR": str(models)}
    for name, value in desk.environment.items():
        monkeypatch.setenv(name, value)
    return configuration.read()


@pytest.fixture
async def place(
    desk: Mortal, session: aiohttp.ClientSession, settings: configuration.Settings, tmp_path: Path
) -> AsyncIterator[Place]:
    with bootstrap.open_database(settings) as database:
        bootstrap.seed(settings, database)
        entry = json.loads((settings.model_dir / model.MANIFEST).read_text()) | {"archive": "second.tar.gz"}
        values = store.values_of(model.Manifest(**entry))
        database.write_now(lambda unit: unit.models.add(**values))
        made = Place(desk, session, database, settings.model_dir)
        desk.start()
        await is_up(session)
        session.headers.update(local_headers(tmp_path))
        await is_ready(made.session)
        yield made


async def test_a_switch_under_load_loses_nothing_and_goes_back_at_once(place: Place) -> None:
    boss = hired(place.database, "Boss", Role.ADMINISTRATOR)
    load = Load([Visitor(place.session, f"khách {number}") for number in range(3)])
    for visitor in load.visitors:
        await visitor.open()
    asking = [asyncio.create_task(load.ask(visitor)) for visitor in load.visitors]
    place.database.write_now(lambda unit: learning.promote(unit, "second", boss, "a test", now()))
    await eventually(lambda: place.serves("second"), 120)
    await load.goes_on()
    assert place.last_models(3) == ["second"] * 3

    began_at = time.monotonic()
    place.database.write_now(lambda unit: learning.roll_back(unit, boss, "", now()))
    await eventually(lambda: place.serves("first"), 10)
    print(f"rolled back in {time.monotonic() - began_at:.2f} s")
    await load.goes_on()
    assert place.last_models(3) == ["first"] * 3

    await load.end(asking)
    print(f"{len(load.seconds)} answers, median {median(load.seconds):.2f} s, longest {max(load.seconds):.2f} s")


async def test_a_desk_killed_half_way_leaves_the_model_that_served(place: Place) -> None:
    boss = hired(place.database, "Boss", Role.ADMINISTRATOR)
    place.database.write_now(lambda unit: learning.promote(unit, "second", boss, "a test", now()))

    async def is_preparing() -> bool:
        found = place.database.read_now(lambda unit: unit.models.under_way())
        return found is not None and found.state is PromotionState.PREPARING

    await eventually(is_preparing, 20)
    place.desk.kill()
    # the worst moment: manifest.json already names the new model, the row does not
    second = place.database.read_now(lambda unit: unit.models.get("second"))
    store.point_at(place.models, second)
    place.desk.start()
    await is_ready(place.session)
    assert place.serving() == "first"
    known = model.manifest(place.models)
    assert known is not None
    assert known.archive == "first.tar.gz"
    [ended] = place.database.read_now(lambda unit: unit.models.promotions())
    assert ended.state is PromotionState.FAILED
