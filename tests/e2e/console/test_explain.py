"""Why a message is understood as it is, in a real browser."""

import pytest
from playwright.async_api import expect

from helpdesk.message import Outcome
from helpdesk.reply import Reply
from tests.e2e.console.conftest import Desktop
from tests.integration.console.test_page import seeded


@pytest.mark.parametrize(("width", "is_dark"), [(320, False), (768, True), (1600, False)])
async def test_the_page_is_never_wider_than_the_screen(desktop: Desktop, width: int, is_dark: bool) -> None:
    await seeded(desktop.desk)
    page = await desktop.sign_in("lan", width=width, is_dark=is_dark)
    await page.goto(f"{desktop.url}/explain")
    await page.get_by_label("Message").fill("撤销报关单" * 40 + " " + "x" * 300)
    await page.get_by_label("Article spoken of before").select_option("cancel")
    await page.get_by_role("button", name="Explain").click()
    await expect(page.locator(".ranker")).to_have_count(6)
    assert await page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert await page.locator("meter").first.is_visible()


async def test_a_question_of_the_log_is_explained_by_one_click(desktop: Desktop) -> None:
    await desktop.desk.answered("phí & lệ phí?", "Minh", "vi", Reply(Outcome.ANSWERED, "vi", article_id="cancel"))
    page = await desktop.sign_in("lan")
    await page.goto(f"{desktop.url}/questions")
    await page.get_by_role("link", name="Why?").click()
    await expect(page.get_by_label("Message")).to_have_value("phí & lệ phí?")
    await expect(page.get_by_role("heading", name="Result")).to_be_visible()
