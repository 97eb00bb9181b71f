"""Pages of the console over many rows, on SQLite and on PostgreSQL: queries and milliseconds a page.

The console's own work is included. PostgreSQL is a server that this starts and ends.
"""

import asyncio
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import psycopg

from helpdesk.officer import Role
from helpdesk.storage.database import Database
from tests import postgres
from tests.integration.console.desk import ConsoleDesk
from tests.integration.console.storm import counted

TIMES = 7


def compare(paths: Sequence[str], fill: Callable[[Database], object]) -> None:
    """Fill each database, open every page several times and print queries and least, median and worst milliseconds."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
            connection.execute("create database measured")
        for name, url in (("SQLite", ""), ("PostgreSQL", f"{server.url}/measured")):
            for path, queries, times in asyncio.run(_measured(url, Path(folder), paths, fill)):
                figures = "".join(f"{figure:8.0f} ms" for figure in (min(times), median(times), max(times)))
                print(f"{name:11} {queries:3} queries{figures}  {path}", flush=True)


async def _measured(
    url: str, folder: Path, paths: Sequence[str], fill: Callable[[Database], object]
) -> list[tuple[str, int, list[float]]]:
    """Page, queries, milliseconds of each time."""
    desk = await ConsoleDesk(folder, url=url).open()
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR)
    fill(desk.database)
    rows = []
    for path in paths:
        times = []
        for _ in range(TIMES):
            with counted(desk.database.engine) as seen:
                began_at = time.perf_counter()
                await browser.text(path)
                times.append(1000 * (time.perf_counter() - began_at))
        rows.append((path, len(seen), times))
    await desk.close()
    return rows
