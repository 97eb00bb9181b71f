"""Five hundred ways of writing a script into a chat, each shown as the text it is."""

import pytest
from playwright.async_api import expect

from helpdesk.message import Attachment, Author, Button, Source
from tests.e2e.chat.conftest import Chat, messages, send
from tests.e2e.payload import FIVE_HUNDRED, SHAPES

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PLACES = 5


def facts(payload: str, number: int) -> dict[str, object]:
    """The payload in one of the places of a message, or in all of them at once."""
    place = number % PLACES
    return {
        0: {"buttons": (Button(payload, "officer"), Button("x", payload))},
        1: {"officer_name": payload},
        2: {"sources": (Source(payload, payload, payload), Source("x", "", "https://a.vn/" + payload))},
        3: {"attachments": (Attachment(payload, payload, payload, 7), Attachment("x", payload, "image/svg+xml", 7))},
        4: {"ticket_number": payload, "article_id": payload},
    }[place]


async def test_five_hundred_hostile_messages_are_shown_as_text_and_nothing_runs(chat: Chat) -> None:
    hostile = FIVE_HUNDRED
    async with chat.page() as page:
        await send(page, hostile[0])
        await expect(messages(page, "bot")).to_have_count(1)
        for number, payload in enumerate(hostile):
            author = Author.OFFICER if number % 2 else Author.BOT
            await chat.desk.say(chat.conversation(), payload, author, **facts(payload, number + number // 350))
        await page.reload()
        await expect(messages(page)).to_have_count(502)
        shown = await page.locator(".message .text").all_text_contents()
        assert shown[2:] == hostile
        forbidden = "script, iframe, object, embed, base, meta, link, style, form, math, template, marquee"
        assert await page.locator("#log").locator(forbidden).count() == 0
        links = await page.locator("#log a").evaluate_all("links => links.map((link) => new URL(link.href).protocol)")
        assert set(links) <= {"http:", "https:"}
        attributes = await page.locator("#log *").evaluate_all(
            "all => all.flatMap((one) => one.getAttributeNames()).filter((name) => /^(on.*|style)$/.test(name))"
        )
        assert attributes == []
        assert await page.evaluate("window.isecProblems") == []


async def test_hostile_words_typed_by_the_visitor_stay_words_even_unsent(chat: Chat) -> None:
    async with chat.page() as page:
        chat.desk.is_away = True
        for payload in SHAPES[:10]:
            await send(page, payload.format("alert(1)"))
        await expect(page.locator(".pending")).to_have_count(10)
        await page.reload()
        await expect(page.locator(".pending")).to_have_count(10)
        assert await page.locator("#log script, #log svg, #log img, #log iframe").count() == 0


async def test_a_page_that_is_tampered_with_by_address_shows_nothing_of_it(chat: Chat) -> None:
    for path in ("/?lang=<script>alert(1)</script>", "/?embed=1&lang=en", "/#<img src=x onerror=alert(1)>"):
        async with chat.page(path=path) as page:
            await expect(page.locator("#welcome")).to_be_visible()
