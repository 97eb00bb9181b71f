"""Starts desks that tests kill: everything is imported once, then each desk is a fork, there in a fraction of a second.

    python -m tests.e2e.survival.nursery      reads one line "start" a desk, writes its process id

A desk is the product's own parts, migrated, built and started as `isec up` does it, but for training and articles.
Settings come from the environment as always; ISEC_BRAIN_PORT may point at a stand-in for the brain.
"""

import asyncio
import os
import signal
import sys

from bot import bootstrap, logbook, run
from bot import settings as configuration


async def serve() -> None:
    settings = configuration.read()
    logbook.configure(settings.log_level)
    with bootstrap.open_database(settings) as database:
        await run.start(bootstrap.build(settings, database))
        await asyncio.Event().wait()


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # the killed are buried at once
    for _ in sys.stdin:
        child = os.fork()
        if child == 0:
            # asyncio looks after its children itself
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            sys.stdin = open(os.devnull)  # noqa: SIM115
            asyncio.run(serve())
            os._exit(0)
        print(child, flush=True)


if __name__ == "__main__":
    main()
