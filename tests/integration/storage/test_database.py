"""The database as the event loop meets it: many callers at once, one of them wrong, nobody answering."""

import asyncio
import sqlite3
import threading
import time
from collections.abc import Callable
from contextlib import closing

import pytest
from sqlalchemy import text

from helpdesk.error import Conflict, StorageUnavailable
from helpdesk.storage import crew
from helpdesk.storage import database as module
from helpdesk.storage.database import Database
from helpdesk.storage.unit import Unit
from tests.conftest import opened


def store(key: str) -> Callable[[Unit], str]:
    """A use case that keeps a row and names it."""

    def case(unit: Unit) -> str:
        row = {"key": key}
        unit.connection.execute(text("insert into counter (name, value) values (:key, 0)"), row)
        return key

    return case


def refuse(unit: Unit) -> None:
    """A use case that changes something, then finds that it must not."""
    store("refused")(unit)
    raise Conflict("no")


async def stored(database: Database) -> set[str]:
    names = "select name from counter where name != 'ticket'"
    return await database.read(lambda unit: set(unit.connection.execute(text(names)).scalars()))


class Gate:
    """A use case that keeps the writer busy until opened, so that others have to queue."""

    def __init__(self) -> None:
        self.is_entered, self._opened = threading.Event(), threading.Event()

    def __call__(self, _: Unit) -> None:
        self.is_entered.set()
        self._opened.wait(10)

    def open(self) -> None:
        self._opened.set()


async def queued(database: Database, *cases: Callable[[Unit], object]) -> list[object]:
    """What becomes of use cases that all wait when the writer gets to them."""
    gate = Gate()
    blocking = asyncio.create_task(database.write(gate))
    await asyncio.to_thread(gate.is_entered.wait, 10)
    waiting = [asyncio.create_task(database.write(case)) for case in cases]
    await asyncio.sleep(0)
    gate.open()
    await blocking
    return await asyncio.gather(*waiting, return_exceptions=True)


async def test_who_waits_together_is_stored_together_and_each_hears_its_own_result(sqlite: Database) -> None:
    commits: list[object] = []
    module.event.listen(sqlite.engine, "commit", commits.append)
    assert await queued(sqlite, *map(store, "abcdefgh")) == list("abcdefgh")
    assert await stored(sqlite) == set("abcdefgh")
    assert len(commits) == 2  # the gate's, and one for all


async def test_one_that_is_refused_takes_nobody_along(sqlite: Database) -> None:
    first, refused, last = await queued(sqlite, store("a"), refuse, store("b"))
    assert (first, last, type(refused)) == ("a", "b", Conflict)
    assert await stored(sqlite) == {"a", "b"}


async def test_two_with_one_key_leave_one_row(sqlite: Database) -> None:
    results = await queued(sqlite, store("a"), store("a"), store("b"))
    assert [type(result).__name__ for result in results] == ["str", "IntegrityError", "str"]
    assert await stored(sqlite) == {"a", "b"}


async def test_behind_a_locked_database_all_are_told_and_nothing_is_kept(
    sqlite: Database, sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.02)
    hasty = Database(module.create(sqlite_url))
    with closing(sqlite3.connect(str(sqlite.engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        told = await asyncio.gather(*(hasty.write(store(key)) for key in "abc"), return_exceptions=True)
    assert [type(word) for word in told] == [StorageUnavailable] * 3
    assert await hasty.write(store("after")) == "after"
    assert await stored(hasty) == {"after"}
    hasty.close()


async def test_who_has_gone_before_the_writer_came_leaves_nothing(sqlite: Database) -> None:
    gate = Gate()
    blocking = asyncio.create_task(sqlite.write(gate))
    await asyncio.to_thread(gate.is_entered.wait, 10)
    gone = asyncio.create_task(sqlite.write(store("gone")))
    await asyncio.sleep(0)
    gone.cancel()
    await asyncio.gather(gone, return_exceptions=True)
    gate.open()
    await blocking
    assert await sqlite.write(store("next")) == "next"
    assert await stored(sqlite) == {"next"}


async def test_who_waits_too_long_for_the_writer_is_told_and_leaves_nothing(
    sqlite: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE_SECONDS", 0.01)
    gate = Gate()
    blocking = asyncio.create_task(sqlite.write(gate))
    await asyncio.to_thread(gate.is_entered.wait, 10)
    with pytest.raises(StorageUnavailable):
        await sqlite.write(store("late"))
    gate.open()
    await blocking
    monkeypatch.undo()
    assert await stored(sqlite) == set()


async def test_closing_finishes_what_waits() -> None:
    done: list[object] = []
    pair = crew.Crew("test", lambda jobs: done.extend(job.call for job in jobs), 2, 3)
    calls = [object] * 5
    waiting = [asyncio.create_task(pair.run(call, 10, StorageUnavailable("late"))) for call in calls]
    await asyncio.sleep(0)
    await asyncio.to_thread(pair.close)
    await asyncio.gather(*waiting)
    assert done == calls


async def test_a_long_import_beside_the_desk_turns_nobody_away(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "BUSY_SECONDS", 0.5)
    desk, beside = opened(sqlite_url), opened(sqlite_url)

    def slow(unit: Unit) -> None:
        unit.connection.execute(text("update counter set value = value"))
        time.sleep(0.1)

    try:
        importing = asyncio.create_task(asyncio.to_thread(lambda: list(beside.write_each_now([slow] * 20))))
        while not importing.done():
            await desk.write(lambda _: None)
        await importing
    finally:
        desk.close()
        beside.close()
