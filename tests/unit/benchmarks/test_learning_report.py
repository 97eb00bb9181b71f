from pathlib import Path

import pytest

from benchmarks.learning_ours import Change, Lesson
from benchmarks.learning_pace import Turn
from benchmarks.learning_report import BEGIN, END, Found, figures, notes, write


def side(seconds: float, serving: dict[str, float], pauses: list[float], after_bytes: int) -> Found:
    quiet = [Turn(float(number), number + 0.1, "answered") for number in range(20)]
    busy = [Turn(float(number), number + seconds, "answered") for number in range(20)]
    switches, sent = [2.0] * len(pauses), 40
    return Found(quiet, busy, [50.0], serving, switches, [1.0, 3.0], pauses, 100, after_bytes, sent)


def verdicts(ours: Found) -> dict[str, str]:
    stock = side(0.4, {"own data": 70.0}, [5.0, 6.0], 400)
    return {figure.name: figure.verdict for figure in figures(stock, ours, 2000) if figure.verdict}


def test_a_side_that_keeps_the_bounds_is_said_to() -> None:
    found = verdicts(side(0.14, {"kept": 59.0, "not kept": 179.0}, [0.09, 0.08], 102))
    assert found == {
        "last of 2000 labels to serving, kept (s)": "aim",
        "last of 2000 labels to serving, not kept (s)": "must",
        "p95 meanwhile by quiet": "aim",
        "longest pause of answers in a switch (s)": "aim",
        "rollback while warm, slowest (s)": "MISSED",
        "messages lost or failed": "must",
        "memory after 2 switches by before": "aim",
    }


def test_every_bound_can_be_missed() -> None:
    ours = side(0.4, {"kept": 181.0}, [1.1, 0.1], 120)
    ours.lost["TimeoutError"] = 1
    assert set(verdicts(ours).values()) == {"MISSED"}


def test_the_notes_tell_phases_pauses_memory_and_losses() -> None:
    ours = side(0.14, {"kept": 59.0}, [0.09], 102_000_000)
    ours.lost["TimeoutError"] = 2
    lesson = Lesson(0.0, Change(50.0, 59.0), 1999, {"learning": 40.0, "switching": 9.0})
    told = " ".join(notes(side(0.4, {"own data": 70.0}, [5.0], 400), ours, {"kept": lesson}, [50_000_000, 60_000_000]))
    for words in (
        "kept: learning 40, switching 9, 1999 labels",
        "stock 5.00; ours 0.09",
        "102, of it brain 50 -> 60",
        "ours TimeoutError 2",
    ):
        assert words in told


def test_the_table_goes_between_the_marks_and_nowhere_else(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text(f"before\n\n{BEGIN}\n\nold\n\n{END}\n\nafter\n", encoding="utf-8")
    write("new \\1", document)
    assert document.read_text(encoding="utf-8") == f"before\n\n{BEGIN}\n\nnew \\1\n\n{END}\n\nafter\n"


def test_a_document_without_marks_is_left_alone(tmp_path: Path) -> None:
    document = tmp_path / "benchmarks.md"
    document.write_text("other\n", encoding="utf-8")
    with pytest.raises(ValueError, match="no place"):
        write("new", document)
    assert document.read_text(encoding="utf-8") == "other\n"
