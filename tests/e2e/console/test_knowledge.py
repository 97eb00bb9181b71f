"""In a real browser: a reply becomes an article that answers, a law ends, a wrong answer is recalled."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, async_playwright, expect

from bot.bookcase import Bookcase
from bot.reader import Reader
from bot.responder import Responder
from helpdesk.message import Outcome
from helpdesk.officer import Role
from helpdesk.reply import Reply
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import library, recall
from knowledge_base import shelf
from knowledge_base.article import dump
from tests.e2e.console.alone import now
from tests.e2e.console.conftest import CHROMIUM, QUIET, Desktop, ready
from tests.integration.console.desk import ConsoleDesk

pytestmark = pytest.mark.browser

QUESTION = "Gửi xe qua đêm ở bãi Km3+4 tính phí thế nào?"
RED = dump(next(article for article in shelf.articles() if article.id == "channel-red"))


class Knowledge(Desktop):
    """A console over real articles, and what the bot says from them."""

    bookcase: Bookcase

    async def answer(self, text: str) -> Reply:
        """What the next asker gets, without a model."""
        await self.bookcase.refresh()
        return Responder(self.bookcase.current, now).answer_alone(text, "vi")

    async def confirm(self, page: Page) -> None:
        """Say yes to the question whether one is sure."""
        await page.locator("#confirm").get_by_role("button", name="Confirm").click()


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[Knowledge]:
    desk = ConsoleDesk(tmp_path, clock=now)
    desk.reader = Reader(now, lambda: Bookcase(desk.database, now, True).held_on_now(now().date()).reference)
    await desk.open()
    await desk.database.write(lambda unit: library.seed(unit, [RED], now()))
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        found = Knowledge(desk, chromium)
        found.bookcase = Bookcase(desk.database, now, serve_drafts=True)
        yield found
        await chromium.close()
    await desk.close()
    assert found.complaints == []


async def fill(page: Page, language: str, answer: str | None) -> None:
    """Write one language of the editor's form; the answer may be there already."""
    words = {"title": f"Phí gửi xe {language}", "who": "x", "documents": "a", "steps": "b"}
    words["questions"] = "\n".join(f"{QUESTION} {language} {number}" for number in range(3))
    for name, text in (words | ({"answer": answer} if answer else {})).items():
        await page.locator(f'[name="{language}.{name}"]').fill(text)


async def test_a_reply_becomes_an_article_that_answers_the_next_asker(room: Knowledge) -> None:
    assert (await room.answer(QUESTION)).article_id is None
    missed = Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.NOTHING_FOUND)
    conversation_id = await room.desk.answered(QUESTION, "Minh Phat Co", "vi", missed)
    lan = await room.sign_in("lan")
    await lan.goto(f"{room.url}/conversations/{conversation_id}")
    await lan.get_by_label("Your reply").fill("Bãi thu phí theo giờ, trả tại quầy của bãi.")
    await lan.get_by_role("button", name="Send reply").click()
    await lan.get_by_role("link", name="Make an article from this reply").click()
    await ready(lan)
    await expect(lan.locator('[name="vi.answer"]')).to_have_value("Bãi thu phí theo giờ, trả tại quầy của bãi.")
    await expect(lan.locator('[name="vi.questions"]')).to_have_value(QUESTION)
    await lan.locator("#f-id").fill("yard-night-fee")
    await fill(lan, "vi", None)
    await lan.reload()
    await ready(lan)
    await expect(lan.locator("#draft-restored")).to_be_visible()
    await expect(lan.locator('[name="vi.title"]')).to_have_value("Phí gửi xe vi")
    await lan.get_by_role("button", name="Save draft").click()
    await expect(lan.get_by_text("English: missing")).to_be_visible()
    await ready(lan)
    await fill(lan, "en", "The yard charges by the hour.")
    await fill(lan, "zh", "按小时收费。")
    await lan.get_by_role("button", name="Save draft").click()
    await expect(lan.get_by_text("Complete in three languages")).to_be_visible()
    assert (await room.answer(QUESTION)).article_id is None

    boss = await room.sign_in("boss", Role.ADMINISTRATOR)
    await boss.goto(f"{room.url}/articles/yard-night-fee")
    await ready(boss)
    await boss.get_by_role("button", name="Approve this version").click()
    await room.confirm(boss)
    await expect(boss.get_by_text("This version answers businesses now.")).to_be_visible()
    answered = await room.answer(QUESTION)
    assert answered.article_id == "yard-night-fee"
    assert "trả tại quầy" in answered.messages[0].text


async def test_a_law_ends_and_the_answer_stops_and_says_so(room: Knowledge) -> None:
    question = RED["vi"]["questions"][0]
    assert (await room.answer(question)).article_id == "channel-red"
    boss = await room.sign_in("boss", Role.ADMINISTRATOR)
    await boss.goto(f"{room.url}/laws?words=38/2015")
    await ready(boss)
    law = boss.locator("tr", has=boss.locator('[name=key][value="38/2015/TT-BTC"]'))
    await law.get_by_text("Change its days").click()
    await law.get_by_label("Until the end of").fill("2026-01-31")
    await law.get_by_label("Reason").fill("replaced by another circular")
    await law.get_by_role("button", name="Save").click()
    await room.confirm(boss)
    await expect(boss.get_by_text("The legal text's days were recorded.")).to_be_visible()
    stopped = await room.answer(question)
    assert (stopped.article_id, stopped.reason) == (None, HandOffReason.NOT_IN_FORCE)
    assert "31/01/2026" in stopped.messages[0].text


async def test_a_wrong_answer_is_recalled_from_whoever_received_it(room: Knowledge) -> None:
    reply = await room.answer(RED["vi"]["questions"][0])
    conversation_id = await room.desk.answered("luồng đỏ?", "Minh Phat Co", "vi", reply)
    chief = await room.sign_in("chief", Role.SUPERVISOR)
    await chief.goto(f"{room.url}/articles/channel-red")
    await ready(chief)
    await chief.get_by_role("link", name="Correct what was sent").click()
    await ready(chief)
    await chief.get_by_label("1 people received it").check()
    await chief.get_by_label("What was wrong").fill("the time limit was wrong")
    for language in ("Vietnamese", "English", "Chinese"):
        await chief.get_by_label(f"What people are told ({language})").fill(f"Đúng là 4 giờ ({language}).")
    await chief.get_by_role("button", name="Hand in for approval").click()
    await expect(chief.get_by_text("Another administrator approves it.")).to_be_visible()
    boss = await room.sign_in("boss", Role.ADMINISTRATOR)
    await boss.goto(chief.url)
    await ready(boss)
    await boss.get_by_role("button", name="Approve and send").click()
    await room.confirm(boss)
    await expect(boss.get_by_text("Approved; it is being sent.")).to_be_visible()
    for _ in range(3):
        await room.desk.database.write(lambda unit: recall.send_some(unit, room.desk.policy, now()))
    await boss.reload()
    await expect(boss.get_by_text("Told: 1 / 1")).to_be_visible()
    told = await room.desk.read(lambda unit: unit.messages.of(conversation_id))
    assert [one.text for one in told if "Đúng là 4 giờ (Vietnamese)." in one.text] == [told[-1].text]


@pytest.mark.parametrize("width", [320, 1280])
async def test_no_page_of_the_knowledge_rooms_scrolls_sideways(room: Knowledge, width: int) -> None:
    boss = await room.sign_in("boss", Role.ADMINISTRATOR, width=width, language="vi")
    await boss.goto(f"{room.url}/switches")
    for path in ("switches", "reviews", "laws", "recalls", "gaps", "articles/channel-red", "articles/channel-red/edit"):
        await boss.goto(f"{room.url}/{path}")
        await ready(boss)
        wide = await boss.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, (path, wide)
