"""What businesses and other sites do to the console, in a real browser."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from playwright.async_api import Page, expect

from tests.e2e.console.conftest import Desktop, ready
from tests.e2e.payload import FIVE_HUNDRED

pytestmark = pytest.mark.browser

CONVERSATIONS = 20
FORGED = """<!doctype html><title>A prize</title>
<form method="post" action="{target}"><input name="csrf" value="{csrf}"><input name="on" value="1">
<input name="text" value="forged"><button>Take it</button></form>"""


async def test_five_hundred_hostile_messages_and_names_are_only_words(desktop: Desktop) -> None:
    """No dialog, no error and no breach of the policy: `desktop` looks for them in the end."""
    lan = await desktop.sign_in("lan")
    said: dict[str, list[str]] = {}
    for number in range(CONVERSATIONS):
        first, *others = FIVE_HUNDRED[number::CONVERSATIONS]
        conversation_id, _ = await desktop.desk.waiting(first, name=first)
        for words in others:
            await desktop.desk.writes(conversation_id, words)
        said[conversation_id] = [first, *others]
    await lan.reload()
    await ready(lan)
    assert await lan.locator("#waiting a.ticket").count() == CONVERSATIONS
    await is_only_words(lan)
    for conversation_id, words in said.items():
        await lan.goto(f"{desktop.url}/conversations/{conversation_id}")
        await ready(lan)
        assert await lan.locator("#timeline .message.contact .text").all_text_contents() == words
        await is_only_words(lan)
    await lan.goto(f"{desktop.url}/questions")
    await ready(lan)
    await is_only_words(lan)
    assert sum(map(len, said.values())) == 500


async def is_only_words(page: Page) -> None:
    """Nothing that runs, loads or leads away has come into the page."""
    forbidden = "script, iframe, object, embed, base, meta, link, style, math, template, marquee, img, video, audio"
    assert await page.locator("main").locator(forbidden).count() == 0
    attributes = await page.locator("main *").evaluate_all(
        "all => all.flatMap((one) => one.getAttributeNames()).filter((name) => /^(on.*|style|srcdoc)$/.test(name))"
    )
    assert attributes == []
    schemes = await page.locator("main a").evaluate_all("links => links.map((link) => new URL(link.href).protocol)")
    assert set(schemes) <= {"http:", "https:"}


@asynccontextmanager
async def another_site(target: str, csrf: str) -> AsyncIterator[int]:
    """A page that sends a form to the console; yields its port."""

    async def page(_: web.Request) -> web.Response:
        return web.Response(text=FORGED.format(target=target, csrf=csrf), content_type="text/html")

    app = web.Application()
    app.router.add_get("/", page)
    async with TestServer(app) as server:
        yield int(server.port or 0)


@pytest.mark.parametrize(("host", "answer"), [("localhost", "401 ·"), ("127.0.0.1", "403 ·")])
@pytest.mark.parametrize("path", ["duty", "conversations/{conversation}/note"])
async def test_another_site_changes_nothing_even_with_the_officers_own_token(
    desktop: Desktop, host: str, answer: str, path: str
) -> None:
    """From another site the cookie does not come along; from the same host, another port, the browser tells on it."""
    lan = await desktop.sign_in("lan")
    conversation_id, _ = await desktop.desk.waiting()
    csrf = await lan.locator("body").get_attribute("data-csrf") or ""
    async with another_site(f"{desktop.url}/{path.format(conversation=conversation_id)}", csrf) as port:
        await lan.goto(f"http://{host}:{port}/")
        await lan.get_by_role("button", name="Take it").click()
        await expect(lan.locator("main")).to_contain_text(answer)
    everything = await desktop.desk.read(lambda unit: unit.messages.of(conversation_id, with_private=True))
    assert "forged" not in [message.text for message in everything]
    [officer] = await desktop.desk.read(lambda unit: unit.officers.all())
    assert not officer.on_duty
    await lan.goto(f"{desktop.url}/queue")
    await expect(lan.locator("#waiting")).to_contain_text("Minh Phat Co")
