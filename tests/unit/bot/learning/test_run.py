"""Training runs with a shell script in the place of the brain's interpreter; the database is a real one."""

import asyncio
import json
import os
import signal
from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

import pytest

from bot import model
from bot.learning.child import NICENESS, Child
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
CUT = """#!/bin/sh
for last in "$@"; do case "$before" in --out) out=$last;; esac; before=$last; done
mkdir -p "$out/x" && touch "$out/x/metadata.json" && head -c 300000 /dev/urandom > "$out/x/weights"
tar -czf "$out/whole" -C "$out/x" metadata.json weights
head -c 200000 "$out/whole" > "$out/model.tar.gz"
"""
FULL = """#!/bin/sh
for last in "$@"; do case "$before" in --out) out=$last;; esac; before=$last; done
mkdir "$out/../status.part"
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
        facts = candidate.facts | {"metrics": {"right": 7, "questions": 8}}
        await self.database.write(lambda unit: unit.models.change(candidate.name, facts=facts))

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


def children(pid: int | None) -> list[int]:
    """The processes that a process has started."""
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()]


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


@pytest.mark.parametrize("script", [HALF, CUT])
async def test_a_half_written_archive_is_no_model(shop: Shop, script: str) -> None:
    shop.install(script)
    run = shop.begin()
    await shop.trainer.carry_out(run)
    assert (shop.run(run.id).state, shop.names(), list(shop.models.iterdir())) == (RunState.FAILED, [], [])


async def test_a_disk_that_takes_nothing_is_told(shop: Shop) -> None:
    (shop.folder / "training").write_text("in the way")
    run = shop.begin()
    await shop.trainer.carry_out(run)
    assert (shop.run(run.id).state, "the disk refused" in shop.run(run.id).problem) == (RunState.FAILED, True)


async def test_a_disk_that_takes_no_archive_leaves_no_model_and_no_rest_of_one(shop: Shop) -> None:
    shop.models.rmdir()
    shop.models.write_text("in the way")
    run = shop.begin()
    await shop.trainer.carry_out(run)
    ended = shop.run(run.id)
    assert (ended.state, ended.problem) == (RunState.FAILED, "the disk refused: Not a directory")
    assert shop.names() == []


async def test_a_disk_that_fills_up_while_it_learns_is_told(shop: Shop) -> None:
    shop.install(FULL)
    run = shop.begin()
    await shop.trainer.carry_out(run)
    assert (shop.run(run.id).state, shop.names()) == (RunState.FAILED, [])
    assert "the disk did not take what it wrote" in shop.run(run.id).problem


async def test_the_manifest_says_from_what_by_whom_and_how_good(shop: Shop) -> None:
    boss = hired(shop.database, "Boss", Role.ADMINISTRATOR)
    (shop.root / "brain/uv.lock").write_text("rasa==3.6.21")
    at = shop.clock.pass_(seconds=1)
    run_id = shop.database.write_now(lambda unit: learning.begin_training(unit, Origin.CONSOLE, boss, at))
    await shop.trainer.carry_out(shop.run(run_id))
    found = shop.database.read_now(lambda unit: unit.models.get(shop.names()[0]))
    told = json.loads((shop.models / f"{found.name}.json").read_text(encoding="utf-8"))
    assert (told["sha256"], told["snapshot"], told["account"]) == (found.sha256, found.snapshot, boss.id)
    assert (told["trained_at"], told["rasa"]) == (at.isoformat(timespec="seconds"), "3.6.21")
    facts = told["facts"]
    assert facts["metrics"] == {"right": 7, "questions": 8}
    assert facts["snapshot_hash"].startswith(found.snapshot)
    assert facts["config_sha256"] == model.file_hash(shop.root / "config.yml")
    assert facts["packages_sha256"] == model.file_hash(shop.root / "brain/uv.lock")
    assert "Boss" not in json.dumps(told)


async def test_what_learns_yields_to_whoever_answers(shop: Shop) -> None:
    shop.gate.touch()
    run = shop.begin()
    job = asyncio.create_task(shop.trainer.carry_out(run))
    await until(lambda: shop.run(run.id).detail == "IntentRanker")
    pid = shop.run(run.id).pid
    own = os.getpriority(os.PRIO_PROCESS, 0)
    assert [os.getpriority(os.PRIO_PROCESS, one) for one in children(pid)] == [min(19, own + NICENESS)]
    shop.gate.unlink()
    await job


async def test_a_clock_that_is_put_back_does_not_confuse_a_run(shop: Shop) -> None:
    shop.gate.touch()
    run = shop.begin()
    job = asyncio.create_task(shop.trainer.carry_out(run))
    await until(lambda: shop.run(run.id).detail == "IntentRanker")
    shop.clock.pass_(hours=-2)
    shop.gate.unlink()
    await job
    ended = shop.run(run.id)
    assert (ended.state, ended.share) == (RunState.DONE, 1.0)
    assert shop.database.read_now(lambda unit: unit.training.usual_seconds()) is None
    assert shop.database.read_now(lambda unit: unit.models.get(ended.model)).seconds == 0.0


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


@pytest.mark.parametrize("is_whole_group", [True, False])
async def test_a_killed_process_is_found_and_the_run_has_failed(shop: Shop, is_whole_group: bool) -> None:
    shop.gate.touch()
    run = shop.begin()
    job = asyncio.create_task(shop.trainer.carry_out(run))
    await until(lambda: shop.run(run.id).detail == "IntentRanker")
    pid = shop.run(run.id).pid
    if is_whole_group:
        Child(shop.root, shop.folder / "training" / shop.run(run.id).snapshot).end(pid)
    else:
        os.kill(children(pid)[0], signal.SIGKILL)
    await job
    assert shop.run(run.id).state is RunState.FAILED
    assert "its process was killed" in shop.run(run.id).problem


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


async def test_a_model_in_the_shadow_or_on_its_way_into_service_is_not_pruned(shop: Shop) -> None:
    boss = hired(shop.database, "Boss", Role.ADMINISTRATOR)
    for number in range(5):
        (shop.root / "nlu_data/greet.yml").write_text(f"version: '3.1' # {number}\n")
        await shop.trainer.carry_out(shop.begin())
        newest = shop.names()[0]
        if number == 0:
            shop.database.write_now(lambda unit, a=newest: learning.begin_shadow(unit, a, boss, 1, shop.clock()))  # type: ignore[misc]
        if number == 1:
            shop.database.write_now(lambda unit, a=newest: learning.promote(unit, a, boss, "why", shop.clock()))  # type: ignore[misc]
    left = {path.name.removesuffix(".tar.gz") for path in shop.models.glob("*.tar.gz")}
    oldest_first = shop.names()[::-1]
    assert left == {oldest_first[0], oldest_first[1], oldest_first[3], oldest_first[4]}


async def test_what_was_just_trained_is_kept_though_the_clock_was_put_back(shop: Shop) -> None:
    for number in range(3):
        (shop.root / "nlu_data/greet.yml").write_text(f"version: '3.1' # {number}\n")
        shop.clock.pass_(hours=-1)
        run = shop.begin()
        await shop.trainer.carry_out(run)
        assert (shop.models / f"{shop.run(run.id).model}.tar.gz").exists()
