"""What visitors do on the chat page."""

import asyncio
import json
from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from helpdesk.message import Author
from tests.e2e.chat.conftest import Chat, messages, send, texts

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0" + b"\0" * 20

NOTE_LIVE = """new MutationObserver((changes, observer) => {
  const log = document.querySelector("#log:has(.message)");
  if (log === null) return;
  document.liveAtFirst = log.getAttribute("aria-live");
  observer.disconnect();
}).observe(document, {childList: true, subtree: true})"""
"""Notes whether the log was being read out when its first message came; it has to be there before the page."""


async def test_a_question_is_answered_and_a_reload_keeps_the_history(chat: Chat) -> None:
    async with chat.page() as page:
        await expect(page.locator("#welcome")).to_contain_text("trợ lý tự động, không phải người thật")
        await send(page, "hàng luồng đỏ\nkiểm ở đâu")
        await expect(messages(page, "bot")).to_have_count(1)
        before = await texts(page)
        assert before[0] == "hàng luồng đỏ\nkiểm ở đâu"
        await expect(messages(page, "bot").locator(".author")).to_have_text("Trợ lý tự động")
        await page.reload()
        await expect(messages(page)).to_have_count(2)
        assert await texts(page) == before


async def test_a_long_history_comes_back_whole_in_order_and_unannounced(chat: Chat) -> None:
    async with chat.page() as page:
        await send(page, "một")
        await expect(messages(page, "bot")).to_have_count(1)
        for number in range(450):
            await chat.desk.say(chat.conversation(), f"tin {number}", Author.OFFICER)
        await page.add_init_script(NOTE_LIVE)
        await page.reload()
        await expect(messages(page)).to_have_count(452)
        assert await page.evaluate("document.liveAtFirst") == "off"
        await expect(page.locator("#log")).to_have_attribute("aria-live", "polite")
        assert (await texts(page, "officer")) == [f"tin {number}" for number in range(450)]


async def test_what_is_written_offline_waits_survives_a_reload_and_arrives_once(chat: Chat) -> None:
    async with chat.page() as page:
        await send(page, "trước")
        await expect(messages(page, "bot")).to_have_count(1)
        await page.context.set_offline(True)
        await send(page, "khi mất mạng 1")
        await send(page, "khi mất mạng 2")
        await expect(page.locator(".pending").first.locator(".state")).to_have_text("Chờ gửi")
        await expect(page.locator("#notice")).to_contain_text("Mất kết nối")
        await page.context.set_offline(False)
        await expect(messages(page, "bot")).to_have_count(3)
        await expect(page.locator(".pending")).to_have_count(0)
        await expect(page.locator("#notice")).to_be_hidden()
        assert await texts(page, "contact") == ["trước", "khi mất mạng 1", "khi mất mạng 2"]


async def test_while_the_desk_cannot_store_messages_they_wait_here_through_a_reload(chat: Chat) -> None:
    async with chat.page() as page:
        chat.desk.is_away = True
        await send(page, "giữ giúp tôi")
        await expect(page.locator(".pending .state")).to_have_text("Chờ gửi")
        await page.reload()
        await expect(page.locator(".pending .text")).to_have_text("giữ giúp tôi")
        chat.desk.is_away = False
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(messages(page, "bot")).to_have_count(1)
        assert await texts(page, "contact") == ["giữ giúp tôi"]


async def test_a_message_whose_answer_was_lost_is_not_stored_twice(chat: Chat) -> None:
    async with chat.page() as page:
        lost = 0

        async def lose_first(route: object) -> None:
            nonlocal lost
            lost += 1
            if lost == 1:
                await route.fetch()  # type: ignore[attr-defined]
                await route.abort()  # type: ignore[attr-defined]
            else:
                await route.continue_()  # type: ignore[attr-defined]

        await page.route("**/api/v1/chat/messages", lose_first)
        await send(page, "chỉ một lần")
        await expect(messages(page, "bot")).to_have_count(1)
        await expect(page.locator(".pending")).to_have_count(0)
        assert lost == 2
        assert await texts(page, "contact") == ["chỉ một lần"]


async def test_a_double_click_sends_once_and_a_used_button_stays_used(chat: Chat) -> None:
    async with chat.page() as page:
        await page.fill("#input", "xin chào")
        await page.dblclick("#send")
        await expect(messages(page, "bot")).to_have_count(1)
        for title in ("Hữu ích", "Hồ sơ"):
            await messages(page, "bot").first.get_by_role("button", name=title).dblclick()
        await expect(messages(page, "bot")).to_have_count(3)
        assert await texts(page, "contact") == ["xin chào", "Hữu ích", "Hồ sơ"]
        for _ in range(2):
            useful = messages(page, "bot").first.get_by_role("button", name="Hữu ích")
            await expect(useful).to_have_attribute("aria-pressed", "true")
            poor = messages(page, "bot").first.get_by_role("button", name="Chưa đúng")
            await expect(poor).to_have_attribute("aria-disabled", "true")
            await page.reload()
            await expect(messages(page)).to_have_count(6)


async def test_everything_is_reached_by_keyboard_alone(chat: Chat) -> None:
    async with chat.page() as page:
        await page.keyboard.press("Tab")
        await expect(page.get_by_text("Đến ô nhập câu hỏi")).to_be_focused()
        await page.keyboard.press("Enter")
        await expect(page.locator("#input")).to_be_focused()
        await page.keyboard.type("xin chào")
        await page.keyboard.press("Shift+Enter")
        await page.keyboard.type("dòng hai")
        await page.keyboard.press("Enter")
        await expect(messages(page, "bot")).to_have_count(1)
        assert (await texts(page, "contact")) == ["xin chào\ndòng hai"]
        await tab_to(page, "Gặp cán bộ", backwards=True)
        await page.keyboard.press("Enter")
        await expect(page.locator("#standing")).to_contain_text("Phiếu 26-0042-7")
        await expect(messages(page, "officer").locator(".author")).to_have_text("Cán bộ hải quan · Nguyễn Thị Hoa")
        await tab_to(page, "Dữ liệu và quyền riêng tư", backwards=True)
        await page.keyboard.press("Enter")
        await expect(page.locator("#menu")).to_be_visible()
        await page.keyboard.press("Escape")
        await expect(page.locator("#menu")).to_be_hidden()


async def tab_to(page: Page, name: str, backwards: bool = False) -> None:
    """Press Tab until the control with this name has the focus."""
    for _ in range(40):
        await page.keyboard.press("Shift+Tab" if backwards else "Tab")
        focused = "document.activeElement.getAttribute('aria-label') ?? document.activeElement.textContent"
        if (await page.evaluate(focused)).strip() == name:
            return
    raise AssertionError(f"{name} is not reached by Tab")


async def test_enter_while_composing_chinese_chooses_a_word_and_does_not_send(chat: Chat) -> None:
    async with chat.page(locale="zh-CN") as page:
        await expect(page.locator("h1")).to_have_text("广宁海关问答")
        await page.focus("#input")
        keyboard = await page.context.new_cdp_session(page)
        await keyboard.send("Input.imeSetComposition", {"text": "bao guan", "selectionStart": 8, "selectionEnd": 8})
        enter = {"type": "rawKeyDown", "key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}
        await keyboard.send("Input.dispatchKeyEvent", enter)
        await keyboard.send("Input.insertText", {"text": "报关"})
        assert await page.input_value("#input") == "报关"
        assert await messages(page).count() == 0
        await page.keyboard.press("Enter")
        await expect(messages(page, "bot")).to_have_count(1)
        assert await texts(page, "contact") == ["报关"]


async def test_a_file_is_previewed_sent_and_shown_to_its_owner(chat: Chat, tmp_path: Path) -> None:
    async with chat.page() as page:
        photo = {"name": "ảnh tờ khai.png", "mimeType": "image/png", "buffer": PNG}
        await page.set_input_files("#file", photo)  # type: ignore[arg-type]
        await expect(page.locator(".attachment.ready img")).to_have_count(1)
        await send(page, "đây ạ")
        await expect(messages(page, "bot")).to_contain_text("image/png")
        link = messages(page, "contact").get_by_role("link", name="ảnh tờ khai.png")
        source = await link.locator("img").get_attribute("src")
        assert source is not None
        response = await page.request.get(chat.url.rstrip("/") + source)
        assert await response.body() == PNG
        async with chat.page() as other:
            assert (await other.request.get(chat.url.rstrip("/") + source)).status == 401


async def test_a_refused_file_says_why_and_does_not_stand_in_the_way(chat: Chat) -> None:
    async with chat.page(locale="en-GB") as page:
        hostile = {"name": "x.png", "mimeType": "image/png", "buffer": b"<svg onload=alert(1)></svg>"}
        await page.set_input_files("#file", hostile)  # type: ignore[arg-type]
        await expect(page.locator(".attachment.failed")).to_contain_text("SVG, HTML and XML files are not accepted")
        await send(page, "hello")
        await expect(messages(page, "bot")).to_have_count(1)
        await page.get_by_role("button", name="Remove x.png").click()
        await expect(page.locator(".attachment")).to_have_count(0)


async def test_files_are_taken_by_drop_and_paste(chat: Chat) -> None:
    async with chat.page() as page:
        for kind, target in (("drop", "#log"), ("paste", "#input")):
            await page.evaluate(
                """([kind, target]) => {
                  const data = new DataTransfer();
                  data.items.add(new File(["ghi chú"], `${kind}.txt`, {type: "text/plain"}));
                  const options = {bubbles: true, cancelable: true};
                  const event = kind === "drop" ? new DragEvent("drop", {...options, dataTransfer: data})
                    : new ClipboardEvent("paste", {...options, clipboardData: data});
                  document.querySelector(target).dispatchEvent(event);
                }""",
                [kind, target],
            )
        await expect(page.locator(".attachment.ready")).to_have_count(2)


async def test_a_text_over_the_limit_is_counted_and_cannot_be_sent(chat: Chat) -> None:
    async with chat.page() as page:
        await page.fill("#input", "x" * 4097)
        await expect(page.locator("#counter")).to_contain_text("4097")
        await page.press("#input", "Enter")
        await expect(page.locator("#send")).to_have_attribute("aria-disabled", "true")
        assert await messages(page).count() == 0
        await page.fill("#input", "🚢" * 4096)
        await page.press("#input", "Enter")
        await expect(messages(page, "contact")).to_have_count(1)


async def test_the_language_of_page_and_conversation_changes_together(chat: Chat) -> None:
    async with chat.page() as page:
        await send(page, "xin chào")
        await expect(messages(page, "bot")).to_have_count(1)
        await page.get_by_role("button", name="中文").click()
        await expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
        await expect(messages(page, "bot").locator(".author")).to_have_text("自动助手")
        await send(page, "你好")
        await expect(messages(page, "bot").last).to_contain_text("您刚才写的是")
        await page.reload()
        await expect(page.locator("h1")).to_have_text("广宁海关问答")


async def test_data_is_downloaded_and_after_a_confirmed_erasure_nothing_is_left(chat: Chat) -> None:
    async with chat.page() as page:
        await send(page, "chuyện riêng")
        await expect(messages(page, "bot")).to_have_count(1)
        await page.click("#menu-open")
        async with page.expect_download() as started:
            await page.click("#export")
        download = await started.value
        copy = json.loads(await asyncio.to_thread(Path(await download.path()).read_text, "utf-8"))
        assert copy["messages"][0]["text"] == "chuyện riêng"
        await page.click("#erase")
        await page.locator("#confirm").get_by_role("button", name="Thôi").click()
        assert await messages(page).count() == 2
        await page.click("#menu-open")
        await page.click("#erase")
        await page.click("#erase-confirm")
        await expect(messages(page)).to_have_count(0)
        await page.reload()
        await expect(page.locator("#examples")).to_be_visible()
        assert await messages(page).count() == 0
        assert await page.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('isec.outbox'))") == []


async def test_messages_that_come_while_nobody_looks_are_counted_in_the_title(chat: Chat) -> None:
    async with chat.page() as page:
        await send(page, "xin chào")
        await expect(messages(page, "bot")).to_have_count(1)
        look = """(isHidden) => {
          Object.defineProperty(document, "hidden", {configurable: true, get: () => isHidden});
          document.dispatchEvent(new Event("visibilitychange"));
        }"""
        await page.evaluate(look, True)
        await chat.desk.say(chat.conversation(), "cán bộ đã trả lời", Author.OFFICER)
        await page.evaluate("dispatchEvent(new Event('online'))")
        await expect(page).to_have_title("(1) Hỏi đáp Hải quan Quảng Ninh")
        await page.evaluate(look, False)
        await expect(page).to_have_title("Hỏi đáp Hải quan Quảng Ninh")
