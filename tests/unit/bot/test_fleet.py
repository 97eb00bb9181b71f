"""Brains in memory: who answers, who is kept, and what a switch does to turns that are under way."""

import asyncio
from collections.abc import Mapping
from pathlib import Path

import pytest

from bot.brain import BrainTurn, ScriptedBrain, simple_turn
from bot.fleet import Fleet, Slot
from helpdesk.error import BrainUnavailable, Unavailable
from helpdesk.language import Language
from tests.waiting import until


def slot_of(archive: Path) -> Slot:
    name = archive.name.removesuffix(".tar.gz")
    return Slot(name, ScriptedBrain(lambda text: simple_turn("greet", f"{name}: {text}")))


class SlowBrain(ScriptedBrain):
    """Answers once it is let go."""

    def __init__(self) -> None:
        super().__init__(lambda text: simple_turn("greet", f"slow: {text}"))
        self.go = asyncio.Event()

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        answer = await super().turn(sender, text, language, context)
        await self.go.wait()
        return answer


async def said(fleet: Fleet, text: str = "x") -> tuple[str, str | None]:
    turn = await fleet.turn("c-0", text, "vi", {})
    return turn.messages[0].text, turn.model


async def test_without_a_model_people_get_the_reduced_service_and_readiness_says_why() -> None:
    fleet = Fleet(slot_of, preparation="training: learning")
    assert (fleet.is_reduced, fleet.state, await fleet.is_ready()) == (True, "training: learning", False)
    with pytest.raises(BrainUnavailable):
        await said(fleet)


async def test_a_switch_is_between_two_turns_and_the_turn_names_its_model() -> None:
    fleet = Fleet(slot_of)
    await fleet.install(Path("one.tar.gz"))
    assert await said(fleet) == ("one: x", "one")
    slot = await fleet.prepare(Path("two.tar.gz"), ["một câu", "hai câu"])
    assert await said(fleet) == ("one: x", "one")
    assert isinstance(slot.brain, ScriptedBrain)
    assert [heard[1] for heard in slot.brain.heard] == ["một câu", "hai câu"]
    fleet.switch(slot)
    assert await said(fleet) == ("two: x", "two")
    await fleet.stop()


async def test_a_turn_that_has_begun_ends_where_it_began_and_its_brain_waits_for_it() -> None:
    slow = SlowBrain()
    fleet = Fleet(slot_of, keep_seconds=0.0, serving=Slot("old", slow))
    under_way = asyncio.create_task(said(fleet))
    await until(lambda: slow.heard)
    old = fleet.serving
    assert old is not None
    fleet.switch(await fleet.prepare(Path("new.tar.gz")))
    assert await said(fleet) == ("new: x", "new")
    assert old.running == 1
    slow.go.set()
    assert await under_way == ("slow: x", "old")
    await until(lambda: fleet.find("old") is None)


async def test_going_back_while_warm_loads_nothing() -> None:
    opened: list[str] = []

    def open_slot(archive: Path) -> Slot:
        opened.append(archive.name)
        return slot_of(archive)

    fleet = Fleet(open_slot, keep_seconds=60.0)
    await fleet.install(Path("one.tar.gz"))
    first = fleet.serving
    fleet.switch(await fleet.prepare(Path("two.tar.gz")))
    back = await fleet.prepare(Path("one.tar.gz"))
    assert back is first
    fleet.switch(back)
    assert (await said(fleet))[1] == "one"
    assert fleet.find("two") is not None
    await fleet.stop()


async def test_only_the_one_before_is_kept() -> None:
    fleet = Fleet(slot_of, keep_seconds=60.0)
    await fleet.install(Path("one.tar.gz"))
    for name in ("two", "three"):
        fleet.switch(await fleet.prepare(Path(f"{name}.tar.gz")))
    await until(lambda: fleet.find("one") is None)
    assert fleet.find("two") is not None
    await fleet.stop()


async def test_a_brain_that_is_being_ended_is_ended_though_its_model_is_wanted_again() -> None:
    ended: list[Slot] = []

    class Ending(Slot):
        async def stop(self) -> None:
            await super().stop()
            ended.append(self)

    slow = SlowBrain()
    first = Ending("one", slow)
    fleet = Fleet(slot_of, keep_seconds=0.0, serving=first)
    under_way = asyncio.create_task(said(fleet))
    await until(lambda: slow.heard)
    fleet.switch(await fleet.prepare(Path("two.tar.gz")))
    await until(lambda: fleet.find("one") is None)
    fleet.switch(await fleet.prepare(Path("one.tar.gz")))
    slow.go.set()
    await under_way
    await until(lambda: ended)
    assert ended == [first]
    await fleet.stop()


async def test_a_brain_that_does_not_answer_never_serves() -> None:
    def open_slot(archive: Path) -> Slot:
        slot = slot_of(archive)
        if archive.name == "bad.tar.gz":
            assert isinstance(slot.brain, ScriptedBrain)
            slot.brain.is_away = True
        return slot

    fleet = Fleet(open_slot)
    await fleet.install(Path("one.tar.gz"))
    with pytest.raises(Unavailable, match="bad"):
        await fleet.prepare(Path("bad.tar.gz"), ["câu hỏi"])
    assert await said(fleet) == ("one: x", "one")
    assert fleet.find("bad") is None


async def test_a_listener_hears_what_people_asked_but_not_the_warming() -> None:
    fleet = Fleet(slot_of)
    heard: list[str] = []
    fleet.listener = lambda sender, text, language, context, answered: heard.append(text)
    await fleet.install(Path("one.tar.gz"))
    await said(fleet, "thật")
    await fleet.prepare(Path("two.tar.gz"), ["hâm nóng"])
    assert heard == ["thật"]
    await fleet.stop()


async def test_the_serving_brain_explains_itself_and_no_listener_hears_of_it() -> None:
    heard: list[str] = []
    fleet = Fleet(slot_of, listener=lambda sender, text, *_: heard.append(text))
    with pytest.raises(BrainUnavailable):
        await fleet.explain("x", "vi", {})
    slot = await fleet.install(Path("one.tar.gz"))
    found = await fleet.explain("x", "vi", {})
    assert (found.turn.messages[0].text, found.turn.model) == ("one: x", "one")
    assert (heard, slot.running) == ([], 0)
