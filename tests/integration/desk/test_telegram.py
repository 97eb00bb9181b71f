"""A whole desk and a person with a phone."""

import asyncio
import json

from bot.connectors.telegram.text import MARK
from helpdesk.message import Author, Delivery
from helpdesk.ticket import HandOffReason, TicketState
from helpdesk.usecase import queue
from helpdesk.usecase.privacy import ERASED
from tests.fake_telegram import Fault, Limits, Sent
from tests.integration.desk.conftest import TelegramDesk

RED = "Luồng đỏ (luồng 3): kiểm tra thực tế hàng hóa"
PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c636060606000000005000175c1f4a20000000049454e44ae426082"
)
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
CHAT = 77


def payload_of(sent: Sent, action: str) -> str:
    return next(str(button["callback_data"]) for button in sent.buttons if button["callback_data"].startswith(action))


async def test_a_question_an_answer_its_parts_a_complaint_an_officer_and_a_rating(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_text("/start")
    await whole.heard(CHAT, "ngôn ngữ nào")
    await user.send_text(RED)
    answer = await whole.heard(CHAT, "chế độ rút gọn")
    assert answer.text.startswith(MARK[Author.BOT])
    assert max(len(button["callback_data"].encode()) for button in answer.buttons) <= 64
    await user.press(answer, payload_of(answer, "part:"))
    await whole.telegram.wait_for(
        CHAT, lambda sent: bool(sent.buttons) and sent.message_id != answer.message_id and "🤖" in sent.text, 20
    )
    await user.press(answer, "Chưa đúng")
    why = await whole.heard(CHAT, "chưa đúng ở điểm nào")
    await user.press(why, "Đã lỗi thời")
    queued = await whole.heard(CHAT, "thứ tự chờ: 1")
    ticket = whole.ticket(CHAT)
    assert (ticket.reason, ticket.number in queued.text) == (HandOffReason.NOT_USEFUL, True)

    whole.act(queue.claim, ticket)
    await whole.heard(CHAT, "Cán Bộ An đã tiếp nhận")
    before = len(whole.telegram.sent(CHAT))
    await user.send_text("vâng <b>tôi</b> chờ_ạ (")
    await whole.is_quiet()
    assert whole.texts(CHAT, before) == [], "the bot speaks over an officer"
    whole.act(queue.reply, ticket, "Anh/chị nộp <hồ sơ> tại ĐÔI 1 & chờ")
    reply = await whole.heard(CHAT, "nộp <hồ sơ> tại")
    assert reply.text == "👮 Cán Bộ An\nAnh/chị nộp <hồ sơ> tại ĐÔI 1 & chờ"
    whole.act(queue.resolve, ticket)
    ask = await whole.heard(CHAT, "đánh giá thế nào")
    await user.press(ask, "Rất hài lòng")
    await whole.heard(CHAT, "Cảm ơn anh/chị đã đánh giá")
    rating = whole.read(lambda unit: unit.ratings.get(ticket.id))
    assert (rating.level, rating.officer_id) == (5, whole.officer.id)
    [logged], _ = whole.read(lambda unit: unit.turns.find(article_id="channel-red", words="Luồng"))
    assert (logged.is_useful, logged.poor_reason) == (False, "outdated")


async def test_files_are_kept_or_refused_by_what_they_are_and_an_album_is_one_matter(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_document(PDF, "to-khai.pdf", caption="tờ khai của tôi")
    await whole.heard(CHAT, "thứ tự chờ: 1")
    await user.album([PNG, PNG], caption="hai trang")
    await user.send_voice(b"OggS" + bytes(60))
    await user.send_document(b"MZ" + bytes(200), "anh.jpg.exe")
    await user.send_document(b"x", "phim.mp4", size=30 * 1024 * 1024)
    await whole.is_quiet()
    conversation = whole.conversation(CHAT)
    messages = whole.read(lambda unit: unit.messages.of(conversation.id))
    files = [file for message in messages for file in message.attachments]
    kept = [file for file in files if file.media_type]
    assert [file.media_type for file in kept][:3] == ["application/pdf", "image/png", "image/png"]
    assert {file.name for file in files if not file.media_type} >= {"anh.jpg.exe", "phim.mp4"}
    assert len(whole.read(lambda unit: unit.tickets.of(conversation.id))) == 1


async def test_a_refused_file_is_told_by_name(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_document(b"MZ" + bytes(200), "anh.jpg.exe")
    told = await whole.heard(CHAT, "anh.jpg.exe")
    assert "không nhận được" in told.text


async def test_a_file_that_telegram_cannot_give_is_told_and_reaches_an_officer(whole: TelegramDesk) -> None:
    whole.telegram.fail(Fault("getFile", status=502, times=None))
    await whole.telegram.user(CHAT, "Lan").send_document(PDF, "to-khai.pdf")
    await whole.heard(CHAT, "Không tải được tệp")
    assert whole.ticket(CHAT).reason is HandOffReason.FILE_RECEIVED


async def test_an_edit_changes_the_words_and_is_not_answered_twice(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    posted = await user.send_text(RED)
    await whole.heard(CHAT, "rút gọn")
    await whole.is_quiet()
    before = len(whole.telegram.sent(CHAT))
    await user.edit_text(posted, "chữ đã sửa")
    await whole.telegram.wait_idle(10)
    await whole.is_quiet()
    conversation = whole.conversation(CHAT)
    [said] = [
        message
        for message in whole.read(lambda unit: unit.messages.of(conversation.id))
        if message.author is Author.CONTACT
    ]
    assert (said.text, said.edited_at is not None) == ("chữ đã sửa", True)
    assert whole.texts(CHAT, before) == []


async def test_commands_in_three_languages_and_the_end_of_ones_data(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan Bí Mật", "vi")
    await user.send_text("/help")
    await whole.heard(CHAT, "/officer gặp cán bộ")
    await user.send_text("/language")
    languages = await whole.heard(CHAT, "ngôn ngữ nào")
    await user.press(languages, "English")
    await whole.heard(CHAT, "English")
    await user.send_text("/officer")
    queued = await whole.telegram.wait_for(
        CHAT, lambda sent: any(b["callback_data"] == "bot" for b in sent.buttons), 20
    )
    number = whole.ticket(CHAT).number
    before = len(whole.telegram.sent(CHAT))
    await user.send_text("/mydata")
    await whole.heard(CHAT, number, skip=before)
    copy = await whole.telegram.wait_for(CHAT, lambda sent: sent.method == "sendDocument", 20, skip=before)
    assert copy.file is not None
    data = json.loads(copy.file.data)
    assert data["name"] == "Lan Bí Mật"
    assert "/officer" in [message["text"] for message in data["messages"]]
    await user.send_text("/forget yes")
    await whole.is_quiet()
    assert whole.conversation(CHAT).contact_name == "Lan Bí Mật", "an open ticket is not erased"
    await user.press(queued, "bot")
    await user.send_text("/forget")
    await whole.heard(CHAT, "/forget yes", skip=4)
    await user.send_text("/forget yes")
    await whole.is_quiet()
    conversation = whole.conversation(CHAT)
    assert conversation.contact_name == ""
    texts = [message.text for message in whole.read(lambda unit: unit.messages.of(conversation.id))]
    assert set(texts[:-1]) == {ERASED}


async def test_a_person_who_blocks_the_bot_ends_sending_and_coming_back_begins_it_again(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_text("/officer")
    await whole.heard(CHAT, "thứ tự chờ")
    ticket = whole.ticket(CHAT)
    whole.act(queue.claim, ticket)
    await whole.is_quiet()
    await user.block()
    whole.act(queue.reply, ticket, "không ai đọc")
    await whole.telegram.wait_idle(10)
    await whole.is_quiet()
    conversation = whole.conversation(CHAT)
    last = whole.read(lambda unit: unit.messages.last_of(conversation.id, Author.OFFICER))
    assert (last.delivery, conversation.is_blocked) == (Delivery.FAILED, True)
    await user.unblock()
    await user.send_text("tôi quay lại")
    await whole.telegram.wait_idle(10)
    await whole.is_quiet()
    whole.act(queue.reply, ticket, "chào mừng trở lại")
    await whole.heard(CHAT, "chào mừng trở lại")
    assert whole.ticket(CHAT).state is TicketState.WAITING_CUSTOMER


async def test_a_429_holds_up_its_own_chat_alone_and_nothing_is_lost(whole: TelegramDesk) -> None:
    slow, quick = whole.telegram.user(1, "A"), whole.telegram.user(2, "B")
    whole.telegram.fail(Fault("sendMessage", chat_id=1, status=429, retry_after=3))
    await slow.send_text("/help")
    await asyncio.sleep(0.3)
    await quick.send_text("/help")
    await whole.heard(2, "/officer gặp")
    assert whole.texts(1) == []
    await whole.heard(1, "/officer gặp")
    assert len(whole.texts(1)) == len(whole.texts(2))


async def test_refused_markup_goes_out_as_plain_text(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan", started=True)
    fault = Fault("sendMessage", status=400, description="Bad Request: can't parse entities: byte offset 3")
    whole.telegram.fail(fault)
    await user.send_text("/help")
    await whole.heard(CHAT, "/officer gặp")
    [first, *_] = [sent for sent in whole.telegram.sent(CHAT) if sent.method == "sendMessage"]
    assert "parse_mode" not in first.params


async def test_every_other_kind_of_message_is_kept_and_acknowledged(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_location(21.52, 107.96)
    await user.send_contact("+84900000000", first_name="An")
    await user.send({"dice": {"emoji": "🎲", "value": 3}})
    whole.telegram.inject({"something_new": {"deep": [1, 2, 3]}})
    await whole.telegram.wait_idle(10)
    await whole.is_quiet()
    kept = [sent for sent in whole.telegram.sent(CHAT) if "Tôi đã lưu lại" in sent.text]
    assert len(kept) == 3
    assert whole.conversation(CHAT).open_ticket_id is None
    await user.press(kept[-1], "Gặp cán bộ")
    await whole.telegram.wait_idle(10)
    await whole.is_quiet()
    assert whole.conversation(CHAT).open_ticket_id is not None


async def test_real_flood_limits_are_never_run_into(whole: TelegramDesk) -> None:
    """With the desk's real pace the server's own limits are not met once."""
    whole.telegram.limits = Limits()
    connector = whole.desk.connectors[1]
    connector.limits = type(connector).limits
    whole.desk.sender.connect(connector)
    user = whole.telegram.user(CHAT, "Lan")
    for _ in range(3):
        await user.send_text("/help")
    await whole.telegram.wait_idle(10)
    await whole.is_quiet()
    helps = [text for text in whole.texts(CHAT) if "/officer gặp" in text]
    assert len(helps) == 3
    conversation = whole.conversation(CHAT)
    pending = whole.read(lambda unit: unit.messages.of(conversation.id))
    assert {message.delivery_error for message in pending} == {None}


async def test_a_file_refused_while_people_hold_the_conversation_is_told_too(whole: TelegramDesk) -> None:
    user = whole.telegram.user(CHAT, "Lan")
    await user.send_text("/officer")
    await whole.heard(CHAT, "thứ tự chờ")
    await user.send_document(b"MZ" + bytes(200), "anh.exe")
    told = await whole.heard(CHAT, "“anh.exe” không nhận được")
    assert told.text.startswith(MARK[Author.SYSTEM])
