"""How a message becomes one reply, with the brain scripted; what each part says is tested beside it."""

from collections.abc import Mapping

import pytest

from bot.answerer import Answerer
from bot.brain import BrainTurn, ScriptedBrain, simple_turn
from bot.interpreter import pack
from bot.responder import Responder
from helpdesk.language import LANGUAGES
from helpdesk.message import Draft, Outcome
from helpdesk.reply import Reply
from helpdesk.ticket import HandOffReason
from helpdesk.wording import say
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from tests.conftest import NOON

LIBRARY = Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())
FORM = "Số tờ khai: 106123456780 Mã loại hình: A11 Mã số thuế: 5700100256 Tổng trị giá: 45.000 USD"


def about(article_id: str, confidence: float) -> Reply:
    draft = Draft(f"về {article_id}", outcome=Outcome.ANSWERED, article_id=article_id)
    return Reply(Outcome.ANSWERED, "vi", (draft,), confidence=confidence, article_id=article_id)


OPEN = Reply(Outcome.CLARIFY, "vi", (Draft("việc nào ạ?", outcome=Outcome.CLARIFY),), confidence=0.4)
NOTHING = Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.NOTHING_FOUND)


def answerer(replies: Mapping[str, Reply], otherwise: Reply = NOTHING) -> tuple[Answerer, ScriptedBrain]:
    def turn(text: str) -> BrainTurn:
        reply = replies.get(text, otherwise)
        return simple_turn("procedure", confidence=reply.confidence, custom=pack(reply))

    brain = ScriptedBrain(turn)
    return Answerer(brain, Responder(lambda: LIBRARY, lambda: NOON)), brain


async def replied(found: Answerer, text: str) -> Reply:
    return await found.reply(text, "vi", "a", {}, 1)


@pytest.mark.parametrize(
    ("first", "second", "whole", "shown"),
    [
        (about("cancel", 0.9), about("customs-fee", 0.9), about("cancel", 0.9), ["về cancel", "về customs-fee"]),
        (about("cancel", 0.9), about("customs-fee", 0.6), OPEN, ["về cancel", "về customs-fee"]),
        (about("cancel", 0.9), about("customs-fee", 0.6), about("cancel", 0.9), ["về cancel"]),
        (about("cancel", 0.9), about("customs-fee", 0.4), OPEN, ["việc nào ạ?"]),
        (about("cancel", 0.9), about("cancel", 0.9), OPEN, ["việc nào ạ?"]),
    ],
)
async def test_two_question_marks_get_two_answers_when_they_are_two_matters(
    first: Reply, second: Reply, whole: Reply, shown: list[str]
) -> None:
    found, _ = answerer({"hủy thế nào?": first, "phí bao nhiêu?": second}, whole)
    reply = await replied(found, "hủy thế nào? phí bao nhiêu?")
    assert [draft.text for draft in reply.messages] == shown


async def test_a_short_form_that_is_asked_about_is_written_out_before_the_answer() -> None:
    found, brain = answerer({"khai bổ sung là gì": about("amend", 0.9)})
    reply = await replied(found, "KBS là gì")
    assert [draft.text for draft in reply.messages] == ["“KBS” là viết tắt của “khai bổ sung”.", "về amend"]
    assert (reply.article_id, len(brain.heard)) == ("amend", 1)


async def test_a_short_form_that_may_be_two_things_is_asked_back_without_the_brain() -> None:
    found, brain = answerer({})
    assert (await replied(found, "TQ")).outcome is Outcome.CLARIFY
    assert brain.heard == []


@pytest.mark.parametrize("brain_says", [NOTHING, OPEN])
async def test_who_pastes_a_form_and_says_nothing_is_asked_what_it_is_about(brain_says: Reply) -> None:
    found, _ = answerer({}, brain_says)
    reply = await replied(found, FORM)
    assert reply.outcome is Outcome.NEEDS_ACCOUNT_DATA
    assert reply.reason is None
    assert "106123456780" in reply.messages[0].text


async def test_a_pasted_form_with_a_question_that_is_understood_gets_its_answer() -> None:
    asked = f"{FORM} luồng vàng bao giờ duyệt"
    found, _ = answerer({asked: about("channel-yellow", 0.9)})
    assert (await replied(found, asked)).article_id == "channel-yellow"


@pytest.mark.parametrize(
    "text", ["tờ khai 106123456780 của tôi kẹt ở đâu đó lạ lắm", "Ghi chú: gấp. Hàng: táo. Xe: đỏ"]
)
async def test_a_sentence_in_which_nothing_is_found_still_goes_to_an_officer(text: str) -> None:
    found, _ = answerer({})
    assert (await replied(found, text)).reason is HandOffReason.NOTHING_FOUND


@pytest.mark.parametrize(
    "text", ["안녕하세요, 통관 절차가 궁금합니다", "Как оформить груз?", "通関手続きについて教えてください"]
)
async def test_who_writes_in_letters_of_another_language_is_told_which_ones_are_read(text: str) -> None:
    found, brain = answerer({})
    [told] = (await replied(found, text)).messages
    assert all(say(language, "service.foreign") in told.text for language in LANGUAGES)
    assert [(button.title, button.payload) for button in told.buttons] == [
        ("Gặp cán bộ / Talk to an officer / 转人工", "officer")
    ]
    assert brain.heard == []
