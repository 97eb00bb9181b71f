"""An officer's day in a real browser."""

import pytest
from playwright.async_api import Page, expect

from helpdesk.officer import Role
from helpdesk.usecase import library
from tests.e2e.console.conftest import Desktop, ready
from tests.integration.console.test_page import document

pytestmark = pytest.mark.browser


async def test_from_arrival_to_resolution_with_a_colleague_watching(desktop: Desktop) -> None:
    lan, minh = await desktop.sign_in("lan"), await desktop.sign_in("minh")
    conversation_id, _ = await desktop.desk.waiting("my truck is stuck", name="Minh Phat Co")
    for page in (lan, minh):
        await expect(page.locator("#waiting")).to_contain_text("Minh Phat Co")
        await expect(page).to_have_title("(1) Queue · ISEC quick response")
    await lan.get_by_role("button", name="Claim 26-0001-3").click()
    await expect(lan.locator("#standing")).to_contain_text("You hold this ticket")
    await expect(minh.locator("#others")).to_contain_text("Lan")
    await expect(minh.locator("#waiting")).to_contain_text("No ticket is waiting.")

    await minh.get_by_role("link", name="26-0001-3").click()
    await expect(minh.locator("#reply")).to_be_hidden()
    await lan.get_by_label("Your reply").fill("Which gate is it?")
    await lan.get_by_label("Your reply").press("Control+Enter")
    await expect(lan.locator("#timeline")).to_contain_text("Which gate is it?")
    await expect(lan.get_by_label("Your reply")).to_have_value("")
    await expect(minh.locator("#timeline")).to_contain_text("Which gate is it?")

    await desktop.desk.writes(conversation_id, "Bac Luan 2")
    await expect(lan.locator("#timeline")).to_contain_text("Bac Luan 2")
    await lan.get_by_role("button", name="Resolve").click()
    await expect(lan.locator("#confirm")).to_contain_text("This cannot be undone.")
    await lan.get_by_role("button", name="Confirm").click()
    await expect(lan.locator("#standing")).to_contain_text("The bot is answering")
    await expect(minh.locator("#standing")).to_contain_text("The bot is answering")


async def test_the_loser_is_told_who_won_and_the_page_goes_on(desktop: Desktop) -> None:
    lan, minh = await desktop.sign_in("lan"), await desktop.sign_in("minh")
    await minh.route("**/stream*", lambda route: route.abort())
    await minh.reload()
    await ready(minh)
    await desktop.desk.waiting()
    await minh.reload()
    await ready(minh)
    claim = minh.get_by_role("button", name="Claim 26-0001-3")
    await expect(claim).to_be_visible()
    await lan.get_by_role("button", name="Claim 26-0001-3").click()
    await expect(lan.locator("#standing")).to_contain_text("You hold this ticket")
    await claim.click()
    await expect(minh.get_by_role("alert")).to_have_text("Lan has already taken ticket 26-0001-3.")
    await minh.reload()
    await ready(minh)
    await expect(minh.locator("#others")).to_contain_text("Lan")


async def test_a_draft_survives_reload_refusal_and_sign_out(desktop: Desktop) -> None:
    lan = await desktop.sign_in("lan")
    conversation_id, _ = await desktop.desk.waiting()
    address = f"{desktop.url}/conversations/{conversation_id}"
    await lan.goto(address)
    await ready(lan)
    words = lan.get_by_label("Your reply")
    await words.fill("half a sentence that took long to")
    await lan.reload()
    await ready(lan)
    await expect(words).to_have_value("half a sentence that took long to")
    await lan.context.clear_cookies(name="isec_console")
    await lan.get_by_role("button", name="Send reply").click()
    await expect(lan.get_by_role("alert")).to_contain_text("Your session has ended.")
    await lan.goto(f"{address}")
    await lan.get_by_label("Login").fill("lan")
    await lan.get_by_label("Password").fill("a long pass sentence")
    await lan.get_by_role("button", name="Sign in").click()
    await expect(words).to_have_value("half a sentence that took long to")
    await lan.get_by_role("button", name="Send reply").click()
    await expect(lan.locator("#timeline")).to_contain_text("half a sentence")
    await expect(words).to_have_value("")
    await lan.reload()
    await ready(lan)
    await expect(words).to_have_value("")


async def test_a_live_update_disturbs_neither_draft_nor_focus(desktop: Desktop) -> None:
    lan = await desktop.sign_in("lan")
    conversation_id, ticket_id = await desktop.desk.waiting()
    await lan.goto(f"{desktop.url}/conversations/{conversation_id}")
    await ready(lan)
    await lan.get_by_role("button", name="Claim").click()
    await expect(lan.locator("#standing")).to_contain_text("You hold this ticket")
    await ready(lan)
    words = lan.get_by_label("Your reply")
    await words.press_sequentially("I am typ")
    await lan.locator("details.understood summary").click()
    await desktop.desk.writes(conversation_id, "hello? are you there?")
    await expect(lan.locator("#timeline")).to_contain_text("are you there?")
    await expect(words).to_have_value("I am typ")
    await expect(lan.locator("details.understood")).to_have_attribute("open", "")
    await words.press_sequentially("ing")
    await expect(words).to_be_focused()
    assert ticket_id == 1


async def test_updates_come_again_after_the_connection_was_lost(desktop: Desktop) -> None:
    lan = await desktop.sign_in("lan")
    await lan.context.set_offline(True)
    await expect(lan.locator("#offline")).to_be_visible()
    await desktop.desk.waiting(name="Came While Away Ltd")
    await lan.context.set_offline(False)
    await expect(lan.locator("#waiting")).to_contain_text("Came While Away Ltd")
    await expect(lan.locator("#offline")).to_be_hidden()


async def test_the_whole_job_by_keyboard(desktop: Desktop) -> None:
    lan = await desktop.sign_in("lan")
    await desktop.desk.waiting("no mouse here")
    await expect(lan.locator("#waiting")).to_contain_text("26-0001-3")
    await lan.keyboard.press("?")
    await expect(lan.locator("#help")).to_be_visible()
    await lan.keyboard.press("Escape")
    await lan.keyboard.press("j")
    await expect(lan.locator("#waiting a.ticket")).to_be_focused()
    await lan.keyboard.press("c")
    await expect(lan.locator("#standing")).to_contain_text("You hold this ticket")
    await ready(lan)
    await lan.keyboard.press("n")
    await lan.keyboard.type("checked the system, c r n are just letters")
    await lan.keyboard.press("Control+Enter")
    await expect(lan.locator(".private")).to_contain_text("c r n are just letters")
    await ready(lan)
    await lan.keyboard.press("r")
    await lan.keyboard.type("Done.")
    await lan.keyboard.press("Control+Enter")
    await expect(lan.locator("#timeline")).to_contain_text("Done.")
    await ready(lan)
    await lan.keyboard.press("g")
    await lan.keyboard.press("q")
    await expect(lan.get_by_role("heading", name="Queue", level=1)).to_be_visible()


async def test_an_article_is_inserted_in_the_contacts_language(desktop: Desktop) -> None:
    await desktop.desk.database.write(
        lambda unit: library.seed(unit, [document("cancel"), document("penalty")], desktop.desk.clock())
    )
    lan = await desktop.sign_in("lan")
    conversation_id, _ = await desktop.desk.waiting("撤单怎么办", language="zh")
    await lan.goto(f"{desktop.url}/conversations/{conversation_id}")
    await ready(lan)
    await lan.keyboard.press("s")
    await lan.locator("#snippet-words").fill("nothing like it")
    await expect(lan.locator("#snippet-list")).to_have_text("No article matches.")
    await lan.keyboard.press("Escape")
    await expect(lan.locator("#snippets")).to_be_hidden()
    await lan.keyboard.press("s")
    await lan.locator("#snippet-words").fill("cancel")
    await lan.locator("#snippet-words").press("Enter")
    await expect(lan.locator("#snippet-list button")).to_be_focused()
    await expect(lan.locator("#snippet-list li")).to_have_count(1)
    await lan.keyboard.press("Enter")
    await expect(lan.locator("#reply-text")).to_have_value("只有规定列明的情形才能撤单。")


async def test_a_file_travels_with_the_reply(desktop: Desktop) -> None:
    lan = await desktop.sign_in("lan")
    conversation_id, _ = await desktop.desk.waiting()
    await lan.goto(f"{desktop.url}/conversations/{conversation_id}")
    await ready(lan)
    await lan.get_by_label("Attach files").set_input_files(
        {"name": "hướng dẫn.txt", "mimeType": "text/plain", "buffer": "Xin chào\n".encode()}
    )
    await lan.get_by_role("button", name="Send reply").click()
    await expect(lan.get_by_role("link", name="hướng dẫn.txt")).to_be_visible()


async def test_colleagues_see_who_is_typing(desktop: Desktop) -> None:
    lan, minh = await desktop.sign_in("lan"), await desktop.sign_in("minh")
    conversation_id, _ = await desktop.desk.waiting()
    for page in (lan, minh):
        await page.goto(f"{desktop.url}/conversations/{conversation_id}")
        await ready(page)
    await expect(lan.locator("#presence")).to_contain_text("Minh is looking too")
    await minh.get_by_label("Your reply").press_sequentially("I will")
    await expect(lan.locator("#presence")).to_contain_text("Minh is writing a reply")


async def test_a_new_ticket_rings_once_and_marks_the_title(desktop: Desktop) -> None:
    lan = await desktop.sign_in("lan")
    await lan.get_by_label("Sound on a new ticket").check()
    await desktop.desk.waiting()
    await expect(lan.locator("body")).to_have_attribute("data-rang", "1")
    await desktop.desk.waiting(name="Another")
    await expect(lan.locator("body")).to_have_attribute("data-rang", "2")
    await lan.get_by_role("button", name="Claim 26-0001-3").click()
    await expect(lan.locator("#standing")).to_contain_text("You hold this ticket")
    await ready(lan)
    await lan.keyboard.press("g")
    await lan.keyboard.press("q")
    await expect(lan.get_by_label("Sound on a new ticket")).to_be_checked()


async def no_sideways_scroll(page: Page) -> None:
    """The page fits its width."""
    width = await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert width <= 0, page.url


BROKEN_WORDS = """() => {
  const broken = new Set();
  for (const cell of document.querySelectorAll("table.list th, table.list td")) {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      for (const word of walk.currentNode.data.matchAll(/\\p{L}+/gu)) {
        const range = document.createRange();
        range.setStart(walk.currentNode, word.index);
        range.setEnd(walk.currentNode, word.index + word[0].length);
        if (new Set([...range.getClientRects()].map((line) => line.top)).size > 1) broken.add(word[0]);
      }
    }
  }
  return [...broken];
}"""
"""The words of tables that begin on one line and end on another."""


@pytest.mark.parametrize("width", [320, 800, 961, 1024, 1280, 1600])
async def test_no_word_of_the_queue_is_broken_and_nothing_is_cut_off(desktop: Desktop, width: int) -> None:
    lan = await desktop.sign_in("lan", Role.ADMINISTRATOR, width=width)
    await desktop.desk.database.write(lambda unit: library.seed(unit, [document("cancel")], desktop.desk.clock()))
    await desktop.desk.waiting(name="Công ty Xuất nhập khẩu Hải Hà", language="vi", topic="specialised")
    await desktop.desk.waiting(name="Minh Phat Co", language="zh", topic="cancel")
    for path in ("queue", "people", "articles", "questions", "audit"):
        await lan.goto(f"{desktop.url}/{path}")
        await ready(lan)
        assert await lan.locator("table.list td").count() > 1, path
        assert await lan.evaluate(BROKEN_WORDS) == [], path
        cut = await lan.locator(".scroller").first.evaluate("box => box.scrollWidth - box.clientWidth")
        assert cut <= 0, path


@pytest.mark.parametrize("width", [320, 1600])
async def test_every_page_fits_the_screen(desktop: Desktop, width: int) -> None:
    boss = await desktop.sign_in("boss", Role.ADMINISTRATOR, width=width, language="vi")
    await desktop.desk.database.write(lambda unit: library.seed(unit, [document()], desktop.desk.clock()))
    conversation_id, _ = await desktop.desk.waiting("x" * 300, name="CôngTyTráchNhiệmHữuHạn" * 5)
    pages = [
        "queue",
        "overview",
        "questions",
        "articles",
        "articles/cancel",
        "calendar",
        "people",
        "audit",
        "ratings",
        "password",
    ]
    for path in (*pages, f"conversations/{conversation_id}"):
        await boss.goto(f"{desktop.url}/{path}")
        await ready(boss)
        await no_sideways_scroll(boss)
