"""What the benchmark of learning found, as the table of issue 4 and its place in docs/benchmarks.md."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.learning_ours import Lesson
from benchmarks.learning_pace import Turn, longest_pause
from benchmarks.measure import percentile
from benchmarks.report import DOCUMENT, Bound, Figure

TITLE = "Learning against stock Rasa"
BEGIN, END = "<!-- bench-learning: written by the program -->", "<!-- /bench-learning -->"
_PLACE = re.compile(re.escape(BEGIN) + ".*?" + re.escape(END), re.DOTALL)


@dataclass(slots=True)
class Found:
    """Everything found out about one side; times in seconds.

    Attributes:
        quiet: turns while nothing else was done.
        busy: turns from the last label to the new model's first answer; from `rasa train` to the end of `PUT /model`.
        training: the training process alone, once a round; for stock `rasa train`.
        serving: from the last label to the new model's first answer, by round.
        switches: from the click to the new model's first answer; for stock the duration of `PUT /model`.
        backs: the same for going back while the model before is warm; stock has only `PUT /model`.
        pauses: the longest pause of answers in each switch.
        before_bytes, after_bytes: memory of the whole tree, before and after all switches, the same load behind it.
        lost: messages without an answer, by reason.
    """

    quiet: list[Turn] = field(default_factory=list)
    busy: list[Turn] = field(default_factory=list)
    training: list[float] = field(default_factory=list)
    serving: dict[str, float] = field(default_factory=dict)
    switches: list[float] = field(default_factory=list)
    backs: list[float] = field(default_factory=list)
    pauses: list[float] = field(default_factory=list)
    before_bytes: int = 0
    after_bytes: int = 0
    sent: int = 0
    lost: Counter[str] = field(default_factory=Counter)

    @property
    def slowdown(self) -> float:
        """p95 of turns while learning by that of the quiet ones."""
        return p95(self.busy) / p95(self.quiet)

    @property
    def growth(self) -> float:
        """Memory after all switches by memory before."""
        return self.after_bytes / self.before_bytes


def p95(turns: Sequence[Turn]) -> float:
    """Seconds in which nineteen turns of twenty were answered."""
    return percentile([turn.seconds for turn in turns], 95)


def figures(stock: Found, ours: Found, labels: int) -> list[Figure]:
    """The rows of the table."""
    limit, quiet = Bound(180, 60, is_ratio=False), longest_pause(ours.quiet)
    whole = sum(stock.serving.values())
    lessons = [
        Figure(f"last of {labels} labels to serving, {name} (s)", whole, seconds, limit, 0)
        for name, seconds in ours.serving.items()
    ]
    return [
        *lessons,
        Figure("of it, the training process (s)", median(stock.training), median(ours.training), None, 0),
        Figure("p95 of turns, quiet (ms)", p95(stock.quiet) * 1e3, p95(ours.quiet) * 1e3, None, 0),
        Figure("p95 meanwhile by quiet", stock.slowdown, ours.slowdown, Bound(3, 1.5, is_ratio=False)),
        Figure("longest pause of answers, quiet (s)", longest_pause(stock.quiet), quiet),
        Figure(
            "longest pause of answers in a switch (s)",
            max(stock.pauses),
            max(ours.pauses),
            Bound(1, round(quiet, 2), is_ratio=False),
        ),
        Figure(
            "click to first answer of the model, median (s)", median(stock.switches), median(ours.switches), None, 1
        ),
        Figure("rollback while warm, slowest (s)", max(stock.backs), max(ours.backs), Bound(2, is_ratio=False)),
        Figure("messages lost or failed", stock.lost.total(), ours.lost.total(), Bound(0, is_ratio=False), 0),
        Figure(
            f"memory after {len(stock.switches)} switches by before",
            stock.growth,
            ours.growth,
            Bound(1.1, 1.03, is_ratio=False),
        ),
    ]


def notes(stock: Found, ours: Found, lessons: dict[str, Lesson], brains_bytes: Sequence[int]) -> list[str]:
    """What stands under the table; `brains_bytes`: the brain's share of our memory, before and after."""
    phases = "; ".join(f"{name}: {_phases(lesson)}, {lesson.labels} labels" for name, lesson in lessons.items())
    return [
        f"Phases of ours (s): {phases}. The training process, run by run (s): stock {_list(stock.training)}; "
        f"ours {_list(ours.training)}.",
        f"Pauses in the switches (s): stock {_list(stock.pauses, 2)}; ours {_list(ours.pauses, 2)}. "
        f"Rollbacks (s): ours {_list(ours.backs, 2)}.",
        f"Memory of the whole tree before and after (MB): stock {_memory(stock)}; ours {_memory(ours)}, of it brain "
        f"{' -> '.join(f'{count / 1e6:.0f}' for count in brains_bytes)}.",
        f"Messages sent: stock {stock.sent}, ours {ours.sent}; not answered as they should be: "
        f"stock {_words(stock.lost)}, ours {_words(ours.lost)}.",
    ]


def _phases(lesson: Lesson) -> str:
    return ", ".join(f"{name} {seconds:.0f}" for name, seconds in lesson.phases.items())


def _list(values: Sequence[float], digits: int = 0) -> str:
    return " ".join(f"{value:.{digits}f}" for value in values)


def _memory(found: Found) -> str:
    return f"{found.before_bytes / 1e6:.0f} -> {found.after_bytes / 1e6:.0f}"


def _words(counts: Counter[str]) -> str:
    return ", ".join(f"{word} {count}" for word, count in counts.most_common()) or "0"


def text_with_place(document: Path = DOCUMENT) -> str:
    """The document that a table can be written into; raises ValueError when it has no marks for one."""
    text = document.read_text(encoding="utf-8")
    if _PLACE.search(text) is None:
        raise ValueError(f"{document.name} has no place for {TITLE!r}")
    return text


def write(body: str, document: Path = DOCUMENT) -> None:
    """Put `body` between the marks; raises ValueError when the document has none."""
    text = text_with_place(document)
    document.write_text(_PLACE.sub(lambda _: f"{BEGIN}\n\n{body.strip()}\n\n{END}", text), encoding="utf-8")
