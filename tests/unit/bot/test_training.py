"""The interpreter here is a shell script in the place of the brain's, which writes what training would write."""

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


async def test_a_failure_shows_rasa_s_last_words_and_registers_nothing(root: Path) -> None:
    install(root, FAILS)
    with pytest.raises(training.TrainingFailed, match=r"greet\.yml line 3") as caught:
        await training.train(root, root / "models", lambda _: None)
    assert "it/s" not in str(caught.value)
    assert model.manifest(root / "models") is None


async def test_a_missing_environment_says_what_to_do(root: Path) -> None:
    with pytest.raises(model.ModelProblem, match="make setup"):
        await training.train(root, root / "models", lambda _: None)
