"""Figures as files that spreadsheets open as they are meant."""

import csv
import io
from datetime import date

import pytest

from helpdesk.console.insight.sheet import BOM, Cell, Column, Kind, Sheet, as_csv
from helpdesk.insight import Rate

HEADS = ("cases", "out of")


def lines(columns: list[Column], *rows: list[Cell]) -> list[list[str]]:
    text = as_csv(Sheet("x", columns, rows, len(rows)), HEADS)
    assert text.startswith(BOM)
    return list(csv.reader(io.StringIO(text.removeprefix(BOM))))


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n", " =", "|"])
def test_no_text_begins_a_formula(start: str) -> None:
    text = f'{start}HYPERLINK("http://x";"y")'
    assert lines([Column("head", Kind.TEXT)], [text])[1] == [f"'{text}"]


def test_a_rate_is_its_two_counts_and_numbers_and_dates_stay_what_they_are() -> None:
    columns = [Column("Tuần", Kind.DAY), Column("Tỷ lệ", Kind.RATE), Column("n"), Column("lâu", Kind.MINUTES)]
    assert lines(columns, [date(2026, 11, 2), Rate(3, 4), -1, None], [date(2026, 11, 9), None, 0, 5]) == [
        ["Tuần", "Tỷ lệ: cases", "Tỷ lệ: out of", "n", "lâu"],
        ["2026-11-02", "3", "4", "-1", ""],
        ["2026-11-09", "", "", "0", "5"],
    ]


def test_quotes_commas_and_line_ends_stay_inside_their_cell() -> None:
    text = 'xe "lạnh", cửa khẩu\nMóng Cái'
    assert lines([Column("head", Kind.TEXT)], [text])[1] == [text]
