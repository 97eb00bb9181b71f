"""Knowledge that stays true, from the chat's point of view: an officer's reply answers the next asker, a law ends,
a wrong answer is taken back from who was shown it."""

import asyncio
import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.ask import ask_lines
from helpdesk.calendar import day_of
from tests.e2e.console.conftest import ready
from tests.e2e.learning.conftest import Office, confirmed
from tests.e2e.learning.house import House
from tests.e2e.survival.desk import Visitor
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.brain]

NEW = "left-luggage-counter"
LUGGAGE = {
    "vi": (
        "Quầy giữ va li",
        "Quầy giữ va li khách đoàn ở Bắc Luân 2 mở cửa lúc nào?",
        "Quầy mở từ 7 giờ đến 18 giờ.",
    ),
    "en": ("Luggage counter", "When is the luggage counter at Bac Luan 2 open for tour groups?", "Open from 7 to 18."),
    "zh": ("行李寄存处", "北仑二桥旅行团行李寄存处几点开门？", "寄存处7点至18点开放。"),
}
"""Of the three languages: title, question, answer."""
RED = "hang luong do thi kiem hoa o dau"
CORRECTION = "Đính chính minh hoạ"


@pytest_asyncio.fixture
async def session(house: House) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(house.url, headers=house.local) as opened:
        yield opened


async def asked(house: House, *texts: str) -> list[dict[str, Any]]:
    """What the bot makes of questions now, each in a fresh conversation."""
    said: list[str] = []
    await ask_lines(house.url, (json.dumps({"id": text, "text": text}) for text in texts), said.append, 2, house.local)
    return [json.loads(line) for line in said]


async def test_an_officer_s_reply_becomes_an_article_that_answers_in_three_languages(
    office: Office, session: aiohttp.ClientSession
) -> None:
    questions = [question for _, question, _ in LUGGAGE.values()]
    assert {answer["article_id"] for answer in await asked(office.house, *questions)}.isdisjoint({NEW})
    asker = Visitor(session, "khách đoàn")
    await asker.open()
    await asker.write(LUGGAGE["vi"][1])
    await asker.write("cho tôi gặp cán bộ")
    officer = await office.sign_in("demo-can-bo")
    await reply(office, officer, asker.conversation_id, LUGGAGE["vi"][2])
    await officer.get_by_role("link", name="Make an article from this reply").click()
    await write(officer)
    assert NEW not in {answer["article_id"] for answer in await asked(office.house, *questions)}

    boss = await office.sign_in("demo-quan-tri")
    await office.open(boss, f"articles/{NEW}")
    await confirmed(boss, "Approve this version")
    await expect(boss.get_by_text("This version answers businesses now.")).to_be_visible()
    await eventually(lambda: is_answered(office.house))
    for answer, (_, _, words) in zip(await asked(office.house, *questions), LUGGAGE.values(), strict=True):
        assert answer["article_id"] == NEW
        assert words in answer["text"]


async def reply(office: Office, officer: Page, conversation_id: str, words: str) -> None:
    """Claim the ticket of a conversation and answer."""
    await office.open(officer, f"conversations/{conversation_id}")
    await officer.get_by_role("button", name="Claim").click()
    await expect(officer.locator("#standing")).to_contain_text("You hold this ticket")
    await ready(officer)
    await officer.get_by_label("Your reply").fill(words)
    await officer.get_by_role("button", name="Send reply").click()
    await expect(officer.locator("#timeline")).to_contain_text(words)


async def write(officer: Page) -> None:
    """The article in three languages, made of the reply."""
    await ready(officer)
    await expect(officer.locator('[name="vi.answer"]')).to_have_value(LUGGAGE["vi"][2])
    await officer.locator("#f-id").fill(NEW)
    for language, (title, question, answer) in LUGGAGE.items():
        words = {"title": title, "who": title, "documents": title, "steps": answer, "answer": answer}
        words["questions"] = "\n".join((question, f"{title}: {question}", f"{title} 2: {question}"))
        for name, text in words.items():
            await officer.locator(f'[name="{language}.{name}"]').fill(text)
    await officer.get_by_role("button", name="Save draft").click()
    await expect(officer.get_by_text("Complete in three languages")).to_be_visible()


async def is_answered(house: House) -> bool:
    (answer,) = await asked(house, LUGGAGE["vi"][1])
    return bool(answer["article_id"] == NEW)


async def test_a_wrong_answer_is_recalled_once_from_who_was_shown_it(
    office: Office, session: aiohttp.ClientSession
) -> None:
    shown, other = Visitor(session, "được xem"), Visitor(session, "hỏi khác")
    for visitor, question in ((shown, RED), (other, "muốn huỷ tờ khai đã đăng ký")):
        await visitor.open()
        await visitor.write(question)
        await eventually(lambda who=visitor: has_heard(who))
    chief = await office.sign_in("demo-phu-trach")
    await office.open(chief, "articles/channel-red")
    await chief.get_by_role("link", name="Correct what was sent").click()
    await ready(chief)
    await chief.locator("input[name=version]").last.check()
    await chief.get_by_label("What was wrong").fill("a demonstration")
    for language in ("Vietnamese", "English", "Chinese"):
        await chief.get_by_label(f"What people are told ({language})").fill(f"{CORRECTION} ({language}).")
    await chief.get_by_role("button", name="Hand in for approval").click()
    await expect(chief.get_by_text("Another administrator approves it.")).to_be_visible()
    boss = await office.sign_in("demo-quan-tri")
    await boss.goto(chief.url)
    await ready(boss)
    await confirmed(boss, "Approve and send")
    await eventually(lambda: is_corrected(shown))
    await asyncio.sleep(3)  # time for a second one, if there were to be one
    assert [len(await corrections(who)) for who in (shown, other)] == [1, 0]
    assert "(Vietnamese)" in (await corrections(shown))[0]


async def has_heard(visitor: Visitor) -> bool:
    return any(message["author"] == "bot" for message in await visitor.read())


async def is_corrected(visitor: Visitor) -> bool:
    return bool(await corrections(visitor))


async def corrections(visitor: Visitor) -> list[str]:
    return [message["text"] for message in await visitor.read() if CORRECTION in message["text"]]


async def test_a_law_ends_and_its_answer_stops_until_the_day_is_taken_back(office: Office) -> None:
    house = office.house
    assert await articles_of(house) == ["channel-red"]
    boss = await office.sign_in("demo-quan-tri")
    await end_law(office, boss, day_of(datetime.now(UTC)) - timedelta(days=1))
    await eventually(lambda: has_stopped(house))
    (stopped,) = await asked(house, RED)
    assert (stopped["outcome"], stopped["article_id"]) == ("handoff", None)
    assert "39/2018" in stopped["text"]
    await end_law(office, boss, None)
    await eventually(lambda: has_come_back(house))


async def end_law(office: Office, boss: Page, last: object) -> None:
    """A circular ends on a day; None = no day."""
    await office.open(boss, "laws?words=39/2018")
    law = boss.locator("tr", has=boss.locator('[name=key][value="39/2018/TT-BTC"]'))
    await law.get_by_text("Change its days").click()
    await law.get_by_label("Until the end of").fill(str(last or ""))
    await law.get_by_label("Reason").fill("a demonstration")
    await law.get_by_role("button", name="Save").click()
    await boss.locator("#confirm").get_by_role("button", name="Confirm").click()
    await expect(boss.get_by_text("The legal text's days were recorded.")).to_be_visible()


async def articles_of(house: House) -> list[str | None]:
    return [answer["article_id"] for answer in await asked(house, RED)]


async def has_stopped(house: House) -> bool:
    return await articles_of(house) == [None]


async def has_come_back(house: House) -> bool:
    return await articles_of(house) == ["channel-red"]
