from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.understanding import origin
from benchmarks.understanding.origin import BANKING77, DataProblem


def test_a_missing_file_is_named_with_where_it_comes_from(tmp_path: Path) -> None:
    with pytest.raises(DataProblem, match=r"fewshot_banking77\.jsonl.*github\.com"):
        origin.path(tmp_path, BANKING77)


def test_another_file_under_the_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / BANKING77.file).write_text("{}", encoding="utf-8")
    with pytest.raises(DataProblem, match="other questions"):
        origin.path(tmp_path, BANKING77)


def test_the_file_that_was_measured_on_is_taken(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_bytes(b"{}")
    known = replace(BANKING77, file="a.jsonl", sha256=origin.content(["{}"]))
    assert origin.path(tmp_path, known) == tmp_path / "a.jsonl"
