"""Labelling in a real browser, hands on the keyboard."""

import pytest
from playwright.async_api import Page, expect

from bot.learning.digest import Digest
from helpdesk.message import Outcome
from helpdesk.officer import Role
from helpdesk.reply import Candidate, Reply
from helpdesk.storage.question import Question, Wanted
from helpdesk.usecase import library
from tests.e2e.console.conftest import Desktop, ready
from tests.integration.console.test_page import document

pytestmark = pytest.mark.browser

TOPICS = ("cancel", "penalty", "frozen-durian", "customs-fee")


async def filled(desktop: Desktop, count: int) -> None:
    """Articles, and so many different questions."""
    desk = desktop.desk
    documents = [document(topic) for topic in TOPICS]
    await desk.database.write(lambda unit: library.seed(unit, documents, desk.clock()))
    for number in range(count):
        topic = TOPICS[number % 3]
        reply = Reply(
            Outcome.ANSWERED,
            "en",
            confidence=0.2 + number / 100,
            candidates=(Candidate(topic, 0.5), Candidate("customs-fee", 0.3)),
            article_id=topic,
        )
        await desk.answered(f"question {number} about {topic}", f"Company {number}", "en", reply)
    digest = Digest(desk.database, desk.clock)
    while await digest.step():
        pass


async def opened(desktop: Desktop, query: str = "view=list", login: str = "mai", width: int = 1366) -> Page:
    page = await desktop.sign_in(login, Role.SUPERVISOR, width)
    await page.goto(f"{desktop.url}/review?{query}")
    await ready(page)
    return page


async def questions(desktop: Desktop) -> list[Question]:
    found, _ = await desktop.desk.read(lambda unit: unit.questions.find(Wanted(order="newest"), limit=100))
    return found


async def test_twenty_questions_by_keyboard_only(desktop: Desktop) -> None:
    await filled(desktop, 20)
    page = await opened(desktop)
    keys = ["Enter", "1", "o", "n", "l", "f", "Enter", "Enter", "1", "Enter"]
    said = page.locator("#review .said")
    await page.keyboard.press("j")
    for number in range(10):
        await expect(page.locator(".ask.current")).to_have_count(1)
        current = page.locator(".ask").nth(number)
        await expect(current).to_be_focused()
        await page.keyboard.press(keys[number])
        await expect(current).not_to_have_attribute("data-state", "new")
    for number in range(10, 15):
        current = page.locator(".ask").nth(number)
        await expect(current).to_be_focused()
        await page.keyboard.press("a")
        await page.keyboard.type("ABOUT cus")
        await expect(page.locator("#target-list [aria-selected=true]")).to_have_text("About customs-fee")
        await page.keyboard.press("Enter")
        await expect(current).to_contain_text("labelled by Mai")
    for _ in range(5):
        await page.keyboard.press("x")
        await page.keyboard.press("j")
    await page.keyboard.press("o")
    await expect(said).to_have_text("5 noted.")
    targets = [(one.state, one.target) for one in await questions(desktop)]
    assert len([one for one in targets if one[0] != "new"]) == 20
    assert len([one for one in targets if one[1] == "procedure/customs-fee"]) == 7
    assert len([one for one in targets if one[1] == "out_of_scope"]) == 6


async def test_undo_brings_a_row_back_and_stays_on_it(desktop: Desktop) -> None:
    await filled(desktop, 2)
    page = await opened(desktop)
    await page.keyboard.press("j")
    await page.keyboard.press("o")
    await expect(page.locator(".ask").nth(1)).to_be_focused()
    await page.keyboard.press("k")
    await page.keyboard.press("u")
    first = page.locator(".ask").first
    await expect(first).to_have_attribute("data-state", "new")
    await expect(first).to_be_focused()
    await expect(first).to_contain_text("undone by Mai")


async def test_the_tabs_count_along_while_the_page_stays(desktop: Desktop) -> None:
    await filled(desktop, 3)
    page = await opened(desktop)
    new, flagged = (page.locator(f".states [data-count={state}]") for state in ("new", "flagged"))
    await expect(new).to_have_text("3")
    await expect(flagged).to_have_text("0")
    await page.keyboard.press("j")
    await page.keyboard.press("f")
    await expect(new).to_have_text("2")
    await expect(flagged).to_have_text("1")
    await page.keyboard.press("k")
    await page.keyboard.press("u")
    await expect(new).to_have_text("3")
    await expect(flagged).to_have_text("0")


async def test_the_second_is_told_and_the_row_shows_what_holds(desktop: Desktop) -> None:
    await filled(desktop, 1)
    mai, minh = await opened(desktop), await opened(desktop, login="minh")
    for page in (mai, minh):
        await page.keyboard.press("j")
    await mai.keyboard.press("o")
    await expect(mai.locator("#review .said")).to_have_text("1 noted.")
    await minh.keyboard.press("Enter")
    await expect(minh.locator("#review .said")).to_contain_text("Mai was first, it is now Out of scope.")
    await expect(minh.locator(".ask .target")).to_have_text("Out of scope")


async def test_the_type_ahead_understands_words_without_marks_and_offers_a_new_article(desktop: Desktop) -> None:
    await filled(desktop, 2)
    page = await opened(desktop)
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    for typed in ("ve cancel", "VỀ CANCEL", "撤销报关单 cancel"):
        await page.locator("#target-words").fill(typed)
        await expect(page.locator("#target-list [aria-selected=true]")).to_have_text("About cancel")
    await page.locator("#target-words").fill("drone nông nghiệp")
    await expect(page.locator("#target-list li")).to_have_text(["Propose a new article: drone nông nghiệp"])
    await page.keyboard.press("Enter")
    await expect(page.locator("#review .said")).to_contain_text("1 wait for a second person: a new article.")
    await page.keyboard.press("a")
    await page.keyboard.press("Escape")
    await expect(page.locator("#target")).to_be_hidden()


async def test_the_type_ahead_puts_whole_words_before_beginnings_and_parts_of_words(desktop: Desktop) -> None:
    desk = desktop.desk
    documents = [document(topic) for topic in ("b-reform-e", "c-form-exit", "d-form-e-issue")]
    await desk.database.write(lambda unit: library.seed(unit, documents, desk.clock()))
    await filled(desktop, 1)
    page = await opened(desktop)
    await page.keyboard.press("j")
    await page.keyboard.press("a")
    await page.locator("#target-words").fill("Form E")
    titles = ["About d-form-e-issue", "About c-form-exit", "About b-reform-e"]
    assert (await page.locator("#target-list li").all_inner_texts())[:3] == titles


async def test_keys_can_be_switched_off_and_are_silent_while_typing(desktop: Desktop) -> None:
    await filled(desktop, 2)
    page = await opened(desktop)
    await page.locator("input[name=words]").fill("")
    await page.locator("input[name=words]").press_sequentially("floor")
    await page.keyboard.press("Escape")
    await page.evaluate("localStorage.clear()")
    await page.keyboard.press("?")
    await page.locator("#keys-on").uncheck()
    await page.keyboard.press("Escape")
    await page.keyboard.press("j")
    await page.keyboard.press("o")
    assert {one.state for one in await questions(desktop)} == {"new"}


@pytest.mark.parametrize("width", [320, 768, 1366, 1600])
async def test_nothing_is_cut_off_at_any_width(desktop: Desktop, width: int) -> None:
    await filled(desktop, 6)
    page = await opened(desktop, "", width=width)
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.locator(".ask button").first.click()
    await expect(page.locator("#review .said")).to_have_text("1 noted.")
    await page.locator("details.more summary").click()
    assert await page.evaluate("document.documentElement.scrollWidth") <= width


async def test_the_page_works_without_scripts(desktop: Desktop) -> None:
    await filled(desktop, 1)
    signed_in = await opened(desktop)
    state = await signed_in.context.storage_state()
    browser = signed_in.context.browser
    assert browser is not None
    context = await browser.new_context(java_script_enabled=False, storage_state=state)
    page = await context.new_page()
    await page.goto(f"{desktop.url}/review")
    await page.locator("input[name=row]").check()
    await page.locator("select[name=target]").select_option("procedure/penalty")
    await page.locator("button[value=label]").click()
    await expect(page.locator("p.done[role=status]")).to_have_text("Noted.")
    (found,) = await questions(desktop)
    assert found.target == "procedure/penalty"
