import json
import re
from pathlib import Path

from knowledge_base.follow_up.model import PARTS, scores
from knowledge_base.follow_up.training import Sample, asking_on, learn, standing_alone
from knowledge_base.text.normal import fold

TUNE = Path(__file__).resolve().parents[3] / "data/understanding/tune"


def norm(text: str) -> str:
    return re.sub(r"\W+", " ", fold(text, keep_marks=False)).strip()


def test_no_second_turn_that_measures_is_learnt() -> None:
    learnt = {norm(text) for text, _ in asking_on()}
    turns = [
        json.loads(line)["turns"][1]
        for name in ("dialogue.jsonl", "dialogue_2.jsonl")
        for line in (TUNE / name).read_text(encoding="utf-8").splitlines()
    ]
    assert [turn for turn in turns if norm(turn) in learnt] == []


def test_every_part_has_examples_and_other_intents_stand_alone() -> None:
    assert {part for _, part in asking_on()} == set(PARTS)
    assert len(list(standing_alone())) > 10_000


def test_what_was_shown_twice_is_learnt() -> None:
    samples = [Sample("phí", ("w:phi",), "fee"), Sample("tờ khai", ("w:to", "w:khai"), None)] * 20
    weights = learn(samples)
    leaning, fee, *rest = scores(weights, ["w:phi"])
    assert leaning > 0 > scores(weights, ["w:khai"])[0]
    assert fee > max(rest)
