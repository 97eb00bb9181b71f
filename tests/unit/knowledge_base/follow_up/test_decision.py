import json
from pathlib import Path

import pytest

from knowledge_base.follow_up.decision import evidence
from knowledge_base.follow_up.model import Reading, read
from knowledge_base.search import Hit

TUNE = Path(__file__).resolve().parents[3] / "data/understanding/tune"


@pytest.mark.parametrize(
    "text",
    ["còn phí thì sao", "and the fee?", "那要多久", "nop o dau", "Làm thế nào?", "until when", "quá hạn thì sao"],
)
def test_a_question_without_a_subject_is_about_what_was_spoken_of(text: str) -> None:
    assert evidence(read(text), "cancel", [Hit("tax-due", 0.4)]) > 0


@pytest.mark.parametrize(
    "text",
    [
        "hoàn thuế hàng tái xuất cần giấy tờ gì",
        "how do I register a digital signature",
        "榴莲出口到中国要什么单证",
        "What documents do I need for temporary import?",
        "ho so tam nhap tai xuat can gi",
    ],
)
def test_a_question_with_a_subject_of_its_own_is_not(text: str) -> None:
    assert evidence(read(text), "cancel", [Hit("tax-due", 0.99)]) <= 0


def test_a_named_thing_that_belongs_to_what_was_spoken_of_makes_it_likelier() -> None:
    reading = Reading(leaning=-2.0, part="fee")
    assert evidence(reading, "plant-quarantine-import", [Hit("plant-quarantine-import", 0.3)]) > 0
    assert evidence(reading, "cancel", [Hit("plant-quarantine-import", 0.3)]) <= 0


def test_a_sure_word_of_the_classifier_makes_it_a_new_subject() -> None:
    reading = Reading(leaning=0.2, part="fee")
    assert evidence(reading, "cancel", [Hit("tax-due", 0.1)]) > 0
    assert evidence(reading, "cancel", [Hit("tax-due", 0.99)]) <= 0
    assert evidence(reading, "cancel", [], other=0.4) > 0
    assert evidence(reading, "cancel", [], other=0.99) <= 0


@pytest.mark.parametrize(
    "text", ["gặp cán bộ", "talk to a human please", "转人工", "cảm ơn em", "ok em", "好的", "😀", "...", ""]
)
def test_what_is_no_question_on_a_procedure_does_not_ask_on(text: str) -> None:
    assert evidence(read(text), "cancel", [Hit("cancel", 0.1)], other=0.99) <= 0


def test_questions_by_other_writers_on_something_new_are_seldom_taken_for_asking_on() -> None:
    texts = [json.loads(line)["text"] for line in (TUNE / "in_scope.jsonl").read_text(encoding="utf-8").splitlines()]
    dragged = [text for text in texts if evidence(read(text), "some-other-article", []) > 0]
    assert len(dragged) < 0.04 * len(texts)
