import json
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.understanding import runner
from benchmarks.understanding.contender import Contender
from benchmarks.understanding.dataset import Dataset, Example
from benchmarks.understanding.runner import Answer, Failed, NotInTime, Runner

SIDE = Contender("stock", "", "en", ({"name": "X"},))
DATA = Dataset("d", "", (Example("learn [this](x)", "a/b"),), (Example("ask", "a/b"),))
TIMES = {"train_seconds": 1.0, "train_cpu_seconds": 0.5, "parse_cpu_ms": 1.0}
FOUND = {"answers": [["a", 0.5, "a"]], "milliseconds": [2.0], "state": "then", **TIMES}


def keep(side: Runner, contender: Contender, data: Dataset, found: dict[str, object]) -> None:
    path = side._path(contender, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(found), encoding="utf-8")


def test_texts_are_taught_as_they_are_and_intents_have_no_slash() -> None:
    (example,) = runner.training_file(DATA)["rasa_nlu_data"]["common_examples"]
    assert example == {"text": "learn [this](x)", "intent": "a__b"}


def test_a_kept_result_is_not_measured_again(tmp_path: Path) -> None:
    measuring = Runner(tmp_path, tmp_path / "kept", 10)
    keep(measuring, SIDE, DATA, FOUND)
    found = measuring.run(SIDE, DATA)
    assert found.answers == (Answer("a", 0.5, "a"),)
    assert found.train_seconds == 1.0


def test_other_data_or_another_configuration_is_another_result(tmp_path: Path) -> None:
    measuring = Runner(tmp_path, tmp_path / "kept", 10)
    keep(measuring, SIDE, DATA, FOUND)
    assert measuring.known(SIDE, replace(DATA, test=(Example("ask", "a"),))) is None
    assert measuring.known(replace(SIDE, pipeline=({"name": "Y"},)), DATA) is None


def test_what_did_not_end_in_time_is_tried_again_under_a_longer_limit_only(tmp_path: Path) -> None:
    keep(Runner(tmp_path, tmp_path / "kept", 10), SIDE, DATA, {"limit_seconds": 10, "state": "then"})
    known = Runner(tmp_path, tmp_path / "kept", 10).known(SIDE, DATA)
    assert known is not None
    assert known.failure == "not trained within 10 s"
    assert Runner(tmp_path, tmp_path / "kept", 11).known(SIDE, DATA) is None


def test_one_training_serves_those_who_learn_the_same(tmp_path: Path) -> None:
    measuring = Runner(tmp_path, tmp_path / "kept", 10)
    diet = Contender("diet", "", "en", ({"name": "Y"},), taught_as=SIDE)
    assert measuring.known(diet, DATA) is None
    keep(measuring, SIDE, DATA, FOUND | {"answers": [["a", 0.2, "nlu_fallback"]]})
    assert measuring.run(diet, DATA).answers == (Answer("a", 0.2, "a"),)
    assert measuring.run(SIDE, DATA).answers == (Answer("a", 0.2, "nlu_fallback"),)


@pytest.fixture
def measuring(tmp_path: Path) -> Runner:
    """A brain whose interpreter is a shell script."""
    interpreter = tmp_path / "brain" / ".venv" / "bin" / "python"
    interpreter.parent.mkdir(parents=True)
    interpreter.write_text('#!/bin/sh\necho "what went wrong"\n[ "$3" = train ] && exec sleep 60\nexit 3\n')
    interpreter.chmod(0o755)
    (tmp_path / "kept").mkdir()
    return Runner(tmp_path, tmp_path / "kept", 10, nice=0)


def test_a_child_that_fails_is_told_in_its_last_words(measuring: Runner, tmp_path: Path) -> None:
    with pytest.raises(Failed, match="what went wrong"):
        measuring.child("parse", {}, tmp_path, 30)


def test_a_child_that_takes_too_long_is_stopped(measuring: Runner, tmp_path: Path) -> None:
    with pytest.raises(NotInTime):
        measuring.child("train", {}, tmp_path, 0.2)


def test_a_time_out_is_a_result_and_leaves_no_project_behind(measuring: Runner) -> None:
    found = replace(measuring, limit_seconds=1).run(SIDE, DATA)
    assert found.failure == "not trained within 1 s"
    assert [path.name for path in measuring.kept.iterdir()] == ["stock"]


EMBEDDING = """#!/bin/sh
[ "$3" = train ] || { echo '{"answers": [], "milliseconds": [], "peak_bytes": 1}' > "$5"; exit; }
[ -f models/embedding.npz ]; echo '{"train_seconds": '$?', "peak_bytes": 1}' > "$5"
mkdir -p models; touch models/embedding.npz
"""
"""Says that training took a second when nothing was embedded before."""


def test_an_ablation_embeds_nothing_anew_and_what_is_timed_everything(measuring: Runner) -> None:
    (measuring.root / "brain" / ".venv" / "bin" / "python").write_text(EMBEDDING)
    ours = replace(SIDE, name="ours", is_ours=True)
    ablation = replace(ours, name="ours-without-x", is_ablation=True)
    again = replace(ours, pipeline=({"name": "Y"},))
    assert [measuring.run(side, DATA).train_seconds for side in (ours, ablation, again)] == [1, 0, 1]
