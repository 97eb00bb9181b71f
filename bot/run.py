"""`isec up`: one process that owns everything people see, and one child that understands them."""

import asyncio
import fcntl
import os
import sys
from collections.abc import Callable
from pathlib import Path

import structlog
from aiohttp import web

from bot import bootstrap, logbook
from bot.bootstrap import Desk
from bot.settings import ROOT, Settings
from bot.training import train
from helpdesk.error import Conflict, InvalidInput

log = structlog.get_logger(__name__)


async def run(settings: Settings, is_demo: bool, until: Callable[[], asyncio.Event]) -> int:
    """Prepare and start the desk, serve until told to stop."""
    logbook.configure(settings.log_level)
    if settings.brain:
        await train(ROOT, lambda line: log.info("model", step=line))
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    with _only_desk(settings.data_dir / "desk.lock"), bootstrap.open_database(settings) as database:
        desk = bootstrap.build(settings, database)
        seeded = desk.bookcase.seed_now()
        if seeded:
            log.info("articles.seeded", drafts=seeded)
        await start(desk)
        _tell(desk, is_demo)
        try:
            await until().wait()
        finally:
            await stop(desk)
    return 0


async def start(desk: Desk) -> None:
    """Start every part; when this returns, messages are accepted. The brain follows when it is ready."""
    await desk.bookcase.refresh()
    await desk.actions.start()
    await _listen(desk)
    await desk.gateway.start()
    await desk.sender.start()
    await desk.watch.start()
    for connector in desk.connectors:
        await connector.start(desk.gateway.receive)
    if desk.settings.brain:
        await desk.supervisor.start()


async def stop(desk: Desk) -> None:
    """Stop accepting first, then let work end, the brain last."""
    for connector in desk.connectors:
        await connector.stop()
    if desk.runner is not None:
        await desk.runner.cleanup()
    await desk.watch.stop()
    await desk.gateway.stop()
    await desk.sender.stop()
    await desk.supervisor.stop()
    await desk.actions.stop()
    await desk.session.close()


async def _listen(desk: Desk) -> None:
    desk.runner = web.AppRunner(desk.app, access_log=None)
    await desk.runner.setup()
    settings = desk.settings
    try:
        await web.TCPSite(desk.runner, settings.host, settings.port).start()
    except OSError as error:
        raise InvalidInput(
            f"port {settings.port} on {settings.host} cannot be used ({error.strerror}); "
            "stop what uses it or set ISEC_PORT"
        ) from None


def _tell(desk: Desk, is_demo: bool) -> None:
    """Print the addresses a newcomer needs."""
    url = desk.settings.url
    lines = [f"chat     {url}/", f"console  {url}/console/", f"health   {url}/readyz"]
    link = bootstrap.first_link(desk.database, desk.settings)
    if link:
        lines.append(f"first administrator (one-time link, 24 hours): {link}")
    if is_demo:
        people = bootstrap.seed_demo(desk.database, desk.settings)
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
