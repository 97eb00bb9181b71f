"""A steady load for as long as something lasts: a few chats, each sending at its own pace whatever the answers take."""

import asyncio
import itertools
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from types import TracebackType

import aiohttp

from benchmarks.load import Chat, Side
from benchmarks.measure import NotInTime

PEOPLE = 5
PACE_SECONDS = 0.5
"""Between two messages of one chat, unless the answer takes longer."""
PATIENCE_SECONDS = 200.0
"""An answer that takes longer than this is lost."""
LOST = (aiohttp.ClientError, TimeoutError, NotInTime)


@dataclass(frozen=True, slots=True)
class Turn:
    """One answered message; seconds since 1970, so that other clocks of this machine can be compared."""

    sent_at: float
    answered_at: float
    outcome: str

    @property
    def seconds(self) -> float:
        """How long the answer took."""
        return self.answered_at - self.sent_at


class Pace:
    """`async with Pace(side, scripts) as pace`: the load lasts as long as the block, then what was sent is waited for.

    Attributes:
        turns: what was answered, in the order of the answers.
        lost: what was not, by the name of the error.
    """

    def __init__(self, side: Side, scripts: Sequence[Sequence[str]]) -> None:
        self._side = side
        self._scripts = itertools.cycle(scripts)
        self._tasks: list[asyncio.Task[None]] = []
        self._is_over = asyncio.Event()
        self.turns: list[Turn] = []
        self.lost: Counter[str] = Counter()

    async def __aenter__(self) -> "Pace":
        self._tasks = [asyncio.create_task(self._person(number)) for number in range(PEOPLE)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        if kind is not None:
            for task in self._tasks:
                task.cancel()
        ended = await asyncio.gather(*self._tasks, return_exceptions=True)
        for problem in filter(None, ended):
            if kind is None:
                raise problem

    async def _person(self, number: int) -> None:
        await self._rest(PACE_SECONDS * number / PEOPLE)
        while not self._is_over.is_set():
            try:
                chat = await asyncio.wait_for(self._side.open(), PATIENCE_SECONDS)
                await self._hold(chat, next(self._scripts))
            except LOST as error:
                self.lost[_named(error)] += 1
                await self._rest(PACE_SECONDS)

    async def _hold(self, chat: Chat, script: Sequence[str]) -> None:
        for text in script:
            if self._is_over.is_set():
                return
            sent_at = time.time()
            outcome = await asyncio.wait_for(chat.say(text), PATIENCE_SECONDS)
            self.turns.append(Turn(sent_at, time.time(), outcome))
            await self._rest(sent_at + PACE_SECONDS - time.time())

    async def _rest(self, seconds: float) -> None:
        """Wait, not beyond the end of the load."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_over.wait(), max(0.0, seconds))


def _named(error: Exception) -> str:
    """The kind of an error, with what was refused and how when a server said so."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"{error.request_info.method} {error.request_info.url.path} {error.status}"
    return type(error).__name__


def between(turns: Sequence[Turn], began_at: float, ended_at: float) -> list[Turn]:
    """What was sent within a time."""
    return [turn for turn in turns if began_at <= turn.sent_at <= ended_at]


def longest_pause(turns: Sequence[Turn], began_at: float = 0.0, ended_at: float = float("inf")) -> float:
    """The longest time, touching the window, in which somebody waited and nobody was answered; seconds."""
    ordered = sorted(turns, key=lambda turn: turn.answered_at)
    waiting_since = list(itertools.accumulate((turn.sent_at for turn in reversed(ordered)), min))[::-1]
    longest, before = 0.0, 0.0
    for turn, first_sent in zip(ordered, waiting_since, strict=True):
        start = max(before, first_sent)
        if start <= ended_at and turn.answered_at >= began_at:
            longest = max(longest, turn.answered_at - start)
        before = turn.answered_at
    return longest
