"""What a message costs: thousands of different questions through `isec ask --jsonl` to a desk of its own.

    python -m benchmarks.cost

Prints processor milliseconds a message of the whole service (web channel, storage, brain, search, reply) and of the
brain alone, and how long the lines took. The first is an upper bound of what all understanding together costs. The
questions are those of the folders in tests/data/understanding; no answer is looked at.
"""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.asked import SETS
from benchmarks.measure import usage
from benchmarks.ours import ROOT, Ours

PORT = 8173
WARM_LINES = 200


async def main() -> None:
    """Start a desk, ask it everything one by one, print the cost."""
    lines = list(_lines())
    with tempfile.TemporaryDirectory() as folder:
        desk = Ours(Path(folder), PORT)
        await desk.start()
        try:
            await desk.ready()
            environment = os.environ | {"ISEC_DATA_DIR": str(Path(folder) / "data"), "ISEC_PORT": str(PORT)}
            await asyncio.to_thread(_ask, lines[:WARM_LINES], environment)
            (brain,) = desk.brains()
            whole, inner, began = usage(desk.pid).cpu_seconds, usage(brain).cpu_seconds, time.perf_counter()
            outcomes = await asyncio.to_thread(_ask, lines[WARM_LINES:], environment)
            wall = time.perf_counter() - began
            whole, inner = usage(desk.pid).cpu_seconds - whole, usage(brain).cpu_seconds - inner
        finally:
            await desk.stop()
    count = len(lines) - WARM_LINES
    whole, inner, wall = (1000 * seconds / count for seconds in (whole, inner, wall))
    load = " ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{count} different messages, {outcomes} answers, one after the other; load average after {load}")
    print(f"processor: {whole:.1f} ms a message for the whole service, of it the brain {inner:.1f}")
    print(f"wall clock: {wall:.1f} ms a message")


def _lines() -> Iterator[str]:
    for path in sorted(SETS.glob("*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            if "text" in row:
                yield json.dumps({"id": row["id"], "text": row["text"]})


def _ask(lines: list[str], environment: dict[str, str]) -> int:
    command_line = (Path(sys.executable).with_name("isec"), "ask", "--jsonl", "--parallel", "1")
    done = subprocess.run(
        command_line, input="\n".join(lines), capture_output=True, text=True, check=True, cwd=ROOT, env=environment
    )
    return len(done.stdout.splitlines())


if __name__ == "__main__":
    asyncio.run(main())
