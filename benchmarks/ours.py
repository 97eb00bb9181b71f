"""The whole desk as a branch would run it: `isec up`, SQLite, a fresh data directory, everything durable."""

import asyncio
import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import aiohttp

from benchmarks.measure import NotInTime, command, kill, spawn, tree, until
from bot.ask import API, LOCAL_HEADER, WAIT_SECONDS
from bot.connectors.telegram.connector import ROUTE, SECRET_HEADER

ROOT = Path(__file__).resolve().parent.parent
READY_SECONDS = 120.0
BRAIN = b"bot.nlu.launch"
TOKEN, SECRET = "110201543:bench-token-of-no-bot", "benchmarkbenchmark"
FIRST_PERSON, PEOPLE = 500_000, 300
PATIENCE = aiohttp.ClientTimeout(total=60)
QUICK = aiohttp.ClientTimeout(total=5)
DESK_GONE = (aiohttp.ClientError, TimeoutError)


class OurChat:
    """A chat over the public API, as a web visitor's page holds it."""

    def __init__(self, session: aiohttp.ClientSession, token: str) -> None:
        self._session = session
        self._headers = {"Authorization": f"Bearer {token}"}
        self._count = 0

    async def say(self, text: str) -> str:
        """See `load.Chat`; the word is the turn's outcome."""
        return str((await self.understanding(await self.send(text)))["outcome"])

    async def send(self, text: str) -> int:
        """Hand a message over; returns its sequence number once it is stored."""
        self._count += 1
        body = {"client_id": f"bench-{self._count}", "text": text}
        async with self._session.post(
            f"{API}/messages", json=body, headers=self._headers, timeout=PATIENCE
        ) as response:
            response.raise_for_status()
            return int((await response.json())["seq"])

    async def understanding(self, seq: int) -> dict[str, Any]:
        """What became of a message, once its turn has ended; raises NotInTime."""
        path = f"{API}/messages/{seq}/understanding?wait={WAIT_SECONDS}"
        for _ in range(5):
            async with self._session.get(path, headers=self._headers, timeout=PATIENCE) as response:
                response.raise_for_status()
                found: dict[str, Any] | None = (await response.json())["understanding"]
            if found is not None:
                return found
        raise NotInTime("a turn was not finished")

    async def log(self) -> list[dict[str, Any]]:
        """Every message of the chat, in order."""
        async with self._session.get(f"{API}/messages?after=0", headers=self._headers, timeout=PATIENCE) as response:
            response.raise_for_status()
            return list((await response.json())["messages"])


class Ours:
    """`isec up` with `folder` as its data directory; with `telegram`, the address of a Bot API server, by webhook."""

    name = "ours"

    def __init__(self, folder: Path, port: int, telegram: str = "") -> None:
        self._folder = folder
        self._port = port
        self._telegram = telegram
        self._process: subprocess.Popen[bytes] | None = None
        self._session: aiohttp.ClientSession | None = None

    @property
    def pid(self) -> int:
        """The process at the root of this side."""
        assert self._process is not None
        return self._process.pid

    def brains(self) -> list[int]:
        """The processes of its brains; more than one while models change."""
        return [pid for pid in tree(self.pid) if BRAIN in command(pid)]

    def _environment(self) -> dict[str, str]:
        settings = {"ISEC_PORT": str(self._port), "ISEC_DATA_DIR": str(self._folder / "data")}
        if self._telegram:
            settings |= {
                "ISEC_TELEGRAM_TOKEN": TOKEN,
                "ISEC_TELEGRAM_API_URL": self._telegram,
                "ISEC_TELEGRAM_MODE": "webhook",
                "ISEC_TELEGRAM_SECRET": SECRET,
                "ISEC_PUBLIC_URL": "https://bench.invalid",
            }
        return {name: value for name, value in os.environ.items() if not name.startswith("ISEC_")} | settings

    async def start(self) -> None:
        """Spawn it; returns at once."""
        command = (sys.executable, "-m", "bot.cli", "up")
        self._process = spawn(command, ROOT, self._environment(), self._folder / "log")
        self._session = aiohttp.ClientSession(f"http://127.0.0.1:{self._port}", connector=aiohttp.TCPConnector(limit=0))

    async def accepts(self) -> float:
        """Seconds until a message is stored for good and said to be."""
        return await until(self._takes_a_message, READY_SECONDS, "the desk accepts messages")

    async def ready(self) -> float:
        """Seconds until every part, the brain among them, is ready; before that the reduced service answers."""
        return await until(self._is_ready, READY_SECONDS, "the desk is ready")

    async def _takes_a_message(self) -> bool:
        try:
            return await (await self.open()).send("xin chào") > 0
        except DESK_GONE:
            return False

    async def _is_ready(self) -> bool:
        assert self._session is not None
        try:
            async with self._session.get("/readyz", timeout=QUICK) as response:
                return response.status == 200
        except DESK_GONE:
            return False

    async def open(self) -> OurChat:
        """A new conversation; this machine's own key lifts the limits that are there for strangers."""
        assert self._session is not None
        key = self._folder / "data" / "local.key"
        headers = {LOCAL_HEADER: key.read_text(encoding="ascii").strip()} if key.exists() else {}
        self._session.headers.update(headers)
        async with self._session.post(f"{API}/conversations", json={}, timeout=PATIENCE) as response:
            response.raise_for_status()
            return OurChat(self._session, (await response.json())["token"])

    async def ten_at_once(self, texts: list[str]) -> bool:
        """Send all at once in one chat; whether the answers stand in the order of the messages."""
        chat = await self.open()
        sent = sorted(await asyncio.gather(*(chat.send(text) for text in texts)))
        turns = [await chat.understanding(seq) for seq in sent]
        shown = [message["article_id"] for message in await chat.log() if message["article_id"]]
        return list(dict.fromkeys(shown)) == [turn["article_id"] for turn in turns if turn["article_id"]]

    async def webhook(self, number: int) -> int:
        """Post one Telegram update, of `PEOPLE` chats in turn; returns the HTTP status."""
        assert self._session is not None
        body, headers = json.dumps(_update(number)), {SECRET_HEADER: SECRET, "Content-Type": "application/json"}
        async with self._session.post(ROUTE, data=body, headers=headers, timeout=PATIENCE) as response:
            return response.status

    def count(self, what: str) -> int:
        """How many rows of the database there are; `what` is SQL after "from"."""
        with sqlite3.connect(self._folder / "data" / "isec.db") as connection:
            return int(connection.execute(f"select count(*) from {what}").fetchone()[0])

    async def stop(self) -> None:
        """Kill it, all of it."""
        if self._process is not None:
            kill(self._process)
        if self._session is not None:
            await self._session.close()


def _update(number: int) -> dict[str, Any]:
    person = FIRST_PERSON + number % PEOPLE
    facts = {"id": person, "first_name": "Bench"}
    message = {
        "message_id": number + 1,
        "date": 1_790_000_000,
        "chat": facts | {"type": "private"},
        "from": facts | {"is_bot": False, "language_code": "vi"},
        "text": f"hàng luồng đỏ kiểm hoá ở đâu, lần {number // PEOPLE}",
    }
    return {"update_id": 10_000 + number, "message": message}
