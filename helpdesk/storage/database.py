"""The database behind the desk, reached from asyncio without ever blocking the event loop.

Use cases are plain functions over a `Unit`; `write` runs one in a transaction of its own that is rolled back unless
the function returns, `read` runs one that must not change anything. SQLite has one writer thread (it has one writer
anyway, and queueing here costs less than colliding there), which stores everything that waits with one commit;
PostgreSQL has as many as its pool, and groups commits itself.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError

from helpdesk.error import InvalidInput, StorageUnavailable
from helpdesk.storage.crew import Crew, Job
from helpdesk.storage.unit import Unit

T = TypeVar("T")

BUSY_SECONDS = 2.0
PATIENCE_SECONDS = 2.0
"""Longest wait for a thread: behind a database that is locked or away everybody is told so instead of queueing."""
POOL = 8
GROUP = 50
"""Most use cases in one transaction: enough to share the wait for the disk, few enough that nobody waits long."""
REST_SECONDS = 0.12
"""Between transactions of a process beside the desk. Who waits for SQLite's write lock looks every 0.1 s: without
rests the desk finds it taken each time, and turns people away."""
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
        self._reading = engine.execution_options(reads_only=True)
        size, most = (1, GROUP) if self.is_sqlite else (POOL // 2, 1)
        self._writers = Crew("database-write", self._write_all, size, most)
        self._readers = Crew("database-read", self._read_all, POOL // 2)
        # a probe that hangs must not take a thread from work
        self._probes = ThreadPoolExecutor(1, "database-probe")

    async def write(self, case: Callable[[Unit], T]) -> T:
        """Run a use case in a transaction; raises StorageUnavailable when the database does not take it.

        It may be run a second time, after everything that the first run did is undone.
        """
        written: T = await self._writers.run(case, PATIENCE_SECONDS, StorageUnavailable(NOT_STORED))
        return written

    async def read(self, case: Callable[[Unit], T]) -> T:
        """Run a query on a consistent view; raises StorageUnavailable."""
        found: T = await self._readers.run(case, PATIENCE_SECONDS, StorageUnavailable(NOT_STORED))
        return found

    def write_now(self, case: Callable[[Unit], T]) -> T:
        """`write` for callers that have no event loop (command line, tests, worker processes)."""
        try:
            return self._write_once(case)
        except IntegrityError:
            # two writers raced for one unique key; the second try sees what the winner stored
            return self._write_once(case)

    def write_each_now(self, cases: Iterable[Callable[[Unit], T]]) -> Iterator[T]:
        """`write_now` of one after the other, with rests in which a desk that runs on the same database writes."""
        for case in cases:
            yield self.write_now(case)
            time.sleep(REST_SECONDS)

    def _write_once(self, case: Callable[[Unit], T]) -> T:
        try:
            with self.engine.begin() as connection:
                return case(Unit(connection))
        except (OperationalError, InterfaceError, DBAPIError) as error:
            raise _translated(error) from error

    def read_now(self, case: Callable[[Unit], T]) -> T:
        """`read` for callers that have no event loop."""
        try:
            with self._reading.connect() as connection:
                return case(Unit(connection))
        except (OperationalError, InterfaceError, DBAPIError) as error:
            raise _translated(error) from error

    def _read_all(self, jobs: Sequence[Job]) -> None:
        _each(self.read_now, jobs)

    def _write_all(self, jobs: Sequence[Job]) -> None:
        """All in one transaction, so that they wait for the disk once; each alone when one of them fails."""
        if len(jobs) < 2 or not self._write_together(jobs):
            _each(self.write_now, jobs)

    def _write_together(self, jobs: Sequence[Job]) -> bool:
        """False when a use case failed: then nothing of any is kept. Trouble of the database is told to all."""
        try:
            with self.engine.begin() as connection:
                written = [job.call(Unit(connection)) for job in jobs]
        except (OperationalError, InterfaceError) as error:
            for job in jobs:
                job.fail(_translated(error))
        except Exception:
            return False
        else:
            for job, outcome in zip(jobs, written, strict=True):
                job.succeed(outcome)
        return True

    async def probe(self) -> None:
        """Raises StorageUnavailable unless the database takes a write lock now; for health checks only."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._probes, self.write_now, lambda _: None)

    def close(self) -> None:
        """Finish running use cases and close every connection."""
        self._writers.close()
        self._readers.close()
        self._probes.shutdown()
        self.engine.dispose()


def _each(run: Callable[[Callable[[Unit], T]], T], jobs: Sequence[Job]) -> None:
    for job in jobs:
        try:
            job.succeed(run(job.call))
        except BaseException as error:
            job.fail(error)


def _translated(error: DBAPIError) -> Exception:
    """Only trouble of the database becomes StorageUnavailable; mistakes of ours (integrity, syntax) stay loud."""
    if isinstance(error, OperationalError | InterfaceError) or error.connection_invalidated:
        return StorageUnavailable(NOT_STORED)
    return error
