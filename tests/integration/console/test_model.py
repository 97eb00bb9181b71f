"""The pages of the models: training, comparing, promoting, going back; who may what, and what the log keeps."""

import html
import re
from datetime import timedelta
from typing import Any

import pytest

from bot.learning import gate, report
from bot.learning.exam import Answer, Question, Verdict
from bot.learning.gate import Limits
from bot.learning.report import Sitting
from helpdesk.learning import Origin, Phase, PromotionKind, RunState
from helpdesk.officer import Role
from helpdesk.storage.unit import Unit
from helpdesk.usecase import learning
from tests.integration.console.desk import ConsoleDesk


def answer(is_right: bool, article_id: str | None = "cancel") -> Answer:
    return Answer(Verdict.RIGHT if is_right else Verdict.WRONG, "answered", article_id, 0.8, 5.0)


def compared(is_better: bool) -> dict[str, Any]:
    """A report on twelve questions, six of which changed, all one way."""
    questions = [Question("golden", f"câu hỏi {n} <b>", "vi", "procedure/cancel") for n in range(12)]
    old = Sitting("isec-1", tuple(answer(n >= 6 or not is_better) for n in range(12)), 300.0)
    new = Sitting("isec-2", tuple(answer(n >= 6 or is_better) for n in range(12)), 300.0)
    found = report.build(questions, old, new, lambda article_id: "declaration")
    return found | {"gate": gate.judge(found, Limits())}


async def stocked(desk: ConsoleDesk, is_better: bool = True, is_compared: bool = True) -> None:
    """Two models; the first one serves."""

    def add(unit: Unit) -> None:
        for number in (1, 2):
            unit.models.add(
                name=f"isec-{number}",
                archive=f"isec-{number}.tar.gz",
                sha256=str(number) * 64,
                fingerprint="f",
                origin=Origin.CONSOLE,
                trained_at=desk.clock() + timedelta(minutes=number),
                rasa="3.6.21",
                seconds=90.0,
                facts={"counts": {"articles": 110, "labels": 20, "held_out": 2, "waiting": 0}},
            )
        unit.models.serve("isec-1", desk.clock())
        if is_compared:
            found = compared(is_better)
            unit.models.compare("isec-2", "isec-1", desk.clock(), gate.is_open(found["gate"]), found)

    await desk.database.write(add)


async def acts(desk: ConsoleDesk) -> list[str]:
    return [entry.action for entry in await desk.read(lambda unit: unit.audit.recent())]


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_pages_open_in_both_languages_with_and_without_anything_on_them(
    desk: ConsoleDesk, language: str
) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR, language)
    assert (await boss.text("/models")).count("<h1") == 1
    await stocked(desk)
    await desk.database.write(lambda unit: learning.begin_shadow(unit, "isec-2", boss.officer, 3, desk.clock()))
    assert (await boss.text("/models")).count("<h1") == 1
    page = await boss.text("/models/isec-2")
    assert page.count("<h1") == 1
    assert "<b>" not in page.partition("câu hỏi 1")[2][:20]


SAID = {
    "en": (
        "Golden questions served 100 % (at least 100 %)",
        "a drop like this comes by luck alone 100 times in 100 (under 5 it counts as worse)",
        "Memory 1 times the serving model's (at most 1.3 times)",
        "50.0 % likely 25.4 to 74.6 %",
        "+50.0 points likely",
        "no coincidence 3.1 times in 100",
        "usually 5 ms, 19 times in 20 at most 5 ms",
        "80.0 % sure",
    ),
    "vi": ("50.0 % khả năng từ 25.4 đến 74.6 %", "khác thật 3.1 trên 100 lần", "tự tin 80.0 %"),
}


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_figure_of_the_exam_is_said_in_words(desk: ConsoleDesk, language: str) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR, language)
    await stocked(desk)
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", await boss.text("/models/isec-2"))).split())
    assert [words for words in SAID[language] if words not in page] == []
    metrics = {"right": 8, "questions": 10}
    await desk.database.write(lambda unit: unit.models.change("isec-2", facts={"metrics": metrics}))
    listed = " ".join(re.sub(r"<[^>]+>", " ", await boss.text("/models")).split())
    assert {"en": "8 of 10 questions; likely 49.0 to 94.3 %", "vi": "8 trên 10 câu; khả năng từ 49.0"}[
        language
    ] in listed


async def test_each_story_is_shown_for_both_models_with_what_went_otherwise(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await stocked(desk)
    wanted = {"intent": "greet", "actions": ["utter_greet"]}
    failed = {"is_passed": False, "text": "xin <chào>", "wanted": wanted, "got": wanted | {"intent": "procedure"}}
    stories = [
        {"name": "a greeting", "serving": {"is_passed": True}, "candidate": failed},
        {"name": "thanks", "serving": {"is_passed": True}, "candidate": {"is_passed": True}},
    ]
    found = compared(is_better=True)
    found.pop("stories")  # as an earlier release left it
    await desk.database.write(lambda unit: unit.models.compare("isec-2", "isec-1", desk.clock(), False, found))
    assert 'id="stories"' not in await boss.text("/models/isec-2")
    found |= {"stories": stories}
    found |= {"gate": gate.judge(found, Limits())}
    await desk.database.write(lambda unit: unit.models.compare("isec-2", "isec-1", desk.clock(), False, found))
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", await boss.text("/models/isec-2"))).split())
    assert "1 of 2 go as written; with the serving model 2" in page
    got, wanted_words = "Asks about a procedure → utter_greet", "Greeting → utter_greet"
    assert f"otherwise xin <chào> taken for: {got}; wanted: {wanted_words}" in page
    assert "broken No story lost 1 that go as written with the serving model do not" in page


async def test_both_models_answers_to_what_changed_are_explained(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await stocked(desk)
    found = compared(is_better=True)
    for side, intent, article in (("serving", "out_of_scope", "penalty"), ("candidate", "procedure", "cancel")):
        hits = [{"article_id": article, "share": 0.731}]
        why = {"intent": intent, "confidence": 0.66, "cause": "fused", "decision": "answer"}
        found["fixed"][0][side]["why"] = why | {"model": hits, "search": []}
    await desk.database.write(lambda unit: unit.models.compare("isec-2", "isec-1", desk.clock(), True, found))
    page = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", await boss.text("/models/isec-2"))).split())
    assert "Out of scope 66.0 % It rests on Model and search together: Answer Model penalty 73.1 % Search" in page
    assert "Asks about a procedure 66.0 % It rests on Model and search together: Answer Model cancel 73.1 %" in page


async def test_training_is_started_followed_and_cancelled(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await boss.text("/models")
    assert (await boss.post("/models/train")).status == 303
    assert "models" in desk.notified
    assert "Freezing the data" in await boss.text("/models")
    again = await boss.post("/models/train")
    assert again.status == 409
    assert "A training run is under way" in await again.text()
    run = await desk.read(lambda unit: unit.training.running())
    assert run is not None
    progress = {"phase": Phase.LEARNING, "share": 0.42, "detail": "IntentRanker", "tail": "one\ntwo"}
    await desk.database.write(lambda unit: unit.training.progress(run.id, desk.clock(), **progress))
    page = await boss.text("/models")
    assert 'value="42"' in page
    assert "IntentRanker" in page
    assert "about 180 s left" in page
    assert "one\ntwo" in page
    assert (await boss.post("/models/cancel")).status == 303
    ended = await desk.read(lambda unit: unit.training.get(run.id))
    assert ended is not None
    assert ended.state is RunState.CANCELLED
    assert (await boss.post("/models/cancel")).status == 409
    assert {"training.started", "training.cancelled"} <= set(await acts(desk))


async def test_what_went_wrong_is_said_in_the_officer_s_language(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR, "vi")
    await stocked(desk, is_better=True)
    problem = "training failed: its process was killed, perhaps for want of memory; train again"
    await desk.database.write(lambda unit: learning.begin_training(unit, Origin.CONSOLE, boss.officer, desk.clock()))
    run = await desk.read(lambda unit: unit.training.running())
    assert run is not None
    await desk.database.write(lambda unit: unit.training.end(run.id, RunState.FAILED, desk.clock(), problem=problem))
    promotion = await desk.database.write(lambda unit: learning.promote(unit, "isec-2", boss.officer, "", desk.clock()))
    altered = "the model isec-2.tar.gz was altered after training and is refused: train again"
    await desk.database.write(lambda unit: learning.fail_promotion(unit, promotion, altered, desk.clock()))
    page = await boss.text("/models")
    assert "tiến trình bị ngắt giữa chừng" in page
    assert "Mô hình isec-2.tar.gz đã bị sửa sau khi huấn luyện" in page


async def test_a_candidate_that_passes_the_gate_is_promoted_by_a_supervisor_without_a_reason(desk: ConsoleDesk) -> None:
    lead = await desk.signed_in("lead", Role.SUPERVISOR)
    await stocked(desk)
    page = await lead.text("/models/isec-2")
    assert "Fixed: right now, not before</b> (6)" in page
    assert "Train now" not in await lead.text("/models")
    await lead.text("/models/isec-2")
    assert (await lead.post("/models/isec-2/promote")).status == 303
    found = await desk.read(lambda unit: unit.models.under_way())
    assert found is not None
    assert (found.kind, found.model, found.before, found.is_against_gate) == (
        PromotionKind.PROMOTE,
        "isec-2",
        "isec-1",
        False,
    )
    assert "is being made ready" in await lead.text("/models")
    assert (await lead.post("/models/isec-2/promote")).status == 409


async def test_against_the_gate_a_reason_is_needed_and_kept(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await stocked(desk, is_better=False)
    assert "The gate does not let this model pass." in await boss.text("/models/isec-2")
    refused = await boss.post("/models/isec-2/promote", reason="  ")
    assert refused.status == 422
    assert "give the reason" in await refused.text()
    assert (await boss.post("/models/isec-2/promote", reason="the law changed today")).status == 303
    [entry] = [one for one in await desk.read(lambda unit: unit.audit.recent()) if one.action.startswith("model.")]
    assert entry.detail == {"against_gate": True, "why": "the law changed today"}
    assert "the law changed today" in await boss.text("/models")


async def test_a_model_that_was_never_compared_with_the_serving_one_does_not_pass(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await stocked(desk, is_compared=False)
    await boss.text("/models/isec-2")
    assert (await boss.post("/models/isec-2/promote")).status == 422
    assert (await boss.post("/models/isec-2/compare")).status == 303
    run = await desk.read(lambda unit: unit.training.running())
    assert run is not None
    assert (run.phase, run.model) == (Phase.COMPARING, "isec-2")


async def test_going_back_leads_to_the_model_before(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await stocked(desk)
    await boss.text("/models")
    nothing = await boss.post("/models/rollback")
    assert nothing.status == 409
    assert "no earlier model" in await nothing.text()
    await desk.database.write(lambda unit: unit.models.serve("isec-2", desk.clock()))
    assert "Go back to it" in await boss.text("/models")
    assert (await boss.post("/models/rollback", reason="worse")).status == 303
    found = await desk.read(lambda unit: unit.models.under_way())
    assert found is not None
    assert (found.kind, found.model) == (PromotionKind.ROLLBACK, "isec-1")


async def test_a_shadow_run_lists_what_differs_and_ends(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await stocked(desk)
    await boss.text("/models/isec-2")
    assert (await boss.post("/models/isec-2/shadow", hours="0")).status == 422
    assert (await boss.post("/models/isec-2/shadow", hours="24")).status == 303
    run = await desk.read(lambda unit: unit.shadows.running())
    assert run is not None

    def differ(unit: Unit) -> None:
        unit.shadows.count(run.id, 5, 1)
        sides = {
            "serving": {"outcome": "handoff", "article_id": None},
            "candidate": {"outcome": "answered", "article_id": "x"},
        }
        unit.shadows.keep(run.id, "c" * 32, desk.clock(), question="where?", language="en", **sides)

    await desk.database.write(differ)
    page = await boss.text("/models/isec-2")
    assert "5 questions heard, 1 answered differently" in page
    assert "where?" in page
    assert (await boss.post("/models/isec-2/shadow/end")).status == 303
    assert await desk.read(lambda unit: unit.shadows.running()) is None


async def test_a_model_that_does_not_exist_is_not_found(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    assert (await boss.get("/models/nothing")).status == 404
    assert (await boss.post("/models/nothing/promote")).status == 404
