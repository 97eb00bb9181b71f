"""Load on either side: chats of a few turns, so many at once, each turn sent when the one before is answered."""

import asyncio
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle
from typing import Protocol

from benchmarks.measure import usage

LIMIT_SECONDS = 240.0
"""No new chat begins after this long."""


class Chat(Protocol):
    """One person's chat."""

    async def say(self, text: str) -> str:
        """Send a text and wait for its answer; returns one word for what became of it."""
        ...


class Side(Protocol):
    """A system under load."""

    name: str

    @property
    def pid(self) -> int:
        """The process at the root of it."""
        ...

    async def open(self) -> Chat:
        """Begin a chat."""
        ...


@dataclass(slots=True)
class Result:
    """What a load came to; seconds throughout, one latency a turn. Results of the same load add up."""

    latencies: list[float] = field(default_factory=list)
    wall_seconds: float = 0.0
    cpu_seconds: float = 0.0
    outcomes: Counter[str] = field(default_factory=Counter)

    @property
    def turns_per_second(self) -> float:
        """Answered turns by wall clock, opening chats included."""
        return len(self.latencies) / self.wall_seconds

    @property
    def cpu_per_turn(self) -> float:
        """Processor seconds of the whole tree per turn, opening chats included."""
        return self.cpu_seconds / len(self.latencies)

    def add(self, other: "Result") -> None:
        """Take in another round."""
        self.latencies += other.latencies
        self.wall_seconds += other.wall_seconds
        self.cpu_seconds += other.cpu_seconds
        self.outcomes += other.outcomes


async def chats(side: Side, scripts: Sequence[Sequence[str]], parallel: int, count: int) -> Result:
    """Hold `count` chats, `parallel` at once, going through `scripts` in turn."""
    result, before = Result(), usage(side.pid).cpu_seconds
    began = time.perf_counter()
    waiting = _until(began + LIMIT_SECONDS, (script for script, _ in zip(cycle(scripts), range(count), strict=False)))

    async def person() -> None:
        for script in waiting:
            chat = await side.open()
            for text in script:
                await turn(chat, text, result)

    await asyncio.gather(*(person() for _ in range(parallel)))
    result.wall_seconds = time.perf_counter() - began
    result.cpu_seconds = usage(side.pid).cpu_seconds - before
    return result


async def turn(chat: Chat, text: str, result: Result) -> None:
    """One turn, timed."""
    began = time.perf_counter()
    result.outcomes[await chat.say(text)] += 1
    result.latencies.append(time.perf_counter() - began)


def _until(deadline: float, scripts: Iterator[Sequence[str]]) -> Iterator[Sequence[str]]:
    for script in scripts:
        if time.perf_counter() > deadline:
            return
        yield script


async def at_rate(send: Callable[[int], object], per_second: float, count: int) -> Result:
    """Send numbers 0 to `count` - 1 at a steady rate whatever the answers take; latencies from the planned moment."""
    result, began = Result(), time.perf_counter()

    async def one(number: int) -> None:
        due = began + number / per_second
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        result.outcomes[str(await send(number))] += 1  # type: ignore[misc]
        result.latencies.append(time.perf_counter() - due)

    await asyncio.gather(*(one(number) for number in range(count)))
    result.wall_seconds = time.perf_counter() - began
    return result
