"""Questions and labels in both databases: counted once, labelled by version, reversible, erased with the person."""

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.learning.digest import Digest
from helpdesk.error import Forbidden, InvalidInput
from helpdesk.learning import Origin
from helpdesk.message import Author, Draft, Outcome
from helpdesk.officer import Officer, Role
from helpdesk.reply import Candidate, Reply
from helpdesk.review import Doubt, ReviewState
from helpdesk.storage.database import Database
from helpdesk.storage.question import Question, Wanted
from helpdesk.usecase import feedback, library, privacy, queue, review
from helpdesk.usecase.review import Pick
from tests.conftest import NOON, POLICY, hired, met
from tests.integration.console.test_page import document


def asked(database: Database, words: str, address: str = "7", article: str = "cancel", **facts: object) -> int:
    """Somebody asks; returns the turn's id."""
    conversation = met(database, address)
    reply = Reply(
        Outcome(facts.get("outcome", Outcome.ANSWERED)),
        "vi",
        intent=f"procedure/{article}",
        confidence=float(facts.get("confidence", 0.8)),  # type: ignore[arg-type]
        candidates=(Candidate(article, 0.8), Candidate("penalty", 0.2)),
        article_id=article,
    )

    def log(unit: object) -> int:
        messages = unit.messages.of(conversation.id)  # type: ignore[attr-defined]
        return unit.turns.add(conversation.id, messages[-1].id, words, "telegram", reply, NOON)  # type: ignore[attr-defined, no-any-return]

    return database.write_now(log)


def digested(database: Database) -> list[Question]:
    """Every question after the digest, the worthiest first."""
    asyncio.run(_digest(database))
    return database.read_now(lambda unit: unit.questions.find(Wanted()))[0]


async def _digest(database: Database) -> None:
    digest = Digest(database, lambda: NOON)
    while await digest.step():
        pass


def picks(questions: Sequence[Question]) -> list[Pick]:
    return [Pick(one.id, one.version) for one in questions]


def labelled(database: Database, officer: Officer, question: Question, target: str) -> review.Verdict:
    return database.write_now(lambda unit: review.label(unit, picks([question]), target, officer, NOON))


def only(database: Database) -> Question:
    """The one question there is."""
    (found,), _ = database.read_now(lambda unit: unit.questions.find(Wanted()))
    return found


def seeded(database: Database) -> None:
    database.write_now(
        lambda unit: library.seed(unit, [document("cancel"), document("penalty"), document("frozen-durian")], NOON)
    )


def test_marked_and_unmarked_vietnamese_meet_in_one_question(database: Database) -> None:
    asked(database, "Huỷ tờ khai thế nào?", "7")
    asked(database, "huy to khai the nao?", "8", confidence=0.3)
    (question,) = digested(database)
    assert (question.asked, question.confidence, question.suggested) == (2, 0.3, "procedure/cancel")
    assert question.candidates == ["cancel", "penalty"]


def test_taking_in_twice_counts_once(database: Database) -> None:
    asked(database, "huy to khai the nao?")
    digested(database)
    (question,) = digested(database)
    assert question.asked == 1


def test_personal_data_is_masked_and_customs_codes_stay(database: Database) -> None:
    asked(database, "tờ khai 301234567890 của tôi, gọi 0912345678 nhé")
    (question,) = digested(database)
    assert "301234567890" in question.text
    assert "0912345678" not in question.text
    assert "[PHONE]" in question.text


def test_a_judgement_that_comes_later_is_counted(database: Database) -> None:
    turn_id = asked(database, "huy to khai the nao?")
    (before,) = digested(database)
    conversation = met(database)
    database.write_now(lambda unit: feedback.judge(unit, conversation, turn_id, is_useful=False, reason="wrong"))
    (after,) = digested(database)
    assert (after.poor, after.poor_reason) == (1, "wrong")
    assert after.worth > before.worth


def test_what_an_officer_answers_later_stands_beside_the_question(database: Database) -> None:
    officer = hired(database, "Lan")
    asked(database, "huy to khai the nao?")
    digested(database)
    conversation = met(database)

    def handed(unit: object) -> None:
        ticket = queue.hand_off(unit, POLICY, conversation, "asked", NOON)  # type: ignore[arg-type]
        queue.claim(unit, POLICY, ticket.id, officer, NOON)  # type: ignore[arg-type]
        queue.reply(unit, POLICY, ticket.id, officer, "Chỉ được huỷ khi chưa qua giám sát.", NOON)  # type: ignore[arg-type]

    database.write_now(handed)
    (question,) = digested(database)
    assert (question.escalated, question.corrected) == (1, 1)
    assert question.answer == "Chỉ được huỷ khi chưa qua giám sát."


def test_two_people_on_one_row_one_wins_and_the_other_is_told(database: Database) -> None:
    seeded(database)
    lan, minh = hired(database, "Lan", Role.SUPERVISOR), hired(database, "Minh", Role.SUPERVISOR)
    asked(database, "huy to khai the nao?")
    (seen,) = digested(database)
    assert labelled(database, lan, seen, "procedure/penalty").done == [seen.id]
    verdict = labelled(database, minh, seen, "procedure/cancel")
    assert verdict.done == []
    (lost,) = verdict.lost
    assert (lost.actor, lost.target) == ("Lan", "procedure/penalty")
    assert only(database).target == "procedure/penalty"


def test_a_contradiction_waits_for_a_second_person_and_the_first_label_holds_meanwhile(database: Database) -> None:
    seeded(database)
    lan, minh = hired(database, "Lan", Role.SUPERVISOR), hired(database, "Minh", Role.SUPERVISOR)
    asked(database, "huy to khai the nao?")
    labelled(database, lan, digested(database)[0], "procedure/penalty")
    verdict = labelled(database, minh, only(database), "procedure/cancel")
    assert list(verdict.waiting.values()) == [Doubt.CONTRADICTION]
    waiting = only(database)
    assert (waiting.state, waiting.target, waiting.proposed) == ("proposed", "procedure/penalty", "procedure/cancel")
    own = database.write_now(lambda unit: review.confirm(unit, picks([waiting]), minh, NOON))
    assert own.refused == {waiting.id: "own"}
    database.write_now(lambda unit: review.confirm(unit, picks([waiting]), lan, NOON))
    decided = only(database)
    assert (decided.state, decided.target, decided.proposed) == ("reviewed", "procedure/cancel", "")


def test_nobody_becomes_their_own_second_person_by_undoing(database: Database) -> None:
    lan = hired(database, "Lan", Role.SUPERVISOR)
    asked(database, "lam the nao de ne thue?", article="penalty")
    labelled(database, lan, digested(database)[0], "must_refuse")
    for step in (
        lambda unit: review.put_off(unit, picks([only(database)]), ReviewState.LATER, lan, NOON),
        lambda unit: review.undo(unit, picks([only(database)]), lan, NOON),
    ):
        database.write_now(step)
    assert only(database).state is ReviewState.PROPOSED
    verdict = database.write_now(lambda unit: review.confirm(unit, picks([only(database)]), lan, NOON))
    assert list(verdict.refused.values()) == ["own"]
    assert database.read_now(lambda unit: unit.labels.trainable()) == []


def test_flagging_makes_nobody_the_author_of_a_label(database: Database) -> None:
    seeded(database)
    lan, minh = hired(database, "Lan", Role.SUPERVISOR), hired(database, "Minh", Role.SUPERVISOR)
    asked(database, "huy to khai the nao?")
    labelled(database, lan, digested(database)[0], "procedure/penalty")
    database.write_now(lambda unit: review.put_off(unit, picks([only(database)]), ReviewState.FLAGGED, minh, NOON))
    verdict = labelled(database, minh, only(database), "procedure/cancel")
    assert list(verdict.waiting.values()) == [Doubt.CONTRADICTION]


def test_a_new_article_needs_a_second_person_and_trains_only_once_it_exists(database: Database) -> None:
    lan, minh = hired(database, "Lan", Role.SUPERVISOR), hired(database, "Minh", Role.SUPERVISOR)
    asked(database, "thủ tục cho drone nông nghiệp?")
    verdict = labelled(database, lan, digested(database)[0], "procedure/farm-drones")
    assert list(verdict.waiting.values()) == [Doubt.NEW_INTENT]
    database.write_now(lambda unit: review.confirm(unit, picks([only(database)]), minh, NOON))
    assert database.read_now(lambda unit: unit.labels.trainable()) == []
    database.write_now(lambda unit: library.seed(unit, [document("farm-drones")], NOON))
    (text_,) = database.read_now(lambda unit: unit.labels.trainable())
    assert (text_.text, text_.intent, text_.language) == (
        "thủ tục cho drone nông nghiệp?",
        "procedure/farm-drones",
        "vi",
    )


def test_undo_brings_back_what_held_before(database: Database) -> None:
    seeded(database)
    lan, minh = hired(database, "Lan", Role.SUPERVISOR), hired(database, "Minh", Role.SUPERVISOR)
    asked(database, "huy to khai the nao?")
    labelled(database, lan, digested(database)[0], "procedure/penalty")
    other = database.write_now(lambda unit: review.undo(unit, picks([only(database)]), minh, NOON))
    assert list(other.refused.values()) == ["others"]
    database.write_now(lambda unit: review.undo(unit, picks([only(database)]), lan, NOON))
    question = only(database)
    assert (question.state, question.target) == ("new", "")
    assert [entry.action for entry in database.read_now(lambda unit: unit.labels.of([question.id]))] == [
        "label",
        "undo",
    ]


def test_one_account_relabelling_en_masse_is_limited_and_reversible(database: Database) -> None:
    seeded(database)
    boss, minh = hired(database, "Boss", Role.ADMINISTRATOR), hired(database, "Minh", Role.SUPERVISOR)
    lan = hired(database, "Lan", Role.SUPERVISOR)
    database.write_now(lambda unit: review.set_limit(unit, 5, boss, NOON))
    for number in range(8):
        asked(database, f"câu hỏi số {number} về {'x' * number * 3} tờ khai {number * 7919}", str(number))
    questions = digested(database)
    labelled(database, lan, questions[0], "procedure/cancel")
    later = NOON + timedelta(minutes=1)
    verdict = database.write_now(
        lambda unit: review.label(
            unit,
            picks(unit.questions.get([one.id for one in questions[1:]])),
            "procedure/frozen-durian",
            minh,
            later,
        )
    )
    assert (len(verdict.done), len(verdict.waiting)) == (5, 2)
    assert set(verdict.waiting.values()) == {Doubt.LIMIT}
    again = database.read_now(lambda unit: unit.questions.get(verdict.done[:2]))
    database.write_now(lambda unit: review.label(unit, picks(again), "procedure/penalty", minh, later))
    with pytest.raises(Forbidden):
        database.write_now(lambda unit: review.undo_account(unit, minh.id, NOON, minh, later))
    assert database.write_now(lambda unit: review.undo_account(unit, minh.id, NOON, boss, later)) == 7
    assert database.write_now(lambda unit: review.undo_account(unit, minh.id, NOON, boss, later)) == 0
    states = [(one.state, one.target) for one in database.read_now(lambda unit: unit.questions.find(Wanted()))[0]]
    assert sorted(states) == [("new", "")] * 7 + [("reviewed", "procedure/cancel")]


@pytest.mark.parametrize(("ahead", "doubts"), [(timedelta(minutes=20), [Doubt.LIMIT]), (timedelta(days=400), [])])
def test_a_clock_that_was_put_back_frees_nobody_and_limits_nobody_for_ever(
    database: Database, ahead: timedelta, doubts: list[Doubt]
) -> None:
    boss, lan = hired(database, "Boss", Role.ADMINISTRATOR), hired(database, "Lan", Role.SUPERVISOR)
    database.write_now(lambda unit: review.set_limit(unit, 1, boss, NOON))
    for number, words in enumerate(("huy to khai the nao?", "nop phat o dau?")):
        asked(database, words, str(number))
    first, second = digested(database)
    database.write_now(lambda unit: review.label(unit, picks([first]), "out_of_scope", lan, NOON + ahead))
    verdict = labelled(database, lan, second, "out_of_scope")
    assert list(verdict.waiting.values()) == doubts


def test_what_is_not_for_training_teaches_nothing(database: Database) -> None:
    lan = hired(database, "Lan", Role.SUPERVISOR)
    asked(database, "huy to khai the nao?")
    labelled(database, lan, digested(database)[0], "not_training")
    assert only(database).state is ReviewState.NOT_TRAINING
    assert database.read_now(lambda unit: unit.labels.trainable()) == []


def test_officers_may_look_and_not_label(database: Database) -> None:
    officer = hired(database, "Lan")
    asked(database, "huy to khai the nao?")
    (seen,) = digested(database)
    with pytest.raises(Forbidden):
        labelled(database, officer, seen, "procedure/cancel")


@pytest.mark.parametrize("target", ["", "procedure/", "procedure/UPPER", "procedure/a b", "nlu_fallback", "x" * 200])
def test_a_target_that_cannot_be_one_is_refused(sqlite: Database, target: str) -> None:
    lan = hired(sqlite, "Lan", Role.SUPERVISOR)
    asked(sqlite, "huy to khai the nao?")
    (seen,) = digested(sqlite)
    with pytest.raises(InvalidInput):
        labelled(sqlite, lan, seen, target)


def test_erasing_the_last_person_who_asked_takes_text_and_label(database: Database) -> None:
    seeded(database)
    lan = hired(database, "Lan", Role.SUPERVISOR)
    asked(database, "huy to khai cua cong ty Hoa Binh the nao?", "7")
    asked(database, "huy to khai cua cong ty Hoa Binh the nao?", "8")
    labelled(database, lan, digested(database)[0], "procedure/penalty")
    first, second = met(database, "7"), met(database, "8")
    database.write_now(lambda unit: privacy.forget(unit, first, NOON))
    assert only(database).asked == 1
    assert len(database.read_now(lambda unit: unit.labels.trainable())) == 1
    database.write_now(lambda unit: privacy.forget(unit, second, NOON))
    assert digested(database) == []
    assert database.read_now(lambda unit: unit.labels.trainable()) == []
    with database.engine.connect() as connection:
        rows = connection.execute(text("select * from question")).all()
    assert "Hoa Binh" not in str(rows)


def test_erasing_takes_a_labelled_question_out_of_the_reports_on_models(database: Database) -> None:
    lan = hired(database, "Lan", Role.SUPERVISOR)
    asked(database, "huy to khai cua cong ty Hoa Binh the nao?", "7")
    labelled(database, lan, digested(database)[0], "out_of_scope")
    text_ = only(database).text
    lines = [{"set": kind, "text": text_} for kind in ("reviewed", "golden")]

    def compared(unit: Any) -> None:
        for name in ("a", "b"):
            unit.models.add(
                name=name,
                archive=name,
                sha256="",
                fingerprint="",
                rasa="",
                seconds=1.0,
                origin=Origin.CONSOLE,
                trained_at=NOON,
                facts={},
            )
        unit.models.compare("b", "a", NOON, True, {"fixed": [], "broke": lines, "golden": []})

    database.write_now(compared)
    person = met(database, "7")
    database.write_now(lambda unit: privacy.forget(unit, person, NOON))
    report = database.read_now(lambda unit: unit.models.comparison("b")).report
    assert [line["text"] for line in report["broke"]] == [privacy.ERASED, text_]


def test_a_turn_erased_before_it_was_taken_in_leaves_nothing(database: Database) -> None:
    asked(database, "số của tôi là bí mật")
    conversation = met(database)
    database.write_now(lambda unit: privacy.forget(unit, conversation, NOON))
    assert digested(database) == []


def test_near_duplicates_stand_together_whatever_their_order(database: Database) -> None:
    asked(database, "xuất khẩu sầu riêng đông lạnh sang Trung Quốc cần giấy tờ gì", "1", article="frozen-durian")
    asked(database, "xuất khẩu sầu riêng đông lạnh sang Trung Quốc cần giấy tờ gì ạ", "2", article="cancel")
    asked(database, "lệ phí hải quan nộp ở đâu khi làm thủ tục tại Móng Cái", "3", article="penalty")
    questions = digested(database)
    likeness = database.read_now(lambda unit: unit.questions.likeness(questions))
    assert sorted(one.others for one in likeness.values()) == [0, 1, 1]


@pytest.mark.parametrize("statement", ["update label set target = 'x'", "delete from label"])
def test_the_database_keeps_who_labelled_what(database: Database, statement: str) -> None:
    lan = hired(database, "Lan", Role.SUPERVISOR)
    asked(database, "huy to khai the nao?")
    labelled(database, lan, digested(database)[0], "out_of_scope")
    with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text(statement))


def test_an_officer_s_words_are_no_question(database: Database) -> None:
    conversation = met(database)
    database.write_now(
        lambda unit: unit.messages.add(
            conversation.id, 99, Draft("Xin chào", Author.OFFICER), NOON, "pulled", None, None
        )
    )
    assert digested(database) == []
