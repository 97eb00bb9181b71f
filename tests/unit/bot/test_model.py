from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import model

AT = datetime(2026, 11, 21, 22, 0, tzinfo=UTC)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("nlu_data/procedure", "bot/nlu", "knowledge_base/text", "models"):
        (tmp_path / name).mkdir(parents=True)
    for name in ("config.yml", "domain.yml", "nlu_data/greet.yml", "bot/nlu/code.py", "knowledge_base/text/normal.py"):
        (tmp_path / name).write_text(name)
    return tmp_path


def trained(root: Path, name: str = "one.tar.gz") -> model.Manifest:
    archive = root / "models" / name
    archive.write_bytes(b"weights")
    return model.register(root / "models", archive, model.data_fingerprint(root), AT, "3.6.21", 31.24)


@pytest.mark.parametrize(
    "changed", ["config.yml", "domain.yml", "nlu_data/greet.yml", "bot/nlu/code.py", "knowledge_base/text/normal.py"]
)
def test_a_change_in_any_source_changes_the_fingerprint(root: Path, changed: str) -> None:
    before = model.data_fingerprint(root)
    (root / changed).write_text("something else")
    assert model.data_fingerprint(root) != before


def test_a_new_or_renamed_file_changes_the_fingerprint(root: Path) -> None:
    before = model.data_fingerprint(root)
    (root / "nlu_data/greet.yml").rename(root / "nlu_data/hello.yml")
    assert model.data_fingerprint(root) != before


def test_compiled_and_hidden_files_do_not_change_the_fingerprint(root: Path) -> None:
    before = model.data_fingerprint(root)
    (root / "bot/nlu/__pycache__").mkdir()
    (root / "bot/nlu/__pycache__/code.pyc").write_bytes(b"x")
    (root / "nlu_data/.greet.yml.swp").write_text("x")
    assert model.data_fingerprint(root) == before


def test_the_registered_archive_is_the_current_one(root: Path) -> None:
    entry = trained(root)
    assert model.current(root / "models") == root / "models/one.tar.gz"
    assert model.manifest(root / "models") == entry
    assert (entry.trained_at, entry.seconds) == ("2026-11-21T22:00:00+00:00", 31.2)


def test_an_altered_archive_is_refused_with_what_to_do(root: Path) -> None:
    trained(root)
    (root / "models/one.tar.gz").write_bytes(b"weights and a little code")
    with pytest.raises(model.ModelProblem, match=r"altered.*make train"):
        model.current(root / "models")
    assert not model.is_current(root, root / "models")


def test_a_missing_archive_is_named(root: Path) -> None:
    trained(root)
    (root / "models/one.tar.gz").unlink()
    with pytest.raises(model.ModelProblem, match=r"one\.tar\.gz is missing"):
        model.current(root / "models")


@pytest.mark.parametrize("content", [None, "", "{", "[]", '{"archive": "one.tar.gz"}', "null"])
def test_without_a_readable_manifest_there_is_no_model(root: Path, content: str | None) -> None:
    if content is not None:
        (root / "models" / model.MANIFEST).write_text(content)
    with pytest.raises(model.ModelProblem, match="no trained model"):
        model.current(root / "models")


def test_a_manifest_cannot_point_outside_the_models_folder(root: Path) -> None:
    entry = trained(root)
    (root / "one.tar.gz").write_bytes(b"elsewhere")
    text = (root / "models" / model.MANIFEST).read_text().replace(entry.archive, "../one.tar.gz")
    (root / "models" / model.MANIFEST).write_text(text)
    assert model.current(root / "models") == root / "models/one.tar.gz"


def test_the_model_is_stale_once_the_data_changed(root: Path) -> None:
    trained(root)
    assert model.is_current(root, root / "models")
    (root / "nlu_data/greet.yml").write_text("more examples")
    assert not model.is_current(root, root / "models")


def test_only_an_altered_archive_is_refused_before_training(root: Path) -> None:
    model.refuse_altered(root / "models")
    trained(root)
    model.refuse_altered(root / "models")
    (root / "models/one.tar.gz").write_bytes(b"something else")
    with pytest.raises(model.ModelProblem, match="altered"):
        model.refuse_altered(root / "models")
    (root / "models/one.tar.gz").unlink()
    model.refuse_altered(root / "models")
