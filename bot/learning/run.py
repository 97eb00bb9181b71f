"""A training run from its row to a compared candidate: snapshot, learning, registering, comparing.

The row says who carries the run out; the process that learns is on its own. So a desk that is started again goes on
with the run of the one before, and whoever cancels changes the row, which ends the process.
"""

import asyncio
import shutil
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

import structlog

from bot import model
from bot.learning import snapshot, store
from bot.learning.child import Child, Learning
from bot.learning.snapshot import Snapshot
from bot.model import ModelProblem
from bot.process import INTERPRETER
from bot.training import RASA_VERSION
from helpdesk.error import HelpdeskError
from helpdesk.learning import USUAL_SECONDS, ModelState, Phase, RunState
from helpdesk.storage.database import Database
from helpdesk.storage.model import Model
from helpdesk.storage.training import TrainingRun
from helpdesk.storage.unit import Unit

log = structlog.get_logger(__name__)

PACKAGES = Path("brain/uv.lock")
"""Names the version of every package that takes part in learning."""
POLL_SECONDS = 0.5
LOST, SIGNALLED = -1, 128
"""Exit statuses: none was left behind, and beyond this a signal ended the process."""
KEPT_SNAPSHOTS = 5
FINGERPRINT = "fingerprint"
"""File in a snapshot's folder: of the installation that it is learnt with."""

Compare = Callable[[Model], Awaitable[None]]
"""Compares a candidate with the serving model and stores what came out; raises HelpdeskError."""


class Ended(Exception):
    """The run was ended by somebody else, e.g. cancelled."""


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where training happens.

    Attributes:
        root: the installation, whose data files and interpreter are used.
        place: folder of the snapshots.
        models: folder of the models.
        serve_drafts: whether drafts are learnt from until an administrator has decided.
        keep: how many models are kept beside the serving one and the one to go back to.
    """

    root: Path
    place: Path
    models: Path
    serve_drafts: bool
    keep: int


class Trainer:
    """Carries training runs out, one at a time."""

    def __init__(
        self,
        database: Database,
        workshop: Workshop,
        clock: Callable[[], datetime],
        compare: Compare,
        changed: Callable[[], None],
    ) -> None:
        self._database = database
        self._workshop = workshop
        self._clock = clock
        self._compare = compare
        self._changed = changed

    async def carry_out(self, run: TrainingRun) -> None:
        """Do what is left of a run; whatever goes wrong is told in its row, and nothing that serves is touched."""
        try:
            name = await self._finished(run)
            await self._end(run.id, RunState.DONE, model=name, share=1.0, detail="")
        except Ended:
            log.info("training.ended_elsewhere", run=run.id)
        except (HelpdeskError, OSError) as problem:
            told = str(problem) if isinstance(problem, HelpdeskError) else f"the disk refused: {problem.strerror}"
            log.error("training.failed", run=run.id, problem=told[:300])
            await self._end(run.id, RunState.FAILED, problem=told[:500])

    async def _finished(self, run: TrainingRun) -> str:
        if run.phase is Phase.COMPARING:
            found = await self._database.read(lambda unit: unit.models.get(run.model))
        else:
            frozen = await self._snapshot(run)
            known = await self._database.read(lambda unit: unit.models.of_snapshot(frozen.id))
            if known is not None and self._is_usable(known):
                return known.name
            await self._learn(run, frozen)
            found = await self._register(run, frozen)
        await self._tell(run.id, phase=Phase.COMPARING, share=0.0, detail="", model=found.name)
        await self._compare(found)
        name = found.name
        measured = await self._database.read(lambda unit: unit.models.get(name))
        await asyncio.to_thread(store.describe, self._workshop.models, measured)
        await self._prune(name)
        return name

    def _is_usable(self, known: Model) -> bool:
        """Whether a model of the same snapshot is there and was made by the same code."""
        try:
            store.archive_of(self._workshop.models, known)
        except ModelProblem:
            return False
        return known.fingerprint == model.data_fingerprint(self._workshop.root)

    async def _snapshot(self, run: TrainingRun) -> Snapshot:
        shop = self._workshop
        if run.snapshot:
            return await asyncio.to_thread(snapshot.find, shop.place, run.snapshot)
        if not (shop.root / INTERPRETER).exists():
            raise ModelProblem("the brain's Python 3.10 environment is missing: run `make setup`")
        at = self._clock()
        read = partial(snapshot.gather, at=at, serve_drafts=shop.serve_drafts)
        ingredients = await self._database.read(read)
        frozen = await asyncio.to_thread(snapshot.freeze, shop.root, shop.place, ingredients)
        await self._tell(run.id, snapshot=frozen.id)
        return frozen

    async def _learn(self, run: TrainingRun, frozen: Snapshot) -> None:
        """Start the process, or find the one that an earlier desk started, and follow it to its end."""
        child = Child(self._workshop.root, frozen.folder)
        pid = run.pid
        if pid is None:
            config = await asyncio.to_thread(snapshot.configure, frozen, self._workshop.models / "embedding.npz")
            mark = await asyncio.to_thread(model.data_fingerprint, self._workshop.root)
            (frozen.folder / FINGERPRINT).write_text(mark, encoding="ascii")
            pid = await child.start(config)
            await self._tell(run.id, phase=Phase.LEARNING, pid=pid)
        try:
            status = await self._follow(run, child, pid)
        except Ended:
            child.end(pid)
            raise
        if status == LOST and child.is_unwritten:
            raise ModelProblem("training failed: the disk did not take what it wrote; make room and train again")
        if status == LOST or status > SIGNALLED:
            raise ModelProblem("training failed: its process was killed, perhaps for want of memory; train again")
        if status != 0:
            words = child.look().last_words
            raise ModelProblem(f"training failed; mend what Rasa names and train again; it said: {words}")

    async def _follow(self, run: TrainingRun, child: Child, pid: int) -> int:
        usual = await self._database.read(lambda unit: unit.training.usual_seconds()) or USUAL_SECONDS
        told = None
        while True:
            seen = await asyncio.to_thread(child.look)
            if seen.status is not None:
                return seen.status
            if not child.lives(pid):
                # it may have written its status between the two looks
                return seen.status if (seen := child.look()).status is not None else LOST
            # a clock that was put back makes nothing less than done
            share = min(0.95, max(0.0, (self._clock() - run.started_at).total_seconds() / usual))
            if (mark := (seen, round(share, 2))) != told:
                await self._report(run.id, seen, share)
                told = mark
            await asyncio.sleep(POLL_SECONDS)

    async def _report(self, run_id: int, seen: Learning, share: float) -> None:
        await self._tell(run_id, share=share, detail=seen.step[:200], tail="\n".join(seen.tail))

    async def _register(self, run: TrainingRun, frozen: Snapshot) -> Model:
        shop, at = self._workshop, self._clock()
        child = Child(shop.root, frozen.folder)
        name = f"isec-{at:%Y%m%d-%H%M%S}-{frozen.id[:8]}"
        archive = await asyncio.to_thread(store.take_in, shop.models, child.archive, name)
        values = {
            "name": name,
            "archive": archive.name,
            "sha256": await asyncio.to_thread(model.file_hash, archive),
            "fingerprint": (frozen.folder / FINGERPRINT).read_text(encoding="ascii"),
            "snapshot": frozen.id,
            "origin": run.origin,
            "trained_at": at,
            "trained_by": run.officer_id,
            "rasa": RASA_VERSION,
            "seconds": max(0.0, round((at - run.started_at).total_seconds(), 1)),
            "facts": {
                "snapshot_hash": frozen.hash,
                "counts": frozen.counts,
                "config_sha256": model.file_hash(frozen.folder / "config.yml"),
                "packages_sha256": model.file_hash(shop.root / PACKAGES) if (shop.root / PACKAGES).is_file() else "",
                "bytes": archive.stat().st_size,
            },
        }

        def add(unit: Unit) -> Model:
            unit.models.add(**values)
            return unit.models.get(name)

        found = await self._database.write(add)
        await asyncio.to_thread(store.describe, shop.models, found)
        return found

    async def _prune(self, newest: str) -> None:
        shop = self._workshop
        models, busy = await self._database.read(_shelf)
        for name in await asyncio.to_thread(store.prune, shop.models, models, shop.keep, newest, busy):
            await self._database.write(partial(_mark_pruned, name))
            log.info("model.pruned", model=name)
        await asyncio.to_thread(_prune_snapshots, shop.place)

    async def _tell(self, run_id: int, **values: object) -> None:
        """Write progress into the row; raises Ended when somebody has ended the run."""
        at = self._clock()
        if not await self._database.write(lambda unit: unit.training.progress(run_id, at, **values)):
            raise Ended
        self._changed()

    async def _end(self, run_id: int, state: RunState, **values: object) -> None:
        at = self._clock()

        def case(unit: Unit) -> None:
            if unit.training.end(run_id, state, at, **values):
                unit.audit.add(at, f"training.{state}", None, str(run_id), model=str(values.get("model", "")))

        await self._database.write(case)
        self._changed()


def _shelf(unit: Unit) -> tuple[list[Model], set[str]]:
    """Every model, and the names of those that are being put into service or answer in the shadow."""
    promotion, shadow = unit.models.under_way(), unit.shadows.running()
    return unit.models.all(), {one.model for one in (promotion, shadow) if one is not None}


def _mark_pruned(name: str, unit: Unit) -> None:
    facts = unit.models.get(name).facts
    unit.models.change(name, state=ModelState.RETIRED, facts=facts | {"is_pruned": True})


def _prune_snapshots(place: Path) -> None:
    """Keep the newest few: they hold what businesses wrote, and nobody trains on old ones again."""
    folders = sorted((path for path in place.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in folders[:-KEPT_SNAPSHOTS]:
        shutil.rmtree(old, ignore_errors=True)
