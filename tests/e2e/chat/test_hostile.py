"""Five hundred ways of writing a script into a chat, each shown as the text it is."""

import itertools

import pytest
from playwright.async_api import expect

from helpdesk.message import Attachment, Author, Button, Source
from tests.e2e.chat.conftest import Chat, messages, send

pytestmark = [pytest.mark.browser, pytest.mark.asyncio(loop_scope="session")]

CALLS = ["alert(1)", "alert`1`", "confirm(document.cookie)", "window.isecProblems.push('ran')", "top['al'+'ert'](1)"]
SHAPES = [
    "<script>{0}</script>",
    "<ScRiPt>{0}</sCrIpT>",
    "<script src=data:text/javascript,{0}></script>",
    "<img src=x onerror={0}>",
    '<img src=x onerror="{0}" alt=\'',
    "<svg onload={0}>",
    "<svg><script>{0}</script></svg>",
    "<svg><animate onbegin={0} attributeName=x dur=1s>",
    '<math><mi//xlink:href="data:x,<script>{0}</script>">',
    "<iframe srcdoc='<script>{0}</script>'></iframe>",
    "<iframe src=javascript:{0}></iframe>",
    "<body onload={0}>",
    "<details open ontoggle={0}>",
    "<video><source onerror={0}></video>",
    "<audio src=x onerror={0}>",
    "<input autofocus onfocus={0}>",
    "<select autofocus onfocus={0}>",
    "<textarea autofocus onfocus={0}>",
    "<marquee onstart={0}>",
    "<object data=javascript:{0}>",
    "<embed src=javascript:{0}>",
    "<a href=javascript:{0}>x</a>",
    '<a href="jav\tascript:{0}">x</a>',
    "<form action=javascript:{0}><button>x</button></form>",
    "<button formaction=javascript:{0}>x",
    "<link rel=stylesheet href=javascript:{0}>",
    "<meta http-equiv=refresh content='0;url=javascript:{0}'>",
    "<base href=javascript:{0}//>",
    "<style>@import 'javascript:{0}';</style>",
    '<div style="background:url(javascript:{0})">',
    "<template><script>{0}</script></template>",
    '<noscript><p title="</noscript><img src=x onerror={0}>">',
    "<table background=javascript:{0}>",
    "<x onclick={0} tabindex=1 autofocus>",
    "'\"><script>{0}</script>",
    "\"'/><img src=x onerror={0}>",
    "</textarea><script>{0}</script>",
    "</title><script>{0}</script>",
    "--><script>{0}</script>",
    "]]><script>{0}</script>",
    "javascript:{0}",
    "JaVaScRiPt:{0}//http://",
    "data:text/html,<script>{0}</script>",
    "vbscript:{0}",
    "{{{{constructor.constructor('{0}')()}}}}",
    "${{{0}}}",
    "<%= {0} %>",
    "[x](javascript:{0})",
    '![x](x"onerror="{0})',
    "&lt;script&gt;{0}&lt;/script&gt;",
    "&#60;img src=x onerror={0}&#62;",
    "\\u003cscript\\u003e{0}\\u003c/script\\u003e",
    "%3Cscript%3E{0}%3C/script%3E",
    "+ADw-script+AD4-{0}+ADw-/script+AD4-",
    "<scr<script>ipt>{0}</scr</script>ipt>",
    "<<script>{0}//<</script>",
    "<script/x>{0}</script >",
    "<img/src=`x`onerror={0}>",
    "<svg/onload={0}//",
    "<p/onpointerrawupdate={0}>x",
    "<img src=x:x onerror\x0c={0}>",
    "<isindex type=image src=x onerror={0}>",
    "<dialog open onclose={0}><form method=dialog><button autofocus>",
    "<link rel=import href='data:text/html,<script>{0}</script>'>",
    "<set attributeName=onmouseover to={0}>",
    "<a id=log><a id=log name=isecProblems href=x>{0}",
    "<img name=getElementById><form id=scroller>{0}",
    "__proto__ constructor toString {0}",
    "\u202e<tpircs>{0}\u202c",
    "<\u200bscript>{0}</\u200bscript>",
]
PAYLOADS = [shape.format(call) for shape, call in itertools.product(SHAPES, CALLS)]
PLACES = 5


def facts(payload: str, number: int) -> dict[str, object]:
    """The payload in one of the places of a message, or in all of them at once."""
    place = number % PLACES
    return {
        0: {"buttons": (Button(payload, "officer"), Button("x", payload))},
        1: {"officer_name": payload},
        2: {"sources": (Source(payload, payload, payload), Source("x", "", "https://a.vn/" + payload))},
        3: {"attachments": (Attachment(payload, payload, payload, 7), Attachment("x", payload, "image/svg+xml", 7))},
        4: {"ticket_number": payload, "article_id": payload},
    }[place]


async def test_five_hundred_hostile_messages_are_shown_as_text_and_nothing_runs(chat: Chat) -> None:
    hostile = (PAYLOADS * 2)[:500]
    assert len(PAYLOADS) >= 300
    async with chat.page() as page:
        await send(page, hostile[0])
        await expect(messages(page, "bot")).to_have_count(1)
        for number, payload in enumerate(hostile):
            author = Author.OFFICER if number % 2 else Author.BOT
            await chat.desk.say(chat.conversation(), payload, author, **facts(payload, number + number // 350))
        await page.reload()
        await expect(messages(page)).to_have_count(502)
        shown = await page.locator(".message .text").all_text_contents()
        assert shown[2:] == hostile
        forbidden = "script, iframe, object, embed, base, meta, link, style, form, math, template, marquee"
        assert await page.locator("#log").locator(forbidden).count() == 0
        links = await page.locator("#log a").evaluate_all("links => links.map((link) => new URL(link.href).protocol)")
        assert set(links) <= {"http:", "https:"}
        attributes = await page.locator("#log *").evaluate_all(
            "all => all.flatMap((one) => one.getAttributeNames()).filter((name) => /^(on.*|style)$/.test(name))"
        )
        assert attributes == []
        assert await page.evaluate("window.isecProblems") == []


async def test_hostile_words_typed_by_the_visitor_stay_words_even_unsent(chat: Chat) -> None:
    async with chat.page() as page:
        chat.desk.is_away = True
        for payload in SHAPES[:10]:
            await send(page, payload.format("alert(1)"))
        await expect(page.locator(".pending")).to_have_count(10)
        await page.reload()
        await expect(page.locator(".pending")).to_have_count(10)
        assert await page.locator("#log script, #log svg, #log img, #log iframe").count() == 0


async def test_a_page_that_is_tampered_with_by_address_shows_nothing_of_it(chat: Chat) -> None:
    for path in ("/?lang=<script>alert(1)</script>", "/?embed=1&lang=en", "/#<img src=x onerror=alert(1)>"):
        async with chat.page(path=path) as page:
            await expect(page.locator("#welcome")).to_be_visible()
