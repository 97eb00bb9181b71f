"""The chat on somebody else's site."""

from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Browser, expect

from tests.e2e.chat.conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

HOST = """<!doctype html><html lang="en"><title>Customs</title>
<link rel="stylesheet" href="/host.css"><button id="own">own button</button>
<script src="{url}widget.js" async></script></html>"""


def host_site(chat_url: str) -> web.Application:
    """A strict site: only the desk's script and frame are let in, and its own style is loud."""
    origin = chat_url.rstrip("/")
    policy = f"default-src 'none'; script-src {origin}; frame-src {origin}; style-src 'self'"
    app = web.Application()

    async def page(_: web.Request) -> web.Response:
        headers = {"Content-Security-Policy": policy}
        return web.Response(text=HOST.format(url=chat_url), content_type="text/html", headers=headers)

    async def style(_: web.Request) -> web.Response:
        return web.Response(text="button { font-size: 99px; color: red } * { all: unset }", content_type="text/css")

    app.router.add_get("/", page)
    app.router.add_get("/host.css", style)
    return app


async def test_a_named_site_shows_the_chat_and_neither_style_reaches_the_other(
    browser: Browser, tmp_path: Path, unused_tcp_port: int
) -> None:
    origin = f"http://127.0.0.1:{unused_tcp_port}"
    async with serving(browser, tmp_path, (origin,)) as chat, TestServer(host_site(chat.url), port=unused_tcp_port):
        page = await browser.new_page(locale="en-GB")
        violations: list[str] = []
        page.on("console", lambda message: violations.append(message.text) if message.type == "error" else None)
        await page.goto(origin)
        launcher = page.get_by_role("button", name="Ask customs")
        await expect(launcher).to_have_attribute("aria-expanded", "false")
        assert await launcher.evaluate("one => getComputedStyle(one).fontSize") == "16px"
        own_size = await page.locator("#own").evaluate("one => getComputedStyle(one).display")
        await launcher.focus()
        await page.keyboard.press("Enter")
        frame = page.frame_locator("#isec-frame")
        await expect(frame.locator("html")).to_have_class("embedded ready")
        await frame.locator("#input").fill("hello from the host")
        await frame.locator("#input").press("Enter")
        await expect(frame.locator(".message.bot")).to_have_count(1)
        await frame.locator("#input").press("Escape")
        await expect(launcher).to_have_attribute("aria-expanded", "false")
        await expect(launcher).to_be_focused()
        await chat.desk.say(chat.conversation(), "an officer answers")
        await expect(page.get_by_role("button", name="Ask customs, 1 new messages")).to_be_visible()
        assert await page.locator("#own").evaluate("one => getComputedStyle(one).display") == own_size
        assert [text for text in violations if "favicon" not in text] == []
        await page.close()


async def test_a_site_that_is_not_named_cannot_frame_the_chat(
    browser: Browser, tmp_path: Path, unused_tcp_port: int
) -> None:
    origin = f"http://127.0.0.1:{unused_tcp_port}"
    for named in ((), ("https://www.customs.gov.vn",)):
        async with serving(browser, tmp_path, named) as chat, TestServer(host_site(chat.url), port=unused_tcp_port):
            page = await browser.new_page(locale="en-GB")
            refused: list[str] = []
            page.on("console", lambda message, seen=refused: seen.append(message.text))
            await page.goto(origin)
            await page.get_by_role("button", name="Ask customs").click()
            for _ in range(50):
                if any("frame" in text.lower() for text in refused):
                    break
                await page.wait_for_timeout(100)
            assert any("frame" in text.lower() for text in refused)
            assert await page.frame_locator("#isec-frame").locator("#input").count() == 0
            await page.close()
