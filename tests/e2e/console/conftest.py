"""A real Chromium in front of the console."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, async_playwright

from helpdesk.officer import Role
from tests.e2e.console.alone import now
from tests.integration.console.desk import PASSWORD, ConsoleDesk
from tests.integration.console.test_explain import FullExplainer

CHROMIUM = "/usr/bin/chromium"
QUIET = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
)


async def ready(page: Page) -> None:
    """Wait until the page's scripts listen."""
    await page.locator("html[data-ready]").wait_for()


class Desktop:
    """Officers at their browsers; whatever the pages complain about ends in `complaints`."""

    def __init__(self, desk: ConsoleDesk, chromium: Browser) -> None:
        self.desk = desk
        self.complaints: list[str] = []
        self._chromium = chromium

    @property
    def url(self) -> str:
        """The console's address."""
        return str(self.desk.server.make_url("/console"))

    async def sign_in(
        self, login: str, role: Role = Role.OFFICER, width: int = 1366, language: str = "en", is_dark: bool = False
    ) -> Page:
        """A new officer signs in at a new browser; the queue is open."""
        await self.desk.officer(login, role, language)
        context: BrowserContext = await self._chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if is_dark else "light"
        )
        context.set_default_timeout(10_000)
        page = await context.new_page()
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("dialog", lambda dialog: self.complaints.append(f"dialog {dialog.message}"))
        page.on("console", lambda line: self.complaints.append(line.text) if "Content Security" in line.text else None)
        await page.goto(f"{self.url}/signin?lang=en")
        await page.get_by_label("Login").fill(login)
        await page.get_by_label("Password").fill(PASSWORD)
        await page.get_by_label("Password").press("Enter")
        await page.wait_for_url("**/console/queue**")
        await ready(page)
        return page


@pytest_asyncio.fixture
async def desktop(tmp_path: Path) -> AsyncIterator[Desktop]:
    """The console served, and a browser; no page may have thrown or broken the content policy."""
    desk = await ConsoleDesk(tmp_path, clock=now, explainer=FullExplainer()).open()
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET.split())
        found = Desktop(desk, chromium)
        yield found
        await chromium.close()
    await desk.close()
    assert found.complaints == []
