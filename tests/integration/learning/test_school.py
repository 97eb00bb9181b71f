"""The loop of a desk, with a shell script that learns and brains in memory."""

import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from bot.brain import ScriptedBrain, simple_turn
from bot.fleet import Fleet, Slot
from bot.learning import store
from bot.learning.promotion import Promoter
from bot.learning.school import School
from bot.learning.shadow import Shadowing
from bot.process import this_process
from bot.signal import Signal
from helpdesk.console.port import MODELS
from helpdesk.learning import Origin, RunState
from helpdesk.message import Author
from helpdesk.officer import Officer, Role
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database
from helpdesk.usecase import learning, queue
from tests.conftest import POLICY, Clock, hired, met
from tests.unit.bot.learning.test_run import FAILS, TRAINS, Shop
from tests.waiting import until

HALF_PAST_TWO = time(2, 30)
NIGHT = datetime(2026, 11, 23, 19, 35, tzinfo=UTC)  # 02:35 in Vietnam


def slot_of(archive: Path) -> Slot:
    return Slot(store.name_of(archive.name), ScriptedBrain(lambda text: simple_turn("greet", text)))


class Desk:
    """A shop with its school; `wake` does what a page of the console does after writing."""

    def __init__(self, shop: Shop, learn_at: time | None = None) -> None:
        self.shop, self.signal, self.fleet = shop, Signal(), Fleet(slot_of)
        promoter = Promoter(shop.database, self.fleet, shop.root, shop.models, shop.clock, this_process())
        shadowing = Shadowing(shop.database, self.fleet, shop.clock)
        facts = (shop.models, shop.clock, this_process(), learn_at)
        self.school = School(shop.database, self.signal, self.fleet, shop.trainer, promoter, shadowing, *facts)

    def runs(self) -> list[tuple[Origin, RunState]]:
        found = self.shop.database.read_now(lambda unit: unit.training.recent())
        return [(run.origin, run.state) for run in reversed(found)]

    def serving(self) -> str | None:
        return self.fleet.serving.model if self.fleet.serving else None

    def wake(self) -> None:
        self.signal.notify(MODELS)

    async def stop(self) -> None:
        await self.school.stop()
        await self.fleet.stop()


@pytest.fixture
async def shop(tmp_path: Path, sqlite: Database, clock: Clock) -> AsyncIterator[Shop]:
    made = Shop(tmp_path, sqlite, clock)
    made.install(TRAINS)
    yield made
    made.gate.unlink(missing_ok=True)


async def test_a_first_start_trains_and_serves_what_came_out(shop: Shop) -> None:
    desk = Desk(shop)
    await desk.school.start()
    await until(desk.serving)
    await desk.stop()
    assert desk.runs() == [(Origin.START, RunState.DONE)]
    assert desk.serving() == shop.names()[0]
    found = shop.database.read_now(lambda unit: unit.models.serving())
    assert found is not None
    assert found.model == desk.serving()
    again = Desk(shop)
    await again.school.start()
    await until(again.serving)
    await again.stop()
    assert len(again.runs()) == 1, "a model for this release is there"


async def test_a_training_that_fails_leaves_the_desk_up_and_says_so(shop: Shop) -> None:
    shop.install(FAILS)
    desk = Desk(shop)
    await desk.school.start()
    await until(lambda: desk.fleet.preparation.startswith("training failed"))
    assert desk.fleet.state.startswith("training failed")
    await desk.stop()


async def test_training_from_the_console_makes_a_candidate_and_serves_nobody(shop: Shop) -> None:
    desk, boss = Desk(shop), hired(shop.database, "Boss", Role.ADMINISTRATOR)
    await desk.school.start()
    await until(desk.serving)
    first = desk.serving()
    (shop.root / "nlu_data/greet.yml").write_text("version: '3.1'\n")
    at = shop.clock.pass_(seconds=5)
    shop.database.write_now(lambda unit: learning.begin_training(unit, Origin.CONSOLE, boss, at))
    desk.wake()
    await until(lambda: desk.runs()[-1] == (Origin.CONSOLE, RunState.DONE))
    assert desk.serving() == first
    candidate = shop.names()[0]
    assert candidate != first
    shop.database.write_now(lambda unit: learning.promote(unit, candidate, boss, "why", shop.clock()))
    desk.wake()
    await until(lambda: desk.serving() == candidate)
    await desk.stop()


async def test_a_clock_that_is_put_back_trains_no_second_time_that_day(shop: Shop) -> None:
    desk = Desk(shop, HALF_PAST_TWO)
    await desk.school.start()
    await until(desk.serving)
    shop.clock.at = NIGHT
    desk.wake()
    await until(lambda: desk.runs()[-1] == (Origin.SCHEDULE, RunState.DONE))
    shop.clock.at = NIGHT - timedelta(minutes=4)
    for _ in range(3):
        await desk.school._schedule()
    shop.clock.at = NIGHT + timedelta(days=1)
    await desk.school._schedule()
    await until(lambda: len(desk.runs()) == 3)
    await desk.stop()


async def test_a_schedule_that_ran_while_the_clock_was_far_ahead_runs_again(shop: Shop) -> None:
    desk = Desk(shop, HALF_PAST_TWO)
    ahead = NIGHT + timedelta(days=400)
    run_id = shop.database.write_now(lambda unit: learning.begin_training(unit, Origin.SCHEDULE, None, ahead))
    shop.database.write_now(lambda unit: unit.training.end(run_id, RunState.FAILED, ahead))
    shop.clock.at = NIGHT
    await desk.school._schedule()
    assert desk.runs() == [(Origin.SCHEDULE, RunState.FAILED), (Origin.SCHEDULE, RunState.RUNNING)]


async def test_a_shadow_run_hears_on_after_another_model_took_over(shop: Shop) -> None:
    desk, boss = Desk(shop), hired(shop.database, "Boss", Role.ADMINISTRATOR)
    await desk.school.start()
    await until(desk.serving)
    for number in range(2):
        (shop.root / "nlu_data/greet.yml").write_text(f"version: '3.1' # {number}\n")
        at = shop.clock.pass_(seconds=5)
        shop.database.write_now(lambda unit, a=at: learning.begin_training(unit, Origin.CONSOLE, boss, a))  # type: ignore[misc]
        desk.wake()
        await until(lambda a=number: len(shop.names()) == a + 2 and desk.runs()[-1][1] is RunState.DONE)  # type: ignore[misc]
    shaded, promoted, _ = shop.names()
    shop.database.write_now(lambda unit: learning.begin_shadow(unit, shaded, boss, 1, shop.clock()))
    desk.wake()
    await until(lambda: desk.fleet.find(shaded))
    deaf = desk.fleet.find(shaded)
    shop.database.write_now(lambda unit: learning.promote(unit, promoted, boss, "why", shop.clock()))
    desk.wake()
    await until(lambda: desk.serving() == promoted)
    await until(lambda: desk.fleet.find(shaded) not in (None, deaf))
    await until(lambda: desk.fleet.listener)
    await desk.fleet.turn("c-0", "xin chào", "vi", {})
    await until(lambda: shop.database.read_now(lambda unit: unit.shadows.of(shaded)).asked)  # type: ignore[union-attr]
    await desk.stop()


async def test_a_ticket_rush_during_a_training_loses_no_ticket_and_no_run(shop: Shop) -> None:
    desk, boss = Desk(shop), hired(shop.database, "Boss", Role.ADMINISTRATOR)
    await desk.school.start()
    await until(desk.serving)
    shop.gate.touch()
    (shop.root / "nlu_data/greet.yml").write_text("version: '3.1' # another\n")
    await shop.database.write(lambda unit: learning.begin_training(unit, Origin.CONSOLE, boss, shop.clock()))
    desk.wake()
    people = [met(shop.database, address=str(number)) for number in range(60)]
    officers = [hired(shop.database, f"Officer {number}") for number in range(3)]

    async def rush(person: Conversation, officer: Officer) -> int:
        ticket = await shop.database.write(lambda unit: queue.hand_off(unit, POLICY, person, "asked", shop.clock()))
        await shop.database.write(lambda unit: queue.claim(unit, POLICY, ticket.id, officer, shop.clock()))
        await shop.database.write(lambda unit: queue.reply(unit, POLICY, ticket.id, officer, "vâng", shop.clock()))
        return ticket.id

    rushing = [rush(person, officers[number % 3]) for number, person in enumerate(people)]
    tickets = await asyncio.gather(*rushing)
    assert desk.runs()[-1] == (Origin.CONSOLE, RunState.RUNNING)
    assert len(set(tickets)) == len(people)
    for person in people:
        said = shop.database.read_now(lambda unit, a=person.id: unit.messages.of(a))  # type: ignore[misc]
        assert [one.text for one in said if one.author is Author.OFFICER] == ["vâng"]
    shop.gate.unlink()
    await until(lambda: desk.runs()[-1] == (Origin.CONSOLE, RunState.DONE))
    await desk.stop()


async def test_the_schedule_trains_once_a_day_in_vietnam_s_time(shop: Shop) -> None:
    desk = Desk(shop, HALF_PAST_TWO)
    await desk.school.start()
    await until(desk.serving)
    assert [origin for origin, _ in desk.runs()] == [Origin.START]
    shop.clock.at = NIGHT
    desk.wake()
    await until(lambda: desk.runs()[-1] == (Origin.SCHEDULE, RunState.DONE))
    for _ in range(3):
        desk.wake()
        await until(lambda: desk.school._training is not None and desk.school._training.done())
    shop.clock.pass_(minutes=40)
    desk.wake()
    await desk.stop()
    assert [origin for origin, _ in desk.runs()] == [Origin.START, Origin.SCHEDULE]
