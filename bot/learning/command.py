"""Training from the command line: a run is filed as the console files it; who carries it out is found out here."""

import asyncio
import fcntl
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.learning.child import Child
from bot.learning.run import Trainer
from bot.process import this_process
from helpdesk.error import HelpdeskError
from helpdesk.learning import Origin, RunState
from helpdesk.storage.database import Database
from helpdesk.storage.training import TrainingRun
from helpdesk.usecase import learning

POLL_SECONDS = 0.5


async def train(
    database: Database,
    trainer: Callable[[], Trainer],
    lock: Path,
    clock: Callable[[], datetime],
    say: Callable[[str], None],
) -> str:
    """Train and tell the steps; returns the model's name. The running desk does the work, without one this process.

    Raises Conflict while another run is under way, and HelpdeskError with what went wrong.
    """
    at = clock()
    run_id = await database.write(lambda unit: learning.begin_training(unit, Origin.COMMAND, None, at))
    job = None
    if not _is_held(lock):
        run = await database.read(lambda unit: unit.training.get(run_id))
        assert run is not None
        await database.write(lambda unit: unit.training.take_up(run_id, "", this_process()))
        job = asyncio.create_task(trainer().carry_out(run))
    ended = await _follow(database, run_id, say)
    if job is not None:
        await job
    if ended.state is not RunState.DONE:
        raise HelpdeskError(ended.problem or f"the run was {ended.state}")
    return ended.model


def cancel(database: Database, root: Path, place: Path, clock: Callable[[], datetime]) -> None:
    """Call the run off and end its process; raises Conflict when none is under way."""
    at = clock()
    run = database.write_now(lambda unit: learning.cancel_training(unit, None, at))
    if run.snapshot:
        Child(root, place / run.snapshot).end(run.pid)


def told(run: TrainingRun) -> str:
    """A run on one line."""
    words = [str(run.state)]
    if run.state is RunState.RUNNING:
        words += [f"{run.phase} {run.share:.0%}", run.detail]
    words += [run.model, run.problem]
    return f"{run.started_at:%Y-%m-%d %H:%M} {run.origin}: " + ", ".join(word for word in words if word)


async def _follow(database: Database, run_id: int, say: Callable[[str], None]) -> TrainingRun:
    said = ""
    while True:
        run = await database.read(lambda unit: unit.training.get(run_id))
        assert run is not None
        if run.state is not RunState.RUNNING:
            return run
        step = f"{run.phase} {run.detail}".strip()
        if step != said:
            say(step)
            said = step
        await asyncio.sleep(POLL_SECONDS)


def _is_held(lock: Path) -> bool:
    """Whether a desk runs with this data folder."""
    try:
        with lock.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return False
