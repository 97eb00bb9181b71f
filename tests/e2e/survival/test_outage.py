"""The database is locked or away for a while; ISEC_TEST_OUTAGE_SECONDS=45 makes the while as long as the promise."""

import asyncio
import os
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psycopg
import pytest

from bot.ask import API
from tests import postgres
from tests.e2e.survival.desk import Mortal, Visitor, is_up, local_headers
from tests.e2e.survival.ledger import drained
from tests.waiting import eventually

OUTAGE_SECONDS = float(os.environ.get("ISEC_TEST_OUTAGE_SECONDS", "4"))
HOLDER = "import sqlite3,sys; c=sqlite3.connect(sys.argv[1]); c.execute('BEGIN EXCLUSIVE'); print(flush=True); input()"
WRITERS = 12

Outage = Callable[[], AbstractContextManager[None]]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
async def outage(request: pytest.FixtureRequest, environment: dict[str, str], tmp_path: Path) -> AsyncIterator[Outage]:
    """Sets the database up for the desk; calling it takes the database away for a block."""
    if request.param == "sqlite":
        environment["ISEC_DATABASE_URL"] = f"sqlite:///{tmp_path / 'isec.db'}"
        yield lambda: _locked(tmp_path / "isec.db")
        return
    with postgres.server() as server:
        with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
            connection.execute("CREATE DATABASE desk")
        environment["ISEC_DATABASE_URL"] = f"{server.url}/desk"
        yield lambda: _stopped(server)


@contextmanager
def _locked(path: Path) -> Any:
    """Another process holds SQLite's lock."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert holder.stdout is not None
    with holder:
        holder.stdout.readline()
        with closing(sqlite3.connect(path, timeout=0)) as probe, pytest.raises(sqlite3.OperationalError):
            probe.execute("BEGIN IMMEDIATE")
        yield
        holder.communicate("\n")


@contextmanager
def _stopped(server: postgres.Server) -> Any:
    server.stop()
    yield
    server.start()


async def test_what_was_accepted_is_kept_health_answers_people_are_told_and_work_drains(
    outage: Outage,
    desk: Mortal,
    session: aiohttp.ClientSession,
    brain: list[str],
    environment: dict[str, str],
    tmp_path: Path,
) -> None:
    desk.start()
    await is_up(session)
    session.headers.update(local_headers(tmp_path) | {"Accept-Language": "en"})
    early, late = Visitor(session, "early"), [Visitor(session, f"late {number}") for number in range(WRITERS)]
    await asyncio.gather(*(visitor.open() for visitor in (early, *late)))
    for number in range(6):
        await early.write(f"chậm {number}")
    with outage():
        refused = await asyncio.gather(*(_post(session, visitor) for visitor in late))
        health = await _health_while_it_lasts(session)
    await asyncio.gather(*(visitor.write("sau đó") for visitor in late))
    await eventually(lambda: _is_ready(session), 30)
    facts = await drained(environment["ISEC_DATABASE_URL"])
    for visitor in (early, *late):
        told = await visitor.read()
        assert [m["text"] for m in told if m["author"] == "contact"] == visitor.taken
        assert [m["text"] for m in told if m["author"] == "bot"] == [f"nghe: {text}" for text in visitor.taken]
    assert facts["rows"] == facts["turns"] == 6 + WRITERS
    assert {status for status, _, _ in refused} == {503}
    assert all("not" in sentence and after for _, after, sentence in refused)
    print(f"away {OUTAGE_SECONDS:.0f} s; {facts['rows']} kept; slowest health {health:.3f} s")


async def _post(session: aiohttp.ClientSession, visitor: Visitor) -> tuple[int, str | None, str]:
    """One try without repeating; 503 must come long before a browser or proxy gives up."""
    headers = {"Authorization": f"Bearer {visitor.token}"}
    body = {"client_id": "c0", "text": "sau đó"}
    async with (
        asyncio.timeout(8),
        session.post(f"{API}/messages", json=body, headers=headers) as response,
    ):
        answer = await response.json()
        return response.status, response.headers.get("Retry-After"), answer["error"]["message"]


async def _health_while_it_lasts(session: aiohttp.ClientSession) -> float:
    """Ask both health routes again and again; returns the slowest answer in seconds."""
    slowest, until = 0.0, time.monotonic() + OUTAGE_SECONDS
    while time.monotonic() < until:
        for path, status in (("/healthz", 200), ("/readyz", 503)):
            asked_at = time.monotonic()
            async with session.get(path) as response:
                assert response.status == status
                if status == 503:
                    assert (await response.json())["parts"]["database"] == "does not answer"
            slowest = max(slowest, time.monotonic() - asked_at)
        await asyncio.sleep(0.1)
    return slowest


async def _is_ready(session: aiohttp.ClientSession) -> bool:
    async with session.get("/readyz") as response:
        return bool((await response.json())["parts"]["database"] == "ok")
