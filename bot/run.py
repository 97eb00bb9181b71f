"""`isec up`: one process that owns everything people see, and one child that understands them."""

import asyncio
import fcntl
import gc
import os
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path

import structlog
from aiohttp import web

from bot import bootstrap, logbook, model
from bot.bootstrap import Desk
from bot.learning import store
from bot.process import INTERPRETER
from bot.settings import ROOT, Settings
from helpdesk.error import Conflict, InvalidInput, StorageUnavailable
from helpdesk.storage.database import Database

log = structlog.get_logger(__name__)

SWITCH_SECONDS = 0.0005
STORAGE_RETRY_SECONDS = 0.5

IDLE_CONNECTION_SECONDS = 75.0
"""Longer than reverse proxies keep theirs; also the time a client has to send the head of a request."""


async def run(settings: Settings, is_demo: bool, until: Callable[[], asyncio.Event]) -> int:
    """Prepare and start the desk, serve until told to stop.

    Raises HelpdeskError or ArticleProblem, one line that says what to do, when anything is not as it must be; what can
    go wrong at once is looked at before anything listens. A model is trained while the desk already serves people.
    """
    logbook.configure(settings.log_level)
    # threads of the database hand the interpreter back quickly: who accepts a message waits for every such change
    sys.setswitchinterval(SWITCH_SECONDS)
    asyncio.get_running_loop().set_exception_handler(logbook.on_forgotten_error)
    data_dir = bootstrap.data_dir(settings)
    with _only_desk(data_dir / "desk.lock"), bootstrap.open_database(settings) as database:
        _check_port(settings)
        seeded = bootstrap.seed(settings, database)
        if settings.brain:
            _check_brain(settings, database)
        # before anything runs: it keeps the one writer of SQLite busy for seconds
        people = bootstrap.seed_demo(database, settings) if is_demo else []
        desk = bootstrap.build(settings, database)
        log.info("articles.seeded", drafts=seeded)
        told_to_stop = until()
        try:
            await start(desk)
            await _insist(lambda: asyncio.to_thread(_tell, desk, people))
            await told_to_stop.wait()
        finally:
            await stop(desk)
    return 0


def _check_brain(settings: Settings, database: Database) -> None:
    """What training could not mend; an archive that was altered is refused, never replaced unseen."""
    if not (ROOT / INTERPRETER).exists():
        raise model.ModelProblem("the brain's Python 3.10 environment is missing: run `make setup`")
    settings.model_dir.mkdir(parents=True, exist_ok=True)
    known = database.read_now(lambda unit: unit.models.at_work())
    if known is None:
        model.refuse_altered(settings.model_dir)
    elif (settings.model_dir / known.archive).is_file() and _names(settings.model_dir) in (None, known.archive):
        store.archive_of(settings.model_dir, known)


def _names(folder: Path) -> str | None:
    """The archive of the intact model that manifest.json names, e.g. one that `isec train` has just made."""
    entry = store.left_by_command(folder)
    return entry.archive if entry else None


async def start(desk: Desk) -> None:
    """Start every part: first what accepts messages, then what answers them; model and brain follow when ready."""
    desk.gateway.hold()
    await _listen(desk)
    for connector in desk.connectors:
        await connector.start(desk.gateway.receive)
    if desk.settings.brain:
        await desk.school.start()
    await _insist(desk.bookcase.refresh)
    await desk.actions.start()
    await _insist(desk.gateway.start)
    await desk.sender.start()
    await desk.watch.start()
    await desk.digest.start()
    # modules and articles live as long as the desk: walked with every full collection, they held everybody up for 0.1 s
    gc.collect()
    gc.freeze()


async def _insist(step: Callable[[], Awaitable[None]]) -> None:
    """Do a step of the start; while the database is away it is tried again: what listens already must not go."""
    while True:
        try:
            return await step()
        except StorageUnavailable:
            log.warning("start.storage_unavailable")
            await asyncio.sleep(STORAGE_RETRY_SECONDS)


async def stop(desk: Desk) -> None:
    """Stop accepting first, then let work end, the brain last."""
    for connector in desk.connectors:
        await connector.stop()
    if desk.runner is not None:
        await desk.runner.cleanup()
    await desk.watch.stop()
    await desk.digest.stop()
    await desk.gateway.stop()
    await desk.sender.stop()
    await desk.school.stop()
    await desk.fleet.stop()
    await desk.actions.stop()
    await desk.session.close()


async def _listen(desk: Desk) -> None:
    settings = desk.settings
    desk.runner = web.AppRunner(desk.app, access_log=None, keepalive_timeout=IDLE_CONNECTION_SECONDS)
    await desk.runner.setup()
    try:
        await web.TCPSite(desk.runner, settings.host, settings.port).start()
    except OSError as error:
        raise _port_problem(settings, error) from None


def _check_port(settings: Settings) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM)[
            0
        ]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except OSError as error:
        raise _port_problem(settings, error) from None


def _port_problem(settings: Settings, error: OSError) -> InvalidInput:
    return InvalidInput(
        f"port {settings.port} on {settings.host} cannot be used ({error.strerror}); "
        "stop what uses it, or set ISEC_PORT or ISEC_HOST"
    )


def _tell(desk: Desk, people: list[tuple[str, str]]) -> None:
    """Print the addresses a newcomer needs."""
    url = desk.settings.url
    lines = [f"chat     {url}/", f"console  {url}/console/", f"health   {url}/readyz"]
    link = bootstrap.first_link(desk.database, desk.settings)
    if link:
        lines.append(f"first administrator (one-time link, 24 hours): {link}")
    lines += [f"demo login {login}  password {password}" for login, password in people]
    sys.stdout.write("\n".join(["", "ISEC quick response is running", *(f"  {line}" for line in lines), "", ""]))
    sys.stdout.flush()


class _only_desk:  # noqa: N801 - reads as a verb where it is used
    """One desk per data directory: two would answer every message twice."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> None:
        self._file = os.open(self._path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._file)
            raise Conflict(f"another desk runs with {self._path.parent}; stop it or set ISEC_DATA_DIR") from None

    def __exit__(self, *_: object) -> None:
        os.close(self._file)
