"""The shadow run: a candidate hears live questions beside the serving model; nobody sees its answers.

It never makes anybody wait: a question that comes while the candidate is busy is left out. Only what differs is kept.
"""

import asyncio
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

import structlog

from bot.brain import BrainTurn
from bot.fleet import WARMING_SENDER, Fleet, Slot
from bot.interpreter import interpret
from helpdesk.error import HelpdeskError
from helpdesk.language import Language
from helpdesk.storage.database import Database
from helpdesk.storage.shadow import Shadow
from helpdesk.storage.unit import Unit
from knowledge_base.text.privacy import mask

log = structlog.get_logger(__name__)

PARALLEL = 2
SENDER = "shadow"


class Shadowing:
    """Listens to the serving brain of a fleet while a shadow run is under way."""

    def __init__(self, database: Database, fleet: Fleet, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._fleet = fleet
        self._clock = clock
        self._slot: Slot | None = None
        self._run: Shadow | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def begin(self, run: Shadow, slot: Slot) -> None:
        """Have the brain in `slot` answer beside the serving one."""
        self._run, self._slot = run, slot
        self._fleet.listener = self._hear

    @property
    def run_id(self) -> int | None:
        """The run that is being carried out here."""
        return self._run.id if self._run else None

    async def end(self) -> str | None:
        """Stop listening; returns the model whose brain is no longer needed."""
        self._fleet.listener = None
        slot, self._slot, self._run = self._slot, None, None
        await asyncio.gather(*self._tasks, return_exceptions=True)
        return slot.model if slot else None

    def _hear(
        self, sender: str, text: str, language: Language | None, context: Mapping[str, str], answered: BrainTurn
    ) -> None:
        if self._slot is None or len(self._tasks) >= PARALLEL or sender.startswith(WARMING_SENDER):
            return
        task = asyncio.create_task(self._ask(sender, text, language, dict(context), answered))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _ask(
        self, sender: str, text: str, language: Language | None, context: dict[str, str], answered: BrainTurn
    ) -> None:
        run, slot = self._run, self._slot
        if run is None or slot is None:
            return
        try:
            heard = await slot.turn(f"{SENDER}-{sender}", text, language, context)
            sides = [_told(turn) for turn in (answered, heard)]
            await self._database.write(partial(self._keep, run.id, sender, text, answered.language, sides))
        except HelpdeskError as problem:
            log.warning("shadow.unheard", error=type(problem).__name__)

    def _keep(
        self, run_id: int, sender: str, text: str, language: Language, sides: list[dict[str, Any]], unit: Unit
    ) -> None:
        serving, candidate = sides
        is_other = any(serving[name] != candidate[name] for name in ("outcome", "article_id"))
        unit.shadows.count(run_id, 1, int(is_other))
        if is_other:
            unit.shadows.keep(
                run_id,
                sender.partition("-")[0],
                self._clock(),
                question=mask(text),
                language=language,
                serving=serving,
                candidate=candidate,
            )


def _told(turn: BrainTurn) -> dict[str, Any]:
    reply = interpret(turn, turn.language, ())
    return {
        "outcome": str(reply.outcome),
        "article_id": reply.article_id,
        "intent": reply.intent,
        "confidence": round(reply.confidence, 3),
    }
