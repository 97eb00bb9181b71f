"""`isec up --demo` in an installation of its own, with a real model of few articles, for all tests of a session."""

import os
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from bot.learning import command
from helpdesk.error import Conflict
from helpdesk.storage.database import Database, create
from tests.e2e.learning.installation import install
from tests.e2e.survival.desk import local_headers

START_SECONDS, END_SECONDS = 240, 20
GOLDEN = "0.85"
"""A model that has seen so little does not serve every golden question, neither before nor after."""
_LOGIN = re.compile(r"demo login (\S+)  password (\S+)")


@dataclass
class House:
    """The running desk: its address, its people's passwords by login, and a way into its database."""

    folder: Path
    port: int
    passwords: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.root, self.data = self.folder / "isec", self.folder / "var"
        self.root.mkdir()
        install(self.root, self.folder / "models")
        self._log = (self.folder / "desk.log").open("wb")
        self._process = subprocess.Popen(
            [".venv/bin/python", "-m", "bot.cli", "up", "--demo"],
            cwd=self.root,
            env=os.environ | self._settings(),
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    def _settings(self) -> dict[str, str]:
        return {
            "PYTHONPATH": str(self.root),
            "PYTHONUNBUFFERED": "1",
            "ISEC_DATA_DIR": str(self.data),
            "ISEC_MODEL_DIR": str(self.folder / "models"),
            "ISEC_PORT": str(self.port),
            "ISEC_GATE_GOLDEN": GOLDEN,
        }

    @property
    def url(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def local(self) -> dict[str, str]:
        """What says that a request comes from this machine."""
        return local_headers(self.data)

    def wait(self) -> None:
        """Until it has trained its first model and answers with it."""
        end = time.monotonic() + START_SECONDS
        while not self._is_ready():
            assert self._process.poll() is None, self.said()
            assert time.monotonic() < end, self.said()
            time.sleep(0.2)
        self.passwords = dict(_LOGIN.findall(self.said()))
        self.database = Database(create(f"sqlite:///{self.data / 'isec.db'}"))

    def said(self) -> str:
        """What it printed and logged."""
        return (self.folder / "desk.log").read_text(encoding="utf-8", errors="replace")

    def serving(self) -> str:
        """The model that serves."""
        found = self.database.read_now(lambda unit: unit.models.serving())
        assert found is not None
        return found.model

    def end(self) -> None:
        """Stop it, and a training that a test has left behind."""
        if self._process.poll() is None:
            with suppress(Conflict, AttributeError):
                command.cancel(self.database, self.root, self.data / "training", lambda: datetime.now(UTC))
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(END_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()
        if hasattr(self, "database"):
            self.database.close()
        self._log.close()

    def _is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=2) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False
