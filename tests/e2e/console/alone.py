"""The console alone on demonstration data, to look at while working on it.

python -m tests.e2e.console.alone [port]
"""

import asyncio
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path

from bot.reader import Reader
from helpdesk.usecase import demo, library
from knowledge_base import shelf
from knowledge_base.article import dump
from tests.integration.console.desk import CHEAP, ConsoleDesk


def now() -> datetime:
    """The real clock."""
    return datetime.now(UTC)


async def living_desk(folder: Path, port: int | None = None) -> tuple[ConsoleDesk, dict[str, str]]:
    """A console with the demonstration and the articles in it; returns it with the passwords by login."""
    desk = await ConsoleDesk(folder, clock=now, reader=Reader(now)).open(port)
    documents = [dump(article) for article in shelf.articles()]
    await desk.database.write(lambda unit: library.seed(unit, documents, now()))
    people = await desk.database.write(lambda unit: demo.seed_demo(unit, desk.policy, now(), CHEAP.hash))
    return desk, dict(people)


async def main(port: int) -> None:
    """Serve until interrupted."""
    with tempfile.TemporaryDirectory() as folder:
        desk, people = await living_desk(Path(folder), port)
        print(desk.server.make_url("/console/"), people, sep="\n", flush=True)
        try:
            await asyncio.Event().wait()
        finally:
            await desk.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]) if len(sys.argv) > 1 else 8095))
