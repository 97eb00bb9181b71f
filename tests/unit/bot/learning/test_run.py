"""Training runs with a shell script in the place of the brain's interpreter; the database is a real one."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot import model
from bot.learning.child import Child
from bot.learning.run import Trainer, Workshop
from bot.process import INTERPRETER
from helpdesk.error import Conflict
from helpdesk.learning import ModelState, Origin, Phase, RunState
from helpdesk.officer import Role
from helpdesk.storage.database import Database
from helpdesk.storage.model import Model
from helpdesk.storage.training import TrainingRun
from helpdesk.usecase import learning
from tests.conftest import Clock, hired
from tests.waiting import until

TRAINS = """#!/bin/sh
echo "INFO - Starting to train component 'IntentRanker'."
while [ -e "{gate}" ]; do sleep 0.02; done
for last in "$@"; do case "$before" in --out) out=$last;; esac; before=$last; done
mkdir -p "$out/x" && touch "$out/x/metadata.json"
tar -czf "$out/model.tar.gz" -C "$out/x" metadata.json
"""
HALF = """#!/bin/sh
for last in "$@"; do case "$before" in --out) out=$last;; esac; before=$last; done
printf half > "$out/model.tar.gz"
"""
FAILS = """#!/bin/sh
echo "UserWarning: your example 'secret words'"
echo "YamlSyntaxException: label.yml line 3"
exit 1
"""


class Shop:
    """A workshop, its trainer, and what it compared."""

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        self.root, self.folder, self.database, self.clock = folder / "root", folder, database, clock
        self.gate = folder / "gate"
        for name in ("nlu_data", "bot/nlu", "knowledge_base/text", INTERPRETER.parent):
            (self.root / name).mkdir(parents=True)
        for name, text in {"config.yml": "pipeline: []\n", "domain.yml": "intents: [greet]\n"}.items():
            (self.root / name).write_text(text)
        self.models = folder / "models"
        self.models.mkdir()
        self.compared: list[str] = []
        self.trainer = self.new_trainer()

    def new_trainer(self) -> Trainer:
        shop = Workshop(self.root, self.folder / "training", self.models, serve_drafts=True, keep=2)
        return Trainer(self.database, shop, self.clock, self._compare, lambda: None)

    async def _compare(self, candidate: Model) -> None:
        self.compared.append(candidate.name)

    def install(self, script: str) -> None:
        (self.root / INTERPRETER).write_text(script.replace("{gate}", str(self.gate)))
        (self.root / INTERPRETER).chmod(0o755)

    def begin(self) -> TrainingRun:
        at = self.clock.pass_(seconds=1)
        run_id = self.database.write_now(lambda unit: learning.begin_training(unit, Origin.CONSOLE, None, at))
        return self.run(run_id)

    def run(self, run_id: int) -> TrainingRun:
        found = self.database.read_now(lambda unit: unit.training.get(run_id))
        assert found is not None
        return found

    def names(self) -> list[str]:
        return [one.name for one in self.database.read_now(lambda unit: unit.models.all())]


@pytest.fixture
async def shop(tmp_path: Path, sqlite: Database, clock: Clock) -> AsyncIterator[Shop]:
    made = Shop(tmp_path, sqlite, clock)
    made.install(TRAINS)
    yield made
    made.gate.unlink(missing_ok=True)


async def test_a_run_ends_in_a_compared_candidate_with_its_manifest(shop: Shop) -> None:
    run = shop.begin()
    await shop.trainer.carry_out(run)
    ended = shop.run(run.id)
    assert (ended.state, ended.problem, ended.model) == (RunState.DONE, "", shop.names()[0])
    found = shop.database.read_now(lambda unit: unit.models.get(ended.model))
    assert (found.state, found.snapshot) == (ModelState.CANDIDATE, ended.snapshot)
    assert found.sha256 == model.file_hash(shop.models / found.archive)
    assert (shop.models / f"{found.name}.json").exists()
    assert shop.compared == [found.name]
    assert "IntentRanker" in Child(shop.root, shop.folder / "training" / ended.snapshot).look().step


async def test_the_same_data_is_not_learnt_twice(shop: Shop) -> None:
    await shop.trainer.carry_out(shop.begin())
    again = shop.begin()
    await shop.trainer.carry_out(again)
    assert shop.run(again.id).model == shop.names()[0]
    assert len(shop.names()) == 1


async def test_a_failure_is_told_by_rasa_s_last_words_without_anybody_s_examples(shop: Shop) -> None:
    shop.install(FAILS)
    run = shop.begin()
    await shop.trainer.carry_out(run)
    ended = shop.run(run.id)
    assert ended.state is RunState.FAILED
    assert "label.yml line 3" in ended.problem
    assert "secret words" not in ended.problem
    assert shop.names() == []


async def test_a_half_written_archive_is_no_model(shop: Shop) -> None:
    shop.install(HALF)
    run = shop.begin()
    await shop.trainer.carry_out(run)
    assert (shop.run(run.id).state, shop.names(), list(shop.models.iterdir())) == (RunState.FAILED, [], [])


async def test_a_disk_that_takes_nothing_is_told(shop: Shop) -> None:
    (shop.folder / "training").write_text("in the way")
    run = shop.begin()
    await shop.trainer.carry_out(run)
    assert (shop.run(run.id).state, "the disk refused" in shop.run(run.id).problem) == (RunState.FAILED, True)


async def test_cancelling_ends_the_process(shop: Shop) -> None:
    shop.gate.touch()
    run = shop.begin()
    job = asyncio.create_task(shop.trainer.carry_out(run))
    await until(lambda: shop.run(run.id).detail == "IntentRanker")
    pid, child = shop.run(run.id).pid, Child(shop.root, shop.folder / "training" / shop.run(run.id).snapshot)
    assert child.lives(pid)
    shop.database.write_now(lambda unit: learning.cancel_training(unit, None, shop.clock()))
    shop.clock.pass_(seconds=30)
    await job
    await until(lambda: not child.lives(pid))
    assert (shop.run(run.id).state, shop.names()) == (RunState.CANCELLED, [])


async def test_a_run_survives_the_desk_that_started_it(shop: Shop) -> None:
    shop.gate.touch()
    run = shop.begin()
    job = asyncio.create_task(shop.trainer.carry_out(run))
    await until(lambda: shop.run(run.id).phase is Phase.LEARNING)
    job.cancel()
    with suppress(asyncio.CancelledError):
        await job
    assert shop.run(run.id).state is RunState.RUNNING
    shop.gate.unlink()
    await shop.new_trainer().carry_out(shop.run(run.id))
    assert (shop.run(run.id).state, len(shop.names())) == (RunState.DONE, 1)


async def test_a_killed_process_is_found_and_the_run_has_failed(shop: Shop) -> None:
    shop.gate.touch()
    run = shop.begin()
    job = asyncio.create_task(shop.trainer.carry_out(run))
    await until(lambda: shop.run(run.id).phase is Phase.LEARNING)
    Child(shop.root, shop.folder / "training" / shop.run(run.id).snapshot).end(shop.run(run.id).pid)
    await job
    assert shop.run(run.id).state is RunState.FAILED


async def test_old_models_are_pruned_but_never_the_serving_one_nor_the_one_before(shop: Shop) -> None:
    for number in range(5):
        (shop.root / "nlu_data/greet.yml").write_text(f"version: '3.1' # {number}\n")
        await shop.trainer.carry_out(shop.begin())
        if number < 2:
            newest = shop.names()[0]
            shop.database.write_now(lambda unit, name=newest: unit.models.serve(name, shop.clock()))  # type: ignore[misc]
    left = {path.name.removesuffix(".tar.gz") for path in shop.models.glob("*.tar.gz")}
    oldest_first = shop.names()[::-1]
    assert left == {oldest_first[0], oldest_first[1], oldest_first[3], oldest_first[4]}
    boss = hired(shop.database, "Boss", Role.ADMINISTRATOR)
    with pytest.raises(Conflict, match="cannot be promoted"):
        shop.database.write_now(lambda unit: learning.promote(unit, oldest_first[2], boss, "why", shop.clock()))
