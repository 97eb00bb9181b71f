"""``python -m tests.fake_telegram --port N --token T``: the fake server as a process of its own.

It outlives the product, so a test can kill the product and watch updates come again. Port 0
takes a free port; the first line on stdout is ``{"url": ..., "port": ...}`` once it listens.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections.abc import Sequence

from .flood import Limits
from .server import FakeTelegram


def parse_arguments(arguments: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="tests.fake_telegram", description=__doc__)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--token", required=True)
    parser.add_argument("--factor", type=float, default=1.0, help="speed of resends and timeouts")
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--limits", action="store_true", help="answer 429 to floods")
    parser.add_argument("--one-queue-per-chat", action="store_true")
    return parser.parse_args(arguments)


async def serve(options: argparse.Namespace) -> None:
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    server = FakeTelegram(
        options.token,
        port=options.port,
        factor=options.factor,
        seed=options.seed,
        limits=Limits() if options.limits else None,
        one_queue_per_chat=options.one_queue_per_chat,
    )
    async with server:
        print(json.dumps({"url": server.url, "port": server.port}), flush=True)
        await stopped.wait()


if __name__ == "__main__":
    asyncio.run(serve(parse_arguments()))
