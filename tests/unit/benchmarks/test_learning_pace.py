import asyncio
from collections.abc import Sequence

import aiohttp
import pytest

from benchmarks.learning_pace import PEOPLE, Pace, Turn, between, longest_pause


def turn(sent_at: float, answered_at: float) -> Turn:
    return Turn(sent_at, answered_at, "answered")


def test_a_pause_begins_when_somebody_waits_not_when_nobody_asks() -> None:
    assert longest_pause([turn(0.0, 0.1), turn(9.0, 9.3)]) == pytest.approx(0.3)


def test_a_pause_ends_with_any_answer() -> None:
    slow_beside_quick = [turn(0.0, 5.0), turn(0.5, 1.0), turn(1.5, 2.5), turn(3.0, 4.0)]
    assert longest_pause(slow_beside_quick) == pytest.approx(1.5)


def test_five_who_wait_for_one_freeze_see_one_pause() -> None:
    frozen = [turn(number / 10, 7.0 + number / 100) for number in range(5)]
    assert longest_pause(frozen) == pytest.approx(7.0)


def test_only_pauses_that_touch_the_window_count() -> None:
    turns = [turn(0.0, 3.0), turn(10.0, 10.2), turn(20.0, 22.0)]
    assert longest_pause(turns, 5.0, 15.0) == pytest.approx(0.2)
    assert longest_pause(turns, 21.0, 30.0) == pytest.approx(2.0)
    assert longest_pause(turns, 30.0) == 0.0
    assert longest_pause([]) == 0.0


def test_turns_belong_to_the_time_in_which_they_were_sent() -> None:
    early, inside, late = turn(0.9, 1.5), turn(1.0, 9.0), turn(2.1, 2.2)
    assert between([early, inside, late], 1.0, 2.0) == [inside]


class Parrot:
    """A side that answers at once, or never."""

    name = "parrot"
    pid = 1

    def __init__(self, is_moody: bool = False) -> None:
        self.said: list[str] = []
        self.opened = 0
        self._is_moody = is_moody
        self._was_busy = asyncio.Event()

    async def open(self) -> "Parrot":
        self.opened += 1
        return self

    async def say(self, text: str) -> str:
        self.said.append(text)
        if len(self.said) >= PEOPLE:
            self._was_busy.set()
        if self._is_moody:
            raise aiohttp.ClientConnectionError
        return "answered"

    async def was_busy(self) -> None:
        await self._was_busy.wait()


SCRIPTS: Sequence[Sequence[str]] = [["one", "two"], ["three", "four"]]


async def test_everybody_talks_while_the_block_lasts_and_nobody_after_it() -> None:
    parrot = Parrot()
    async with Pace(parrot, SCRIPTS) as pace:
        await parrot.was_busy()
    said = list(parrot.said)
    await asyncio.sleep(0)
    assert len(pace.turns) == len(said) == len(parrot.said) >= PEOPLE
    assert pace.lost.total() == 0


async def test_what_is_not_answered_is_lost_and_the_person_begins_anew() -> None:
    parrot = Parrot(is_moody=True)
    async with Pace(parrot, SCRIPTS) as pace:
        await parrot.was_busy()
    assert pace.turns == []
    assert pace.lost == {"ClientConnectionError": len(parrot.said)}


async def test_an_error_within_the_block_ends_the_load_at_once() -> None:
    with pytest.raises(LookupError):
        async with Pace(Parrot(), SCRIPTS):
            raise LookupError
