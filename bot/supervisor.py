"""Keeps the brain running: starts it, watches its health, starts it again, and leaves nothing behind.

The child runs in a process group of its own with a pipe of ours as its standard input: however the desk dies, the pipe
closes and the child leaves. Its output goes to a log file.
"""

import asyncio
import os
import signal
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

import structlog

from bot.orphan import Orphan
from bot.process import is_port_free

log = structlog.get_logger(__name__)

Health = Callable[[], Awaitable[bool]]
LOG_LIMIT_BYTES = 5_000_000


class BrainState(StrEnum):
    """What the supervised process is doing."""

    STARTING = "starting"
    READY = "ready"
    DOWN = "down"


@dataclass(frozen=True, slots=True)
class BrainStatus:
    """State since when, and why when it is down or was started again."""

    state: BrainState
    since: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """Durations in seconds: how often to look, how long to wait, how to back off (doubling from first to longest)."""

    poll_seconds: float = 0.2
    check_seconds: float = 5.0
    start_seconds: float = 120.0
    stop_seconds: float = 5.0
    first_pause_seconds: float = 0.5
    longest_pause_seconds: float = 60.0
    failed_checks: int = 3
    steady_seconds: float = 60.0


class Supervisor:
    """Runs `command`, which serves on loopback `port`, for as long as it is started; `health` says whether it answers.

    `command` must leave when its standard input closes. `pid_file` remembers the child across a killed desk.
    """

    def __init__(
        self,
        command: Sequence[str],
        port: int,
        health: Health,
        *,
        root: Path,
        log_file: Path,
        pid_file: Path,
        environment: Mapping[str, str] | None = None,
        pace: Pace = Pace(),
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._command = tuple(command)
        self._port = port
        self._health = health
        self._root = root
        self._log_file = log_file
        self._orphan = Orphan(pid_file, self._command)
        self._environment = dict(environment) if environment is not None else None
        self._pace = pace
        self._now = now
        self._status = BrainStatus(BrainState.DOWN, now(), "not started")
        self._child: asyncio.subprocess.Process | None = None
        self._task: asyncio.Task[None] | None = None

    @property
    def status(self) -> BrainStatus:
        """What the child is doing now."""
        return self._status

    @property
    def pid(self) -> int | None:
        """The child's process id, None while there is none."""
        return self._child.pid if self._child is not None and self._child.returncode is None else None

    async def start(self) -> None:
        """Begin to keep the child running; returns at once."""
        self._change(BrainState.STARTING)
        self._task = asyncio.create_task(self._keep(), name="brain-supervisor")

    async def stop(self) -> None:
        """End the child and its whole group; returns when they are gone."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
        await self._end_child()
        self._change(BrainState.DOWN, "stopped")

    async def _keep(self) -> None:
        pause = self._pace.first_pause_seconds
        while True:
            began_at = asyncio.get_running_loop().time()
            reason = await self._live_once()
            await self._end_child()
            self._change(BrainState.DOWN, reason)
            log.warning("brain_down", reason=reason, pause_seconds=pause)
            if asyncio.get_running_loop().time() - began_at > self._pace.steady_seconds:
                pause = self._pace.first_pause_seconds
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._pace.longest_pause_seconds)

    async def _live_once(self) -> str:
        """Start the child and watch it; returns why it is of no use any more."""
        self._change(BrainState.STARTING, self._status.reason)
        await asyncio.to_thread(self._orphan.end)
        if not is_port_free(self._port):
            return f"port {self._port} is in use by another program"
        try:
            await self._spawn()
        except OSError as problem:
            return f"cannot start: {problem.strerror}"
        if not await self._becomes_ready():
            return self._death() or f"not ready within {self._pace.start_seconds:.0f} s"
        self._change(BrainState.READY)
        log.info("brain_ready", pid=self.pid)
        return await self._watch()

    async def _spawn(self) -> None:
        self._log_file.parent.mkdir(parents=True, exist_ok=True)
        _rotate(self._log_file)
        with self._log_file.open("ab") as output:
            self._child = await asyncio.create_subprocess_exec(
                *self._command,
                cwd=self._root,
                env=self._environment,
                stdin=asyncio.subprocess.PIPE,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        self._orphan.remember(self._child.pid)

    async def _becomes_ready(self) -> bool:
        deadline = asyncio.get_running_loop().time() + self._pace.start_seconds
        while asyncio.get_running_loop().time() < deadline and not self._death():
            if await self._health():
                return True
            await asyncio.sleep(self._pace.poll_seconds)
        return False

    async def _watch(self) -> str:
        """Wait until the child dies or fails several checks in a row."""
        assert self._child is not None
        failed = 0
        while failed < self._pace.failed_checks:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._child.wait(), self._pace.check_seconds)
            if death := self._death():
                return death
            failed = 0 if await self._health() else failed + 1
        return f"{failed} health checks failed"

    def _death(self) -> str:
        """How the child ended, "" while it lives."""
        code = self._child.returncode if self._child is not None else None
        if code is None:
            return ""
        return (
            f"killed by {signal.Signals(-code).name}" if code < 0 else f"exited with {code}, see {self._log_file.name}"
        )

    async def _end_child(self) -> None:
        if self._child is None or self._child.returncode is not None:
            return
        _signal_group(self._child.pid, signal.SIGTERM)
        with suppress(TimeoutError):
            await asyncio.wait_for(self._child.wait(), self._pace.stop_seconds)
        _signal_group(self._child.pid, signal.SIGKILL)
        await self._child.wait()
        self._orphan.forget()

    def _change(self, state: BrainState, reason: str = "") -> None:
        self._status = BrainStatus(state, self._now(), reason)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, number)


def _rotate(path: Path) -> None:
    """Keep one older log file beside a new one."""
    if path.exists() and path.stat().st_size > LOG_LIMIT_BYTES:
        path.replace(path.with_suffix(path.suffix + ".1"))
