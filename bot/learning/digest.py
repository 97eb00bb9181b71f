"""The digest: takes logged turns in as questions, a little behind the conversations and never in their way."""

import asyncio
import hashlib
import re
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial

import structlog

from bot.learning.likeness import bands
from helpdesk.storage.asking import FreshTurn, NewQuestion
from helpdesk.storage.database import Database
from helpdesk.usecase import asked
from helpdesk.usecase.asked import Asked
from helpdesk.usecase.privacy import ERASED
from knowledge_base.text.normal import clean, fold
from knowledge_base.text.privacy import mask

log = structlog.get_logger(__name__)

REST_SECONDS, PAUSE_SECONDS = 3.0, 0.05
_WORD = re.compile(r"\w+")
AT_ONCE = 50
"""Turns in one transaction: SQLite has one writer, and messages that arrive wait for it."""


def question_of(text: str, language: str) -> NewQuestion | None:
    """What is kept of a text: masked, and the key that it shares with the same text in other marks and cases.

    None for a text of which nothing is left.
    """
    kept = training_text(text)
    folded = fold(kept, keep_marks=False)
    if not folded:
        return None
    return NewQuestion(key_of(kept), kept, folded, language, bands(folded))


def training_text(text: str) -> str:
    """`text` as it may be learnt from: one line, personal data masked, nothing that Rasa reads as an annotation."""
    return mask(clean(text)).replace("](", "] (").replace("]{", "] {")


def key_of(text: str) -> str:
    """The key under which a text is found again, whatever its case, marks and punctuation."""
    folded = fold(text, keep_marks=False)
    return hashlib.sha256((" ".join(_WORD.findall(folded)) or folded).encode()).hexdigest()


class Digest:
    """Runs every few seconds, and without resting while there is something left to take in."""

    def __init__(
        self, database: Database, clock: Callable[[], datetime], prepare: Callable[[], None] = lambda: None
    ) -> None:
        """`prepare` is run in a thread before the first step."""
        self._database = database
        self._clock = clock
        self._prepare = prepare
        self._task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._rounds())

    async def stop(self) -> None:
        """End; what was not taken in is taken in after the next start."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _rounds(self) -> None:
        await asyncio.to_thread(self._prepare)
        while True:
            try:
                count = await self.step()
            except Exception as error:
                log.warning("digest.failed", error=type(error).__name__)
                count = 0
            await asyncio.sleep(PAUSE_SECONDS if count == AT_ONCE else REST_SECONDS)

    async def step(self) -> int:
        """Take in the oldest turns that wait and count again what has changed; returns how many turns."""
        turns = await self._database.read(lambda unit: unit.askings.fresh(AT_ONCE))
        count = 0
        if turns:
            prepared = await asyncio.to_thread(_prepared, turns)
            count = await self._database.write(partial(asked.take_in, asked=prepared, at=self._clock()))
        await self._database.write(lambda unit: asked.look_again(unit, self._clock()))
        return count


def _prepared(turns: Sequence[FreshTurn]) -> list[Asked]:
    return [Asked(turn, None if turn.text == ERASED else question_of(turn.text, turn.language)) for turn in turns]
