"""Train the model when the data calls for it, in the brain's own interpreter, and register it."""

import asyncio
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic

from bot import model
from bot.process import INTERPRETER, quiet_environment

RASA_VERSION = "3.6.21"
KEPT = 5
_LAST_WORDS = 5  # lines of Rasa's output shown when training fails
_STEP = "Starting to train component"


class TrainingFailed(model.ModelProblem):
    """Training ended with an error; the message holds its last lines."""


async def train(
    root: Path, folder: Path, say: Callable[[str], None], is_forced: bool = False, keep: int = KEPT
) -> model.Manifest:
    """Train into `folder` unless the model registered there matches the data; `say` hears one short line a step.

    Of the archives made here that no desk has taken over, the newest `keep` stay.
    Raises ModelProblem (no environment) or TrainingFailed.
    """
    known = model.manifest(folder)
    if known is not None and not is_forced and model.is_current(root, folder):
        say(f"the model {known.archive} matches the data")
        return known
    if not (root / INTERPRETER).exists():
        raise model.ModelProblem("the brain's environment is missing: run `make setup`")
    fingerprint = model.data_fingerprint(root)
    began_at = monotonic()
    name = f"isec-{datetime.now(UTC):%Y%m%d-%H%M%S}-{fingerprint[:8]}"
    say("training the model, about a minute")
    await _run(root, folder, name, say)
    seconds = monotonic() - began_at
    archive = folder / f"{name}.tar.gz"
    entry = model.register(folder, archive, fingerprint, datetime.now(UTC), RASA_VERSION, seconds)
    say(f"trained {archive.name} in {seconds:.0f} s")
    if old := await asyncio.to_thread(model.prune_unused, folder, keep):
        say(f"removed {len(old)} older ones that no desk has used")
    return entry


async def _run(root: Path, folder: Path, name: str, say: Callable[[str], None]) -> None:
    arguments = ("--data", "nlu_data", "--fixed-model-name", name, "--out", folder)
    child = await asyncio.create_subprocess_exec(
        root / INTERPRETER,
        "-m",
        "bot.nlu.learn",
        *arguments,
        cwd=root,
        env=quiet_environment(),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
        limit=1 << 22,
    )
    try:
        last_words = await _listen(child, say)
        if await child.wait() != 0:
            said = " | ".join(last_words) or "nothing"
            raise TrainingFailed(f"training failed; mend what Rasa names and run `make train`; it said: {said}")
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()


async def _listen(child: asyncio.subprocess.Process, say: Callable[[str], None]) -> list[str]:
    assert child.stdout is not None
    last_words: list[str] = []
    async for raw in child.stdout:
        line = raw.decode(errors="replace").strip()
        if _STEP in line:
            say("learning: " + line.rpartition(_STEP)[2].strip(" '."))
        if line and "it/s" not in line:
            last_words = [*last_words, line][-_LAST_WORDS:]
    return last_words
