"""One desk with a small real model for all tests here, and people at browsers in front of it."""

from collections.abc import AsyncIterator, Callable, Iterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from tests.e2e.console.conftest import CHROMIUM, QUIET, ready
from tests.e2e.learning.house import House

expect.set_options(timeout=20_000)


class Office:
    """The demonstration's people at their browsers; whatever the pages complain about ends in `complaints`."""

    def __init__(self, house: House, chromium: Browser) -> None:
        self.house = house
        self.complaints: list[str] = []
        self._chromium = chromium

    async def sign_in(self, login: str) -> Page:
        """One of them at a new browser, in English; the queue is open."""
        context = await self._chromium.new_context(viewport={"width": 1366, "height": 900})
        context.set_default_timeout(20_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda line: self.complaints.append(line.text) if "Content Security" in line.text else None)
        await page.goto(f"{self.house.url}/console/signin?lang=en")
        await page.get_by_label("Login").fill(login)
        await page.get_by_label("Password").fill(self.house.passwords[login])
        await page.get_by_label("Password").press("Enter")
        await page.wait_for_url("**/console/queue**")
        await ready(page)
        return page

    async def open(self, page: Page, path: str) -> None:
        """A page of the console, its scripts listening."""
        await page.goto(f"{self.house.url}/console/{path}")
        await ready(page)


async def confirmed(page: Page, button: str) -> None:
    """Press a button and say yes to the question whether one is sure."""
    await page.get_by_role("button", name=button).click()
    await page.locator("#confirm").get_by_role("button", name="Confirm").click()


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory, unused_tcp_port_factory: Callable[[], int]) -> Iterator[House]:
    made = House(tmp_path_factory.mktemp("house"), unused_tcp_port_factory())
    try:
        made.wait()
        yield made
    finally:
        made.end()


@pytest_asyncio.fixture
async def office(house: House) -> AsyncIterator[Office]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        found = Office(house, chromium)
        yield found
        await chromium.close()
    assert found.complaints == []
