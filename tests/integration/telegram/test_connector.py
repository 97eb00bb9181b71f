import asyncio
import io
import json
from collections.abc import AsyncIterator

import aiohttp
import pytest

from bot.connectors.telegram.connector import TelegramConnector
from helpdesk.connector import OutgoingFile
from helpdesk.error import DeliveryError, MarkupRefused, RetryLater, Undeliverable
from helpdesk.filestore import FileRefused
from helpdesk.inbox import Kind
from helpdesk.message import Attachment, Author, Button
from tests.fake_telegram import FakeTelegram, Fault
from tests.integration.telegram.conftest import SECRET, Inbox, outgoing
from tests.waiting import until

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c636060606000000005000175c1f4a20000000049454e44ae426082"
)


async def test_every_kind_of_update_arrives_in_order_and_once(
    telegram: FakeTelegram, inbox: Inbox, listening: None
) -> None:
    user = telegram.user(77, "Lan")
    await user.send_text("/start hello")
    posted = await user.send_text("hàng luồng đỏ thì kiểm hoá ở đâu")
    await user.edit_text(posted, "hàng luồng đỏ kiểm hoá ở đâu vậy")
    await user.send_photo(PNG, caption="tờ khai")
    await user.send_document(b"%PDF-1.4 x", "to-khai.pdf")
    await user.send_voice(b"OggS voice")
    await user.send_location(21.52, 107.96)
    await user.send_contact("+84900000000", first_name="An")
    await user.send({"dice": {"emoji": "🎲", "value": 3}})
    telegram.inject(
        {"poll_answer": {"poll_id": "1", "option_ids": [0], "user": {"id": 5, "is_bot": False, "first_name": "x"}}}
    )
    telegram.inject({"something_new": {"deep": [1, 2, 3]}})
    await until(lambda: len(inbox.received) >= 11)
    in_chat = [incoming.kind for incoming in inbox.received if incoming.address == "77"]
    assert in_chat == [
        Kind.COMMAND,
        Kind.TEXT,
        Kind.EDIT,
        Kind.FILE,
        Kind.FILE,
        Kind.FILE,
        Kind.LOCATION,
        Kind.CONTACT_CARD,
        Kind.CONTACT_CARD,
    ]
    edit = next(incoming for incoming in inbox.received if incoming.kind is Kind.EDIT)
    first = next(incoming for incoming in inbox.received if incoming.kind is Kind.TEXT)
    assert edit.edits == first.external_id
    assert [incoming.kind for incoming in inbox.received if not incoming.address] == [Kind.OTHER, Kind.OTHER]


async def test_an_album_is_told_as_one(telegram: FakeTelegram, inbox: Inbox, polling: TelegramConnector) -> None:
    await telegram.user(77, "Lan").album([PNG, PNG], caption="hai trang")
    await until(lambda: len(inbox.received) == 2)
    assert len({incoming.payload["album"] for incoming in inbox.received}) == 1


async def test_blocking_and_returning_are_told(
    telegram: FakeTelegram, inbox: Inbox, polling: TelegramConnector
) -> None:
    user = telegram.user(77, "Lan")
    await user.send_text("chào")
    await until(lambda: len(inbox.received) == 1)
    await user.block()
    await until(lambda: len(inbox.received) == 2)
    with pytest.raises(Undeliverable) as refused:
        await polling.send(outgoing("còn đó không"))
    assert refused.value.is_blocked
    await user.unblock()
    await until(lambda: len(inbox.received) >= 3)
    assert [incoming.kind for incoming in inbox.received[1:3]] == [Kind.BLOCKED, Kind.UNBLOCKED]


async def test_what_could_not_be_stored_is_delivered_again(telegram: FakeTelegram, inbox: Inbox, webhook: str) -> None:
    inbox.is_away = True
    posted = await telegram.user(77, "Lan").send_text("có ai không")
    await until(lambda: telegram.deliveries(posted.update_id).attempts >= 2)
    assert inbox.received == []
    inbox.is_away = False
    await until(lambda: inbox.received)
    assert [incoming.text for incoming in inbox.received] == ["có ai không"]


@pytest.mark.parametrize("told", [None, "", "wrong", SECRET + "x", SECRET.upper()])
async def test_a_forged_webhook_is_turned_away(
    telegram: FakeTelegram, inbox: Inbox, webhook: str, told: str | None
) -> None:
    headers = {} if told is None else {"X-Telegram-Bot-Api-Secret-Token": told}
    async with (
        aiohttp.ClientSession() as session,
        session.post(webhook, json={"update_id": 1}, headers=headers) as response,
    ):
        assert response.status == 401
    assert inbox.received == []


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"[]", b'{"no": "id"}', b"[" * 100_000, b"x" * 2_000_000])
async def test_a_body_that_is_no_update_is_refused_clearly(webhook: str, inbox: Inbox, body: bytes) -> None:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with (
        aiohttp.ClientSession() as session,
        session.post(webhook, data=io.BytesIO(body), headers=headers) as response,
    ):
        assert response.status in (400, 413)
    assert inbox.received == []


async def test_a_poison_update_is_shelved_and_acknowledged(webhook: str, inbox: Inbox) -> None:
    poison = {"update_id": 9, "message": {"message_id": "not a number", "chat": 5}}
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession() as session, session.post(webhook, json=poison, headers=headers) as response:
        assert response.status == 200
    assert [incoming.kind for incoming in inbox.received] == [Kind.OTHER]


async def test_a_poison_update_holds_up_nobody_who_is_polled(
    telegram: FakeTelegram, inbox: Inbox, polling: TelegramConnector
) -> None:
    telegram.inject({"message": {"message_id": "not a number", "chat": 5}})
    await telegram.user(77, "Lan").send_text("tôi ở sau")
    await until(lambda: len(inbox.received) == 2)
    assert [incoming.kind for incoming in inbox.received] == [Kind.OTHER, Kind.TEXT]


async def test_an_update_in_many_pieces_is_read_whole(webhook: str, inbox: Inbox) -> None:
    long = {"message_id": 5, "date": 0, "chat": {"id": 7, "type": "private", "first_name": "L"}, "text": "ấ" * 4000}
    body = json.dumps({"update_id": 9, "message": long}).encode()

    async def pieces() -> AsyncIterator[bytes]:
        for start in range(0, len(body), 5000):
            yield body[start : start + 5000]
            await asyncio.sleep(0.01)

    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with aiohttp.ClientSession() as session, session.post(webhook, data=pieces(), headers=headers) as response:
        assert response.status == 200
    assert [len(incoming.text) for incoming in inbox.received] == [4000]


async def test_text_is_escaped_and_marked_with_its_author(telegram: FakeTelegram, polling: TelegramConnector) -> None:
    telegram.user(77, "Lan", started=True)
    await polling.send(outgoing("<b>1 < 2 & 3</b> _x_ (y"))
    await polling.send(outgoing("chào", author=Author.OFFICER, officer_name="<i>An</i>"))
    bot, officer = telegram.sent(77)
    assert bot.text == "🤖 <b>1 < 2 & 3</b> _x_ (y"
    assert officer.text == "👮 <i>An</i>\nchào"


async def test_buttons_come_back_with_their_title(
    telegram: FakeTelegram, inbox: Inbox, polling: TelegramConnector
) -> None:
    user = telegram.user(77, "Lan", started=True)
    buttons = (Button("Hữu ích", "useful:1"), Button("Gặp cán bộ", "officer"))
    await polling.send(outgoing("trả lời", buttons=buttons))
    await user.press(telegram.sent(77)[0], "Gặp cán bộ")
    await until(lambda: inbox.received)
    [pressed] = inbox.received
    assert (pressed.kind, pressed.text, pressed.payload) == (Kind.BUTTON, "Gặp cán bộ", {"button": "officer"})


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(method="sendMessage", status=429, retry_after=7), RetryLater),
        (Fault(method="sendMessage", status=403, description="Forbidden: bot was blocked by the user"), Undeliverable),
        (Fault(method="sendMessage", status=400, description="Bad Request: can't parse entities: x"), MarkupRefused),
        (Fault(method="sendMessage", status=400, description="Bad Request: chat not found"), Undeliverable),
        (Fault(method="sendMessage", status=502), DeliveryError),
        (Fault(method="sendMessage", hang_up=True), DeliveryError),
    ],
)
async def test_every_refusal_has_its_error(
    telegram: FakeTelegram, polling: TelegramConnector, fault: Fault, error: type[Exception]
) -> None:
    telegram.user(77, "Lan", started=True)
    await until(lambda: telegram.commands)
    telegram.fail(fault)
    with pytest.raises(error) as refused:
        await polling.send(outgoing("chào"))
    if isinstance(refused.value, RetryLater):
        assert refused.value.after_seconds == 7


async def test_files_go_out_as_documents_and_come_in_by_fetching(
    telegram: FakeTelegram, inbox: Inbox, polling: TelegramConnector, tmp_path: object
) -> None:
    from pathlib import Path

    place = Path(str(tmp_path)) / "kept"
    place.write_bytes(PNG)
    user = telegram.user(77, "Lan", started=True)
    file = OutgoingFile(Attachment("id", "mẫu đơn.png", "image/png", len(PNG)), str(place))
    await polling.send(outgoing("mời xem", files=(file,)))
    assert [sent.method for sent in telegram.sent(77)] == ["sendMessage", "sendDocument"]
    await user.send_document(PNG, "ảnh.png")
    await until(lambda: inbox.received)
    remote = inbox.received[0].payload["remote"][0]["id"]
    assert b"".join([chunk async for chunk in polling.fetch(remote)]) == PNG


async def test_a_file_that_is_too_large_is_refused_by_name(
    telegram: FakeTelegram, inbox: Inbox, polling: TelegramConnector
) -> None:
    await telegram.user(77, "Lan").send_document(b"x", "phim.mp4", size=30 * 1024 * 1024)
    await until(lambda: inbox.received)
    remote = inbox.received[0].payload["remote"][0]["id"]
    with pytest.raises(FileRefused) as refused:
        async for _ in polling.fetch(remote):
            pass
    assert refused.value.code == "too_large"
