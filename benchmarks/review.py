"""`python -m benchmarks.review [questions]`: pages of the review with many questions, on SQLite and on PostgreSQL.

Prints one table: queries and milliseconds a page, median and worst of several, the console's own work included.
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
from tests.integration.console.storm import PAGES, counted, fill

TIMES = 7


async def measured(url: str, folder: Path, count: int) -> list[tuple[str, int, float, float]]:
    """Page, queries, median and worst milliseconds."""
    desk = await ConsoleDesk(folder, url=url).open()
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR)
    fill(desk.database, count)
    rows = []
    for path in PAGES:
        times = []
        for _ in range(TIMES):
            with counted(desk.database.engine) as seen:
                began_at = time.perf_counter()
                await browser.text(path)
                times.append(1000 * (time.perf_counter() - began_at))
        rows.append((path, len(seen), median(times), max(times)))
    await desk.close()
    return rows


def main(count: int) -> None:
    """Measure both databases."""
    with tempfile.TemporaryDirectory() as folder, postgres.server() as server:
        with psycopg.connect(f"{server.url}/postgres", autocommit=True) as connection:
            connection.execute("create database storm")
        for name, url in (("SQLite", ""), ("PostgreSQL", f"{server.url}/storm")):
            for path, queries, middle, worst in asyncio.run(measured(url, Path(folder), count)):
                print(f"{name:11} {queries:3} queries {middle:7.0f} ms {worst:7.0f} ms  {path}", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 50_000)
