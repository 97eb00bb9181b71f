"""`isec learn` beside a running desk and without one."""

import asyncio
import fcntl
from pathlib import Path

import pytest

from bot.learning import command
from helpdesk.error import Conflict, HelpdeskError
from helpdesk.learning import RunState
from helpdesk.storage.database import Database
from tests.conftest import Clock
from tests.unit.bot.learning.test_run import FAILS, TRAINS, Shop
from tests.waiting import until


@pytest.fixture
def shop(tmp_path: Path, sqlite: Database, clock: Clock) -> Shop:
    made = Shop(tmp_path, sqlite, clock)
    made.install(TRAINS)
    return made


async def train(shop: Shop, said: list[str]) -> str:
    lock = shop.folder / "desk.lock"
    return await command.train(shop.database, shop.new_trainer, lock, shop.clock, said.append)


async def test_without_a_desk_the_command_trains_itself(shop: Shop) -> None:
    said: list[str] = []
    assert await train(shop, said) == shop.names()[0]
    assert said[0].startswith("snapshot")


async def test_what_goes_wrong_is_told(shop: Shop) -> None:
    shop.install(FAILS)
    with pytest.raises(HelpdeskError, match=r"label\.yml line 3"):
        await train(shop, [])


async def test_with_a_desk_the_command_leaves_the_work_to_it(shop: Shop) -> None:
    with (shop.folder / "desk.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        job = asyncio.create_task(train(shop, []))
        await until(lambda: shop.database.read_now(lambda unit: unit.training.running()))
        run = shop.database.read_now(lambda unit: unit.training.running())
        assert run is not None
        assert run.desk == ""
        with pytest.raises(Conflict, match="under way"):
            await train(shop, [])
        await shop.trainer.carry_out(run)
        assert await job == shop.names()[0]


async def test_cancelling_without_a_run_is_told(shop: Shop) -> None:
    with pytest.raises(Conflict, match="no training run"):
        command.cancel(shop.database, shop.root, shop.folder / "training", shop.clock)


async def test_a_run_is_told_on_one_line(shop: Shop) -> None:
    await train(shop, [])
    [run] = shop.database.read_now(lambda unit: unit.training.recent())
    assert run.state is RunState.DONE
    assert command.told(run) == f"2026-11-23 05:00 command: done, {run.model}"
