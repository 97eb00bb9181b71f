"""Everything about models that happens beside the conversations, in one loop: training, promotions, shadow runs.

The console and the command line only write rows; this loop does what they say. It looks every second, and at once
when it is woken.
"""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, time, timedelta
from pathlib import Path

import structlog

from bot import memory
from bot.fleet import Fleet
from bot.learning import store
from bot.learning.promotion import Promoter
from bot.learning.run import Trainer
from bot.learning.shadow import Shadowing
from bot.process import is_gone
from bot.signal import Signal
from helpdesk.calendar import ZONE
from helpdesk.console.port import MODELS
from helpdesk.error import Conflict, HelpdeskError
from helpdesk.learning import Origin, RunState
from helpdesk.storage.database import Database
from helpdesk.storage.training import TrainingRun
from helpdesk.usecase import learning

log = structlog.get_logger(__name__)

ROUND_SECONDS = 1.0
LATE = timedelta(minutes=30)
"""A training whose hour was missed by more than this waits for the next day."""


class School:
    """The loop of one desk."""

    def __init__(
        self,
        database: Database,
        signal: Signal,
        fleet: Fleet,
        trainer: Trainer,
        promoter: Promoter,
        shadowing: Shadowing,
        models: Path,
        clock: Callable[[], datetime],
        desk: str,
        learn_at: time | None = None,
    ) -> None:
        self._database = database
        self._signal = signal
        self._fleet = fleet
        self._trainer = trainer
        self._promoter = promoter
        self._shadowing = shadowing
        self._models = models
        self._clock = clock
        self._desk = desk
        self._learn_at = learn_at
        self._tasks: list[asyncio.Task[None]] = []
        self._training: asyncio.Task[None] | None = None

    async def start(self) -> None:
        """Begin: first a brain for the model there is, then whatever there is to do."""
        self._tasks = [asyncio.create_task(self._live(), name="school")]

    async def stop(self) -> None:
        """End; a process that learns goes on, and the next desk takes the run up."""
        tasks = [*self._tasks, *([self._training] if self._training else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _live(self) -> None:
        await self._survive(self._open)
        with self._signal.subscribe(MODELS) as woken:
            while True:
                for step in (self._promotions, self._trainings, self._shadows, self._schedule):
                    await self._survive(step)
                await woken.wait(ROUND_SECONDS)

    async def _open(self) -> None:
        """Serve what there is; when it is for other data than this release's, or there is none, train."""
        self._fleet.preparation = "loading the model"
        is_served = await self._promoter.settle()
        self._fleet.preparation = ""
        if is_served and await self._promoter.is_current():
            return
        self._fleet.preparation = "training: starting"
        await self._begin(Origin.START)

    # -- training

    async def _trainings(self) -> None:
        if self._training is not None and not self._training.done():
            return
        run = await self._database.read(lambda unit: unit.training.running())
        if run is None or (run.desk not in ("", self._desk) and not is_gone(run.desk)):
            return
        if await self._database.write(lambda unit: unit.training.take_up(run.id, run.desk, self._desk)):
            self._training = asyncio.create_task(self._train(run), name="training")

    async def _train(self, run: TrainingRun) -> None:
        log.info("training.taken_up", run=run.id, origin=str(run.origin))
        telling = asyncio.create_task(self._tell(run.id), name="training-progress")
        try:
            await self._trainer.carry_out(run)
        finally:
            telling.cancel()
        await self._survive(lambda: self._graduate(run.id))
        # a comparison takes tens of megabytes for a moment; not given back, they stay until the next start
        await asyncio.to_thread(memory.give_back)

    async def _tell(self, run_id: int) -> None:
        """Say in /readyz and in the log how far the run is."""
        told = ""
        while True:
            run = await self._database.read(lambda unit: unit.training.get(run_id))
            if run is not None and run.state is RunState.RUNNING:
                step = f"training: {run.phase} {run.detail}".strip()
                self._fleet.preparation = step
                if step != told:
                    log.info("model", step=step.removeprefix("training: "), run=run_id)
                told = step
            with self._signal.subscribe(MODELS) as changed:
                await changed.wait(ROUND_SECONDS)

    async def _graduate(self, run_id: int) -> None:
        """A run that the start asked for puts its model into service: it is made for this release."""
        run = await self._database.read(lambda unit: unit.training.get(run_id))
        self._fleet.preparation = ""
        if run is None or run.state is RunState.CANCELLED:
            return
        if run.state is RunState.FAILED:
            log.error("model.training_failed", run=run_id, problem=run.problem)
            is_named = run.problem.startswith("training failed")
            self._fleet.preparation = run.problem if is_named else f"training failed: {run.problem}"
        elif run.origin is Origin.START or self._fleet.serving is None:
            await self._promoter.serve(run.model)
        self._signal.notify(MODELS)

    async def _begin(self, origin: Origin) -> None:
        at = self._clock()
        try:
            await self._database.write(lambda unit: learning.begin_training(unit, origin, None, at))
        except Conflict:
            log.info("training.under_way_already", origin=str(origin))

    async def _schedule(self) -> None:
        """Train once a day at the hour that the settings name."""
        if self._learn_at is None:
            return
        now = self._clock().astimezone(ZONE)
        due = datetime.combine(now.date(), self._learn_at, ZONE)
        if not due <= now < due + LATE:
            return
        runs = await self._database.read(lambda unit: unit.training.recent(20))
        # not "since then": a run that began while the clock was far ahead must not end all later ones
        if not any(run.origin is Origin.SCHEDULE and due <= run.started_at < due + LATE for run in runs):
            await self._begin(Origin.SCHEDULE)

    # -- which model serves

    async def _promotions(self) -> None:
        if await self._promoter.carry_out():
            self._signal.notify(MODELS)
            await asyncio.to_thread(memory.give_back)
        elif self._fleet.serving is not None:
            await self._promoter.follow()

    # -- shadow runs

    async def _shadows(self) -> None:
        run = await self._database.read(lambda unit: unit.shadows.running())
        at_work = self._fleet.serving.model if self._fleet.serving else ""
        if run is not None and (run.until <= self._clock() or run.model == at_work):
            await self._database.write(lambda unit: learning.end_shadow(unit, None, self._clock()))
            run = None
        if run is not None and self._shadowing.run_id == run.id and self._fleet.find(run.model) is None:
            await self._shadowing.end()  # a switch has ended its brain; it gets another one
        if self._shadowing.run_id is not None and (run is None or run.id != self._shadowing.run_id):
            model = await self._shadowing.end()
            if model is not None and model != at_work:
                await self._fleet.dismiss(model)
        if run is not None and self._shadowing.run_id is None and self._fleet.serving is not None:
            found = await self._database.read(lambda unit: unit.models.get(run.model))
            try:
                archive = await asyncio.to_thread(store.archive_of, self._models, found)
                self._shadowing.begin(run, await self._fleet.prepare(archive))
            except HelpdeskError as problem:
                log.error("shadow.failed", model=run.model, problem=str(problem)[:300])
                await self._database.write(lambda unit: learning.end_shadow(unit, None, self._clock()))

    @staticmethod
    async def _survive(step: Callable[[], Awaitable[None]]) -> None:
        """A step that fails is done again in the next round; the loop never ends."""
        try:
            await step()
        except Exception as error:
            log.warning("school.step_failed", error=type(error).__name__, problem=str(error)[:200])
