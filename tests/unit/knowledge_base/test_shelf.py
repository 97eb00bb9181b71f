import shutil
from pathlib import Path

import pytest

from knowledge_base import shelf
from knowledge_base.article import ArticleProblem


def test_every_file_is_in_order() -> None:
    assert shelf.problems() == []


def test_there_is_one_article_for_each_procedure() -> None:
    assert len(list(shelf.articles())) == 110


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one good article file."""
    shutil.copy(shelf.PROCEDURES / "cancel.yaml", tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("id: cancel", "id: annul", "name the file annul.yaml"),
        ("related: [", "related: [no-such-article, ", "no article 'no-such-article'"),
        ("sources: [", "sources: [nowhere, ", "'nowhere' is not in sources.yaml"),
        ("topic: declaration", "topic: [declaration", "line"),
    ],
)
def test_a_fault_is_told_with_its_file(folder: Path, before: str, after: str, told: str) -> None:
    path = folder / "cancel.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace(before, after, 1), encoding="utf-8")
    told_lines = [line for line in shelf.problems(folder) if told in line]
    assert told_lines
    assert all(line.startswith("cancel.yaml: ") for line in told_lines)


def test_a_file_that_is_not_utf8_is_named(folder: Path) -> None:
    (folder / "cancel.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ArticleProblem, match=r"cancel\.yaml: cannot be read"):
        list(shelf.articles(folder))


@pytest.mark.parametrize(
    ("code", "kinds"),
    [("A12", {"declaration-type"}), ("e62", {"declaration-type"}), ("20BB", {"office"}), ("ZZ9", set())],
)
def test_a_code_is_found_in_every_list_that_has_it(code: str, kinds: set[str]) -> None:
    assert {codes.kind for codes, _ in shelf.reference().code(code)} == kinds


def test_an_abolished_code_says_so() -> None:
    [(_, code)] = shelf.reference().code("E56")
    assert code.status == "abolished"
