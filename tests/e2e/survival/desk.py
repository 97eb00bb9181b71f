"""A desk to be killed, the brain's stand-in, and people who write to it as the chat page does."""

import asyncio
import json
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.ask import API, LOCAL_HEADER
from tests.waiting import eventually

ROOT = Path(__file__).resolve().parents[3]
REFUSALS = (aiohttp.ClientError, TimeoutError, OSError)


FAULTS: dict[str, Callable[[str], web.Response]] = {
    "1": lambda text: web.Response(status=500, text=text),
    "2": lambda text: web.Response(text=f'{{"messages": [{{"text": "{text}'),
    "3": lambda text: web.json_response({"messages": text, "intent": text}),
    "4": lambda text: web.json_response(_speech({"custom": {"reply": {"outcome": text, "language": text}}})),
    "5": lambda text: web.json_response(_speech({"custom": {"outcome": text}, "text": text})),
    "6": lambda text: web.json_response(_speech({"text": text}) | {"language": text, "ranking": [text]}),
}


def _speech(message: dict[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {"ranking": [], "procedures": [], "entities": [], "language": "vi"}
    return facts | {"messages": [message], "intent": {"name": "greet", "confidence": 1.0}}


class Nursery:
    """The process that every desk of a test session is forked from."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.e2e.survival.nursery"],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def fork(self, environment: dict[str, str], log: Path) -> int:
        """A new desk begins to start; returns its process id."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps({"environment": environment, "log": str(log)}) + "\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def close(self) -> None:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


class Mortal:
    """A desk in one place that is started, killed and started again; what it says goes to `log`."""

    def __init__(self, nursery: Nursery, environment: dict[str, str], log: Path) -> None:
        self._nursery = nursery
        self.environment = environment
        self.log = log
        self.pid = 0
        self.kills = 0

    def start(self) -> None:
        self.pid = self._nursery.fork(self.environment, self.log)

    def kill(self) -> None:
        """kill -9, wherever the desk is."""
        os.kill(self.pid, signal.SIGKILL)
        self.kills += 1
        self.pid = 0

    def end(self) -> None:
        if self.pid:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


@asynccontextmanager
async def stand_in(port: int) -> AsyncIterator[list[str]]:
    """A brain that repeats what it hears; yields what it heard.

    It thinks longer of what begins with "chậm", and goes wrong in a way of its own on "hỏng 1", "hỏng 2" and so on.
    """
    heard: list[str] = []

    async def turn(request: web.Request) -> web.Response:
        body = await request.json()
        heard.append(body["message"])
        if body["message"].startswith("chậm"):
            await asyncio.sleep(0.4)
        if body["message"].startswith("hỏng"):
            return FAULTS[body["message"].split()[1]](body["message"])
        return web.json_response(_speech({"text": f"nghe: {body['message']}"}))

    app = web.Application()
    app.router.add_post("/webhooks/desk/webhook", turn)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    yield heard
    await runner.cleanup()


def local_headers(data_dir: Path) -> dict[str, str]:
    """Requests of this machine's own are not limited by address."""
    return {LOCAL_HEADER: (data_dir / "local.key").read_text(encoding="ascii").strip()}


async def answers(session: aiohttp.ClientSession, path: str = "/healthz") -> bool:
    try:
        async with session.get(path) as response:
            return response.status == 200
    except REFUSALS:
        return False


async def is_up(session: aiohttp.ClientSession, seconds: float = 30.0) -> None:
    await eventually(lambda: answers(session), seconds)


async def is_ready(session: aiohttp.ClientSession, seconds: float = 120.0) -> None:
    """Returns when every part of the desk, its brain among them, does its work; a failure tells which does not."""
    try:
        await eventually(lambda: answers(session, "/readyz"), seconds)
    except TimeoutError:
        async with session.get("/readyz") as response:
            raise AssertionError(f"not ready within {seconds:.0f} s: {await response.text()}") from None


@dataclass
class Visitor:
    """Writes one message after the other; each is repeated with the same client id until the desk has taken it."""

    session: aiohttp.ClientSession
    name: str
    token: str = ""
    conversation_id: str = ""
    taken: list[str] = field(default_factory=list)
    repeats: int = 0

    async def open(self) -> None:
        opened = await self._insist("POST", f"{API}/conversations", {})
        self.token, self.conversation_id = opened["token"], opened["conversation_id"]

    async def write(self, text: str | None = None) -> int:
        said = text or f"{self.name} câu {len(self.taken)}"
        sent = await self._insist("POST", f"{API}/messages", {"client_id": f"c{len(self.taken)}", "text": said})
        self.taken.append(said)
        return int(sent["seq"])

    async def read(self) -> list[dict[str, Any]]:
        """The whole conversation."""
        found: list[dict[str, Any]] = []
        while True:
            after = found[-1]["seq"] if found else 0
            page = await self._insist("GET", f"{API}/messages?after={after}", None)
            if not page["messages"]:
                return found
            found += page["messages"]

    async def _insist(self, method: str, path: str, body: dict[str, Any] | None) -> dict[str, Any]:
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        while True:
            try:
                async with self.session.request(method, path, json=body, headers=headers) as response:
                    answer: dict[str, Any] = await response.json()
                    if response.status < 300:
                        return answer
                    assert response.status in (429, 503), f"{response.status}: {answer}"
            except REFUSALS:
                pass
            self.repeats += 1
            await asyncio.sleep(0.05)
