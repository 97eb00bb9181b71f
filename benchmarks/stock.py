"""Stock Rasa: what `rasa init` gives, trained once and kept, served by `rasa run` as it comes (REST channel)."""

import asyncio
import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

import aiohttp

from benchmarks.load import Chat
from benchmarks.measure import kill, spawn, until

ROOT = Path(__file__).resolve().parent.parent
INTERPRETER = ROOT / "brain" / ".venv" / "bin" / "python"
KEPT = ROOT / "var" / "bench-stock"
TRAIN_SECONDS = 900
READY_SECONDS = 300.0
PATIENCE = aiohttp.ClientTimeout(total=120)


def environment() -> dict[str, str]:
    """Ours, without telemetry and warnings."""
    return os.environ | {"RASA_TELEMETRY_ENABLED": "false", "PYTHONWARNINGS": "ignore"}


def prepare() -> Path:
    """The trained `rasa init` project; made on the first call (minutes), kept for the next ones."""
    if KEPT.is_dir():
        return KEPT
    KEPT.parent.mkdir(mode=0o700, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-stock-", dir=KEPT.parent) as temporary:
        project = Path(temporary, "project")
        project.mkdir()
        subprocess.run(
            [INTERPRETER, "-m", "rasa", "init", "--no-prompt", "--init-dir", project],
            env=environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,  # progress bars; kept in the error when training fails
            timeout=TRAIN_SECONDS,
            check=True,
        )
        if not list(project.glob("models/*.tar.gz")):
            raise RuntimeError("`rasa init` trained no model")
        project.rename(KEPT)
    return KEPT


class StockChat:
    """A chat over the REST channel; the answer is the response to the post."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session
        self._sender = uuid4().hex

    async def say(self, text: str) -> str:
        """See `load.Chat`."""
        body = {"sender": self._sender, "message": text}
        async with self._session.post("/webhooks/rest/webhook", json=body, timeout=PATIENCE) as response:
            response.raise_for_status()
            return "answered" if await response.json() else "silent"


class Stock:
    """`rasa run` over a copy of the project in `folder`, which is the caller's to remove; `options` are added to it."""

    name = "stock"

    def __init__(self, folder: Path, port: int, options: Sequence[str] = ()) -> None:
        self._options = options
        self.project = shutil.copytree(prepare(), folder / "project")
        self._log = folder / "log"
        self._port = port
        self._process: subprocess.Popen[bytes] | None = None
        self.session: aiohttp.ClientSession | None = None

    @property
    def pid(self) -> int:
        """The process at the root of this side."""
        assert self._process is not None
        return self._process.pid

    async def start(self) -> None:
        """Spawn it; returns at once."""
        command = (str(INTERPRETER), "-m", "rasa", "run", "-i", "127.0.0.1", "-p", str(self._port), *self._options)
        self._process = spawn(command, self.project, environment(), self._log)
        self.session = aiohttp.ClientSession(f"http://127.0.0.1:{self._port}", connector=aiohttp.TCPConnector(limit=0))

    async def accepts(self) -> float:
        """Seconds until the server answers at all; Rasa listens when its model is loaded."""
        return await until(self._answers, READY_SECONDS, "stock Rasa answers")

    async def ready(self) -> float:
        """Seconds until it can answer people."""
        return await self.accepts()

    async def _answers(self) -> bool:
        assert self.session is not None
        try:
            async with self.session.get("/", timeout=aiohttp.ClientTimeout(total=5)) as response:
                return response.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    async def open(self) -> Chat:
        """A new sender id."""
        assert self.session is not None
        return StockChat(self.session)

    async def ten_at_once(self, texts: list[str]) -> bool:
        """Send all at once in one chat; whether the answers came in the order of the messages."""
        chat, ended = await self.open(), []

        async def say(number: int) -> None:
            await chat.say(texts[number])
            ended.append(number)

        await asyncio.gather(*(say(number) for number in range(len(texts))))
        return ended == sorted(ended)

    async def stop(self) -> None:
        """Kill it, all of it."""
        if self._process is not None:
            kill(self._process)
        if self.session is not None:
            await self.session.close()
