"""Our desk learning as an administrator has it learn: labels by the use cases, the rest by the console's buttons."""

import asyncio
import os
import re
import shutil
import signal
import time
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from benchmarks.learning_label import ADMINISTRATOR, PASSWORD, Labelled, Reviewers
from benchmarks.measure import command, until, usage
from benchmarks.ours import ROOT, Ours
from bot import model
from helpdesk.console.desk import BASE
from helpdesk.learning import PromotionState, RunState
from helpdesk.storage.database import Database, create
from helpdesk.storage.table import turn
from helpdesk.storage.training import TrainingRun

RUN_SECONDS, SWITCH_SECONDS, END_SECONDS = 1800.0, 300.0, 150.0
LOOK_SECONDS = 0.1
CACHE = "embedding.npz"
WARM_MINUTES = 1
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


@dataclass(frozen=True, slots=True)
class Change:
    """Another model in service: when it was asked for and when it first answered somebody, seconds since 1970."""

    asked_at: float
    served_at: float

    @property
    def seconds(self) -> float:
        """From the click to the first answer."""
        return self.served_at - self.asked_at


@dataclass(frozen=True, slots=True)
class Lesson:
    """From the last label to the new model's first answer; seconds of each phase of it."""

    began_at: float
    change: Change
    labels: int
    phases: dict[str, float]

    @property
    def seconds(self) -> float:
        """The whole of it."""
        return self.change.served_at - self.began_at


class LearningOurs(Ours):
    """`isec up` over folders of its own, the models' among them; a replaced model stays warm for a minute."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder, port)
        self._models = _furnished(folder / "models")
        self._database: Database | None = None
        self._console: aiohttp.ClientSession | None = None
        self._reviewers: Reviewers | None = None
        self._csrf = ""

    def _environment(self) -> dict[str, str]:
        models = {"ISEC_MODEL_DIR": str(self._models), "ISEC_KEEP_WARM_MINUTES": str(WARM_MINUTES)}
        return super()._environment() | models

    @property
    def database(self) -> Database:
        """The desk's database, from outside."""
        assert self._database is not None
        return self._database

    # -- people

    async def open_office(self) -> None:
        """Hire reviewers and sign the administrator in at the console."""
        self._database = Database(create(f"sqlite:///{self._folder / 'data' / 'isec.db'}"))
        self._reviewers = Reviewers(self._database)
        await self._reviewers.hire(datetime.now(UTC))
        # the address is an IP address, whose cookies aiohttp keeps only when told to
        jar = aiohttp.CookieJar(unsafe=True)
        self._console = aiohttp.ClientSession(f"http://127.0.0.1:{self._port}", cookie_jar=jar)
        await self._look("/signin")
        await self._click("/signin", login=ADMINISTRATOR, password=PASSWORD)
        await self._look("/models")

    async def _look(self, path: str) -> None:
        assert self._console is not None
        async with self._console.get(f"{BASE}{path}") as response:
            self._csrf = _CSRF.findall(await response.text())[-1]

    async def _click(self, path: str, **fields: str) -> None:
        assert self._console is not None
        form = {"csrf": self._csrf, **fields}
        async with self._console.post(f"{BASE}{path}", data=form, allow_redirects=False) as response:
            if response.status != 303:
                raise RuntimeError(f"the console answered {path} with {response.status}")

    # -- learning

    def forget_embeddings(self) -> None:
        """Drop what earlier trainings have computed."""
        (self._models / CACHE).unlink(missing_ok=True)

    async def learn(self, texts: Sequence[Labelled]) -> Lesson:
        """Take back earlier labels, label these, train, compare, promote; the time runs from the last label on."""
        assert self._reviewers is not None
        await self._reviewers.take_back(datetime.now(UTC))
        count = await self._reviewers.label(texts[:-1], datetime.now(UTC))
        began_at = time.time()
        count += await self._reviewers.label(texts[-1:], datetime.now(UTC))
        await self._click("/models/train")
        run, phases = await self._followed()
        trained_at = time.time()
        change = await self.promote(run.model)
        return Lesson(began_at, change, count, phases | {"switching": change.served_at - trained_at})

    async def _followed(self) -> tuple[TrainingRun, dict[str, float]]:
        """Wait for the end of the newest run; seconds of its phases."""
        phases: defaultdict[str, float] = defaultdict(float)
        began = looked = time.monotonic()
        while True:
            (run,) = await self.database.read(lambda unit: unit.training.recent(1))
            if run.state is not RunState.RUNNING:
                break
            if time.monotonic() - began > RUN_SECONDS:
                raise RuntimeError(f"training took more than {RUN_SECONDS:.0f} s")
            await asyncio.sleep(LOOK_SECONDS)
            phases[run.phase] += time.monotonic() - looked
            looked = time.monotonic()
        if run.state is not RunState.DONE:
            raise RuntimeError(f"training came to nothing: {run.problem or run.state}")
        return run, dict(phases)

    async def settled(self) -> None:
        """Wait until the desk serves a model and trains none, as it does by itself for data that has changed."""

        async def is_settled() -> bool:
            running = await self.database.read(lambda unit: unit.training.running())
            return running is None and await self._is_ready()

        await until(is_settled, RUN_SECONDS, "the desk serves its model")

    # -- switching

    async def serving(self) -> str:
        """The model that serves."""
        found = await self.database.read(lambda unit: unit.models.serving())
        assert found is not None
        return found.model

    async def promote(self, name: str) -> Change:
        """Put a model into service under load, whatever the gate says; raises RuntimeError."""
        return await self._changed(name, f"/models/{name}/promote")

    async def roll_back(self) -> Change:
        """Go back to the model before, under load; raises RuntimeError."""
        found = await self.database.read(lambda unit: unit.models.serving())
        assert found is not None
        assert found.previous is not None
        return await self._changed(found.previous, "/models/rollback")

    async def _changed(self, name: str, path: str) -> Change:
        asked_at = time.time()
        await self._click(path, reason="benchmark")
        answered: list[float] = []

        async def has_answered() -> bool:
            (last, *_) = await self.database.read(lambda unit: unit.models.promotions())
            if last.state is PromotionState.FAILED:
                raise RuntimeError(f"the model {name} was not put into service: {last.problem}")
            answered.extend(await asyncio.to_thread(self._first_answer, name, asked_at))
            return bool(answered)

        await until(has_answered, SWITCH_SECONDS, f"the model {name} answers")
        return Change(asked_at, answered[0])

    def _first_answer(self, name: str, since: float) -> list[float]:
        """When a model first answered somebody after a moment; empty when it has not."""
        at = func.min(turn.c.created_at, type_=turn.c.created_at.type)
        moment = datetime.fromtimestamp(since, UTC)
        with self.database.engine.connect() as connection:
            found = connection.execute(select(at).where(turn.c.model == name, turn.c.created_at >= moment)).scalar()
        return [found.timestamp()] if found else []

    async def one_brain(self) -> None:
        """Wait until every brain but the serving one has ended."""

        async def is_one() -> bool:
            return len(self.brains()) == 1

        await until(is_one, END_SECONDS + 60 * WARM_MINUTES, "the brains that do not serve end")

    @property
    def brains_bytes(self) -> int:
        """Resident memory of the brains alone, of `usage(pid)` the rest is the desk's own process."""
        return sum(usage(pid).rss_bytes for pid in self.brains())

    async def stop(self) -> None:
        """Kill it, all of it: also a training process, which would outlive the desk, and close what was open here."""
        await super().stop()
        if self._console is not None:
            await self._console.close()
        if self._database is not None:
            self._database.close()
        _end_strays(self._folder)


def _furnished(folder: Path) -> Path:
    """A folder of models with a copy of the one that `isec train` made, and of the embeddings it kept."""
    folder.mkdir()
    source = ROOT / "models"
    for path in (model.current(source), source / model.MANIFEST, source / CACHE):
        if path.exists():
            shutil.copy2(path, folder)
    return folder


def _end_strays(folder: Path) -> None:
    """SIGKILL for what was started with a path in `folder` and lost its parent meanwhile."""
    mark = os.fsencode(folder) + b"/"
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid() and mark in command(int(entry.name)):
            with suppress(ProcessLookupError, PermissionError):
                os.kill(int(entry.name), signal.SIGKILL)
