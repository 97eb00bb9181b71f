"""The section of docs/benchmarks.md: tables of everything that is known, honest about what is not."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.understanding import score
from benchmarks.understanding.contender import Contender
from benchmarks.understanding.dataset import Dataset
from benchmarks.understanding.origin import ORIGINS
from benchmarks.understanding.result import POINTS, Result
from benchmarks.understanding.retrieval import METHODS, Found
from benchmarks.understanding.score import Estimate

TITLE = "Understanding against stock Rasa"
BEGIN, END = "<!-- bench-nlu: written by the program -->", "<!-- /bench-nlu -->"
NOT_RUN = "not run"

Results = Mapping[tuple[str, str], Result | None]
"""By names of set and side."""


@dataclass(frozen=True, slots=True)
class Measured:
    """Everything that a report tells."""

    sets: Sequence[Dataset]
    sides: Sequence[Contender]
    results: Results
    ablations: Sequence[Contender]
    ablated: Sequence[Dataset]
    retrieval: Mapping[str, Mapping[str, Found]]
    machine: str


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table with aligned columns."""
    lines = [list(head), ["---"] * len(head), *map(list, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def per_cent(estimate: Estimate, signed: bool = False) -> str:
    """As "91.2 (90.1 to 92.1)"."""
    form = "+.1f" if signed else ".1f"
    value, low, high = (format(100 * number, form) for number in (estimate.value, estimate.low, estimate.high))
    return f"{value} ({low} to {high})"


def _cell(result: Result | None, tell: Callable[[Result], str]) -> str:
    if result is None:
        return NOT_RUN
    return result.run.failure.splitlines()[-1][:60] if result.run.failure else tell(result)


def _per_set(found: Measured, tell: Callable[[Result], str]) -> Iterator[list[str]]:
    for dataset in found.sets:
        yield [dataset.title, *(_cell(found.results.get((dataset.name, side.name)), tell) for side in found.sides)]


def accuracy_table(found: Measured) -> str:
    """Right intent first, and by how much ours leads."""
    others = [side for side in found.sides if not side.is_ours]
    head = ["accuracy, %", *(side.title for side in found.sides), *(f"ours − {side.name}" for side in others)]
    rows = _per_set(found, lambda result: per_cent(result.accuracy))
    return table(head, ([*row, *_leads(found, one, others)] for row, one in zip(rows, found.sets, strict=True)))


def _leads(found: Measured, dataset: Dataset, others: Sequence[Contender]) -> Iterator[str]:
    ours = found.results.get((dataset.name, "ours"))
    for side in others:
        other = found.results.get((dataset.name, side.name))
        is_known = ours is not None and other is not None and not (ours.run.failure or other.run.failure)
        yield per_cent(ours.lead(other), signed=True) if is_known and ours and other else ""


def f1_table(found: Measured) -> str:
    """Macro F1 over the same questions."""
    rows = _per_set(found, lambda result: per_cent(result.macro_f1))
    return table(["macro F1, %", *(side.title for side in found.sides)], rows)


def scope_table(found: Measured) -> str:
    """In-scope accuracy and out-of-scope recall at each way of choosing when to say nothing."""
    head = ["set", "side", "when nothing is said", "in-scope accuracy, %", "out-of-scope recall, %", "Matthews"]
    return table(head, (row for dataset in found.sets if dataset.has_out for row in _scope_rows(found, dataset)))


def _scope_rows(found: Measured, dataset: Dataset) -> Iterator[list[str]]:
    for side in found.sides:
        result = found.results.get((dataset.name, side.name))
        if result is None or result.run.failure:
            yield [dataset.title, side.name, _cell(result, str), "", "", ""]
            continue
        for point, pairs in result.points.items():
            both = (score.in_scope(pairs), score.recall_of_out(pairs))
            correlation = score.bootstrapped(pairs, score.matthews)
            told = f"{correlation.value:.3f} ({correlation.low:.3f} to {correlation.high:.3f})"
            yield [dataset.title, side.name, POINTS[point], *map(per_cent, both), told]


def cost_table(found: Measured) -> str:
    """Seconds, milliseconds and memory."""
    head = ["set", "side", "training, s", "of it processor, s", "parse p50, ms", "p95, ms", "processor, ms"]
    head += ["training, MB", "serving, MB", "model, MB", "machine"]
    return table(head, (row for dataset in found.sets for row in _cost_rows(found, dataset)))


def _cost_rows(found: Measured, dataset: Dataset) -> Iterator[list[str]]:
    for side in found.sides:
        result = found.results.get((dataset.name, side.name))
        if result is not None and not result.run.failure:
            run = result.run
            times = (run.train_seconds, run.train_cpu_seconds, *result.milliseconds, run.parse_cpu_ms)
            sizes = (run.train_bytes, run.parse_bytes, run.model_bytes)
            cells = [*(f"{value:.1f}" for value in times), *(f"{size / 1e6:.0f}" for size in sizes)]
            yield [dataset.title, side.name, *cells, run.state]


def ablation_table(found: Measured) -> str:
    """Accuracy of ours without a step, as a difference on the same questions."""
    rows = []
    for side in found.ablations:
        cells = [_loss(found, side, dataset) for dataset in found.ablated]
        rows.append([side.title, *cells])
    return table(["points lost or won", *(dataset.title for dataset in found.ablated)], rows)


def _loss(found: Measured, side: Contender, dataset: Dataset) -> str:
    ours, without = (found.results.get((dataset.name, name)) for name in ("ours", side.name))
    if ours is None or ours.run.failure:
        return NOT_RUN
    return _cell(without, lambda result: per_cent(result.lead(ours), signed=True))


def retrieval_table(found: Measured) -> str:
    """Right paragraph first, by method and direction."""
    rows = []
    for method in METHODS:
        hits = [by_method.get(method) for by_method in found.retrieval.values()]
        known = [hit for hit in hits if hit is not None]
        times = f"{sum(hit.milliseconds for hit in known) / len(known):.1f}" if known else ""
        rows.append([method, *(per_cent(score.share(hit.hits, hit.total)) if hit else NOT_RUN for hit in hits), times])
    return table(["right paragraph first, %", *found.retrieval, "ms a question"], rows)


def origin_table() -> str:
    """Where the public files come from."""
    rows = [[f"`{one.file}`", one.title, one.licence, one.url, f"`{one.sha256}`"] for one in ORIGINS]
    return table(["file", "what", "licence", "origin", "SHA-256 of its content"], rows)


def section(found: Measured, charts: Mapping[str, str]) -> str:
    """Everything between the markers; `charts` are lines of Markdown by name."""
    parts = [
        ("", found.machine),
        ("Right intent first", accuracy_table(found)),
        ("", charts.get("accuracy", "")),
        ("", f1_table(found)),
        ("Out of scope", scope_table(found)),
        ("", charts.get("scope", "")),
        ("Question to paragraph, XQuAD", retrieval_table(found) if found.retrieval else NOT_RUN),
        ("Ours with a step switched off", ablation_table(found)),
        ("What it costs", cost_table(found)),
        ("", charts.get("cost", "")),
        ("The public files", origin_table()),
    ]
    return "\n\n".join((f"### {title}\n\n{body}" if title else body) for title, body in parts if body)


def write(body: str, document: Path) -> None:
    """Put it between the markers, which are made under the heading when they are not there; all else stays."""
    text = document.read_text(encoding="utf-8")
    between = f"{BEGIN}\n\n{body}\n\n{END}"
    known = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)
    is_known = known.search(text) is not None
    document.write_text(
        known.sub(lambda _: between, text) if is_known else f"{text.rstrip()}\n\n## {TITLE}\n\n{between}\n",
        encoding="utf-8",
    )
