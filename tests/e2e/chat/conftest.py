"""The chat page in a real Chromium, in front of the in-memory desk and its echo bot."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, Locator, Page, async_playwright, expect

from bot.connectors.web.connector import WebConnector
from bot.connectors.web.limit import Rate, RateLimits
from bot.connectors.web.memory import MemoryDesk
from bot.filestore import InMemoryFileStore

CHROMIUM = shutil.which("chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
expect.set_options(timeout=20_000)  # the machine may be busy; nothing here waits this long when all is well
UNLIMITED = RateLimits(*[Rate(10_000, 10_000)] * 5)
PROBE = """
window.isecProblems = [];
addEventListener("securitypolicyviolation", (event) => {
  isecProblems.push(`policy: ${event.violatedDirective} ${event.blockedURI}`);
});
"""


@dataclass
class Chat:
    """A running chat and the pages opened on it; whatever a page complains about is a failure in the end."""

    browser: Browser
    desk: MemoryDesk
    url: str
    problems: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def page(
        self, width: int = 1024, height: int = 768, locale: str = "vi-VN", path: str = "/", dark: bool = False
    ) -> AsyncIterator[Page]:
        """A visitor's fresh browser with the page open."""
        context = await self.browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, color_scheme="dark" if dark else "light"
        )
        await context.add_init_script(PROBE)
        page = await context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        page.on("dialog", lambda dialog: self.problems.append(f"dialog: {dialog.message}"))
        await page.goto(self.url.rstrip("/") + path)
        await page.wait_for_selector("html.ready")
        yield page
        self.problems += await page.evaluate("window.isecProblems")
        await context.close()

    def conversation(self) -> str:
        """The id of the conversation that was opened last."""
        return list(self.desk._rooms)[-1]


def messages(page: Page, author: str = "") -> Locator:
    """Messages on the page, of one author if named."""
    return page.locator(f".message{'.' + author if author else ''}")


async def texts(page: Page, author: str = "") -> list[str]:
    """The words of the messages, in order."""
    return await messages(page, author).locator(".text").all_text_contents()


async def send(page: Page, text: str) -> None:
    """Write and press Enter."""
    await page.fill("#input", text)
    await page.press("#input", "Enter")


@asynccontextmanager
async def serving(browser: Browser, folder: Path, embed_origins: tuple[str, ...] = ()) -> AsyncIterator[Chat]:
    """A chat on a port of its own."""
    with InMemoryFileStore() as files:
        desk = MemoryDesk(files)
        connector = WebConnector(desk, files, folder / "uploads", embed_origins=embed_origins, rate_limits=UNLIMITED)
        app = web.Application()
        connector.install(app)
        async with TestServer(app) as server:
            await connector.start(desk.receive)
            chat = Chat(browser, desk, str(server.make_url("/")))
            yield chat
            await connector.stop()
            assert chat.problems == []


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def browser() -> AsyncIterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    async with async_playwright() as playwright:
        launched = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield launched
        await launched.close()


@pytest_asyncio.fixture(loop_scope="session")
async def chat(browser: Browser, tmp_path: Path) -> AsyncIterator[Chat]:
    async with serving(browser, tmp_path) as found:
        yield found
