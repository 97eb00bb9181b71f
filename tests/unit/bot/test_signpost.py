from dataclasses import replace

import pytest

from bot.brain import BrainTurn, simple_turn
from bot.interpreter import interpret
from bot.responder import Responder
from bot.signpost import LEAST, NEAR, signposted
from helpdesk.message import Outcome
from helpdesk.reply import Candidate, Reply
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from tests.conftest import NOON

LIBRARY = Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())
RESPONDER = Responder(lambda: LIBRARY, lambda: NOON)


def turn(
    outcome: Outcome, article_id: str = "mongcai-hours", share: float = NEAR, question: float = LEAST
) -> BrainTurn:
    made = simple_turn("x", "không", custom={"outcome": str(outcome)}, procedures=(Candidate(article_id, share),))
    return replace(made, ranking=(("x", 0.5), ("procedure", question)))


def said(made: BrainTurn) -> Reply:
    return signposted(interpret(made, "vi", ()), made, RESPONDER)


def payloads(reply: Reply) -> list[str]:
    return [button.payload for message in reply.messages for button in message.buttons]


@pytest.mark.parametrize("outcome", [Outcome.OUT_OF_SCOPE, Outcome.NEEDS_ACCOUNT_DATA])
def test_somebody_turned_away_near_an_article_is_offered_it_and_an_officer(outcome: Outcome) -> None:
    reply = said(turn(outcome))
    assert (reply.outcome, reply.article_id) == (outcome, None)
    assert payloads(reply) == ["article:mongcai-hours", "officer"]
    assert reply.messages[0].text.startswith("không\n\n")


@pytest.mark.parametrize(
    "made",
    [
        turn(Outcome.REFUSED),
        turn(Outcome.OUT_OF_SCOPE, share=NEAR - 0.01),
        turn(Outcome.OUT_OF_SCOPE, question=LEAST - 0.01),
        turn(Outcome.OUT_OF_SCOPE, article_id="denounce"),
        turn(Outcome.OUT_OF_SCOPE, article_id="no-such-article"),
        replace(turn(Outcome.OUT_OF_SCOPE), procedures=()),
    ],
)
def test_otherwise_only_an_officer_is_offered(made: BrainTurn) -> None:
    assert payloads(said(made)) == ["officer"]


def test_what_is_shown_already_is_not_offered_again() -> None:
    made = turn(Outcome.NEEDS_ACCOUNT_DATA, article_id="status-lookup")
    guide = replace(interpret(made, "vi", ()), article_id="status-lookup")
    assert signposted(guide, made, RESPONDER) == guide


def test_small_talk_is_left_alone() -> None:
    assert payloads(said(turn(Outcome.SMALLTALK))) == []


@pytest.mark.parametrize(
    ("made", "spoken_of"),
    [
        (turn(Outcome.REFUSED, question=0.0), "mongcai-hours"),
        (turn(Outcome.OUT_OF_SCOPE), "mongcai-hours"),
        (turn(Outcome.REFUSED, share=NEAR - 0.01), None),
        (turn(Outcome.OUT_OF_SCOPE, question=LEAST - 0.01), None),
        (turn(Outcome.REFUSED, article_id="denounce"), None),
        (turn(Outcome.SMALLTALK), None),
    ],
)
def test_what_a_message_came_near_to_is_what_was_spoken_of(made: BrainTurn, spoken_of: str | None) -> None:
    assert said(made).extra.get("article") == spoken_of
