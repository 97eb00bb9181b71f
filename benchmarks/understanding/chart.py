"""Charts of a report as SVG files; the same data give the same bytes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from benchmarks.understanding import score, threshold
from benchmarks.understanding.report import Measured
from benchmarks.understanding.result import Result

COLOURS = {"stock": "#9a9a9a", "diet": "#c9a66b", "svm": "#5b8db8", "ours": "#b5382a"}
STEPS = 60
"""Points of a curve."""


def draw(found: Measured, folder: Path) -> dict[str, str]:
    """Write the charts into `folder`; returns a line of Markdown for each, relative to the folder's parent."""
    mpl.rcParams.update({"svg.hashsalt": "bench", "svg.fonttype": "none", "font.size": 9})
    folder.mkdir(parents=True, exist_ok=True)
    charts = {
        "accuracy": (_accuracy(found), "Accuracy by set and side, with 95 % confidence intervals"),
        "scope": (_scope(found), "In-scope accuracy against out-of-scope recall over all thresholds"),
        "cost": (_cost(found), "Processor seconds of training and processor milliseconds of parsing, logarithmic"),
    }
    lines = {}
    for name, (figure, caption) in charts.items():
        path = folder / f"nlu-{name}.svg"
        figure.savefig(path, format="svg", bbox_inches="tight", metadata={"Date": None})
        text = "\n".join(line.rstrip() for line in path.read_text(encoding="utf-8").splitlines())
        path.write_text(text + "\n", encoding="utf-8")
        lines[name] = f"![{caption}]({folder.name}/{path.name})"
    return lines


def _known(found: Measured, dataset: str, side: str) -> Result | None:
    result = found.results.get((dataset, side))
    return result if result is not None and not result.run.failure else None


def _accuracy(found: Measured) -> Figure:
    figure = Figure(figsize=(9, 4))
    axes = figure.add_subplot()
    width = 0.8 / len(found.sides)
    for shift, side in enumerate(found.sides):
        known = [(place, _known(found, one.name, side.name)) for place, one in enumerate(found.sets)]
        shown = [(place, result.accuracy) for place, result in known if result is not None]
        if not shown:
            continue
        values = [100 * estimate.value for _, estimate in shown]
        below = [100 * (estimate.value - estimate.low) for _, estimate in shown]
        above = [100 * (estimate.high - estimate.value) for _, estimate in shown]
        places = [place + (shift - (len(found.sides) - 1) / 2) * width for place, _ in shown]
        axes.bar(places, values, width, yerr=[below, above], color=COLOURS[side.name], label=side.title, capsize=2)
    _name_sets(axes, found)
    axes.set_ylabel("right intent first, %")
    axes.set_ylim(0, 100)
    axes.legend(ncols=len(found.sides), loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    return figure


def _name_sets(axes: Any, found: Measured) -> None:
    axes.set_xticks(range(len(found.sets)), [one.name for one in found.sets], rotation=25, ha="right")
    axes.spines[["top", "right"]].set_visible(False)


def _scope(found: Measured) -> Figure:
    sets = [dataset for dataset in found.sets if dataset.has_out]
    columns = 3
    rows = -(-len(sets) // columns)
    figure = Figure(figsize=(9, 3 * rows))
    for place, dataset in enumerate(sets):
        axes = figure.add_subplot(rows, columns, place + 1)
        axes.set_title(dataset.name, fontsize=9)
        for side in found.sides:
            result = _known(found, dataset.name, side.name)
            if result is not None:
                axes.plot(*_curve(result), color=COLOURS[side.name], label=side.name)
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        axes.set_xlabel("out-of-scope recall, %")
        axes.set_ylabel("in-scope accuracy, %")
    handles, labels = (figure.axes[0] if figure.axes else figure.add_subplot()).get_legend_handles_labels()
    figure.legend(handles, labels, ncols=len(COLOURS), loc="upper center", bbox_to_anchor=(0.5, 1.03), frameon=False)
    figure.tight_layout()
    return figure


def _curve(result: Result) -> tuple[Sequence[float], Sequence[float]]:
    seen = sorted(guess.confidence for guess in result.guesses)
    steps = [0.0, *(seen[number * (len(seen) - 1) // STEPS] for number in range(STEPS + 1)), 1.1]
    points = [threshold.pairs(result.guesses, step) for step in steps]
    recalls = [100 * score.recall_of_out(pairs).value for pairs in points]
    return recalls, [100 * score.in_scope(pairs).value for pairs in points]


def _cost(found: Measured) -> Figure:
    figure = Figure(figsize=(9, 3.5))
    panels = ("training, processor seconds", "parsing, processor ms")
    for number, title in enumerate(panels):
        axes = figure.add_subplot(1, 2, number + 1)
        for side in found.sides:
            known = [(place, _known(found, one.name, side.name)) for place, one in enumerate(found.sets)]
            shown = [(place, result) for place, result in known if result is not None]
            values = [result.run.parse_cpu_ms if number else result.run.train_cpu_seconds for _, result in shown]
            axes.plot([place for place, _ in shown], values, "o", color=COLOURS[side.name], label=side.name)
        axes.set_yscale("log")
        axes.set_title(title, fontsize=9)
        _name_sets(axes, found)
    axes.legend(fontsize=7, frameon=False)
    figure.tight_layout()
    return figure
