"""People say in words, not only by a button, that an answer is not it."""

import pytest

from helpdesk.message import Outcome
from helpdesk.ticket import HandOffReason
from tests.integration.desk.conftest import TelegramDesk
from tests.waiting import until

CHAT = 88
RED = "Luồng đỏ (luồng 3): kiểm tra thực tế hàng hóa"


@pytest.mark.parametrize("words", ["sai rồi ạ", "không phải cái này", "wrong answer", "不对"])
async def test_after_an_answer_it_goes_to_an_officer_with_its_subject(whole: TelegramDesk, words: str) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_text(RED)
    await whole.heard(CHAT, "chế độ rút gọn")
    await user.send_text(words)
    await until(lambda: whole.conversation(CHAT).open_ticket_id)
    ticket = whole.ticket(CHAT)
    assert (ticket.reason, ticket.topic) == (HandOffReason.NOT_USEFUL, "channel-red")
    [asked], _ = whole.read(lambda unit: unit.turns.find(words="Luồng"))
    assert (asked.outcome, asked.article_id, asked.is_useful) == (Outcome.ANSWERED, "channel-red", False)


async def test_before_any_answer_there_is_nothing_to_object_to(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_text("sai rồi")
    await whole.heard(CHAT, "thứ tự chờ")
    assert whole.ticket(CHAT).reason is not HandOffReason.NOT_USEFUL
