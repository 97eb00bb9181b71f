"""Labels as a file: the same bytes every time, read back as they were, and nothing odd gets in."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.learning.digest import training_text
from bot.learning.labelfile import export_now, import_now, read, written
from helpdesk.error import InvalidInput
from helpdesk.storage.database import Database
from helpdesk.storage.label import TrainingText
from helpdesk.storage.question import Wanted
from helpdesk.usecase import library
from tests.conftest import NOON
from tests.integration.console.test_page import document

TEXTS = [
    TrainingText("Hủy tờ khai thế nào?", "procedure/cancel", "vi"),
    TrainingText("how do I cancel", "procedure/cancel", "en"),
    TrainingText("thời tiết hôm nay", "out_of_scope", "vi"),
    TrainingText("撤销报关单", "procedure/cancel", "zh"),
]


def test_a_file_is_sorted_and_reads_back_as_it_was(tmp_path: Path) -> None:
    assert written(TEXTS) == written(TEXTS[::-1])
    path = tmp_path / "label.yml"
    path.write_text(written(TEXTS), encoding="utf-8")
    assert sorted(read(path), key=str) == sorted(TEXTS, key=str)


@given(st.lists(st.text(), max_size=8))
def test_whatever_people_type_survives_the_file(tmp_path_factory: pytest.TempPathFactory, words: list[str]) -> None:
    kept = sorted({text for text in map(training_text, words) if text.strip("- ")})
    texts = [TrainingText(text, "officer", "vi") for text in kept if text == text.removeprefix("-").strip()]
    path = tmp_path_factory.mktemp("labels") / "label.yml"
    path.write_text(written(texts), encoding="utf-8")
    assert read(path) == texts


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("nlu: [", "no YAML"),
        ("version: '3.1'", "no list nlu"),
        ("nlu:\n- intent: Robert'); drop table\n  examples: |\n    - a b c\n", "no intent or article"),
        ("nlu:\n- intent: officer\n", "examples are missing"),
        ("nlu:\n- 7\n", "no intent or article"),
    ],
)
def test_what_is_wrong_with_a_file_is_named(tmp_path: Path, content: str, told: str) -> None:
    path = tmp_path / "label.yml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidInput, match=told):
        read(path)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="cannot be read"):
        read(tmp_path / "nothing.yml")


def test_import_is_the_reverse_of_export_and_counts_once(sqlite: Database, tmp_path: Path) -> None:
    sqlite.write_now(lambda unit: library.seed(unit, [document("cancel")], NOON))
    path = tmp_path / "label.yml"
    path.write_text(written(TEXTS), encoding="utf-8")
    first, second = (import_now(sqlite, path, lambda: NOON) for _ in range(2))
    assert (first.added, first.known, first.contradicted) == (4, 0, [])
    assert (second.added, second.known) == (0, 4)
    assert export_now(sqlite) == (written(TEXTS), 4)


def test_an_imported_text_is_masked(sqlite: Database, tmp_path: Path) -> None:
    path = tmp_path / "label.yml"
    path.write_text(written([TrainingText("gọi tôi 0912345678 nhé", "officer", "vi")]), encoding="utf-8")
    import_now(sqlite, path, lambda: NOON)
    assert "0912345678" not in export_now(sqlite)[0]


def test_what_is_labelled_otherwise_stays_and_is_named(sqlite: Database, tmp_path: Path) -> None:
    path = tmp_path / "label.yml"
    lines = [TrainingText("thời tiết hôm nay", "out_of_scope", "vi"), TrainingText("Thoi tiet hom nay?", "greet", "vi")]
    path.write_text(written(lines), encoding="utf-8")
    result = import_now(sqlite, path, lambda: NOON)
    assert (result.added, len(result.contradicted)) == (1, 1)
    (question,), _ = sqlite.read_now(lambda unit: unit.questions.find(Wanted()))
    assert question.target in ("out_of_scope", "greet")
