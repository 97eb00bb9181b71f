"""The administrator's week in a fresh demonstration: what went wrong is labelled, learnt, compared, promoted, undone.

Everything is real: the desk, the training, the models, the load. Only the number of articles is small.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from playwright.async_api import Page, expect

from helpdesk.calendar import day_of
from helpdesk.usecase.demo import MARK
from helpdesk.usecase.demo_nickname import nicknamed
from tests.e2e.console.conftest import ready
from tests.e2e.learning.conftest import Office, confirmed
from tests.e2e.learning.house import House
from tests.e2e.learning.later import QUESTIONS, missed
from tests.e2e.survival.desk import Visitor
from tests.e2e.survival.load import Load
from tests.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.brain]

TRAINING_MS, SWITCH_MS, WARM_MS = 300_000, 90_000, 20_000
MANY, FEW = 9, 4
"""Of the twelve later askers: how many are missed at least before, and at most after."""


async def test_what_went_wrong_is_labelled_learnt_and_answered_and_can_be_taken_back(office: Office) -> None:
    house = office.house
    before = house.serving()
    unlearnt = await missed(house)
    assert len(unlearnt) >= MANY
    boss = await office.sign_in("demo-quan-tri")
    await label(office, boss)
    candidate = await train(office, boss)
    await compare(office, boss, candidate)

    async with load(house) as visitors:
        await confirmed(boss, "Promote")
        await expect(boss.locator("#state")).to_contain_text("answers", timeout=SWITCH_MS)
        assert house.serving() == candidate
    assert visitors
    learnt = await missed(house)
    print(f"of {len(QUESTIONS)} later askers {len(unlearnt)} were missed before and {len(learnt)} after")
    assert len(learnt) <= FEW

    await go_back(office, boss, before)
    assert await missed(house) == unlearnt
    await go_back(office, boss, candidate)
    assert await missed(house) == learnt
    await office.open(boss, "insight/learning")
    await expect(boss.locator("#effects")).to_contain_text(candidate)


async def label(office: Office, boss: Page) -> None:
    """The questions of the days before today, by keyboard; today's are the later askers'."""
    await eventually(lambda: all_taken_in(office.house))
    await office.open(boss, "gaps")
    await expect(boss.locator("main")).to_contain_text("giấy rồng")
    yesterday, count = day_of(datetime.now(UTC)) - timedelta(days=1), 0
    for words in ("rồng", "dragon paper", "龙纸"):
        await office.open(boss, f"review?view=list&until={yesterday}")
        await boss.locator("input[name=words]").fill(words)
        await boss.locator("input[name=words]").press("Enter")
        await boss.wait_for_url("**words=**")
        await ready(boss)
        found = await boss.locator(".ask").count()
        await boss.keyboard.press("j")
        await boss.keyboard.press("X")
        await boss.keyboard.press("a")
        await boss.keyboard.type("form e")
        await expect(boss.locator("#target-list [aria-selected=true]")).to_contain_text("Apply for a form E")
        await boss.keyboard.press("Enter")
        await expect(boss.locator("#review .said")).to_have_text(f"{found} noted.")
        count += found
    assert count == len(nicknamed(datetime.now(UTC), MARK))


async def all_taken_in(house: House) -> bool:
    """Whether the desk has made questions of everything that was asked."""
    return not await house.database.read(lambda unit: unit.askings.fresh(1))


async def train(office: Office, boss: Page) -> str:
    """From the button to the candidate, as the page tells it without being loaded again."""
    await office.open(boss, "models")
    await boss.get_by_role("button", name="Train now").click()
    await ready(boss)
    training = boss.locator("#training")
    await expect(training.get_by_role("progressbar")).to_be_visible(timeout=WARM_MS)
    await expect(training).to_contain_text("IntentRanker", timeout=TRAINING_MS)
    await expect(training).to_contain_text("Last run: done", timeout=TRAINING_MS)
    return str(await training.locator("a[href*='/models/']").inner_text())


async def compare(office: Office, boss: Page, candidate: str) -> None:
    """The page of the candidate names a question that it mends and none of ours that it breaks."""
    await boss.locator("#training").get_by_role("link", name=candidate).click()
    await ready(boss)
    await boss.get_by_text("Fixed: right now, not before").click()
    fixed = boss.locator("details", has_text="Fixed: right now, not before")
    await expect(fixed.locator("li b").filter(has_text="龙纸").first).to_be_visible()
    await expect(boss.get_by_text("Gate: passes")).to_be_visible()


@asynccontextmanager
async def load(house: House) -> AsyncIterator[list[Visitor]]:
    """People who ask all the while; in the end each message of theirs has its answer, in order, by a model."""
    async with aiohttp.ClientSession(house.url, headers=house.local) as session:
        asked = Load([Visitor(session, f"khách {number}") for number in range(3)])
        for visitor in asked.visitors:
            await visitor.open()
        asking = [asyncio.create_task(asked.ask(visitor)) for visitor in asked.visitors]
        yield asked.visitors
        await asked.goes_on()
        await asked.end(asking)
        print(f"{len(asked.seconds)} answers under way, longest {max(asked.seconds):.2f} s")


async def go_back(office: Office, boss: Page, name: str) -> None:
    """To the model before, which is warm."""
    await office.open(boss, "models")
    await confirmed(boss, "Go back to it")
    await expect(boss.locator("#standing b")).to_have_text(name, timeout=WARM_MS)
