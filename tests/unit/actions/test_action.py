"""Actions with frozen trackers: what Rasa sends in, what the desk gets out."""

import json
from pathlib import Path
from typing import Any

import pytest
from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker

from actions.answer import ActionAnswer
from actions.service import ActionHandOff, ActionRate, ActionRefuse
from bot import bootstrap
from bot.interpreter import codes_in
from bot.responder import Responder
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from tests.conftest import NOON

TRACKERS = Path(__file__).parent / "tracker"


@pytest.fixture(autouse=True)
def desk(monkeypatch: pytest.MonkeyPatch) -> None:
    """The responder of a desk in this process, as the composition root registers it."""
    library = Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())
    monkeypatch.setattr(bootstrap, "_current", [Responder(lambda: library, lambda: NOON)])


async def reply(action: Action, name: str) -> dict[str, Any]:
    """The one reply that an action gives to a frozen tracker."""
    tracker = Tracker.from_dict(json.loads((TRACKERS / f"{name}.json").read_text(encoding="utf-8")))
    dispatcher = CollectingDispatcher()
    assert await action.run(dispatcher, tracker, {}) == []
    [message] = dispatcher.messages
    found: dict[str, Any] = message["custom"]["reply"]
    return found


async def test_a_sure_question_is_answered_in_the_slot_s_language() -> None:
    found = await reply(ActionAnswer(), "cancel_en")
    assert (found["outcome"], found["article_id"], found["language"]) == ("answered", "cancel", "en")
    assert found["entities"] == [{"type": "declaration", "value": "301234567890"}]


async def test_a_question_that_nothing_fits_goes_to_an_officer() -> None:
    found = await reply(ActionAnswer(), "nothing")
    assert (found["outcome"], found["reason"], found["language"]) == ("handoff", "nothing_found", "vi")


async def test_a_code_is_looked_up() -> None:
    found = await reply(ActionAnswer(), "code")
    assert (found["outcome"], "E62" in found["messages"][0]["text"]) == ("answered", True)


@pytest.mark.parametrize(
    ("name", "reason"), [("officer", "asked"), ("complain", "complaint"), ("hand_in", "human_only")]
)
async def test_a_hand_off_has_the_reason_of_its_intent(name: str, reason: str) -> None:
    found = await reply(ActionHandOff(), name)
    assert (found["outcome"], found["reason"], found["messages"]) == ("handoff", reason, [])


async def test_a_rating_leaves_its_words_to_the_desk() -> None:
    found = await reply(ActionRate(), "officer")
    assert (found["outcome"], found["messages"], found["article_id"]) == ("rating", [], "rate-service")


async def test_a_refusal_is_polite_and_marked() -> None:
    found = await reply(ActionRefuse(), "cancel_en")
    assert (found["outcome"], found["messages"][0]["outcome"]) == ("refused", "refused")
    assert [button["payload"] for button in found["messages"][0]["buttons"]] == ["officer"]


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("A12 là loại hình gì", ["A12"]),
        ("20BB với E62, E62", ["20BB", "E62"]),
        ("mã hs 0306.17.22 hay 03061722", ["0306.17.22", "03061722"]),
        ("không có mã nào", []),
        ("số 301234567890 và 14C-123.45", []),
    ],
)
def test_codes_are_found_where_they_stand(text: str, codes: list[str]) -> None:
    assert codes_in(text) == codes
