# ruff: noqa: ASYNC110, ASYNC220  (processes have no events to wait for; starting one is quick)
"""The child here is a small Python program that lives as the brain does: it leaves when its standard input closes."""

import asyncio
import os
import signal
import socket
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from pathlib import Path

import pytest

from bot.orphan import Orphan
from bot.supervisor import LOG_LIMIT_BYTES, BrainState, Pace, Supervisor

OBEDIENT = "import os, sys; open('born', 'a').write('x'); print('hello', flush=True); os.read(0, 1)"
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); open('born', 'a').write('x'); time.sleep(60)"
)
DYING = "import sys; open('born', 'a').write('x'); sys.exit(3)"
QUICK = Pace(
    poll_seconds=0.02,
    check_seconds=0.05,
    start_seconds=5,
    stop_seconds=0.3,
    first_pause_seconds=0.02,
    longest_pause_seconds=0.1,
)

Make = Callable[..., Supervisor]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class Child:
    """What the supervisor's health check says of the child: born, unless it is told to be ill."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.is_ill = False

    @property
    def births(self) -> int:
        born = self._folder / "born"
        return len(born.read_text()) if born.exists() else 0

    async def is_well(self) -> bool:
        return self.births > 0 and not self.is_ill


@pytest.fixture
def child(tmp_path: Path) -> Child:
    return Child(tmp_path)


@pytest.fixture
async def make(tmp_path: Path, child: Child) -> AsyncIterator[Make]:
    made: list[Supervisor] = []

    def supervisor(program: str = OBEDIENT, pace: Pace = QUICK, port: int = 0) -> Supervisor:
        built = Supervisor(
            [sys.executable, "-c", program],
            port or free_port(),
            child.is_well,
            root=tmp_path,
            log_file=tmp_path / "log/brain.log",
            pid_file=tmp_path / "brain.pid",
            pace=pace,
        )
        made.append(built)
        return built

    yield supervisor
    for built in made:
        await built.stop()


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not happened():
            await asyncio.sleep(0.01)


def lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def state_of(supervisor: Supervisor) -> Callable[[BrainState], Callable[[], bool]]:
    return lambda state: lambda: supervisor.status.state is state


async def test_it_starts_the_child_and_says_ready_once_it_is_well(make: Make, tmp_path: Path) -> None:
    supervisor = make()
    assert supervisor.status.state is BrainState.DOWN
    await supervisor.start()
    await until(state_of(supervisor)(BrainState.READY))
    assert supervisor.pid is not None
    await until(lambda: "hello" in (tmp_path / "log/brain.log").read_text())


async def test_a_killed_child_is_started_again(make: Make, child: Child) -> None:
    supervisor = make(pace=replace(QUICK, first_pause_seconds=0.3))
    await supervisor.start()
    await until(state_of(supervisor)(BrainState.READY))
    first = supervisor.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    await until(lambda: supervisor.status.reason == "killed by SIGKILL")
    await until(lambda: supervisor.status.state is BrainState.READY and supervisor.pid not in (None, first))
    await until(lambda: child.births == 2)


async def test_a_child_that_stops_answering_is_replaced(make: Make, child: Child) -> None:
    supervisor = make()
    await supervisor.start()
    await until(state_of(supervisor)(BrainState.READY))
    first = supervisor.pid
    assert first is not None
    child.is_ill = True
    await until(lambda: "health checks failed" in supervisor.status.reason)
    await until(lambda: not lives(first))
    child.is_ill = False
    await until(state_of(supervisor)(BrainState.READY))


async def test_a_child_that_cannot_live_is_tried_again_with_growing_pauses(make: Make, child: Child) -> None:
    child.is_ill = True
    supervisor = make(DYING)
    await supervisor.start()
    await until(lambda: child.births >= 3)
    await until(state_of(supervisor)(BrainState.DOWN))
    assert "exited with 3" in supervisor.status.reason


async def test_a_child_that_never_gets_ready_is_given_up(make: Make, child: Child) -> None:
    child.is_ill = True
    supervisor = make(STUBBORN, pace=replace(QUICK, start_seconds=0.2, stop_seconds=0.05))
    await supervisor.start()
    await until(lambda: "not ready within" in supervisor.status.reason)


async def test_stopping_ends_even_a_stubborn_child(make: Make) -> None:
    supervisor = make(STUBBORN)
    await supervisor.start()
    await until(state_of(supervisor)(BrainState.READY))
    pid = supervisor.pid
    assert pid is not None
    await supervisor.stop()
    assert not lives(pid)
    assert (supervisor.status.state, supervisor.status.reason) == (BrainState.DOWN, "stopped")
    assert supervisor.pid is None


async def test_a_program_that_cannot_be_run_is_named(make: Make, tmp_path: Path, child: Child) -> None:
    supervisor = Supervisor(
        [str(tmp_path / "missing")],
        free_port(),
        child.is_well,
        root=tmp_path,
        log_file=tmp_path / "brain.log",
        pid_file=tmp_path / "brain.pid",
        pace=QUICK,
    )
    await supervisor.start()
    await until(lambda: "cannot start: No such file" in supervisor.status.reason)
    await supervisor.stop()


async def test_a_port_in_use_is_named_and_nothing_is_started(make: Make, child: Child) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", 0))
        holder.listen()
        port = holder.getsockname()[1]
        supervisor = make(port=port)
        await supervisor.start()
        await until(lambda: f"port {port} is in use" in supervisor.status.reason)
        assert child.births == 0


async def test_a_large_log_is_set_aside(make: Make, tmp_path: Path) -> None:
    (tmp_path / "log").mkdir()
    (tmp_path / "log/brain.log").write_bytes(b"x" * (LOG_LIMIT_BYTES + 1))
    supervisor = make()
    await supervisor.start()
    await until(state_of(supervisor)(BrainState.READY))
    assert (tmp_path / "log/brain.log.1").stat().st_size == LOG_LIMIT_BYTES + 1
    assert (tmp_path / "log/brain.log").stat().st_size < 100


async def test_the_child_leaves_when_the_desk_is_killed(tmp_path: Path) -> None:
    program = f"""
import asyncio, sys
from pathlib import Path
from bot.supervisor import Supervisor
async def main():
    async def health(): return Path("born").exists()
    root = Path(".").resolve()
    command = [sys.executable, "-c", {OBEDIENT!r}]
    supervisor = Supervisor(command, {free_port()}, health, root=root, log_file=root / "l", pid_file=root / "pid")
    await supervisor.start()
    await asyncio.sleep(60)
asyncio.run(main())
"""
    root = Path(__file__).parents[3]
    desk = subprocess.Popen([sys.executable, "-c", program], cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(root)})
    try:
        await until(lambda: (tmp_path / "born").exists() and (tmp_path / "pid").exists())
        pid = int((tmp_path / "pid").read_text())
    finally:
        desk.kill()
        desk.wait()
    await until(lambda: not lives(pid))


async def test_a_survivor_of_an_earlier_desk_is_ended_and_strangers_are_left_alone(tmp_path: Path) -> None:
    command = [sys.executable, "-c", STUBBORN]
    survivor = subprocess.Popen(command, cwd=tmp_path, start_new_session=True)
    stranger = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"], start_new_session=True)
    try:
        orphan = Orphan(tmp_path / "pid", command)
        orphan.remember(stranger.pid)
        assert not await asyncio.to_thread(orphan.end)
        orphan.remember(survivor.pid)
        reaper = asyncio.create_task(asyncio.to_thread(survivor.wait))
        assert await asyncio.to_thread(orphan.end)
        assert await reaper == -signal.SIGKILL
        assert stranger.poll() is None
    finally:
        for process in (survivor, stranger):
            process.kill()
            process.wait()
