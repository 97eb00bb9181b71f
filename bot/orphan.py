"""A child that outlived a killed parent: remembered in a file, recognised, and ended before a new one starts."""

import os
import signal
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_PATIENCE_SECONDS = 3.0


class Orphan:
    """`pid_file` holds the id of the last child that was started with `command`."""

    def __init__(self, pid_file: Path, command: Sequence[str]) -> None:
        self._pid_file = pid_file
        self._command = tuple(command)

    def remember(self, pid: int) -> None:
        """The child that runs now."""
        self._pid_file.parent.mkdir(parents=True, exist_ok=True)
        self._pid_file.write_text(str(pid), encoding="ascii")

    def forget(self) -> None:
        """The child is gone."""
        self._pid_file.unlink(missing_ok=True)

    def end(self) -> bool:
        """Kill the remembered child if it still runs; True when there was one. Other processes are left alone."""
        pid = self._survivor()
        if pid is None:
            return False
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(pid, signal.SIGKILL)
        deadline = time.monotonic() + _PATIENCE_SECONDS
        while self._survivor() is not None and time.monotonic() < deadline:
            time.sleep(0.02)
        self.forget()
        return True

    def _survivor(self) -> int | None:
        try:
            pid = int(self._pid_file.read_text(encoding="ascii"))
            words = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
        except (OSError, ValueError):
            return None
        # Ids are used again: only a process that carries the last words of our command is ours.
        wanted = [word.encode() for word in self._command[1:]]
        return pid if wanted and words[1:-1][-len(wanted) :] == wanted else None
