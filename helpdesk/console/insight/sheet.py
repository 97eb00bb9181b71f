"""A table of figures: shown beside its chart, and handed out as CSV that spreadsheets open as it is meant."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from markupsafe import Markup

from helpdesk.insight import Rate

BOM = "\ufeff"
"""Without it Excel takes UTF-8 for something else and breaks Vietnamese letters."""
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "|")
"""What a spreadsheet may take for a formula when a text begins with it."""

Cell = str | int | Rate | date | None


class Kind(StrEnum):
    """What a column holds."""

    TEXT = "text"
    COUNT = "count"
    RATE = "rate"
    MINUTES = "minutes"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Column:
    """A column's head and what stands under it."""

    head: str
    kind: Kind = Kind.COUNT


@dataclass(frozen=True, slots=True)
class Sheet:
    """Figures under a name that is unique on its page.

    Attributes:
        count: the cases behind all of it; none means there is nothing to show yet.
        links: where the first cell of each row leads to, inside the console.
    """

    name: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[Cell]]
    count: int
    chart: Markup | None = None
    note: str = ""
    links: Sequence[str | None] = field(default_factory=tuple)


def as_csv(sheet: Sheet, rate_heads: tuple[str, str]) -> str:
    """The figures as CSV, with a mark for Excel; a rate becomes its two counts, named by `rate_heads`."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([_safe(head) for column in sheet.columns for head in _heads(column, rate_heads)])
    for row in sheet.rows:
        pairs = zip(sheet.columns, row, strict=True)
        writer.writerow([plain for column, cell in pairs for plain in _plain(column, cell)])
    return BOM + text.getvalue()


def _heads(column: Column, rate_heads: tuple[str, str]) -> list[str]:
    if column.kind is not Kind.RATE:
        return [column.head]
    return [f"{column.head}: {word}" for word in rate_heads]


def _plain(column: Column, cell: Cell) -> list[str | int]:
    if column.kind is Kind.RATE:
        return [cell.hits, cell.total] if isinstance(cell, Rate) else ["", ""]
    if cell is None:
        return [""]
    if isinstance(cell, date):
        return [cell.isoformat()]
    return [cell] if isinstance(cell, int) else [_safe(str(cell))]


def _safe(text: str) -> str:
    """A text that no spreadsheet runs: an apostrophe tells it that this is one."""
    return f"'{text}" if text.lstrip(" ").startswith(FORMULA) else text
