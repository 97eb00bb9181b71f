"""The process that learns: `bot.nlu.learn` on a snapshot, niced, on its own, so that it outlives its desk.

Its output goes to train.log and its exit status to `status` in the snapshot's folder, where whoever looks finds them.
"""

import asyncio
import os
import re
import signal
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.process import INTERPRETER, quiet_environment

NICENESS = 10
UNWRITTEN = "status.part"
TAIL_LINES, LAST_WORDS = 20, 5
BLOCK = 1 << 16
"""Bytes of its log in memory at a time: Rasa warns of every example, ten million bytes in all, and the log is looked at
twice a second."""
_SCRIPT = """
niceness=$1 python=$2 log=$3 status=$4
shift 4
nice -n "$niceness" "$python" -m bot.nlu.learn "$@" > "$log" 2>&1 < /dev/null
echo $? > "$status.part" && mv "$status.part" "$status"
"""
_APART = 'setsid "$@" > /dev/null 2>&1 < /dev/null & echo $!'
"""Begins the rest of its arguments as nobody's child, so that nothing of it is left to us, and tells its id."""
_STEP = re.compile(rb"Starting to train component '?([\w.]+)['.]")
_LONGEST_STEP = 200
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

    @property
    def is_unwritten(self) -> bool:
        """Whether it ended and could not even write down how: the disk is full."""
        return (self.folder / UNWRITTEN).exists()

    async def start(self, config: Path) -> int:
        """Begin; returns the process id, which is also its group's. Raises OSError."""
        for old in (self.folder / "status", self.folder / UNWRITTEN, self.log, self.archive):
            old.unlink(missing_ok=True)
        starter = await asyncio.create_subprocess_exec(
            *("/bin/sh", "-c", _APART, "isec-start"),
            *("/bin/sh", "-c", _SCRIPT, "isec-training"),
            *(str(NICENESS), str(self.root / INTERPRETER), str(self.log), str(self.folder / "status")),
            *("--config", str(config), "--domain", str(self.folder / "domain.yml")),
            *("--data", str(self.folder / "nlu_data"), "--out", str(self.folder / "out")),
            *("--fixed-model-name", "model"),
            cwd=self.root,
            env=quiet_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        said, _ = await starter.communicate()
        return int(said)

    def look(self) -> Learning:
        """What its files say now."""
        step, lines = "", list[str]()
        with suppress(OSError), self.log.open("rb") as file:
            step, lines = _last_step(file), _last_lines(file)
        told = tuple(line.strip()[:300] for line in lines if not _NOISE.search(line))
        return Learning(step, told[-TAIL_LINES:], self._status())

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


def _last_step(file: BinaryIO) -> str:
    """The last step that a log names, looked for from its end on."""
    place, after = file.seek(0, os.SEEK_END), b""
    while place > 0:
        size = min(BLOCK, place)
        place = file.seek(place - size)
        block = file.read(size) + after
        if found := _STEP.findall(block):
            return str(found[-1].decode("ascii", "replace"))
        after = block[:_LONGEST_STEP]  # what stands across the border of two blocks
    return ""


def _last_lines(file: BinaryIO) -> list[str]:
    """The whole lines within the last block of a log; a line that is cut would be no known warning any more."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - BLOCK))
    said = file.read(BLOCK).decode("utf-8", "replace").replace("\r", "\n")
    lines = _COLOUR.sub("", said).splitlines()
    return lines[1:] if size > BLOCK else lines
