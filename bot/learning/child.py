"""The process that learns: `rasa train` on a snapshot, niced, on its own, so that it outlives the desk that started it.

Its output goes to train.log and its exit status to `status` in the snapshot's folder, where whoever looks finds them.
"""

import asyncio
import os
import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from bot.process import INTERPRETER, quiet_environment

NICENESS = 10
TAIL_LINES, LAST_WORDS = 20, 5
_SCRIPT = """
niceness=$1 python=$2 log=$3 status=$4
shift 4
nice -n "$niceness" "$python" -m rasa train "$@" > "$log" 2>&1 < /dev/null
echo $? > "$status.part" && mv "$status.part" "$status"
"""
_APART = 'setsid "$@" > /dev/null 2>&1 < /dev/null & echo $!'
"""Begins the rest of its arguments as nobody's child, so that nothing of it is left to us, and tells its id."""
_STEP = re.compile(r"Starting to train component '?([\w.]+)")
_NOISE = re.compile(r"it/s|s/it|UserWarning|More info at|^\s*$")
"""Rasa's warnings quote examples, which people may have written."""
_COLOUR = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True, slots=True)
class Learning:
    """How far the process is: its last step, the last lines that it wrote, its exit status once it has one."""

    step: str
    tail: tuple[str, ...]
    status: int | None

    @property
    def last_words(self) -> str:
        """What it said before it ended, on one line."""
        return " | ".join(self.tail[-LAST_WORDS:]) or "nothing"


@dataclass(frozen=True, slots=True)
class Child:
    """The learning process of a snapshot's folder."""

    root: Path
    folder: Path

    @property
    def log(self) -> Path:
        """Where it writes."""
        return self.folder / "train.log"

    @property
    def archive(self) -> Path:
        """Where Rasa puts the model; the file is whole once the exit status is 0."""
        return self.folder / "out" / "model.tar.gz"

    async def start(self, config: Path) -> int:
        """Begin; returns the process id, which is also its group's. Raises OSError."""
        for old in (self.folder / "status", self.log, self.archive):
            old.unlink(missing_ok=True)
        starter = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", _APART, "isec-start"),
            *("/bin/sh", "-c", _SCRIPT, "isec-training"),
            *(str(NICENESS), str(self.root / INTERPRETER), str(self.log), str(self.folder / "status")),
            *("--config", str(config), "--domain", str(self.folder / "domain.yml")),
            *("--data", str(self.folder / "nlu_data"), "--out", str(self.folder / "out")),
            *("--fixed-model-name", "model", "--skip-validation"),
            cwd=self.root,
            env=quiet_environment() | {"RASA_MAX_CACHE_SIZE": "0"},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await starter.communicate()
        return int(said)

    def look(self) -> Learning:
        """What its files say now."""
        lines: list[str] = []
        with suppress(OSError):
            said = self.log.read_text(encoding="utf-8", errors="replace").replace("\r", "\n")
            lines = _COLOUR.sub("", said).splitlines()
        steps = [found[1] for line in lines if (found := _STEP.search(line))]
        told = tuple(line.strip()[:300] for line in lines if not _NOISE.search(line))
        return Learning(steps[-1] if steps else "", told[-TAIL_LINES:], self._status())

    def lives(self, pid: int | None) -> bool:
        """Whether this process runs and is ours: ids are used again."""
        if pid is None:
            return False
        try:
            words = Path(f"/proc/{pid}/cmdline").read_bytes()
            state = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2].split()[0]
        except (OSError, IndexError):
            return False
        # a process has no words for the moment in which it becomes another program
        return (not words or str(self.folder).encode() in words) and state != b"Z"

    def end(self, pid: int | None) -> None:
        """Kill it and what it started; nothing happens to a stranger."""
        if pid is not None and self.lives(pid):
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)

    def _status(self) -> int | None:
        try:
            return int((self.folder / "status").read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None
