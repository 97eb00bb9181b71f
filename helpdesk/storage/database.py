"""The database behind the desk, reached from asyncio without ever blocking the event loop.

Use cases are plain functions over a `Unit`; `write` runs one in a transaction of its own that is rolled back unless
the function returns, `read` runs one that must not change anything. SQLite has one writer thread (it has one writer
anyway, and queueing here costs less than colliding there); PostgreSQL has as many as its pool.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from helpdesk.error import InvalidInput, StorageUnavailable
from helpdesk.storage.unit import Unit

T = TypeVar("T")

BUSY_SECONDS = 2.0
PATIENCE_SECONDS = 2.0
"""Longest wait for a thread: behind a database that is locked or away everybody is told so instead of queueing."""
POOL = 8
NOT_STORED = "the database does not answer; what you sent was not stored, please send it again"


def create(url: str) -> Engine:
    """An engine for `sqlite:///path` or `postgresql+psycopg://...`; raises InvalidInput for anything else."""
    try:
        parsed = make_url(url)
    except Exception as error:
        raise InvalidInput("ISEC_DATABASE_URL cannot be read; use sqlite:///file or postgresql://...") from error
    if parsed.drivername in ("postgresql", "postgres"):
        parsed = parsed.set(drivername="postgresql+psycopg")
    if parsed.drivername == "postgresql+psycopg":
        return create_engine(
            parsed,
            hide_parameters=True,
            pool_size=POOL,
            pool_timeout=BUSY_SECONDS,
            pool_pre_ping=True,
            connect_args={"connect_timeout": 2, "options": "-c lock_timeout=2000 -c statement_timeout=30000"},
        )
    if parsed.drivername.startswith("sqlite"):
        patience = {"timeout": BUSY_SECONDS, "check_same_thread": False}
        # what people write stays out of error messages, which end in logs
        engine = create_engine(parsed, connect_args=patience, hide_parameters=True)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    raise InvalidInput(f"ISEC_DATABASE_URL names {parsed.drivername}; SQLite and PostgreSQL are served")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    """WAL with synchronous FULL: a committed message survives a power cut."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Take the write lock at once: a transaction that upgrades later cannot be retried by SQLite's busy timeout."""
    is_reader = connection.get_execution_options().get("reads_only", False)
    connection.exec_driver_sql("BEGIN" if is_reader else "BEGIN IMMEDIATE")


class Database:
    """Runs use cases against one engine."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writers = ThreadPoolExecutor(1 if self.is_sqlite else POOL // 2, "database-write")
        self._readers = ThreadPoolExecutor(POOL // 2, "database-read")
        # a probe that hangs must not take a thread from work
        self._probes = ThreadPoolExecutor(1, "database-probe")

    async def write(self, case: Callable[[Unit], T]) -> T:
        """Run a use case in a transaction; raises StorageUnavailable when the database does not take it."""
        return await _run(self._writers, self.write_now, case)

    async def read(self, case: Callable[[Unit], T]) -> T:
        """Run a query on a consistent view; raises StorageUnavailable."""
        return await _run(self._readers, self.read_now, case)

    def write_now(self, case: Callable[[Unit], T]) -> T:
        """`write` for callers that have no event loop (command line, tests, worker processes)."""
        try:
            return self._write_once(case)
        except IntegrityError:
            # two writers raced for one unique key; the second try sees what the winner stored
            return self._write_once(case)

    def _write_once(self, case: Callable[[Unit], T]) -> T:
        try:
            with self.engine.begin() as connection:
                return case(Unit(connection))
        except (OperationalError, InterfaceError, DBAPIError) as error:
            raise _translated(error) from error

    def read_now(self, case: Callable[[Unit], T]) -> T:
        """`read` for callers that have no event loop."""
        try:
            with self.engine.connect().execution_options(reads_only=True) as connection:
                return case(Unit(connection))
        except (OperationalError, InterfaceError, DBAPIError) as error:
            raise _translated(error) from error

    async def probe(self) -> None:
        """Raises StorageUnavailable unless the database takes a write lock now; for health checks only."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._probes, self.write_now, lambda _: None)

    def close(self) -> None:
        """Finish running use cases and close every connection."""
        self._writers.shutdown()
        self._readers.shutdown()
        self._probes.shutdown()
        self.engine.dispose()


async def _run(pool: ThreadPoolExecutor, call: Callable[[Callable[[Unit], T]], T], case: Callable[[Unit], T]) -> T:
    job = pool.submit(call, case)
    result = asyncio.wrap_future(job)
    try:
        await asyncio.wait({result}, timeout=PATIENCE_SECONDS)
        if job.cancel():
            raise StorageUnavailable(NOT_STORED)
        return await result
    finally:
        # ends a job that has not begun when its caller has gone; no effect on any other
        result.cancel()


def _translated(error: DBAPIError) -> Exception:
    """Only trouble of the database becomes StorageUnavailable; mistakes of ours (integrity, syntax) stay loud."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return StorageUnavailable(NOT_STORED)
    return error
