"""Which model serves: the row in the database is the truth, manifest.json and the brains of every desk follow it.

A promotion is a row too. One desk takes it up, makes a brain ready beside the serving one, and changes the serving row
in one transaction; killed at any moment it leaves exactly one model in that row. Every desk, this one too, then points
at the model that the row names.
"""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from bot import model
from bot.fleet import Fleet
from bot.learning import store
from bot.model import Manifest, ModelProblem
from bot.process import is_gone
from helpdesk.error import HelpdeskError
from helpdesk.learning import Origin
from helpdesk.storage.database import Database
from helpdesk.storage.model import Model, Promotion
from helpdesk.storage.unit import Unit
from helpdesk.usecase import learning

log = structlog.get_logger(__name__)

WARMING_QUESTIONS = 20
LONGEST = timedelta(minutes=15)
"""A promotion that a desk of another machine has not ended by then is given up: that machine may be gone."""
AGAIN = timedelta(minutes=1)
"""Between two tries to load a model that this desk could not load."""


class Promoter:
    """Carries promotions out and keeps this desk's brain the one that the database names."""

    def __init__(
        self,
        database: Database,
        fleet: Fleet,
        root: Path,
        models: Path,
        clock: Callable[[], datetime],
        desk: str,
    ) -> None:
        self._database = database
        self._fleet = fleet
        self._root = root
        self._models = models
        self._clock = clock
        self._desk = desk
        self._tried: dict[str, datetime] = {}
        """Models that the database names but this desk could not load, and when it tried last."""
        self._foreign: tuple[int, datetime] | None = None
        """The promotion that another desk has, and since when it is known here."""

    # -- when the desk starts

    async def settle(self) -> bool:
        """Serve the model that the database names, or the one that `isec train` left; False when neither can serve.

        What a killed desk left undone is put right: promotions end, manifest.json names the serving model.
        """
        await self._bury()
        found = await self._adopted()
        if found is None or not await asyncio.to_thread(store.is_whole, self._models, found):
            return False
        archive = self._models / found.archive
        await asyncio.to_thread(store.point_at, self._models, found)
        await self._fleet.install(archive)
        return True

    async def is_current(self) -> bool:
        """Whether the serving model was made from this release's data and code."""
        found = await self._database.read(lambda unit: unit.models.at_work())
        return found is not None and found.fingerprint == await asyncio.to_thread(model.data_fingerprint, self._root)

    async def _bury(self) -> None:
        """Promotions of desks that are gone have failed, and what this one left when something went wrong.

        What served serves. Nothing is known of desks on other machines: theirs have failed when they take too long.
        """
        found = await self._database.read(lambda unit: unit.models.under_way())
        if found is None or not found.desk:
            return
        if self._foreign is None or self._foreign[0] != found.id:
            self._foreign = found.id, self._clock()
        if found.desk == self._desk or is_gone(found.desk):
            await self._fail(found, "the desk that prepared it was ended")
        elif self._clock() - self._foreign[1] > LONGEST:
            await self._fail(found, "the desk that prepared it has not been heard of since")

    async def _adopted(self) -> Model | None:
        """The model to serve, the one in manifest.json when the database has none or its own cannot serve."""
        known = await self._database.read(lambda unit: unit.models.at_work())
        is_whole = known is not None and await asyncio.to_thread(store.is_whole, self._models, known)
        entry = await asyncio.to_thread(store.left_by_command, self._models)
        if entry is None or store.name_of(entry.archive) == (known.name if known else ""):
            return known
        at, data = self._clock(), await asyncio.to_thread(model.data_fingerprint, self._root)

        def choose(unit: Unit) -> Model | None:
            if known is not None and is_whole and not _is_newer(unit, entry, known, data):
                return known
            unit.models.add(**store.values_of(entry))
            learning.serve_at_start(unit, store.name_of(entry.archive), at)
            return unit.models.at_work()

        chosen = await self._database.write(choose)
        if chosen is not None and chosen.origin is Origin.ADOPTED:
            await asyncio.to_thread(store.describe, self._models, chosen)
        return chosen

    # -- while it runs

    async def serve(self, name: str) -> None:
        """The desk itself puts a model into service: the first, or the one trained for a new release."""
        found = await self._database.read(lambda unit: unit.models.get(name))
        archive = await asyncio.to_thread(store.archive_of, self._models, found)
        slot = None if self._fleet.serving is None else await self._fleet.prepare(archive, await self._questions())
        await asyncio.to_thread(store.point_at, self._models, found)
        at = self._clock()
        await self._database.write(lambda unit: learning.serve_at_start(unit, name, at))
        if slot is None:
            await self._fleet.install(archive)
        else:
            self._fleet.switch(slot)

    async def carry_out(self) -> bool:
        """Take up the promotion that is wanted, if any, and end it; True when there was one."""
        found = await self._database.read(lambda unit: unit.models.under_way())
        if found is None:
            return False
        if found.desk:
            await self._bury()
            return False
        if not await self._database.write(lambda unit: unit.models.take_up(found.id, self._desk)):
            return False
        try:
            await self._promote(found)
        except HelpdeskError as problem:
            await self._fail(found, str(problem))
        except OSError as problem:
            await self._fail(found, f"the disk refused: {problem.strerror}")
        return True

    async def _promote(self, promotion: Promotion) -> None:
        wanted = await self._database.read(lambda unit: unit.models.get(promotion.model))
        try:
            archive = await asyncio.to_thread(store.archive_of, self._models, wanted)
        except ModelProblem as problem:
            at, told = self._clock(), str(problem)
            await self._database.write(lambda unit: learning.refuse(unit, wanted.name, told, at))
            raise
        slot = await self._fleet.prepare(archive, await self._questions())
        before = await self._database.read(lambda unit: unit.models.at_work())
        # the manifest first: were this desk killed now, the row would still say who serves, and the next start obeys it
        await asyncio.to_thread(store.point_at, self._models, wanted)
        at = self._clock()
        done = await self._database.write(lambda unit: learning.complete_promotion(unit, promotion.id, at))
        if done is None:
            if before is not None:
                await asyncio.to_thread(store.point_at, self._models, before)
            await self._fleet.dismiss(wanted.name)
            return
        self._fleet.switch(slot)
        self._tried.clear()

    async def _fail(self, promotion: Promotion, problem: str) -> None:
        log.error("model.promotion_failed", model=promotion.model, problem=problem[:300])
        at = self._clock()
        await self._database.write(lambda unit: learning.fail_promotion(unit, promotion.id, problem, at))

    async def follow(self) -> None:
        """Switch to the model that the database names, when another desk has changed it."""
        found = await self._database.read(lambda unit: unit.models.at_work())
        at_work = self._fleet.serving.model if self._fleet.serving else None
        if found is None or found.name == at_work:
            return
        if found.name in self._tried and abs(self._clock() - self._tried[found.name]) < AGAIN:
            return
        try:
            archive = await asyncio.to_thread(store.archive_of, self._models, found)
            if at_work is None:
                await self._fleet.install(archive)
            else:
                self._fleet.switch(await self._fleet.prepare(archive, await self._questions()))
        except (HelpdeskError, OSError) as problem:
            self._tried[found.name] = self._clock()
            self._fleet.preparation = f"{found.name} cannot be served here: {problem}"
            log.error("model.not_followed", model=found.name, problem=str(problem)[:300])
        else:
            self._tried.pop(found.name, None)
            self._fleet.preparation = ""

    async def _questions(self) -> list[str]:
        """Real questions to warm a brain with."""
        return await self._database.read(partial(_latest, limit=WARMING_QUESTIONS))


def _is_newer(unit: Unit, entry: Manifest, known: Model, data: str) -> bool:
    """Whether `isec train` has made a model for this release which the serving one is not for, and no label is lost."""
    is_known = any(one.name == store.name_of(entry.archive) for one in unit.models.all())
    return not is_known and entry.fingerprint == data != known.fingerprint and not unit.labels.trainable()


def _latest(unit: Unit, limit: int) -> list[str]:
    turns, _ = unit.turns.find(limit=limit)
    return [turn.question for turn in turns]
