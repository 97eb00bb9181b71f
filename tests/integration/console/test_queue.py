"""The queue page, claims over HTTP, and the stream that says when to look again."""

import asyncio

import pytest

from helpdesk.console.desk import BASE
from helpdesk.policy import Policy
from helpdesk.usecase import library, queue
from tests.integration.console.desk import Clock, ConsoleDesk
from tests.integration.console.test_page import document


async def test_of_eight_officers_exactly_one_wins_and_all_others_are_told_who(desk: ConsoleDesk) -> None:
    browsers = [await desk.signed_in(f"officer.{count}") for count in range(8)]
    _, ticket_id = await desk.waiting()
    answers = await asyncio.gather(*(browser.post(f"/tickets/{ticket_id}/claim") for browser in browsers))
    statuses = sorted(answer.status for answer in answers)
    assert statuses == [303] + [409] * 7
    winner = browsers[[answer.status for answer in answers].index(303)].officer.name
    for answer in answers:
        if answer.status == 409:
            assert f"{winner} has already taken ticket 26-0001-3." in await answer.text()


async def test_the_page_shows_who_waits_who_holds_and_who_is_on_duty(desk: ConsoleDesk) -> None:
    lan, minh = await desk.signed_in("lan"), await desk.signed_in("minh")
    _, first = await desk.waiting(name="First Trading")
    _, second = await desk.waiting(name="Second Trading")
    await desk.waiting(name="Third Trading")
    await lan.post(f"/tickets/{first}/claim")
    await minh.post(f"/tickets/{second}/claim")
    await minh.post("/duty", on="1")
    page = await lan.text("/queue")
    waiting, rest = page.split('id="mine"')
    mine, rest = rest.split('id="others"')
    others, duty = rest.split('id="on-duty"')
    assert "Third Trading" in waiting
    assert "First Trading" in mine
    assert "Second Trading" in others
    assert "Minh" in duty


@pytest.mark.parametrize(
    ("topic", "language", "shown"),
    [
        ("cancel", "en", "About cancel"),
        ("cancel", "vi", "Về cancel"),
        ("relations", "en", "Dealing with customs"),
        ("relations", "vi", "Quan hệ với hải quan"),
        (None, "en", "unknown"),
    ],
)
async def test_what_a_ticket_is_about_is_said_in_words(
    desk: ConsoleDesk, topic: str | None, language: str, shown: str
) -> None:
    await desk.database.write(lambda unit: library.seed(unit, [document("cancel")], desk.clock()))
    browser = await desk.signed_in("lan", language=language)
    conversation_id, ticket_id = await desk.waiting(topic=topic)
    label = "Topic" if language == "en" else "Chủ đề"
    assert f'data-label="{label}">{shown}</td>' in await browser.text("/queue")
    await browser.post(f"/tickets/{ticket_id}/claim")
    if topic:
        assert f"<span>{shown}</span>" in (await browser.text("/queue")).split('id="mine"')[1]
        head = (await browser.text(f"/conversations/{conversation_id}")).split('class="actions"')[0]
        assert f"· {shown}" in head


async def test_late_tickets_stand_out(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    browser = await desk.signed_in("lan")
    await desk.waiting()
    assert "Long wait" not in await browser.text("/queue")
    desk.clock.forward(minutes=11)
    await desk.database.write(lambda unit: queue.alert_unclaimed(unit, Policy(), desk.clock()))
    assert "Long wait" in await browser.text("/queue")
    desk.clock.forward(minutes=11)
    await desk.database.write(lambda unit: queue.alert_unclaimed(unit, Policy(), desk.clock()))
    assert "Too long: supervisor told" in await browser.text("/queue")


async def test_the_queue_is_filtered_by_language_without_changing_places(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    await desk.waiting(name="English Co", language="en")
    await desk.waiting(name="东兴贸易", language="zh")
    page = await browser.text("/queue?language=zh")
    assert "English Co" not in page
    assert "东兴贸易" in page
    assert '<td data-label="Place">2</td>' in page


async def test_the_stream_speaks_when_a_ticket_arrives_and_ends_with_the_desk(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    async with browser.client.get(f"{BASE}/stream") as stream:
        assert stream.content_type == "text/event-stream"
        assert await stream.content.readuntil(b"\n\n") == b"retry: 2000\n\n"
        await desk.waiting()
        assert await stream.content.readuntil(b"\n\n") == b"event: changed\ndata: -\n\n"


async def test_the_stream_of_a_conversation_speaks_when_the_contact_writes(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, _ = await desk.waiting()
    async with browser.client.get(f"{BASE}/stream?conversation={conversation_id}") as stream:
        await stream.content.readuntil(b"\n\n")
        desk.signal.notify(conversation_id)
        assert await stream.content.readuntil(b"\n\n") == b"event: changed\ndata: -\n\n"
