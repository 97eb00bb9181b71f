"""Two desks over one database and brains in memory: a switch under load, who follows whom, what a crash leaves."""

import asyncio
import json
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from bot import model
from bot.answerer import Answerer
from bot.bookcase import Bookcase
from bot.brain import BrainTurn, ScriptedBrain, simple_turn
from bot.filestore import DiskFileStore
from bot.fleet import Fleet, Slot
from bot.gateway import Gateway
from bot.learning import store
from bot.learning.promotion import Promoter
from bot.learning.shadow import Shadowing
from bot.process import this_process
from bot.responder import Responder
from bot.signal import Signal
from helpdesk.learning import ModelState, Origin, PromotionState
from helpdesk.message import Author, Outcome
from helpdesk.officer import Officer, Role
from helpdesk.reply import Reply
from helpdesk.storage.database import Database
from helpdesk.storage.unit import Unit
from helpdesk.usecase import learning, privacy
from knowledge_base import shelf
from knowledge_base.edition import Library
from tests.conftest import POLICY, Clock, hired, incoming, met
from tests.waiting import until

GONE = "nowhere/1/1"


@dataclass
class Models:
    """A folder of archives, the rows that belong to them, and an administrator."""

    folder: Path
    database: Database
    clock: Clock
    boss: Officer
    away: set[str] = field(default_factory=set)

    def add(self, name: str) -> None:
        archive = self.folder / f"{name}.tar.gz"
        archive.write_bytes(name.encode())

        def case(unit: Unit) -> None:
            unit.models.add(
                name=name,
                archive=archive.name,
                sha256=model.file_hash(archive),
                fingerprint="f",
                origin=Origin.CONSOLE,
                trained_at=self.clock.pass_(seconds=1),
                rasa="3.6.21",
                seconds=1.0,
                facts={},
            )

        self.database.write_now(case)

    def serving(self) -> str | None:
        found = self.database.read_now(lambda unit: unit.models.serving())
        return found.model if found else None

    def promote(self, name: str) -> None:
        self.database.write_now(lambda unit: learning.promote(unit, name, self.boss, "a test", self.clock()))

    def in_manifest(self) -> str:
        known = model.manifest(self.folder)
        assert known is not None
        return store.name_of(known.archive)

    def slot(self, archive: Path) -> Slot:
        name = store.name_of(archive.name)
        brain = ScriptedBrain(lambda text: answer(name, text))
        brain.is_away = name in self.away
        return Slot(name, brain)

    def desk(self, name: str = "") -> Promoter:
        fleet = Fleet(self.slot, keep_seconds=60.0)
        return Promoter(self.database, fleet, self.folder, self.folder, self.clock, name or this_process())


def answer(name: str, text: str) -> BrainTurn:
    intent = "must_refuse" if name == "b" and "khác" in text else "greet"
    custom = {"outcome": str(Outcome.REFUSED if intent == "must_refuse" else Outcome.SMALLTALK)}
    return simple_turn(intent, f"{name}: {text}", custom=custom)


def fleet_of(desk: Promoter) -> Fleet:
    return desk._fleet


@pytest.fixture
def models(tmp_path: Path, database: Database, clock: Clock) -> Models:
    folder = tmp_path / "models"
    folder.mkdir()
    made = Models(folder, database, clock, hired(database, "Boss", Role.ADMINISTRATOR))
    for name in ("a", "b"):
        made.add(name)
    database.write_now(lambda unit: unit.models.serve("a", clock()))
    return made


async def test_a_switch_under_load_fails_nobody_and_keeps_every_order(models: Models, tmp_path: Path) -> None:
    desk, bookcase = models.desk(), Bookcase(models.database, models.clock, serve_drafts=True)
    await desk.settle()
    responder = Responder(bookcase.current, models.clock)
    files = DiskFileStore(tmp_path / "files")
    gateway = Gateway(models.database, fleet_of(desk), responder, files, Signal(), POLICY, models.clock)
    people, count = [met(models.database, address=str(number)) for number in range(4)], 12

    async def write(address: str) -> None:
        for number in range(count):
            update = incoming(f"câu {number}", address=address, external_id=f"u{address}.{number}")
            await gateway.receive(update)
            await asyncio.sleep(0)

    writing = [asyncio.create_task(write(str(number))) for number in range(4)]
    await asyncio.sleep(0.05)
    models.promote("b")
    await desk.carry_out()
    await asyncio.gather(*writing)
    await until(lambda: models.database.read_now(lambda unit: unit.inbox.waiting_conversations()) == [])
    await gateway.stop()
    answered_by = set()
    for person in people:
        said = models.database.read_now(lambda unit, id_=person.id: unit.messages.of(id_))  # type: ignore[misc]
        answers = [message.text.split(": ") for message in said if message.author is Author.BOT]
        assert [words[1] for words in answers] == [f"câu {number}" for number in range(count)]
        order = [words[0] for words in answers]
        assert order == sorted(order), "nobody is answered by the old model after the new one"
        answered_by |= set(order)
    assert "b" in answered_by
    assert models.serving() == models.in_manifest() == "b"
    await fleet_of(desk).stop()


async def test_a_conversation_in_progress_keeps_its_context_over_a_switch(models: Models) -> None:
    desk = models.desk()
    await desk.settle()
    person = met(models.database)
    models.database.write_now(lambda unit: unit.conversations.change(person.id, context={"article": "cancel"}))
    responder = Responder(lambda: Library.of((), shelf.reference()), models.clock)
    answerer = Answerer(fleet_of(desk), responder)
    heard = []
    for name in ("a", "b"):
        if name == "b":
            models.promote("b")
            await desk.carry_out()
        now = models.database.read_now(lambda unit: unit.conversations.get(person.id))
        await answerer.answer("thế còn phí thì sao", "vi", now, 1)
        slot = fleet_of(desk).serving
        assert slot is not None
        assert isinstance(slot.brain, ScriptedBrain)
        heard.append((slot.model, slot.brain.heard[-1][0], slot.brain.heard[-1][3]))
    (_, first, context), (_, second, _) = heard
    assert heard == [("a", first, context), ("b", second, context)]
    assert (first, context) == (second, {"article": "cancel"})
    await fleet_of(desk).stop()


async def test_a_desk_that_cannot_follow_says_so_and_tries_again(models: Models) -> None:
    one, two = models.desk(), models.desk()
    for desk in (one, two):
        await desk.settle()
    models.promote("b")
    await one.carry_out()
    archive = models.folder / "b.tar.gz"
    content = archive.read_bytes()
    archive.unlink()
    await two.follow()
    assert fleet_of(two).serving.model == "a"  # type: ignore[union-attr]
    assert "b cannot be served here" in fleet_of(two).preparation
    archive.write_bytes(content)
    await two.follow()
    assert fleet_of(two).serving.model == "a", "not again and again"  # type: ignore[union-attr]
    models.clock.pass_(seconds=61)
    await two.follow()
    assert (fleet_of(two).serving.model, fleet_of(two).preparation) == ("b", "")  # type: ignore[union-attr]
    for desk in (one, two):
        await fleet_of(desk).stop()


async def test_a_promotion_that_this_desk_could_not_end_blocks_no_other(models: Models) -> None:
    desk = models.desk()
    await desk.settle()
    models.promote("b")
    found = models.database.read_now(lambda unit: unit.models.under_way())
    assert found is not None
    models.database.write_now(lambda unit: unit.models.take_up(found.id, this_process()))
    assert not await desk.carry_out()
    models.promote("b")
    assert await desk.carry_out()
    assert models.serving() == "b"
    await fleet_of(desk).stop()


async def test_every_desk_follows_the_row(models: Models) -> None:
    one, two = models.desk(), models.desk()
    for desk in (one, two):
        await desk.settle()
    models.promote("b")
    assert await one.carry_out()
    assert not await two.carry_out()
    await two.follow()
    assert [fleet_of(desk).serving.model for desk in (one, two)] == ["b", "b"]  # type: ignore[union-attr]
    models.database.write_now(lambda unit: learning.roll_back(unit, models.boss, "", models.clock()))
    await two.carry_out()
    await one.follow()
    assert [fleet_of(desk).serving.model for desk in (one, two)] == ["a", "a"]  # type: ignore[union-attr]
    for desk in (one, two):
        await fleet_of(desk).stop()


@pytest.mark.parametrize("is_manifest_ahead", [False, True])
async def test_a_desk_that_is_gone_leaves_the_model_that_served(models: Models, is_manifest_ahead: bool) -> None:
    models.promote("b")
    found = models.database.read_now(lambda unit: unit.models.under_way())
    assert found is not None
    gone = this_process().rpartition("/")[0] + "/1"  # our id, another beginning: a process that has ended
    models.database.write_now(lambda unit: unit.models.take_up(found.id, gone))
    if is_manifest_ahead:
        store.point_at(models.folder, models.database.read_now(lambda unit: unit.models.get("b")))
    desk = models.desk()
    assert await desk.settle()
    assert models.serving() == models.in_manifest() == "a"
    [ended] = models.database.read_now(lambda unit: unit.models.promotions())
    assert (ended.state, ended.problem) == (PromotionState.FAILED, "the desk that prepared it was ended")
    models.promote("b")


async def test_a_promotion_that_another_living_desk_prepares_is_left_to_it(models: Models) -> None:
    models.promote("b")
    found = models.database.read_now(lambda unit: unit.models.under_way())
    assert found is not None
    models.database.write_now(lambda unit: unit.models.take_up(found.id, GONE))
    desk = models.desk()
    await desk.settle()
    assert not await desk.carry_out()
    assert models.database.read_now(lambda unit: unit.models.under_way()) is not None
    models.clock.pass_(minutes=16)
    assert not await desk.carry_out()
    assert models.database.read_now(lambda unit: unit.models.under_way()) is None, "nothing is heard of that machine"
    assert models.serving() == "a"


async def test_a_model_that_does_not_answer_or_was_altered_never_serves(models: Models) -> None:
    desk = models.desk()
    await desk.settle()
    models.away.add("b")
    asked = met(models.database, address="99")
    said = Reply(Outcome.SMALLTALK, "vi")
    models.database.write_now(lambda unit: unit.turns.add(asked.id, None, "câu hỏi", "web", said, models.clock()))
    models.promote("b")
    await desk.carry_out()
    assert models.serving() == models.in_manifest() == "a"
    models.away.clear()
    (models.folder / "b.tar.gz").write_bytes(b"code")
    models.promote("b")
    await desk.carry_out()
    assert models.serving() == "a"
    assert models.database.read_now(lambda unit: unit.models.get("b")).state is ModelState.REFUSED
    actions = [entry.action for entry in models.database.read_now(lambda unit: unit.audit.recent())]
    assert actions.count("model.promotion_failed") == 2


def trained_by_command(models: Models, fingerprint: str) -> None:
    archive = models.folder / "c.tar.gz"
    archive.write_bytes(b"c")
    model.register(models.folder, archive, fingerprint, models.clock.pass_(seconds=1), "3.6.21", 1.0)


async def test_what_isec_train_made_is_taken_over_when_the_serving_model_is_altered(models: Models) -> None:
    trained_by_command(models, "another")
    assert await models.desk().settle()
    assert models.serving() == "a"
    trained_by_command(models, "another")
    (models.folder / "a.tar.gz").write_bytes(b"code")
    assert await models.desk().settle()
    assert models.serving() == models.in_manifest() == "c"
    assert json.loads((models.folder / "c.json").read_text())["origin"] == "adopted"


async def test_a_model_whose_archive_is_gone_is_not_waited_for(models: Models) -> None:
    (models.folder / "a.tar.gz").unlink()
    desk = models.desk()
    assert not await desk.settle()
    assert fleet_of(desk).serving is None


async def test_what_isec_train_made_for_this_release_is_taken_over(models: Models) -> None:
    trained_by_command(models, model.data_fingerprint(models.folder))
    desk = models.desk()
    assert await desk.settle()
    assert models.serving() == "c"
    assert await desk.is_current()


async def test_a_shadow_run_keeps_only_what_differs_and_forgets_with_the_business(models: Models) -> None:
    desk = models.desk()
    await desk.settle()
    fleet, person = fleet_of(desk), met(models.database)
    shadowing = Shadowing(models.database, fleet, models.clock)
    until_ = models.clock() + timedelta(hours=1)
    run_id = models.database.write_now(lambda unit: unit.shadows.begin("b", None, models.clock(), until_))
    run = models.database.read_now(lambda unit: unit.shadows.running())
    assert run is not None
    shadowing.begin(run, await fleet.prepare(models.folder / "b.tar.gz"))
    for text in ("như nhau", "khác nhau, gọi 0912345678"):
        turn = await fleet.turn(f"{person.id}-0", text, "vi", {})
        assert turn.model == "a"
        await until(lambda: not shadowing._tasks)
    found = models.database.read_now(lambda unit: unit.shadows.of("b"))
    assert found is not None
    assert (found.asked, found.differing) == (2, 1)
    [line] = models.database.read_now(lambda unit: unit.shadows.differences(run_id))
    assert "0912345678" not in line.question
    assert (line.serving["outcome"], line.candidate["outcome"]) == ("smalltalk", "refused")
    models.database.write_now(lambda unit: privacy.forget(unit, person, models.clock()))
    [line] = models.database.read_now(lambda unit: unit.shadows.differences(run_id))
    assert line.question == privacy.ERASED
    assert await shadowing.end() == "b"
    await fleet.stop()
