"""The brains of this desk: one serves, another may be made ready beside it, the one before it is kept warm for a while.

Switching is one assignment between two turns: a turn that began ends where it began, the next one goes to the new
brain. The desk sends with every message what the conversation is about, so no brain needs another's memory.
"""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from bot.brain import Brain, BrainReasons, BrainTurn
from bot.supervisor import BrainState, Supervisor
from helpdesk.error import BrainUnavailable, Unavailable
from helpdesk.language import Language

log = structlog.get_logger(__name__)

READY_SECONDS = 180.0
DRAIN_SECONDS = 10.0
POLL_SECONDS = 0.1
WARMING_SENDER = "warm-up"


@dataclass(eq=False)
class Slot:
    """One brain: the model it has loaded, how to talk to it, and who keeps it alive (None = somebody else does)."""

    model: str
    brain: Brain
    supervisor: Supervisor | None = None
    running: int = 0
    """Turns that it is answering now."""

    @property
    def is_ready(self) -> bool:
        """Whether it answers, as far as is known without asking it."""
        return self.supervisor is None or self.supervisor.status.state is BrainState.READY

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        """See `Brain.turn`; the turn names the model that answered."""
        self.running += 1
        try:
            return replace(await self.brain.turn(sender, text, language, context), model=self.model or None)
        finally:
            self.running -= 1

    async def explain(self, text: str, language: Language | None, context: Mapping[str, str]) -> BrainReasons:
        """See `Brain.explain`; the turn names the model that answered."""
        self.running += 1
        try:
            found = await self.brain.explain(text, language, context)
            return replace(found, turn=replace(found.turn, model=self.model or None))
        finally:
            self.running -= 1

    async def start(self) -> None:
        """Begin to keep it running; returns at once."""
        if self.supervisor is not None:
            await self.supervisor.start()

    async def stop(self) -> None:
        """Wait for its turns for a moment, then end it."""
        for _ in range(round(DRAIN_SECONDS / POLL_SECONDS)):
            if not self.running:
                break
            await asyncio.sleep(POLL_SECONDS)
        if self.supervisor is not None:
            await self.supervisor.stop()


OpenSlot = Callable[[Path], Slot]
"""A slot for an archive, not started yet."""

Listener = Callable[[str, str, Language | None, Mapping[str, str], BrainTurn], None]
"""Hears every turn that was answered: sender, text, language, context, and what the serving brain made of it."""


@dataclass
class Fleet:
    """Every brain of this desk; for the gateway it is one `Brain`.

    Attributes:
        open_slot: makes a slot for an archive.
        keep_seconds: how long the brain before the present one is kept warm.
        serving: the slot that answers, None before the first.
        preparation: what is being done to have a (newer) model, in words; empty when nothing is.
        listener: hears answered turns, for the shadow run.
    """

    open_slot: OpenSlot
    keep_seconds: float = 600.0
    serving: Slot | None = None
    preparation: str = ""
    listener: Listener | None = None
    _beside: dict[str, Slot] = field(default_factory=dict)
    _tasks: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _ending: set[asyncio.Task[None]] = field(default_factory=set)

    # -- the brain that serves

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        """See `Brain.turn`."""
        if self.serving is None:
            raise BrainUnavailable("no model is served yet")
        answered = await self.serving.turn(sender, text, language, context)
        if self.listener is not None:
            self.listener(sender, text, language, context, answered)
        return answered

    async def explain(self, text: str, language: Language | None, context: Mapping[str, str]) -> BrainReasons:
        """See `Brain.explain`; no listener hears of it."""
        if self.serving is None:
            raise BrainUnavailable("no model is served yet")
        return await self.serving.explain(text, language, context)

    async def is_ready(self) -> bool:
        """See `Brain.is_ready`."""
        return self.serving is not None and await self.serving.brain.is_ready()

    @property
    def is_reduced(self) -> bool:
        """Whether people get the reduced service now."""
        return self.serving is None or self.serving.supervisor is None or not self.serving.is_ready

    @property
    def state(self) -> str:
        """What keeps the brain from answering, "ok" when nothing does."""
        if self.serving is None or self.serving.supervisor is None:
            return self.preparation or "no model is served"
        status = self.serving.supervisor.status
        return "ok" if status.state is BrainState.READY else f"{status.state} {status.reason}".strip()

    # -- others beside it

    def find(self, model: str) -> Slot | None:
        """The slot that has this model loaded, None when no process has."""
        if self.serving is not None and self.serving.model == model:
            return self.serving
        return self._beside.get(model)

    async def install(self, archive: Path) -> Slot:
        """Serve the first model; nobody has to be relieved, so it serves from the moment it is ready."""
        slot = self.open_slot(archive)
        self.serving = slot
        await slot.start()
        return slot

    async def prepare(self, archive: Path, questions: Sequence[str] = ()) -> Slot:
        """A brain with this model beside the serving one, ready and warmed; raises Unavailable when it does not come.

        One that is warm already is returned as it is.
        """
        slot = self.open_slot(archive)
        known = self.find(slot.model)
        if known is not None and known.is_ready:
            self._keep(known.model)
            return known
        self._beside[slot.model] = slot
        await slot.start()
        try:
            await _becomes_ready(slot)
            for number, question in enumerate(questions):
                await slot.turn(f"{WARMING_SENDER}-{number}", question, None, {})
        except BrainUnavailable as problem:
            await self.dismiss(slot.model)
            raise Unavailable(f"the brain with the model {slot.model} does not answer: {problem}") from problem
        except BaseException:
            await self.dismiss(slot.model)
            raise
        return slot

    def switch(self, slot: Slot) -> None:
        """From this moment on `slot` answers; the brain before it stays warm for `keep_seconds`."""
        before = self.serving
        if before is slot:
            return
        self._keep(slot.model)
        self._beside.pop(slot.model, None)
        self.serving = slot
        log.info("brain.switched", model=slot.model, before=before.model if before else "")
        for model in list(self._beside):
            self._later(model, 0.0)
        if before is not None:
            self._beside[before.model] = before
            self._later(before.model, self.keep_seconds)

    async def dismiss(self, model: str) -> None:
        """End a brain that stands beside; nothing happens when there is none."""
        slot = self._beside.pop(model, None)
        if slot is not None:
            # to its end, whoever asked for it: nobody else knows this brain any more
            ending = asyncio.create_task(slot.stop(), name=f"end-{model}")
            self._ending.add(ending)
            ending.add_done_callback(self._ending.discard)
            await asyncio.shield(ending)
            log.info("brain.dismissed", model=model)

    async def stop(self) -> None:
        """End every brain."""
        for task in list(self._tasks.values()):
            task.cancel()
        await asyncio.gather(*self._tasks.values(), *self._ending, return_exceptions=True)
        for slot in (*self._beside.values(), *([self.serving] if self.serving else [])):
            if slot.supervisor is not None:
                await slot.supervisor.stop()
        self._beside.clear()

    async def _dismiss_after(self, model: str, seconds: float) -> None:
        await asyncio.sleep(seconds)
        await self.dismiss(model)

    def _keep(self, model: str) -> None:
        """A brain that was about to be ended is wanted again."""
        if task := self._tasks.pop(model, None):
            task.cancel()

    def _later(self, model: str, seconds: float) -> None:
        self._keep(model)
        task = asyncio.create_task(self._dismiss_after(model, seconds), name=f"brain-{model}")
        self._tasks[model] = task
        task.add_done_callback(lambda done: self._tasks.pop(model) if self._tasks.get(model) is done else None)


async def _becomes_ready(slot: Slot) -> None:
    """Returns when the brain answers; raises BrainUnavailable when it ends before that, or takes too long."""
    for _ in range(round(READY_SECONDS / POLL_SECONDS)):
        if slot.is_ready:
            return
        await asyncio.sleep(POLL_SECONDS)
        if slot.supervisor is not None and slot.supervisor.status.state is BrainState.DOWN:
            raise BrainUnavailable(slot.supervisor.status.reason)
    raise BrainUnavailable(f"not ready within {READY_SECONDS:.0f} s")
