"""What a process and everything it started cost: processor seconds and resident memory, from /proc (Linux)."""

import asyncio
import os
import signal
import subprocess
import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")
POLL_SECONDS = 0.05
# places in /proc/<pid>/stat after the name in brackets
STATE, PARENT, USER, SYSTEM, CHILD_USER, CHILD_SYSTEM, RESIDENT = 0, 1, 11, 12, 13, 14, 21


@dataclass(frozen=True, slots=True)
class Usage:
    """Processor seconds used so far (children that ended included) and bytes resident now."""

    cpu_seconds: float
    rss_bytes: int


class NotInTime(Exception):
    """What was waited for did not come; the message says what."""


def _stat(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat from the state on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def tree(root: int) -> list[int]:
    """`root` and every living process below it."""
    children: dict[int, list[int]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))) and fields[STATE] != "Z":
            children.setdefault(int(fields[PARENT]), []).append(int(entry.name))
    found = [root]
    for pid in found:
        found.extend(children.get(pid, ()))
    return found


def command(pid: int) -> bytes:
    """The command line of a process, its words parted by zeros; empty when it is gone."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


def usage(root: int) -> Usage:
    """What the whole tree of `root` has used."""
    cpu, rss = 0.0, 0
    for fields in filter(None, map(_stat, tree(root))):
        cpu += sum(int(fields[place]) for place in (USER, SYSTEM, CHILD_USER, CHILD_SYSTEM)) / TICKS
        rss += int(fields[RESIDENT]) * PAGE
    return Usage(cpu, rss)


def spawn(arguments: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> subprocess.Popen[bytes]:
    """Start a program in `folder`, its output appended to `log`."""
    with log.open("ab") as output:
        return subprocess.Popen(
            arguments, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )


def kill(process: subprocess.Popen[bytes]) -> None:
    """SIGKILL for the whole tree at once; pids are collected first, because orphans lose their parent."""
    for pid in tree(process.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait()


async def until(check: Callable[[], Awaitable[bool]], limit_seconds: float, what: str) -> float:
    """Poll until `check` holds; returns the seconds that took. Raises NotInTime naming `what`."""
    began = time.perf_counter()
    while not await check():
        if time.perf_counter() - began > limit_seconds:
            raise NotInTime(f"{what}: not within {limit_seconds:.0f} s")
        await asyncio.sleep(POLL_SECONDS)
    return time.perf_counter() - began


def percentile(values: Sequence[float], share: int) -> float:
    """The `share`th percentile (1 to 99); the value itself when there is only one."""
    return values[0] if len(values) == 1 else quantiles(values, n=100, method="inclusive")[share - 1]
