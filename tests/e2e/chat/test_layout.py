"""How the page fits: narrow, magnified, dark, in each language, with words that do not break."""

import pytest
from playwright.async_api import Page, expect

from helpdesk.message import Author, Button, Source
from tests.e2e.chat.conftest import Chat, messages, send

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LONG = "Wmm" * 60
OVERFLOWING = """() => [...document.querySelectorAll("body *")].filter((element) => {
  const box = element.getBoundingClientRect();
  return box.width > 0 && !element.closest(".skip") && (box.right > innerWidth + 1 || box.left < -1);
}).map((element) => `${element.tagName}.${element.className}`)"""


async def assert_fits(page: Page) -> None:
    assert await page.evaluate(OVERFLOWING) == []
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1")


@pytest.mark.parametrize(("width", "height"), [(320, 568), (320, 256), (390, 844), (768, 1024), (1600, 900)])
@pytest.mark.parametrize("locale", ["vi-VN", "en-GB", "zh-CN"])
async def test_nothing_sticks_out_at_any_width_in_any_language(
    chat: Chat, width: int, height: int, locale: str
) -> None:
    async with chat.page(width, height, locale, dark=width == 390) as page:
        await assert_fits(page)
        await send(page, LONG)
        await expect(messages(page, "bot")).to_have_count(1)
        await chat.desk.say(
            chat.conversation(),
            LONG,
            Author.OFFICER,
            officer_name=LONG,
            buttons=(Button(LONG, "officer"), Button("Có", "bot")),
            sources=(Source(LONG, LONG, f"https://a.vn/{LONG}"),),
        )
        await expect(messages(page, "officer")).to_have_count(1)
        await page.set_input_files(
            "#file",
            {"name": LONG[:90] + ".txt", "mimeType": "text/plain", "buffer": b"x"},  # type: ignore[arg-type]
        )
        await expect(page.locator(".attachment.ready")).to_have_count(1)
        if height > 300:
            await messages(page, "officer").locator("[data-payload=officer]").click()
            await expect(page.locator("#standing")).to_be_visible()
        await assert_fits(page)
        await page.click("#menu-open")
        await assert_fits(page)


async def test_what_can_be_pressed_is_large_enough_to_be_hit(chat: Chat) -> None:
    async with chat.page(320, 568) as page:
        await send(page, "xin chào")
        await expect(messages(page, "bot")).to_have_count(1)
        small = await page.evaluate(
            """() => [...document.querySelectorAll("button:not(.link)")].filter((button) => {
              const box = button.getBoundingClientRect();
              return box.width > 0 && (box.width < 24 || box.height < 24);
            }).map((button) => button.outerHTML)"""
        )
        assert small == []
