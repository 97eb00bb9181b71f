"""Starts desks that tests kill: everything is imported once, then each desk is a fork, there in a fraction of a second.

    python -m tests.e2e.survival.nursery

Reads a JSON line {"environment", "log"} a desk and writes its process id. A desk is the product's own parts, migrated,
built and started as `isec up` does it, but for training and articles; what it says goes to the file `log`.
ISEC_BRAIN_PORT may point at a stand-in for the brain; with TEST_HASTE corrections go out without their usual pauses,
and the training data is not read at every start.
"""

import asyncio
import json
import os
import signal
import sys
import traceback
from typing import Any

from bot import bootstrap, logbook, run
from bot import settings as configuration
from bot.learning.digest import Digest


async def serve() -> None:
    settings = configuration.read()
    logbook.configure(settings.log_level)
    asyncio.get_running_loop().set_exception_handler(logbook.on_forgotten_error)
    with bootstrap.open_database(settings) as database:
        desk = bootstrap.build(settings, database)
        if os.environ.get("TEST_HASTE"):
            desk.watch.news_seconds = 0.0
            desk.digest = Digest(database, bootstrap.now)
        await run.start(desk)
        await asyncio.Event().wait()


def live(wish: dict[str, Any]) -> None:
    """What a child does until it is killed."""
    # asyncio looks after its children itself
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    log = os.open(wish["log"], os.O_CREAT | os.O_WRONLY | os.O_APPEND)
    for stream, place in ((0, os.open(os.devnull, os.O_RDONLY)), (1, log), (2, log)):
        os.dup2(place, stream)
    os.environ.update(wish["environment"])
    asyncio.run(serve())


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are buried at once
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                live(json.loads(line))
            except BaseException:
                traceback.print_exc()
            os._exit(1)
        print(child, flush=True)


if __name__ == "__main__":
    main()
