"""The table of a comparison: figures of both sides, their ratio, and what issue 2 asks; its section in the document."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

DOCUMENT = Path(__file__).resolve().parent.parent / "docs" / "benchmarks.md"
TITLE = "# Benchmarks\n\nMeasured by the programs in `benchmarks/`; no test asserts a time.\n"
HEAD = ("figure", "stock", "ours", "ratio", "must", "aim", "")


@dataclass(frozen=True, slots=True)
class Bound:
    """What is asked of the ratio ours / stock, or with `is_ratio` False of our own figure."""

    must: float
    aim: float | None = None
    is_ratio: bool = True
    is_least: bool = False


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing on both sides; None where a side was not measured."""

    name: str
    stock: float | None
    ours: float
    bound: Bound | None = None
    digits: int = 2

    @property
    def ratio(self) -> float | None:
        """Ours as a multiple of stock."""
        return self.ours / self.stock if self.stock else None

    @property
    def verdict(self) -> str:
        """How far we are: "aim", "must" or "MISSED"; "" when nothing is asked."""
        bound = self.bound
        value = self.ratio if bound is not None and bound.is_ratio else self.ours
        if bound is None or value is None:
            return ""
        if bound.aim is not None and _holds(value, bound.aim, bound.is_least):
            return "aim"
        return "must" if _holds(value, bound.must, bound.is_least) else "MISSED"

    def cells(self) -> tuple[str, ...]:
        """The row under `HEAD`."""
        numbers = (_number(self.stock, self.digits), _number(self.ours, self.digits), _number(self.ratio, 2))
        asked = (_asked(self.bound, "must"), _asked(self.bound, "aim"))
        return (self.name, *numbers, *asked, self.verdict)


def _holds(value: float, limit: float, is_least: bool) -> bool:
    return value >= limit if is_least else value <= limit


def _number(value: float | None, digits: int) -> str:
    return "" if value is None else f"{value:.{digits}f}"


def _asked(bound: Bound | None, which: str) -> str:
    limit = None if bound is None else getattr(bound, which)
    if bound is None or limit is None:
        return ""
    return f"{'≥' if bound.is_least else '≤'} {limit:g}{'×' if bound.is_ratio else ''}"


def table(figures: Sequence[Figure]) -> str:
    """The figures as a Markdown table."""
    rows = [HEAD, tuple("---" for _ in HEAD), *(figure.cells() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEAD))]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) + " |" for row in rows
    )


def write_section(title: str, body: str, document: Path = DOCUMENT) -> None:
    """Put a section into the document in place of the one of the same title; the others stay."""
    text = document.read_text(encoding="utf-8") if document.exists() else TITLE
    section = f"## {title}\n\n{body.strip()}\n"
    known = re.compile(rf"^## {re.escape(title)}\n.*?(?=^## |\Z)", re.MULTILINE | re.DOTALL)
    is_known = known.search(text) is not None
    text = known.sub(lambda _: section + "\n", text) if is_known else f"{text.rstrip()}\n\n{section}"
    document.parent.mkdir(exist_ok=True)
    document.write_text(text.rstrip() + "\n", encoding="utf-8")
