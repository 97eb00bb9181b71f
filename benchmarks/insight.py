"""`python -m benchmarks.insight [turns]`: the pages about the desk's work over a year, on SQLite and on PostgreSQL.

Prints one table: queries and milliseconds a page, least and median of several, the console's own work and its charts
included.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

import psycopg

from helpdesk.officer import Role
from tests import postgres
from tests.integration.console.desk import ConsoleDesk
from tests.integration.console.storm import counted
from tests.integration.console.year import PAGES, fill

TIMES = 7


async def measured(url: str, folder: Path, turns: int) -> list[tuple[str, int, float, float]]:
    """Page, queries, least and median milliseconds."""
    desk = await ConsoleDesk(folder, url=url).open()
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR)
    fill(desk.database, turns)
    rows = []
    for path in PAGES:
        times = []
        for _ in range(TIMES):
            with counted(desk.database.engine) as seen:
                began_at = time.perf_counter()
                await browser.text(path)
                times.append(1000 * (time.perf_counter() - began_at))
        rows.append((path, len(seen), min(times), median(times)))
    await desk.close()
    return rows


def main(turns: int) -> None:
    """Measure both databases."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
            connection.execute("create database year")
        for name, url in (("SQLite", ""), ("PostgreSQL", f"{server.url}/year")):
            for path, queries, least, middle in asyncio.run(measured(url, Path(folder), turns)):
                print(f"{name:11} {queries:3} queries {least:7.0f} ms {middle:7.0f} ms  {path}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 300_000)
