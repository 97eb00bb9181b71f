"""`python -m benchmarks.learning [--quick]`: from labels to a serving model, beside stock Rasa in one run.

Both sides run all the while, one under load at a time. Needs the brain's environment; a missing model and the stock
project are made first. Prints the table and writes it into docs/benchmarks.md; --quick only prints.
"""

import argparse
import asyncio
import random
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from benchmarks import learning_report as report
from benchmarks import load, stock
from benchmarks.desk import machine, say
from benchmarks.learning_label import Labelled, shuffled
from benchmarks.learning_ours import LearningOurs, Lesson
from benchmarks.learning_pace import Pace, between, longest_pause
from benchmarks.learning_report import Found
from benchmarks.learning_stock import LearningStock
from benchmarks.measure import usage
from benchmarks.ours import ROOT
from benchmarks.report import table
from bot.bootstrap import free_port
from bot.learning.texts import examples
from bot.training import train

WITHOUT, KEPT = "no embeddings kept", "embeddings kept"
AFTERMATH_SECONDS = 2.0
"""A switch is looked at for so long after it."""
SEED = 4


@dataclass(frozen=True, slots=True)
class Plan:
    """How much is measured; `rounds` say with which embeddings ours learns."""

    labels: int
    quiet_seconds: float
    rounds: tuple[str, ...]
    switches: int
    backs: int


FULL = Plan(2000, 60.0, (WITHOUT, KEPT), 5, 4)
QUICK = Plan(100, 15.0, (KEPT,), 2, 2)


@dataclass(slots=True)
class Bench:
    """Both sides, what they are told, and what was found out so far."""

    plan: Plan
    stock: LearningStock
    ours: LearningOurs
    texts: dict[str, Any]
    lots: list[list[Labelled]]
    found: dict[str, Found] = field(default_factory=lambda: {"stock": Found(), "ours": Found()})
    lessons: dict[str, Lesson] = field(default_factory=dict)
    served: list[str] = field(default_factory=list)
    """Our models in the order in which they first served."""
    brains_bytes: list[int] = field(default_factory=list)
    """Of our memory before and after, what the brain holds."""

    @property
    def sides(self) -> tuple[LearningStock, LearningOurs]:
        """Stock first."""
        return self.stock, self.ours

    async def run(self) -> None:
        """Measure everything."""
        await self._start()
        for side in self.sides:
            await self._quiet(side)
            self.found[side.name].before_bytes = usage(side.pid).rss_bytes
        self.brains_bytes.append(self.ours.brains_bytes)
        reduced = self.ours.count("turn where is_reduced")
        await self._stock_learns()
        for name, lot in zip(self.plan.rounds, self.lots, strict=True):
            await self._ours_learns(name, lot)
        await self._stock_switches()
        await self._ours_switches()
        await self.ours.one_brain()
        for side in self.sides:
            await self._quiet(side, is_counted=False)
            self.found[side.name].after_bytes = usage(side.pid).rss_bytes
        self.brains_bytes.append(self.ours.brains_bytes)
        await self._missed(reduced)

    async def _start(self) -> None:
        for side in self.sides:
            say(f"{side.name}: starting")
            await side.start()
            await side.ready()
        await self.ours.open_office()
        await self.ours.settled()
        self.served.append(await self.ours.serving())
        for side in self.sides:
            await load.chats(side, self.texts[side.name], 2, 4)

    def _pace(self, side: LearningStock | LearningOurs) -> Pace:
        return Pace(side, self.texts[side.name])

    def _note(self, name: str, pace: Pace, *switches: tuple[float, float]) -> None:
        """Keep what a load showed; `switches` say when models were switched in it."""
        found = self.found[name]
        found.sent += len(pace.turns) + pace.lost.total()
        found.lost.update(pace.lost)
        found.lost.update(turn.outcome for turn in pace.turns if turn.outcome == "error")
        for began_at, ended_at in switches:
            found.pauses.append(longest_pause(pace.turns, began_at, ended_at + AFTERMATH_SECONDS))

    async def _quiet(self, side: LearningStock | LearningOurs, is_counted: bool = True) -> None:
        say(f"{side.name}: quiet load of {self.plan.quiet_seconds:.0f} s")
        async with self._pace(side) as pace:
            await asyncio.sleep(self.plan.quiet_seconds)
        self._note(side.name, pace)
        if is_counted:
            self.found[side.name].quiet += pace.turns

    # -- learning, and the first switches

    async def _stock_learns(self) -> None:
        say("stock: training")
        found, began_at = self.found["stock"], time.time()
        async with self._pace(self.stock) as pace:
            found.training.append(await self.stock.train())
            put_at = time.time()
            found.switches.append(await self.stock.put(self.stock.models()[-1]))
            served_at = time.time()
            await asyncio.sleep(AFTERMATH_SECONDS)
        self._note("stock", pace, (put_at, served_at))
        found.serving["own data"] = served_at - began_at
        found.busy += between(pace.turns, began_at, served_at)

    async def _ours_learns(self, name: str, lot: Sequence[Labelled]) -> None:
        say(f"ours: learning, {name}")
        if name == WITHOUT:
            self.ours.forget_embeddings()
        async with self._pace(self.ours) as pace:
            lesson = await self.ours.learn(lot)
            await asyncio.sleep(AFTERMATH_SECONDS)
        found, change = self.found["ours"], lesson.change
        self._note("ours", pace, (change.asked_at, change.served_at))
        self.lessons[name], found.serving[name] = lesson, lesson.seconds
        found.training.append(lesson.phases["learning"])
        found.busy += between(pace.turns, lesson.began_at, change.served_at)
        found.switches.append(change.seconds)
        self.served.append(await self.ours.serving())
        say(f"ours: {name}: {lesson.seconds:.0f} s")

    # -- more switches, and back

    async def _stock_switches(self) -> None:
        say("stock: PUT /model")
        found, archives, windows = self.found["stock"], self.stock.models(), []
        async with self._pace(self.stock) as pace:
            for number in range(self.plan.switches - len(found.switches)):
                put_at = time.time()
                found.switches.append(await self.stock.put(archives[number % len(archives)]))
                windows.append((put_at, time.time()))
                await asyncio.sleep(AFTERMATH_SECONDS)
        self._note("stock", pace, *windows)
        found.backs += found.switches

    async def _ours_switches(self) -> None:
        """Each model in turn, so that none is the one that is still warm; then back and forth between two."""
        say("ours: switches and rollbacks")
        found, changes = self.found["ours"], []
        async with self._pace(self.ours) as pace:
            for number in range(self.plan.switches - len(found.switches)):
                changes.append(await self.ours.promote(self.served[number % len(self.served)]))
                found.switches.append(changes[-1].seconds)
                await asyncio.sleep(AFTERMATH_SECONDS)
            for _ in range(self.plan.backs):
                changes.append(await self.ours.roll_back())
                found.backs.append(changes[-1].seconds)
                await asyncio.sleep(AFTERMATH_SECONDS)
        self._note("ours", pace, *((change.asked_at, change.served_at) for change in changes))

    async def _missed(self, reduced: int) -> None:
        """What the desk itself holds against us: messages not worked off, or answered without the brain."""
        waiting = self.ours.count("inbox where status <> 'done'")
        unsent = self.ours.count("message where delivery = 'failed'")
        without_brain = self.ours.count("turn where is_reduced") - reduced
        named = {"not worked off": waiting, "not delivered": unsent, "without the brain": without_brain}
        self.found["ours"].lost.update({name: count for name, count in named.items() if count})


async def run(plan: Plan) -> str:
    """Measure everything; returns table and notes."""
    await train(ROOT, ROOT / "models", say)
    stock.prepare()
    texts = yaml.safe_load((Path(__file__).parent / "chats.yaml").read_text(encoding="utf-8"))
    questions = shuffled(examples(ROOT / "nlu_data"), plan.labels * len(plan.rounds), random.Random(SEED))
    lots = [questions[start :: len(plan.rounds)] for start in range(len(plan.rounds))]
    state = machine()
    with tempfile.TemporaryDirectory(prefix="bench-learning-", ignore_cleanup_errors=True) as name:
        folders = [_made(Path(name, side)) for side in ("stock", "ours")]
        bench = Bench(plan, LearningStock(folders[0], free_port()), LearningOurs(folders[1], free_port()), texts, lots)
        try:
            await bench.run()
        finally:
            for side in bench.sides:
                await side.stop()
    found = bench.found["stock"], bench.found["ours"]
    lines = [state, *report.notes(*found, bench.lessons, bench.brains_bytes)]
    return f"{table(report.figures(*found, plan.labels))}\n\n" + "\n".join(f"- {line}" for line in lines)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def main() -> None:
    """Run it and tell."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.learning", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a few labels and switches, and nothing is written")
    options = parser.parse_args()
    if not options.quick:
        # known before the half hour, not after it
        report.text_with_place()
    result = asyncio.run(run(QUICK if options.quick else FULL))
    print(result)
    if not options.quick:
        report.write(result)


if __name__ == "__main__":
    main()
