"""What the visitor reads and presses stays where it can be read and pressed."""

import pytest
from playwright.async_api import expect

from helpdesk.message import Author, Button, Source
from tests.e2e.chat.conftest import Chat, messages, send, texts

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

LAW = Source("Luật Hải quan 54/2014/QH13", "Điều 33")
PAGE = Source("customs.gov.vn", "", "https://customs.gov.vn/")
HEADINGS = {
    "vi-VN": ["Căn cứ", "Nguồn tham khảo"],
    "en-GB": ["Legal basis", "Sources"],
    "zh-CN": ["依据", "参考来源"],
}
AT_END = "() => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 2"
PRESS_AND_MEASURE = """(button) => {
  const before = button.getBoundingClientRect().top;
  button.dispatchEvent(new MouseEvent("click", {bubbles: true, detail: 1}));
  return button.getBoundingClientRect().top - before;
}"""


async def test_the_second_click_of_a_double_click_presses_nothing_wherever_it_lands(chat: Chat) -> None:
    async with chat.page(320, 568) as page:
        await send(page, "xin chào")
        answer = messages(page, "bot").first
        await answer.get_by_role("button", name="Hồ sơ").click()
        await expect(messages(page, "bot")).to_have_count(2)
        box = await answer.get_by_role("button", name="Hữu ích").bounding_box()
        assert box is not None
        await page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        await page.mouse.down(click_count=2)
        await page.mouse.up(click_count=2)
        await send(page, "xong")
        await expect(messages(page, "bot")).to_have_count(3)
        assert await texts(page, "contact") == ["xin chào", "Hồ sơ", "xong"]


async def test_a_pressed_button_stays_under_the_pointer_and_the_list_follows_later(chat: Chat) -> None:
    async with chat.page(320, 568) as page:
        await send(page, "xin chào")
        await expect(messages(page, "bot")).to_have_count(1)
        await send(page, "thêm một câu nữa")
        await expect(messages(page, "bot")).to_have_count(2)
        await page.wait_for_function(AT_END)
        moved = await messages(page, "bot").last.get_by_role("button", name="Hồ sơ").evaluate(PRESS_AND_MEASURE)
        assert moved == 0
        await expect(messages(page, "bot")).to_have_count(3)
        await page.wait_for_function(AT_END)


async def test_an_answer_taller_than_the_list_is_shown_from_its_beginning(chat: Chat) -> None:
    async with chat.page(390, 700) as page:
        await send(page, "xin chào")
        await expect(messages(page, "bot")).to_have_count(1)
        await send(page, "long")
        await expect(messages(page, "bot")).to_have_count(2)
        await expect(messages(page, "bot").last.locator("header")).to_be_in_viewport()
        await send(page, "ngắn thôi")
        await expect(messages(page, "bot")).to_have_count(3)
        await page.wait_for_function(AT_END)


@pytest.mark.parametrize("locale", ["vi-VN", "en-GB", "zh-CN"])
async def test_laws_and_pages_have_a_heading_each_and_a_long_list_is_folded(chat: Chat, locale: str) -> None:
    async with chat.page(locale=locale) as page:
        await send(page, "?")
        await expect(messages(page, "bot")).to_have_count(1)
        await chat.desk.say(chat.conversation(), "ngắn", sources=(PAGE, LAW, LAW))
        await chat.desk.say(chat.conversation(), "dài", sources=(PAGE, LAW, LAW, LAW))
        await expect(messages(page, "bot")).to_have_count(3)
        few, many = messages(page, "bot").nth(1), messages(page, "bot").nth(2)
        await expect(few.locator(".sources h3")).to_have_text(HEADINGS[locale])
        await expect(few.locator(".laws li")).to_have_text(["Luật Hải quan 54/2014/QH13, Điều 33"] * 2)
        await expect(few.locator(".pages").get_by_role("link", name="customs.gov.vn")).to_be_visible()
        await expect(many.locator(".laws")).to_be_hidden()
        await many.locator("summary").click()
        await expect(many.locator(".laws li")).to_have_count(3)
        await expect(many.locator(".laws")).to_be_visible()


async def test_a_law_that_the_answer_names_is_not_named_again_under_it(chat: Chat) -> None:
    async with chat.page() as page:
        await send(page, "?")
        await expect(messages(page, "bot")).to_have_count(1)
        said = "Phí: không.\n\nCăn cứ pháp lý: Luật Hải quan 54/2014/QH13, Điều 33; Luật Thuế, Điều 5"
        others = (Source("Luật Hải quan 54/2014/QH13", "Điều 3"), Source("Luật Thuế", "Điều 6"))
        await chat.desk.say(chat.conversation(), said, sources=(LAW, *others, PAGE))
        await chat.desk.say(chat.conversation(), "法律依据：海关法，第33条", sources=(Source("海关法", "第33条"),))
        await expect(messages(page, "bot")).to_have_count(3)
        laws = messages(page, "bot").nth(1).locator(".laws li")
        await expect(laws).to_have_text(["Luật Hải quan 54/2014/QH13, Điều 3", "Luật Thuế, Điều 6"])
        await expect(messages(page, "bot").nth(1).locator(".pages li")).to_have_text(["customs.gov.vn"])
        await expect(messages(page, "bot").nth(2).locator(".sources")).to_have_count(0)


async def test_the_way_to_an_officer_is_offered_once(chat: Chat) -> None:
    async with chat.page() as page:
        await expect(page.locator("#officer")).to_be_visible()
        await send(page, "xin chào")
        await expect(messages(page, "bot")).to_have_count(1)
        await expect(page.get_by_role("button", name="Gặp cán bộ")).to_have_count(1)
        await expect(page.locator("#officer")).to_be_hidden()
        await chat.desk.say(chat.conversation(), "không kèm nút", Author.SYSTEM, buttons=(Button("Có", "bot"),))
        await expect(page.locator("#officer")).to_be_visible()


@pytest.mark.parametrize("locale", ["vi-VN", "en-GB", "zh-CN"])
async def test_the_standing_takes_two_lines_at_320_pixels_with_the_hours_folded(chat: Chat, locale: str) -> None:
    async with chat.page(320, 568, locale) as page:
        await send(page, "?")
        await expect(messages(page, "bot")).to_have_count(1)
        chat.desk._rooms[chat.conversation()].holder = "queue"
        await chat.desk.say(chat.conversation(), "Số phiếu của anh/chị đây nhé: 26-0042-7", Author.SYSTEM)
        standing = page.locator("#standing")
        await expect(standing).to_contain_text("26-0042-7")
        assert await standing.evaluate("(bar) => bar.offsetHeight") <= 64
        await expect(standing.locator(".hours p")).to_be_hidden()
        await standing.locator("summary").click()
        await expect(standing.locator(".hours p")).to_be_visible()
        lines = "(number) => number.getClientRects().length"
        assert await messages(page, "system").locator(".number").evaluate(lines) == 1
        assert await page.locator(".message .number").evaluate("(it) => getComputedStyle(it).whiteSpace") == "nowrap"
