"""The list of questions in both databases: every filter finds what it names, and what stands where."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from helpdesk.message import Outcome
from helpdesk.officer import Role
from helpdesk.reply import Candidate, Reply
from helpdesk.review import ReviewState
from helpdesk.storage.database import Database
from helpdesk.storage.question import Wanted
from helpdesk.usecase import feedback, queue, review
from helpdesk.usecase.review import Pick
from tests.conftest import NOON, POLICY, hired, met
from tests.integration.storage.test_review import digested, seeded

DAY = timedelta(days=1)


def asked(database: Database, words: str, at: datetime = NOON, channel: str = "telegram", **facts: Any) -> int:
    """Somebody who asks this and nothing else; returns the turn's id."""
    conversation = met(database, address=words)
    values: dict[str, Any] = {"outcome": Outcome.ANSWERED, "language": "vi", "confidence": 0.8, "article_id": "cancel"}
    reply = Reply(**values | {"intent": "procedure/cancel", "candidates": (Candidate("cancel", 0.8),)} | facts)

    def log(unit: Any) -> int:
        turn_id: int = unit.turns.add(
            conversation.id, unit.messages.of(conversation.id)[-1].id, words, channel, reply, at
        )
        return turn_id

    return database.write_now(log)


def texts(database: Database, **wanted: Any) -> list[str]:
    found, total = database.read_now(lambda unit: unit.questions.find(Wanted(**wanted)))
    assert total == len(found)
    return [one.text for one in found]


@pytest.fixture
def filled(database: Database) -> Database:
    """Questions that differ in one thing each."""
    seeded(database)
    lan = hired(database, "Lan", Role.SUPERVISOR)
    asked(database, "plain and sure")
    asked(database, "asked on the web", channel="web")
    asked(database, "a wish for an officer", intent="officer", article_id=None, outcome=Outcome.HANDOFF)
    useful, poor = asked(database, "found useful"), asked(database, "found outdated")
    for turn_id, words, is_useful in ((useful, "found useful", True), (poor, "found outdated", False)):
        said = met(database, address=words)
        reason = None if is_useful else "outdated"
        database.write_now(lambda unit, a=said, b=turn_id, c=is_useful, d=reason: feedback.judge(unit, a, b, c, d))  # type: ignore[misc]
    asked(database, "answered by an officer")
    digested(database)
    conversation = met(database, address="answered by an officer")

    def hand(unit: Any) -> None:
        ticket = queue.hand_off(unit, POLICY, conversation, "asked", NOON)  # type: ignore[arg-type]
        queue.claim(unit, POLICY, ticket.id, lan, NOON)
        queue.reply(unit, POLICY, ticket.id, lan, "Nộp ở chi cục.", NOON)

    database.write_now(hand)
    for words in ("labelled", "flagged", "put off", "not for training"):
        asked(database, words)
    questions = {one.text: Pick(one.id, one.version) for one in digested(database)}

    def label(unit: Any) -> None:
        review.label(unit, [questions["labelled"]], "procedure/penalty", lan, NOON)
        review.label(unit, [questions["not for training"]], "not_training", lan, NOON)
        review.put_off(unit, [questions["flagged"]], ReviewState.FLAGGED, lan, NOON)
        review.put_off(unit, [questions["put off"]], ReviewState.LATER, lan, NOON)

    database.write_now(label)
    return database


def test_every_filter_finds_what_it_names_and_nothing_else(filled: Database) -> None:
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"channel": "web"}, ["asked on the web"]),
        ({"intent": "officer"}, ["a wish for an officer"]),
        ({"outcome": "handoff"}, ["a wish for an officer"]),
        ({"judged": "useful"}, ["found useful"]),
        ({"judged": "poor"}, ["found outdated"]),
        ({"poor_reason": "outdated"}, ["found outdated"]),
        ({"poor_reason": "wrong"}, []),
        ({"is_escalated": True}, ["answered by an officer"]),
        ({"is_answered": True}, ["answered by an officer"]),
        ({"words": ("nop",), "answer_words": ("nộp", "CHI")}, ["answered by an officer"]),
        ({"words": ("nop",), "answer_words": ("nộp", "cục phó")}, []),
        ({"words": ("answered", "officer"), "answer_words": ("answered", "officer")}, ["answered by an officer"]),
        ({"words": ("%",), "answer_words": ("%",)}, []),
        ({"state": "reviewed"}, ["labelled"]),
        ({"state": "flagged"}, ["flagged"]),
        ({"state": "later"}, ["put off"]),
        ({"state": "not_training"}, ["not for training"]),
        ({"meaning": "procedure/penalty"}, ["labelled"]),
    ]
    assert [(wanted, found) for wanted, found in expected if texts(filled, **wanted) != found] == []


def test_corrected_complained_about_frequent_and_unsure_stand_first(database: Database) -> None:
    asked(database, "sure")
    asked(database, "unsure", confidence=0.1)
    for number in range(8):
        asked(database, "frequent" + "!" * number)
    for number, words in enumerate(("complained about", "complained about?")):
        turn_id, said = asked(database, words), met(database, address=words)
        database.write_now(lambda unit, a=said, b=turn_id: feedback.judge(unit, a, b, is_useful=False))  # type: ignore[misc]
        assert number < 2
    found = [one.text.rstrip("!?") for one in digested(database)]
    assert found == ["complained about", "frequent", "unsure", "sure"]


def test_a_day_lists_what_was_asked_on_it_and_not_what_was_asked_before_and_after(database: Database) -> None:
    asked(database, "before and after", NOON - 4 * DAY)
    asked(database, "before and after?", NOON + 4 * DAY)
    asked(database, "each time", NOON - 4 * DAY)
    asked(database, "each time?", NOON)
    asked(database, "each time!", NOON + 4 * DAY)
    asked(database, "then only", NOON)
    digested(database)
    assert sorted(texts(database, since=NOON - DAY, until=NOON + DAY)) == ["each time", "then only"]
    assert sorted(texts(database, since=NOON + DAY)) == ["before and after", "each time"]
    assert sorted(texts(database, until=NOON - DAY)) == ["before and after", "each time"]


def test_questions_that_mean_the_same_stand_together_whatever_their_language(database: Database) -> None:
    asked(database, "hủy tờ khai thế nào")
    asked(database, "how do I cancel", language="en")
    asked(database, "怎么撤销报关单", language="zh")
    asked(database, "bị phạt bao nhiêu", article_id="penalty", intent="procedure/penalty")
    digested(database)
    groups, count, total = database.read_now(lambda unit: unit.questions.groups(Wanted()))
    assert (count, total) == (2, 4)
    (cancel,) = [group for group in groups if group.meaning == "procedure/cancel"]
    assert (cancel.count, cancel.languages) == (3, 3)
    assert {one.language for one in cancel.questions} == {"vi", "en", "zh"}
