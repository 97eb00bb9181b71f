import pytest

from bot.brain import BrainMessage, BrainTurn, simple_turn
from bot.interpreter import codes_in, interpret, pack
from helpdesk.message import Button, Draft, Outcome, Source
from helpdesk.reply import Candidate, FoundEntity, Reply
from helpdesk.ticket import HandOffReason

ENTITIES = (FoundEntity("declaration", "301234567890"),)


def test_a_packed_reply_comes_out_as_it_went_in() -> None:
    draft = Draft(
        "câu trả lời",
        buttons=(Button("Hữu ích", "useful:@"),),
        sources=(Source("Luật", "Điều 1", "https://a.vn"),),
        outcome=Outcome.ANSWERED,
        article_id="cancel",
        article_version=3,
    )
    reply = Reply(
        Outcome.ANSWERED,
        "en",
        (draft,),
        confidence=0.8,
        candidates=(Candidate("cancel", 0.8),),
        article_id="cancel",
        article_version=3,
        topic="t",
    )
    turn = simple_turn("procedure", custom=pack(reply), confidence=0.5)
    found = interpret(turn, "vi", ENTITIES)
    assert (found.intent, found.entities) == ("procedure", ENTITIES)
    assert (found.messages, found.language, found.confidence, found.article_version) == ((draft,), "en", 0.8, 3)


def test_a_reply_that_knows_no_confidence_takes_the_intent_s() -> None:
    packed = pack(Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.ASKED))
    found = interpret(simple_turn("officer", custom=packed, confidence=0.7), "vi", ())
    assert (found.confidence, found.reason) == (0.7, HandOffReason.ASKED)


@pytest.mark.parametrize("outcome", [Outcome.OUT_OF_SCOPE, Outcome.NEEDS_ACCOUNT_DATA, Outcome.REFUSED])
def test_where_the_bot_cannot_help_it_offers_an_officer(outcome: Outcome) -> None:
    found = interpret(simple_turn("x", "không giúp được", custom={"outcome": str(outcome)}), "vi", ())
    [message] = found.messages
    assert (found.outcome, [button.payload for button in message.buttons]) == (outcome, ["officer"])


@pytest.mark.parametrize("intent", ["bot_challenge", "capabilities", "insult"])
def test_small_talk_that_names_the_officer_s_button_has_it(intent: str) -> None:
    [message] = interpret(simple_turn(intent, "bấm Gặp cán bộ"), "vi", ()).messages
    assert [button.payload for button in message.buttons] == ["officer"]


@pytest.mark.parametrize("text", ["代码E62是什么意思", "E62 là gì", "mã:E62"])
def test_a_code_is_seen_whatever_script_it_stands_in(text: str) -> None:
    assert codes_in(text) == ["E62"]


def test_plain_texts_are_one_message_of_small_talk() -> None:
    messages = (BrainMessage("một", (), {}), BrainMessage("", (), {}), BrainMessage("hai", (), {}))
    found = interpret(BrainTurn(messages, "greet", 0.9, (), (), (), "vi"), "zh", ())
    assert (found.outcome, found.language, [m.text for m in found.messages]) == (
        Outcome.SMALLTALK,
        "zh",
        ["một\n\nhai"],
    )


def test_a_turn_without_words_counts_as_our_failure() -> None:
    found = interpret(BrainTurn((), "greet", 0.9, (), (), (), "vi"), "vi", ENTITIES)
    assert (found.outcome, found.reason, found.messages) == (Outcome.ERROR, HandOffReason.FAILURE, ())


@pytest.mark.parametrize(
    ("outcome", "count"), [(Outcome.REFUSED, 5), (Outcome.OUT_OF_SCOPE, 5), (Outcome.SMALLTALK, 0)]
)
def test_what_is_turned_away_keeps_the_articles_that_came_into_question(outcome: Outcome, count: int) -> None:
    ranked = tuple(Candidate(f"a{number}", 0.1) for number in range(8))
    turn = simple_turn("x", "không", custom={"outcome": str(outcome)}, procedures=ranked)
    assert interpret(turn, "vi", ()).candidates == ranked[:count]
