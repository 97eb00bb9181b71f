"""`python -m benchmarks.understanding --data DIR`: everything side by side; see docs/benchmarks.md for the data.

Trains what is not kept under var/bench/nlu, prints one line a measurement, and with the public sets writes tables and
charts into docs/. Needs the brain's environment (`make bench-nlu` sees to it).
"""

import argparse
import os
import platform
import subprocess
import sys
from collections.abc import Iterator, Sequence
from itertools import product
from pathlib import Path

from benchmarks.ours import ROOT
from benchmarks.report import DOCUMENT
from benchmarks.understanding import chart, contender, dataset, origin, report, result, retrieval, threshold
from benchmarks.understanding.contender import Contender
from benchmarks.understanding.dataset import Dataset
from benchmarks.understanding.origin import DataProblem
from benchmarks.understanding.report import Measured
from benchmarks.understanding.runner import Runner, say, state
from bot.process import INTERPRETER
from bot.training import RASA_VERSION

KEPT = ROOT / "var" / "bench" / "nlu"
QUICK = ("ours", "svm")
ABLATED = ("own-tune", "banking77-10", "clinc150", "hint3-curekart-full")
"""Sets on which steps of ours are switched off."""


def sets(data: Path | None, is_held_out: bool) -> tuple[Dataset, ...]:
    """What is measured on; raises DataProblem."""
    own = [dataset.own(ROOT, part) for part in ("tune", "final") if part == "tune" or is_held_out]
    return (*(dataset.public(data) if data else ()), dataset.own_few(ROOT), *own)


def jobs(sides: Sequence[Contender], asked: Sequence[Dataset]) -> Iterator[tuple[Contender, Dataset]]:
    """Every measurement, with the folds that a threshold is chosen on: quick sides first, then small sets first."""
    quick = [side for side in sides if side.name in QUICK]
    slow = [side for side in sides if side.name not in QUICK]
    for together in (*([side] for side in quick), slow):
        for questions, side in product(asked, together):
            yield side, questions
            if threshold.needs_folds(questions):
                yield from ((side, fold) for fold in threshold.folds(questions))


def ablation_jobs(asked: Sequence[Dataset]) -> Iterator[tuple[Contender, Dataset]]:
    """Ours without a step, on a few sets."""
    for side in contender.ablations(contender.ours(ROOT)):
        for questions in asked:
            if questions.name in ABLATED and (questions.home or not side.is_home_only):
                yield side, questions


def measure(runner: Runner, work: Iterator[tuple[Contender, Dataset]]) -> None:
    """Do what is not kept."""
    for side, questions in work:
        if runner.known(side, questions) is None:
            say(f"{side.name} on {questions.name}: {len(questions.train)} examples")
            run = runner.run(side, questions)
            say(f"  {run.failure or f'trained in {run.train_seconds:.1f} s'}")


def told(runner: Runner, asked: Sequence[Dataset], data: Path | None, before: str, folder: Path) -> str:
    """The section of the document in `folder`, from what is kept; its charts are written there."""
    sides, without = contender.contenders(ROOT), list(contender.ablations(contender.ours(ROOT)))
    pairs = product(asked, (*sides, *without))
    results = {(one.name, side.name): result.known(runner, side, one) for one, side in pairs}
    found = retrieval.measure(runner, origin.path(data, origin.XQUAD)) if data else {}
    ablated = [one for one in asked if one.name in ABLATED]
    measured = Measured(asked, sides, results, without, ablated, found, before)
    return report.section(measured, chart.draw(measured, folder / "chart"))


def machine() -> str:
    """The machine and what is on it."""
    ask = (str(ROOT / INTERPRETER), "-c", "import platform; print(platform.python_version())")
    python = subprocess.check_output(ask, text=True).strip()
    commit = subprocess.check_output(("git", "rev-parse", "--short", "HEAD"), cwd=ROOT, text=True).strip()
    return (
        f"Report of {state()}; {os.cpu_count()} cores, Linux {platform.release()}; Rasa {RASA_VERSION} on Python "
        f"{python}; ours as of commit {commit}. The state of the machine at each measurement stands beside its cost."
    )


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding", description=__doc__)
    parser.add_argument("--data", type=Path, help="folder with the public sets; without it only our own are measured")
    parser.add_argument("--sides", default="ours,svm,stock,diet", help="who is measured; the rest only if it is kept")
    parser.add_argument("--only", default="", help="measure on sets whose name starts so; the rest only if it is kept")
    parser.add_argument(
        "--held-out", action="store_true", help="also ask our held-out questions, meant to be asked once"
    )
    parser.add_argument("--limit-seconds", type=int, default=3600, help="longest training")
    parser.add_argument("--nice", type=int, default=10)
    parser.add_argument("--no-ablations", action="store_true")
    parser.add_argument("--no-report", action="store_true", help="write nothing into docs/, as without --data")
    return parser.parse_args()


def main() -> None:
    """Measure, then tell."""
    options = _options()
    KEPT.mkdir(parents=True, exist_ok=True)
    runner, before = Runner(ROOT, KEPT, options.limit_seconds, options.nice), machine()
    try:
        asked = sets(options.data, options.held_out)
    except DataProblem as problem:
        sys.exit(str(problem))
    chosen = [questions for questions in asked if questions.name.startswith(options.only)]
    sides = [side for side in contender.contenders(ROOT) if side.name in options.sides.split(",")]
    measure(runner, jobs(sides, chosen))
    if not options.no_ablations:
        measure(runner, ablation_jobs(chosen))
    is_written = options.data and not options.no_report
    section = told(runner, asked, options.data, before, DOCUMENT.parent if is_written else KEPT)
    print(section)
    if is_written:
        report.write(section, DOCUMENT)


if __name__ == "__main__":
    main()
