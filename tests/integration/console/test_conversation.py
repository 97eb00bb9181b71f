"""One conversation: its story, and what officers do in it."""

import re

from helpdesk.message import Delivery, Outcome
from helpdesk.officer import Role
from helpdesk.reply import Reply
from helpdesk.ticket import TicketState
from helpdesk.usecase import queue
from tests.integration.console.desk import Clock, ConsoleDesk

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360f8cf"
    "c0f01f0005000201a5f645400000000049454e44ae426082"
)


async def test_the_page_tells_messages_events_and_what_the_bot_understood(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, ticket_id = await desk.waiting("where is my container")
    await browser.post(f"/tickets/{ticket_id}/claim")
    page = await browser.text(f"/conversations/{conversation_id}")
    for expected in (
        "where is my container",
        "Lan claimed ticket 26-0001-3",
        "301234567890",
        "test-model",
        "To an officer",
    ):
        assert expected in page, expected


async def test_a_reply_reaches_the_contact_and_moves_the_ticket(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, ticket_id = await desk.waiting()
    answer = await browser.reply(ticket_id, "We will look at it now.")
    assert answer.headers["Location"] == f"/console/conversations/{conversation_id}?done=replied"
    messages = await desk.read(lambda unit: unit.messages.of(conversation_id))
    assert [message.officer_name for message in messages if message.text == "We will look at it now."] == ["Lan"]
    assert (await desk.read(lambda unit: unit.tickets.get(ticket_id))).state is TicketState.WAITING_CUSTOMER
    assert {conversation_id, "queue"} <= set(desk.notified)


async def test_a_refused_reply_comes_back_with_the_words_that_were_typed(desk: ConsoleDesk) -> None:
    holder, other = await desk.signed_in("lan"), await desk.signed_in("minh")
    conversation_id, ticket_id = await desk.waiting()
    await holder.post(f"/tickets/{ticket_id}/claim")
    answer = await other.reply(ticket_id, "a <b>long</b> answer")
    page = await answer.text()
    assert answer.status == 403
    assert "Lan holds ticket" in page
    assert "a &lt;b&gt;long&lt;/b&gt; answer</textarea>" in page
    assert f'data-page="/console/conversations/{conversation_id}"' in page


async def test_files_go_with_a_reply_and_come_back_harmless(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, ticket_id = await desk.waiting()
    assert (await browser.reply(ticket_id, "", ("stamp.png", PNG), ("note.txt", b"plain words\n"))).status == 303
    page = await browser.text(f"/conversations/{conversation_id}")
    found = dict(re.findall(r'href="/console(/files/\w+)"[^>]*><bdi>([^<]+)', page))
    kinds = {}
    for path, name in found.items():
        answer = await browser.get(path)
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        kinds[name] = (answer.status, answer.headers["Content-Disposition"].split(";")[0], answer.content_type)
    assert kinds["stamp.png"] == (200, "inline", "image/png")
    assert kinds["note.txt"] == (200, "attachment", "application/octet-stream")


async def test_a_hostile_file_is_refused_in_words_and_nothing_is_kept(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, ticket_id = await desk.waiting()
    answer = await browser.reply(ticket_id, "see this", ("ok.png", PNG), ("x.svg", b"<svg onload=alert(1)></svg>"))
    assert answer.status == 422
    assert "see this</textarea>" in await answer.text()
    assert not [path for path in (desk.folder / "files").rglob("*") if path.is_file()]
    assert not [m for m in await desk.read(lambda unit: unit.messages.of(conversation_id)) if m.text == "see this"]


async def test_a_reply_without_the_token_keeps_no_file(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    _, ticket_id = await desk.waiting()
    browser.csrf = "guessed"
    assert (await browser.reply(ticket_id, "hello", ("ok.png", PNG))).status == 403
    assert not [path for path in (desk.folder / "files").rglob("*") if path.is_file()]


async def test_a_private_note_is_marked_and_never_reaches_the_contact(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, _ = await desk.waiting()
    await browser.post(f"/conversations/{conversation_id}/note", text="ask the team first")
    page = await browser.text(f"/conversations/{conversation_id}")
    assert "ask the team first" in page
    assert "Private note, not seen by the business" in page
    public = await desk.read(lambda unit: unit.messages.of(conversation_id))
    assert "ask the team first" not in [message.text for message in public]


async def test_release_transfer_resolve_and_hand_back(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    other = await desk.officer("minh")
    _, first = await desk.waiting(name="A")
    _, second = await desk.waiting(name="B")

    async def state(ticket_id: int) -> tuple[TicketState, int | None]:
        ticket = await desk.read(lambda unit: unit.tickets.get(ticket_id))
        return ticket.state, ticket.officer_id

    await browser.post(f"/tickets/{first}/claim")
    await browser.post(f"/tickets/{first}/release")
    assert await state(first) == (TicketState.QUEUED, None)
    await browser.post(f"/tickets/{first}/transfer", to=str(other.id))
    assert await state(first) == (TicketState.ASSIGNED, other.id)
    await browser.post(f"/tickets/{second}/claim")
    await browser.post(f"/tickets/{second}/resolve")
    assert (await state(second))[0] is TicketState.RESOLVED
    conversation_id, third = await desk.waiting(name="C")
    await browser.post(f"/tickets/{third}/claim")
    answer = await browser.post(f"/tickets/{third}/hand-back")
    assert answer.headers["Location"].endswith("done=handed_back")
    assert (await state(third))[0] is TicketState.HANDED_BACK
    await browser.post(f"/conversations/{conversation_id}/take")
    assert (await desk.read(lambda unit: unit.tickets.latest_of(conversation_id))).officer_id == browser.officer.id


async def test_a_failed_delivery_is_shown_with_a_retry(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, ticket_id = await desk.waiting()
    await browser.reply(ticket_id, "are you there?")

    def fail(unit: object) -> int:
        last = unit.messages.of(conversation_id)[-1]
        unit.messages.change(last.id, delivery=Delivery.FAILED, delivery_error="blocked by the user")
        return last.id

    message_id = await desk.database.write(fail)
    page = await browser.text(f"/conversations/{conversation_id}")
    assert "Not delivered: blocked by the user" in page
    assert (await browser.post(f"/messages/{message_id}/retry")).status == 303
    assert (await desk.read(lambda unit: unit.messages.get(message_id))).delivery is Delivery.PENDING
    assert (await browser.post(f"/messages/{message_id}/retry")).status == 409


async def test_looking_at_a_conversation_is_logged_once_in_ten_minutes(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    browser = await desk.signed_in("lan")
    conversation_id, _ = await desk.waiting()

    async def views() -> int:
        entries = await desk.read(lambda unit: unit.audit.of(conversation_id))
        return len([entry for entry in entries if entry.action == "conversation.viewed"])

    for _ in range(3):
        await browser.text(f"/conversations/{conversation_id}")
    assert await views() == 1
    desk.clock.forward(minutes=11)
    await browser.text(f"/conversations/{conversation_id}")
    assert await views() == 2


async def test_a_colleague_who_types_is_seen_until_silence(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    here, there = await desk.signed_in("lan"), await desk.signed_in("minh")
    conversation_id, _ = await desk.waiting()
    assert (await there.post(f"/conversations/{conversation_id}/presence", typing="1")).status == 204
    assert "Minh is writing a reply" in await here.text(f"/conversations/{conversation_id}")
    assert "Minh is writing a reply" not in await there.text(f"/conversations/{conversation_id}")
    desk.clock.forward(seconds=60)
    assert "Minh is writing a reply" not in await here.text(f"/conversations/{conversation_id}")


async def test_what_businesses_write_is_shown_as_text(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>\"'{{7*7}}"
    conversation_id, ticket_id = await desk.waiting(evil, name=evil)
    await browser.post(f"/tickets/{ticket_id}/claim")
    await browser.post(f"/conversations/{conversation_id}/note", text=evil)
    for path in ("/queue", f"/conversations/{conversation_id}"):
        page = await browser.text(path)
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "{{7*7}}" in page


async def test_long_conversations_show_the_newest_and_lead_to_the_older(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, _ = await desk.waiting("the very first words")
    for count in range(205):
        await desk.database.write(
            lambda unit, count=count: queue.note(unit, conversation_id, browser.officer, f"note {count}.", desk.clock())
        )
    page = await browser.text(f"/conversations/{conversation_id}")
    assert "note 204." in page
    assert "the very first words" not in page
    older = re.search(r"\?before=\d+", page)
    assert older is not None
    assert "the very first words" in await browser.text(f"/conversations/{conversation_id}{older[0]}")


async def test_an_unknown_conversation_is_a_friendly_404(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    answer = await browser.get("/conversations/0123456789abcdef")
    assert answer.status == 404
    assert "This conversation does not exist." in await answer.text()


async def test_the_bots_conversation_can_be_read_and_taken_but_not_answered(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan", Role.OFFICER)
    conversation_id = await desk.answered("hello", "A", "en", Reply(Outcome.SMALLTALK, "en"))
    page = await browser.text(f"/conversations/{conversation_id}")
    assert "The bot is answering" in page
    assert re.search(r'id="reply"[^>]*hidden', page)


async def test_the_loser_of_a_claim_race_is_told_who_won(desk: ConsoleDesk) -> None:
    winner, loser = await desk.signed_in("lan"), await desk.signed_in("minh")
    _, ticket_id = await desk.waiting()
    assert (await winner.post(f"/tickets/{ticket_id}/claim")).status == 303
    answer = await loser.post(f"/tickets/{ticket_id}/claim")
    assert answer.status == 409
    assert "Lan has already taken ticket 26-0001-3." in await answer.text()
