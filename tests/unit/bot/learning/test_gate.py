from dataclasses import replace

import pytest

from bot.learning import gate, report
from bot.learning.exam import Answer, Question, Verdict
from bot.learning.gate import Limits
from bot.learning.report import Sitting
from bot.learning.story import Course, Step, Story

RIGHT = Answer(Verdict.RIGHT, "answered", "cancel", 0.9, 10.0)
WRONG = replace(RIGHT, verdict=Verdict.WRONG, article_id="penalty")
OFFERED = replace(RIGHT, verdict=Verdict.OFFERED, outcome="clarify", article_id=None)


def broken(
    questions: list[Question], before: list[Answer], after: list[Answer], memory_mb: float = 300.0
) -> list[tuple[str, str]]:
    """The rules that a candidate with these answers breaks."""
    serving, candidate = Sitting("a", tuple(before), 300.0), Sitting("b", tuple(after), memory_mb)
    found = report.build(questions, serving, candidate, lambda _: "declaration")
    return [(one["rule"], one["name"]) for one in gate.judge(found, Limits()) if not one["is_passing"]]


def asked(count: int, language: str = "vi", target: str = "procedure/cancel", kind: str = "reviewed") -> list[Question]:
    return [Question(kind, f"{language} {number}", language, target) for number in range(count)]


def test_an_equal_candidate_passes() -> None:
    questions = asked(20) + asked(5, kind="golden")
    assert broken(questions, [RIGHT] * 25, [RIGHT] * 25) == []


@pytest.mark.parametrize(("count", "rules"), [(3, []), (6, [("language", "zh")])])
def test_a_language_may_lose_a_few_by_chance_but_not_more(count: int, rules: list[tuple[str, str]]) -> None:
    questions = asked(20, "zh")
    assert broken(questions, [RIGHT] * 20, [WRONG] * count + [RIGHT] * (20 - count)) == rules


def test_one_language_s_gain_does_not_pay_for_another_s_loss() -> None:
    questions = asked(10, "vi") + asked(10, "zh")
    assert broken(questions, [WRONG] * 10 + [RIGHT] * 10, [RIGHT] * 10 + [WRONG] * 10) == [("language", "zh")]


@pytest.mark.parametrize("target", ["must_refuse", "officer"])
def test_refusals_and_wishes_for_an_officer_are_never_worse_by_even_one(target: str) -> None:
    questions = asked(100, target=target)
    assert broken(questions, [RIGHT] * 100, [RIGHT] * 99 + [WRONG]) == [("duty", target)]


def test_every_golden_question_is_answered_or_offered() -> None:
    questions = asked(3, kind="golden")
    assert broken(questions, [RIGHT] * 3, [RIGHT, OFFERED, RIGHT]) == []
    assert broken(questions, [RIGHT] * 3, [RIGHT, WRONG, RIGHT]) == [("golden", "golden")]


def test_cost_stays_within_bounds() -> None:
    questions, slow = asked(10), replace(RIGHT, ms=40.0)
    assert broken(questions, [RIGHT] * 10, [slow] * 10) == [("latency", "p95")]
    assert broken(questions, [RIGHT] * 10, [replace(RIGHT, ms=14.0)] * 10) == []
    assert broken(questions, [RIGHT] * 10, [RIGHT] * 10, memory_mb=400.0) == [("memory", "memory")]


def test_the_report_lists_what_was_fixed_what_broke_and_what_is_taken_for_what() -> None:
    questions = asked(4)
    serving = Sitting("a", (RIGHT, WRONG, WRONG, RIGHT), 300.0)
    candidate = Sitting("b", (RIGHT, RIGHT, WRONG, WRONG), 300.0)
    found = report.build(questions, serving, candidate, lambda _: "declaration")
    assert [line["text"] for line in found["fixed"]] == ["vi 1"]
    assert [line["text"] for line in found["broke"]] == ["vi 3"]
    assert found["broke"][0]["candidate"]["article_id"] == "penalty"
    assert found["confusions"] == []
    whole = found["groups"][0]
    assert (whole["kind"], whole["serving"], whole["candidate"], whole["p"]) == ("all", 2, 2, 1.0)


WANTED = Step("xin chào", "greet", ("utter_greet",))
PASSED, FAILED = Course(), Course(WANTED, replace(WANTED, intent="thanks"))


@pytest.mark.parametrize(
    ("before", "after", "rules"),
    [
        ([PASSED, FAILED], [PASSED, PASSED], []),
        ([FAILED, FAILED], [FAILED, FAILED], []),
        ([PASSED, FAILED], [FAILED, PASSED], [("story", "story")]),
    ],
)
def test_no_story_that_passed_may_fail_whatever_others_do(
    before: list[Course], after: list[Course], rules: list[tuple[str, str]]
) -> None:
    questions, stories = asked(5), [Story("one", (WANTED,)), Story("two", (WANTED,))]
    serving = Sitting("a", (RIGHT,) * 5, 300.0, tuple(before))
    candidate = Sitting("b", (RIGHT,) * 5, 300.0, tuple(after))
    found = report.build(questions, serving, candidate, lambda _: "declaration", stories)
    judged = gate.judge(found, Limits())
    assert [(one["rule"], one["name"]) for one in judged if not one["is_passing"]] == rules
    assert [(one["name"], one["serving"]["is_passed"], one["candidate"]["is_passed"]) for one in found["stories"]] == [
        (story.name, old.is_passed, new.is_passed) for story, old, new in zip(stories, before, after, strict=True)
    ]
