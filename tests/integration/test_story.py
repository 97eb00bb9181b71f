"""Rasa's own `rasa test core` over the stories, with the model that is served."""

import subprocess
from pathlib import Path

import pytest

from bot import model
from bot.process import quiet_environment

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.brain
def test_every_story_goes_the_way_it_is_written(tmp_path: Path) -> None:
    command = (
        *("brain/.venv/bin/rasa", "test", "core", "--stories", "knowledge_base/story", "--no-plot"),
        *("--fail-on-prediction-errors", "--model", str(model.current(ROOT / "models")), "--out", str(tmp_path)),
    )
    done = subprocess.run(
        command, cwd=ROOT, env=quiet_environment() | {"PYTHONPATH": "."}, capture_output=True, check=False
    )
    assert done.returncode == 0, done.stdout.decode()[-2000:] + done.stderr.decode()[-2000:]
    assert (tmp_path / "story_report.json").is_file()
