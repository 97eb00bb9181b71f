"""The interpreter here is a shell script in the place of the brain's, which writes what training would write."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot import model, training
from bot.process import INTERPRETER

TRAINS = """#!/bin/sh
echo "$@" >> calls
echo "telemetry=$RASA_TELEMETRY_ENABLED"
echo "INFO - Starting to train component 'IntentRanker'."
printf weights > "$8/$6.tar.gz"
"""
FAILS = """#!/bin/sh
echo "Processed 1it/s"
echo "YamlSyntaxException: nlu_data/greet.yml line 3"
exit 1
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for name in ("nlu_data", "bot/nlu", "knowledge_base/text", "models", INTERPRETER.parent):
        (tmp_path / name).mkdir(parents=True)
    for name in ("config.yml", "domain.yml", "nlu_data/greet.yml"):
        (tmp_path / name).write_text(name)
    return tmp_path


def install(root: Path, script: str) -> None:
    (root / INTERPRETER).write_text(script)
    (root / INTERPRETER).chmod(0o755)


async def test_training_registers_the_archive_and_tells_its_steps(root: Path) -> None:
    install(root, TRAINS)
    said: list[str] = []
    entry = await training.train(root, root / "models", said.append)
    assert model.current(root / "models").name == entry.archive
    assert model.is_current(root, root / "models")
    assert "learning: IntentRanker" in said


async def test_training_is_skipped_while_the_model_matches_the_data(root: Path) -> None:
    install(root, TRAINS)
    first = await training.train(root, root / "models", lambda _: None)
    assert await training.train(root, root / "models", lambda _: None) == first
    assert (root / "calls").read_text().count("bot.nlu.learn") == 1
    (root / "nlu_data/greet.yml").write_text("more")
    assert (await training.train(root, root / "models", lambda _: None)).fingerprint != first.fingerprint


async def test_an_altered_archive_is_trained_anew(root: Path) -> None:
    install(root, TRAINS)
    first = await training.train(root, root / "models", lambda _: None)
    (root / "models" / first.archive).write_bytes(b"code")
    await training.train(root, root / "models", lambda _: None)
    assert model.is_current(root, root / "models")


async def test_it_trains_again_when_told_to(root: Path) -> None:
    install(root, TRAINS)
    await training.train(root, root / "models", lambda _: None)
    await training.train(root, root / "models", lambda _: None, is_forced=True)
    assert len((root / "calls").read_text().splitlines()) == 2


def test_each_archive_has_a_manifest_and_old_ones_that_no_desk_took_over_go(root: Path) -> None:
    models = root / "models"
    for number in range(4):
        archive = models / f"isec-{number}.tar.gz"
        archive.write_text("weights")
        at = datetime(2026, 11, 22, number, tzinfo=UTC)
        model.register(models, archive, "f", at, "3.6.21", 1.0)
    told = json.loads((models / "isec-1.json").read_text())
    assert (told["name"], told["sha256"]) == ("isec-1", model.file_hash(models / "isec-1.tar.gz"))
    (models / "isec-0.json").write_text(json.dumps(told | {"origin": "adopted"}))
    assert model.prune_unused(models, 2) == ["isec-1"]
    assert sorted(path.name for path in models.iterdir()) == [
        *("isec-0.json", "isec-0.tar.gz", "isec-2.json", "isec-2.tar.gz", "isec-3.json", "isec-3.tar.gz"),
        "manifest.json",
    ]


async def test_training_again_and_again_keeps_a_few(root: Path) -> None:
    install(root, TRAINS)
    for number in range(3):
        (root / "nlu_data/greet.yml").write_text(f"more {number}")
        entry = await training.train(root, root / "models", lambda _: None, keep=1)
    assert [path.name for path in (root / "models").glob("*.tar.gz")] == [entry.archive]


async def test_a_failure_shows_rasa_s_last_words_and_registers_nothing(root: Path) -> None:
    install(root, FAILS)
    with pytest.raises(training.TrainingFailed, match=r"greet\.yml line 3") as caught:
        await training.train(root, root / "models", lambda _: None)
    assert "it/s" not in str(caught.value)
    assert model.manifest(root / "models") is None


async def test_a_missing_environment_says_what_to_do(root: Path) -> None:
    with pytest.raises(model.ModelProblem, match="make setup"):
        await training.train(root, root / "models", lambda _: None)
