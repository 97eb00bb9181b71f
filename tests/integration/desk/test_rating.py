"""Who rated, how and why stays between the contact and the sums: the desk never gets to read it."""

import pytest

from bot.brain import simple_turn
from bot.interpreter import pack
from helpdesk.console.timeline import timeline_of
from helpdesk.inbox import Kind
from helpdesk.message import Author, Button, Draft, Outcome
from helpdesk.reply import Reply
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import privacy, queue
from tests.conftest import POLICY, hired
from tests.integration.desk.test_gateway import GatewayDesk, desk, files, library

__all__ = ["desk", "files", "library"]


async def resolved(desk: GatewayDesk) -> tuple[str, str]:
    """A conversation whose ticket has been resolved and may be rated; returns the ticket's number too."""
    officer = hired(desk.database, "An")
    conversation_id = await desk.hear("mở đầu")

    def ended(unit: object) -> str:
        ticket = queue.take(unit, POLICY, conversation_id, officer, desk.clock())  # type: ignore[arg-type]
        return queue.resolve(unit, POLICY, ticket.id, officer, desk.clock()).number  # type: ignore[arg-type]

    return conversation_id, desk.database.write_now(ended)


async def press(desk: GatewayDesk, title: str, payload: str) -> None:
    await desk.hear(title, kind=Kind.BUTTON, payload={"button": payload})


def at_the_desk(desk: GatewayDesk, conversation_id: str) -> list[str]:
    """What officers read of a conversation."""
    last = desk.conversation(conversation_id).last_seq
    shown = desk.database.read_now(lambda unit: timeline_of(unit, conversation_id, last)).entries
    return [entry.message.text for entry in shown if entry.message]


def at_the_contact(desk: GatewayDesk, conversation_id: str) -> list[str]:
    return [one.text for one in desk.database.read_now(lambda unit: unit.messages.of(conversation_id))]


def questions(desk: GatewayDesk) -> list[str]:
    return [one.question for one in desk.database.read_now(lambda unit: unit.turns.find())[0]]


def comment_on(desk: GatewayDesk, conversation_id: str, number: str) -> str:
    def look(unit: object) -> str:
        ticket_id = unit.ratings.ticket_id_of(conversation_id, number)  # type: ignore[attr-defined]
        return str(unit.ratings.get(ticket_id).comment)  # type: ignore[attr-defined]

    return desk.database.read_now(look)


async def rated_low(desk: GatewayDesk) -> tuple[str, str]:
    """A rating with a reason; the comment is awaited."""
    conversation_id, number = await resolved(desk)
    await press(desk, "Không hài lòng", f"rate:{number}:2")
    await press(desk, "Chậm", f"rate_why:{number}:delay")
    return conversation_id, number


async def test_the_whole_rating_is_the_contacts_to_read_and_not_the_officers(desk: GatewayDesk) -> None:
    conversation_id, number = await resolved(desk)
    before = at_the_desk(desk, conversation_id)
    assert not any("đánh giá" in text for text in before)
    await press(desk, "Không hài lòng", f"rate:{number}:2")
    await press(desk, "Không hài lòng", f"rate:{number}:1")
    await press(desk, "Không hài lòng", "rate:26-9999-9:1")
    await press(desk, "Chậm", f"rate_why:{number}:delay")
    await desk.hear("đợi lâu quá")
    assert at_the_desk(desk, conversation_id) == before
    shown = " ".join(at_the_contact(desk, conversation_id))
    for words in ("Cán bộ không biết ai", "Không hài lòng", "Chậm", "đợi lâu quá", "Đã lưu góp ý"):
        assert words in shown
    assert comment_on(desk, conversation_id, number) == "đợi lâu quá"


async def test_a_comment_is_no_question_in_the_log(desk: GatewayDesk) -> None:
    await rated_low(desk)
    await desk.hear("đợi lâu quá")
    await desk.hear("câu mới")
    assert questions(desk) == ["câu mới", "mở đầu"]


async def test_officers_do_not_see_a_comment_even_before_it_is_worked_off(desk: GatewayDesk) -> None:
    conversation_id, _ = await rated_low(desk)
    before = at_the_desk(desk, conversation_id)
    heard: list[list[str]] = []

    def slow(text: str) -> object:
        heard.append(at_the_desk(desk, conversation_id))
        return simple_turn("greet", "nghe")

    desk.brain._answer = slow  # type: ignore[assignment]
    await desk.hear("đợi lâu quá")
    assert heard == [before]


async def test_a_question_instead_of_a_comment_is_answered_behind_the_same_curtain(desk: GatewayDesk) -> None:
    conversation_id, number = await rated_low(desk)
    before = at_the_desk(desk, conversation_id)
    answer = Draft("đây", buttons=(Button("Hữu ích", "useful:@"),), outcome=Outcome.ANSWERED)
    shown = Reply(Outcome.ANSWERED, "vi", (answer,), article_id="cancel")
    desk.brain._answer = lambda _: simple_turn("procedure", custom=pack(shown))
    await desk.hear("chậm vì huỷ tờ khai")
    assert at_the_desk(desk, conversation_id) == before
    assert comment_on(desk, conversation_id, number) == "chậm vì huỷ tờ khai"
    (said,) = [
        one for one in desk.database.read_now(lambda unit: unit.messages.of(conversation_id)) if one.text == "đây"
    ]
    assert said.buttons == ()
    assert questions(desk) == ["mở đầu"]


async def test_whoever_asks_for_an_officer_speaks_to_the_officer(desk: GatewayDesk) -> None:
    conversation_id, number = await rated_low(desk)
    wish = Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.ASKED)
    desk.brain._answer = lambda _: simple_turn("officer", custom=pack(wish))
    await desk.hear("cho gặp cán bộ về tờ khai 301")
    assert "cho gặp cán bộ về tờ khai 301" in at_the_desk(desk, conversation_id)
    assert comment_on(desk, conversation_id, number) == ""


async def test_after_a_hand_off_words_are_for_officers_again(desk: GatewayDesk) -> None:
    conversation_id, number = await rated_low(desk)
    await press(desk, "Gặp cán bộ", "officer")
    await desk.hear("xe tôi ở cửa khẩu")
    assert "xe tôi ở cửa khẩu" in at_the_desk(desk, conversation_id)
    assert comment_on(desk, conversation_id, number) == ""


async def test_a_comment_asked_for_while_people_hold_the_conversation_is_kept_and_hidden(desk: GatewayDesk) -> None:
    conversation_id, number = await resolved(desk)
    await press(desk, "Gặp cán bộ", "officer")
    await press(desk, "Không hài lòng", f"rate:{number}:2")
    await press(desk, "Chậm", f"rate_why:{number}:delay")
    await desk.hear("đợi lâu quá")
    assert "đợi lâu quá" not in at_the_desk(desk, conversation_id)
    assert comment_on(desk, conversation_id, number) == "đợi lâu quá"
    assert desk.said(conversation_id)[-1].startswith("Đã lưu góp ý")
    await desk.hear("xe tôi ở cửa khẩu")
    assert at_the_desk(desk, conversation_id)[-1] == "xe tôi ở cửa khẩu"


async def test_a_comment_that_comes_too_late_is_an_ordinary_message(desk: GatewayDesk) -> None:
    conversation_id, number = await rated_low(desk)
    await desk.hear("câu mới", received_at=desk.clock.pass_(minutes=16))
    assert at_the_desk(desk, conversation_id)[-2] == "câu mới"
    assert comment_on(desk, conversation_id, number) == ""


@pytest.mark.parametrize("author", [Author.CONTACT, Author.SYSTEM])
async def test_erasure_blanks_a_rating_and_still_hides_it(desk: GatewayDesk, author: Author) -> None:
    conversation_id, _ = await rated_low(desk)
    seen = len(at_the_desk(desk, conversation_id))
    count = len(desk.said(conversation_id, author))
    conversation = desk.conversation(conversation_id)
    desk.database.write_now(lambda unit: privacy.forget(unit, conversation, desk.clock()))
    assert at_the_desk(desk, conversation_id) == [privacy.ERASED] * seen
    assert desk.said(conversation_id, author) == [privacy.ERASED] * count


async def test_who_has_no_ticket_to_rate_is_shown_another_way_and_the_desk_cannot_tell(desk: GatewayDesk) -> None:
    wish = pack(Reply(Outcome.RATING, "vi", article_id="rate-service"))
    desk.brain._answer = lambda text: simple_turn("rate", custom=wish)
    conversation_id = await desk.hear("em muốn chấm 5 sao")
    [told] = [one for one in desk.database.read_now(lambda unit: unit.messages.of(conversation_id)) if one.buttons]
    assert [button.payload for button in told.buttons] == ["article:rate-service", "officer"]
    assert not any("chấm" in text or "đánh giá" in text for text in at_the_desk(desk, conversation_id))
    assert "article" not in desk.conversation(conversation_id).context
