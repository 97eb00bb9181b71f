"""An administrator trains, compares, promotes and goes back, in a real browser; a desk in memory does the work."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest
from playwright.async_api import Page, expect

from helpdesk.console.port import MODELS
from helpdesk.learning import Phase
from helpdesk.officer import Role
from helpdesk.storage.unit import Unit
from helpdesk.usecase import learning
from tests.e2e.console.conftest import Desktop, ready
from tests.integration.console.desk import ConsoleDesk
from tests.integration.console.test_model import stocked

pytestmark = pytest.mark.browser


async def work(desk: ConsoleDesk) -> None:
    """Carry promotions out as soon as they are asked for, as the school of a desk does."""
    with desk.signal.subscribe(MODELS) as woken:
        while True:
            await woken.wait(1.0)
            found = await desk.read(lambda unit: unit.models.under_way())
            if found is not None:
                number = found.id
                await desk.database.write(lambda unit, id_=number: learning.complete_promotion(unit, id_, desk.clock()))  # type: ignore[misc]
                desk.signal.notify(MODELS)


@pytest.fixture
async def worker(desktop: Desktop) -> AsyncIterator[None]:
    task = asyncio.create_task(work(desktop.desk))
    yield
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task


async def confirmed(page: Page, button: str) -> None:
    await page.get_by_role("button", name=button).click()
    await page.locator("#confirm").get_by_role("button", name="Confirm").click()


@pytest.mark.usefixtures("worker")
async def test_a_model_is_promoted_after_a_look_at_what_it_fixes_and_taken_back(desktop: Desktop) -> None:
    await stocked(desktop.desk)
    boss = await desktop.sign_in("boss", Role.ADMINISTRATOR)
    await boss.get_by_role("link", name="Models").click()
    await ready(boss)
    await boss.locator("#models").get_by_role("link", name="isec-2").click()
    await ready(boss)
    await boss.get_by_text("Fixed: right now, not before").click()
    await expect(boss.get_by_text("câu hỏi 5 <b>", exact=True)).to_be_visible()
    await confirmed(boss, "Promote")
    await expect(boss.locator("#state")).to_contain_text("answers")
    await boss.goto(f"{desktop.url}/models")
    await ready(boss)
    await expect(boss.locator("#standing")).to_contain_text("isec-2")
    await boss.locator("#standing").get_by_label("Reason").fill("zh got worse")
    await confirmed(boss, "Go back to it")
    await expect(boss.locator("#standing b")).to_have_text("isec-1")
    await expect(boss.locator("main")).to_contain_text("zh got worse")


async def test_training_is_followed_without_reloading_and_cancelled(desktop: Desktop) -> None:
    await stocked(desktop.desk)
    boss = await desktop.sign_in("boss", Role.ADMINISTRATOR)
    await boss.goto(f"{desktop.url}/models")
    await ready(boss)
    await boss.get_by_role("button", name="Train now").click()
    await expect(boss.locator("#training")).to_contain_text("Freezing the data")
    await ready(boss)

    def learn(unit: Unit) -> None:
        run = unit.training.running()
        assert run is not None
        progress = {"phase": Phase.LEARNING, "share": 0.5, "detail": "IntentRanker", "tail": "a line of the log"}
        unit.training.progress(run.id, desktop.desk.clock(), **progress)

    await desktop.desk.database.write(learn)
    desktop.desk.signal.notify(MODELS)
    await expect(boss.get_by_role("progressbar")).to_have_attribute("value", "50")
    await confirmed(boss, "Cancel training")
    await expect(boss.locator("#training")).to_contain_text("cancelled")


@pytest.mark.parametrize("width", [320, 760, 1600])
async def test_the_pages_of_models_fit(desktop: Desktop, width: int) -> None:
    await stocked(desktop.desk, is_better=False)
    boss = await desktop.sign_in("boss", Role.ADMINISTRATOR, width)
    for path in ("models", "models/isec-2"):
        await boss.goto(f"{desktop.url}/{path}")
        await ready(boss)
        assert await boss.evaluate("document.documentElement.scrollWidth") <= width, path
