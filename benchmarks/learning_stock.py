"""Stock Rasa learning as it comes: `rasa train` over its own data beside `rasa run`, then `PUT /model`."""

import asyncio
import os
import time
from pathlib import Path

import aiohttp

from benchmarks.measure import kill, spawn
from benchmarks.stock import INTERPRETER, TRAIN_SECONDS, Stock, environment

PUT_SECONDS = 300.0


class LearningStock(Stock):
    """`rasa run --enable-api`, loopback only."""

    def __init__(self, folder: Path, port: int) -> None:
        super().__init__(folder, port, options=("--enable-api",))
        self._folder = folder

    def models(self) -> list[Path]:
        """Its archives, the oldest first."""
        return sorted(self.project.glob("models/*.tar.gz"), key=os.path.getmtime)

    async def train(self) -> float:
        """`rasa train --force`, so that nothing comes out of its cache; returns the seconds. Raises RuntimeError."""
        began, before = time.monotonic(), self.models()
        command = (str(INTERPRETER), "-m", "rasa", "train", "--force")
        child = spawn(command, self.project, environment(), self._folder / "train.log")
        try:
            while child.poll() is None:
                if time.monotonic() - began > TRAIN_SECONDS:
                    raise RuntimeError(f"`rasa train` took more than {TRAIN_SECONDS} s")
                await asyncio.sleep(0.1)
        finally:
            if child.poll() is None:
                kill(child)
        if child.returncode != 0 or len(self.models()) == len(before):
            raise RuntimeError("`rasa train` made no model")
        return time.monotonic() - began

    async def put(self, archive: Path) -> float:
        """Replace the served model; returns the seconds until it is. Raises RuntimeError."""
        assert self.session is not None
        began = time.monotonic()
        patience = aiohttp.ClientTimeout(total=PUT_SECONDS)
        async with self.session.put("/model", json={"model_file": str(archive)}, timeout=patience) as response:
            if response.status != 204:
                raise RuntimeError(f"PUT /model was answered with {response.status}")
        return time.monotonic() - began
