"""Questions without a good answer become gaps; closing one tells those who asked for it, once."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from bot.gapsorter import GapSorter
from helpdesk.error import InvalidInput, NotFound
from helpdesk.message import Outcome
from helpdesk.officer import Officer, Role
from helpdesk.payload import Payload, parse
from helpdesk.reply import Candidate, Reply
from helpdesk.storage.database import Database
from helpdesk.storage.gap import Gap
from helpdesk.storage.table import ticket
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import command, feedback, gap, intake, privacy, turn
from helpdesk.usecase.gap import Decision
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from tests.conftest import NOON, POLICY, hired, incoming

LIBRARY = Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())
PARKING = ("Phí gửi xe qua đêm ở bãi cửa khẩu bao nhiêu?", "phi gui xe qua dem o bai cua khau la bao nhieu vay ad")


def missed(language: str = "vi", near: str | None = None, score: float = 0.1) -> Reply:
    candidates = (Candidate(near, score),) if near else ()
    return Reply(Outcome.HANDOFF, language, reason=HandOffReason.NOTHING_FOUND, candidates=candidates)  # type: ignore[arg-type]


class Desk:
    def __init__(self, database: Database) -> None:
        self.database = database
        self.sorter = GapSorter(database, lambda: LIBRARY)
        self.boss: Officer = hired(database, "Lê Ngọc", Role.SUPERVISOR)

    def ask(self, address: str, text: str, reply: Reply) -> str:
        def case(unit: Unit) -> str:
            receipt = intake.receive(unit, incoming(text, address=address))
            row = unit.inbox.next_of(receipt.conversation_id)
            assert row is not None
            turn.complete(unit, POLICY, row, reply, NOON)
            return receipt.conversation_id

        return self.database.write_now(case)

    async def gaps(self) -> list[Gap]:
        await self.sorter.sort()
        return self.database.read_now(lambda unit: unit.gaps.find(None, None, 50, 0))[0]

    def act(self, case: Callable[[Unit], object]) -> None:
        self.database.write_now(case)

    def notify_button(self, conversation_id: str) -> Payload:
        messages = self.database.read_now(lambda unit: unit.messages.of(conversation_id))
        [found] = [one for m in messages for b in m.buttons if (one := parse(b.payload)).action == "notify"]
        return found

    def said(self, conversation_id: str) -> list[str]:
        return [one.text for one in self.database.read_now(lambda unit: unit.messages.of(conversation_id))]


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


async def test_the_same_question_with_and_without_marks_is_one_gap_and_another_is_another(desk: Desk) -> None:
    for number, text in enumerate(PARKING):
        desk.ask(f"a{number}", text, missed())
    desk.ask("b", "Mang theo chó mèo qua biên giới cần giấy gì?", missed())
    found = await desk.gaps()
    assert [(one.questions, one.state) for one in found] == [(2, "open"), (1, "open")]
    assert await desk.sorter.sort() == 0


async def test_the_nearest_article_joins_questions_across_languages(desk: Desk) -> None:
    desk.ask("a", "đóng phí bến bãi kiểu mới ra sao", missed("vi", "infrastructure-fee", 0.3))
    desk.ask("b", "how do I pay the new yard charge", missed("en", "infrastructure-fee", 0.3))
    [found] = await desk.gaps()
    spread = desk.database.read_now(lambda unit: unit.gaps.spread([found.id], NOON))[found.id]
    assert dict(spread.languages) == {"vi": 1, "en": 1}
    assert (spread.week, spread.week_before, spread.kinds) == (2, 0, (("unanswered", 2),))


async def test_every_way_of_getting_no_good_answer_is_counted(desk: Desk) -> None:
    desk.ask("a", PARKING[0], Reply(Outcome.OUT_OF_SCOPE, "vi"))
    poor = desk.ask("b", PARKING[0], Reply(Outcome.ANSWERED, "vi", article_id="customs-fee"))
    turns, _ = desk.database.read_now(lambda unit: unit.turns.find(limit=1))
    desk.act(lambda unit: feedback.judge(unit, unit.conversations.get(poor), turns[0].id, is_useful=False))
    for _ in range(3):
        desk.ask("c", PARKING[0], Reply(Outcome.CLARIFY, "vi"))
    desk.ask("d", PARKING[0], missed())
    desk.ask("e", PARKING[0], Reply(Outcome.ANSWERED, "vi", article_id="customs-fee"))
    found = await desk.gaps()
    spreads = desk.database.read_now(lambda unit: unit.gaps.spread([one.id for one in found], NOON))
    kinds = {kind for spread in spreads.values() for kind, _ in spread.kinds}
    assert kinds == {"unanswered", "declined", "in_vain", "not_useful"}
    assert sum(one.questions for one in found) == 4


async def test_personal_data_is_masked_and_goes_when_its_owner_goes(desk: Desk) -> None:
    conversation_id = desk.ask("a", "Phí gửi xe qua đêm? gọi tôi 0912345678", missed())
    [found] = await desk.gaps()
    assert "0912345678" not in found.title
    desk.act(lambda unit: command.press(unit, POLICY, unit.conversations.get(conversation_id), Payload("bot"), NOON))
    desk.act(lambda unit: privacy.forget(unit, unit.conversations.get(conversation_id), NOON))
    [found] = await desk.gaps()
    assert "xe" not in found.title


async def test_who_asked_and_agreed_is_told_once_when_the_gap_is_closed(desk: Desk) -> None:
    agreed, silent = desk.ask("a", PARKING[0], missed()), desk.ask("b", PARKING[1], missed())
    button = desk.notify_button(agreed)
    for _ in range(2):
        desk.act(lambda unit: command.press(unit, POLICY, unit.conversations.get(agreed), button, NOON))
    [found] = await desk.gaps()
    document = {"id": "yard", "topic": "border", **{one: {"title": "Phí bãi xe"} for one in ("vi", "en", "zh")}}
    desk.act(lambda unit: unit.articles.add("yard", document, "d", NOON))
    desk.act(lambda unit: gap.move(unit, found.id, Decision("closed", desk.boss.id, "yard"), desk.boss, NOON))
    told = [desk.database.write_now(lambda unit: gap.tell_some(unit, POLICY, NOON)) for _ in range(2)]
    assert told == [[agreed], []]
    assert sum("Phí bãi xe" in text for text in desk.said(agreed)) == 1
    assert not any("Phí bãi xe" in text for text in desk.said(silent))


NOTE = {"vi": "Bãi tự thu, hỏi quầy.", "en": "The yard charges; ask its counter.", "zh": "由停车场收费，请问其柜台。"}


@pytest.mark.parametrize("state", ["closed", "declined"])
async def test_without_an_article_who_agreed_is_told_in_words_of_their_language_once(desk: Desk, state: str) -> None:
    agreed, silent = desk.ask("a", PARKING[0], missed()), desk.ask("b", PARKING[1], missed())
    english = desk.ask("c", "parking fee overnight?", missed("en"))
    for conversation_id in (agreed, english):
        button = desk.notify_button(conversation_id)
        desk.act(lambda unit, who=conversation_id, press=button: _press(unit, who, press))
    for found in await desk.gaps():
        desk.act(lambda unit, one=found.id: gap.move(unit, one, Decision(state, note=NOTE), desk.boss, NOON))
    told = [desk.database.write_now(lambda unit: gap.tell_some(unit, POLICY, NOON)) for _ in range(2)]
    assert (sorted(told[0]), told[1]) == (sorted([agreed, english]), [])
    assert (NOTE["vi"] in desk.said(agreed)[-1], PARKING[0] in desk.said(agreed)[-1]) == (True, True)
    assert NOTE["en"] in desk.said(english)[-1]
    assert not any(NOTE["vi"] in text for text in desk.said(silent))


def _press(unit: Unit, conversation_id: str, payload: Payload) -> None:
    command.press(unit, POLICY, unit.conversations.get(conversation_id), payload, NOON)


async def test_who_asked_to_be_told_is_owed_an_article_or_a_note_in_three_languages(desk: Desk) -> None:
    agreed = desk.ask("a", PARKING[0], missed())
    desk.act(lambda unit: _press(unit, agreed, desk.notify_button(agreed)))
    [found] = await desk.gaps()

    def closed(note: dict[str, str]) -> None:
        desk.act(lambda unit: gap.move(unit, found.id, Decision("closed", note=note), desk.boss, NOON))

    for note, sentence in (({}, "people asked to be told"), (NOTE | {"zh": " "}, "three languages")):
        with pytest.raises(InvalidInput, match=sentence):
            closed(note)
    with pytest.raises(InvalidInput, match="at most 1000 characters"):
        closed(NOTE | {"vi": "x" * 1001})
    assert (await desk.gaps())[0].state == "open"
    desk.act(lambda unit: _press(unit, agreed, Payload("quiet")))
    closed({})
    assert desk.database.write_now(lambda unit: gap.tell_some(unit, POLICY, NOON)) == []


async def test_nobody_is_told_of_an_article_that_does_not_answer_yet(desk: Desk) -> None:
    desk.ask("a", PARKING[0], missed())
    [found] = await desk.gaps()
    document = {"id": "yard", "topic": "border", **{one: {"title": "Phí bãi xe"} for one in ("vi", "en", "zh")}}
    desk.act(lambda unit: unit.articles.add("yard", document, "d", NOON, desk.boss.id))
    with pytest.raises(InvalidInput, match="does not answer yet"):
        desk.act(lambda unit: gap.move(unit, found.id, Decision("closed", None, "yard"), desk.boss, NOON))


async def test_a_gap_asked_again_forgets_its_note_and_tells_nobody_an_old_one(desk: Desk) -> None:
    desk.ask("a", PARKING[0], missed())
    [found] = await desk.gaps()
    desk.act(lambda unit: gap.move(unit, found.id, Decision("closed", note=NOTE), desk.boss, NOON))
    again = desk.ask("b", PARKING[1], missed())
    desk.act(lambda unit: _press(unit, again, desk.notify_button(again)))
    [found] = await desk.gaps()
    assert (found.state, found.note) == ("open", None)
    assert desk.database.write_now(lambda unit: gap.tell_some(unit, POLICY, NOON)) == []


async def test_a_gap_tells_at_which_gates_it_is_met(desk: Desk) -> None:
    for address, unit_name in (("a", "mong-cai"), ("b", "hoanh-mo"), ("c", "mong-cai"), ("d", None)):
        desk.ask(address, PARKING[0], replace(missed(), unit=unit_name))
    later = desk.ask("e", PARKING[1], missed())
    desk.act(lambda unit: unit.connection.execute(_of_unit(later, "van-gia")))
    [found] = await desk.gaps()
    spread = desk.database.read_now(lambda unit: unit.gaps.spread([found.id], NOON))[found.id]
    assert spread.units == (("mong-cai", 2), ("hoanh-mo", 1), ("van-gia", 1))


def _of_unit(conversation_id: str, name: str) -> Any:
    return update(ticket).where(ticket.c.conversation_id == conversation_id).values(unit=name)


async def test_nobody_else_s_question_can_be_asked_for(desk: Desk) -> None:
    first, other = desk.ask("a", PARKING[0], missed()), desk.ask("b", PARKING[1], missed())
    stolen = desk.notify_button(first)
    desk.act(lambda unit: command.press(unit, POLICY, unit.conversations.get(other), stolen, NOON))
    [found] = await desk.gaps()
    assert desk.database.read_now(lambda unit: unit.gaps.spread([found.id], NOON))[found.id].waiting == 0


async def test_asked_again_after_it_was_closed_a_gap_opens_again(desk: Desk) -> None:
    desk.ask("a", PARKING[0], missed())
    [found] = await desk.gaps()
    desk.act(lambda unit: gap.move(unit, found.id, Decision("closed"), desk.boss, NOON))
    desk.ask("b", PARKING[1], missed())
    [found] = await desk.gaps()
    assert (found.state, found.questions) == ("open", 2)


async def test_gaps_that_mean_the_same_in_two_languages_are_joined_and_know_both(desk: Desk) -> None:
    first, other = desk.ask("a", PARKING[0], missed()), desk.ask("b", "过夜停车费多少钱", missed("zh"))
    for conversation_id in (first, other):
        desk.act(lambda unit, who=conversation_id: _press(unit, who, desk.notify_button(who)))
    one, into = sorted(await desk.gaps(), key=lambda found: found.id)
    desk.act(lambda unit: gap.join(unit, one.id, into.id, desk.boss, NOON))
    desk.ask("c", PARKING[1], missed())
    desk.ask("d", "过夜停车费是多少钱", missed("zh"))
    [found] = await desk.gaps()
    assert (found.id, found.questions) == (into.id, 4)
    spread = desk.database.read_now(lambda unit: unit.gaps.spread([into.id], NOON))[into.id]
    assert (dict(spread.languages), spread.waiting) == ({"vi": 2, "zh": 2}, 2)
    for wrong in (into.id, one.id):
        with pytest.raises((InvalidInput, NotFound)):
            desk.act(lambda unit, gap_id=wrong: gap.join(unit, gap_id, into.id, desk.boss, NOON))
