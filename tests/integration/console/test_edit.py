"""Writing articles: from a reply, by two people at once, incomplete, hostile, approved by a second person."""

import html
import re
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from bot.reader import Reader
from helpdesk.console.app import ROUTES
from helpdesk.officer import Role
from helpdesk.usecase import library, queue
from knowledge_base import shelf
from knowledge_base.article import dump
from tests.integration.console.desk import Browser, Clock, ConsoleDesk

RED = dump(next(article for article in shelf.articles() if article.id == "channel-red"))
LINES = ("documents", "steps", "questions")


def fields(document: dict[str, Any], **values: Any) -> dict[str, Any]:
    """A document as the editor's form sends it; lists are fields that are sent more than once."""
    sent: dict[str, Any] = {
        "topic": document["topic"],
        "confidence": document["confidence"],
        "units": list(document["units"]),
        "sources": "\n".join(document["sources"]),
        "aliases": "\n".join(document["aliases"]),
        "related": "",
    }
    for name in ("instrument", "article", "note", "effective_from", "effective_to"):
        sent[f"basis_{name}"] = [basis.get(name, "") for basis in document["legal_basis"]]
    for language in ("vi", "en", "zh"):
        for name, value in document[language].items():
            sent[f"{language}.{name}"] = "\n".join(value) if name in LINES else value or ""
    return sent | values


async def send(browser: Browser, path: str, sent: dict[str, Any], follow: bool = False) -> Any:
    """Post a form in which a field may occur more than once."""
    pairs = [("csrf", browser.csrf)]
    for name, value in sent.items():
        pairs += [(name, str(one)) for one in value] if isinstance(value, list) else [(name, str(value))]
    return await browser.client.post(f"/console{path}", data=pairs, allow_redirects=follow)


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[ConsoleDesk]:
    clock = Clock()
    opened = await ConsoleDesk(tmp_path, clock=clock, reader=Reader(clock)).open()
    await opened.database.write(lambda unit: library.seed(unit, [RED], clock()))
    yield opened
    await opened.close()


async def latest(room: ConsoleDesk, article_id: str = "channel-red") -> Any:
    return (await room.read(lambda unit: unit.articles.versions(article_id)))[0]


async def test_an_article_is_made_from_a_reply_approved_by_another_and_then_lives(room: ConsoleDesk) -> None:
    lan = await room.signed_in("lan")
    conversation_id, ticket_id = await room.waiting("xe nông sản chờ ở bãi thì trả phí thế nào, gọi 0912345678")

    def answer(unit: Any) -> int:
        queue.claim(unit, room.policy, ticket_id, lan.officer, room.clock())
        return queue.reply(
            unit, room.policy, ticket_id, lan.officer, "Phí bến bãi trả cho bãi. Gọi 0987654321.", room.clock()
        )

    message_id = await room.database.write(answer)
    assert f"/console/articles/new?message={message_id}" in await lan.text(f"/conversations/{conversation_id}")
    page = await lan.text(f"/articles/new?message={message_id}")
    assert "xe nông sản chờ ở bãi thì trả phí thế nào, gọi [PHONE]" in page
    assert "0912345678" not in page
    assert "0987654321" not in page
    written = fields(RED, id="yard-fee", origin=message_id)
    first = await send(lan, "/articles/new", written)
    assert (first.status, first.headers["Location"]) == (303, "/console/articles/yard-fee/edit?done=draft_saved")
    draft = await latest(room, "yard-fee")
    assert (draft.state, draft.created_by, draft.origin_message_id) == ("draft", "Lan", message_id)
    assert await room.read(lambda unit: library.living(unit, room.clock(), serve_drafts=True)) == [
        await latest(room, "channel-red")
    ]
    boss = await room.signed_in("boss", Role.ADMINISTRATOR)
    await boss.get("/articles/yard-fee")
    approved = await boss.post("/articles/yard-fee/versions/1/approve", **{"from": "2026-11-23"})
    assert approved.status == 303
    living = await room.read(lambda unit: library.living(unit, room.clock(), serve_drafts=False))
    assert [one.id for one in living] == ["yard-fee"]
    assert "library" in room.notified


async def test_nobody_approves_what_they_have_written_themselves(room: ConsoleDesk) -> None:
    boss = await room.signed_in("boss", Role.ADMINISTRATOR)
    page = await boss.text("/articles/channel-red/edit")
    assert "begins a new draft" in page
    await send(boss, "/articles/channel-red/edit", fields(RED, version=1, revision=1, **{"en.note": "New."}))
    assert "another administrator approves it" in await boss.text("/articles/channel-red")
    refused = await boss.post("/articles/channel-red/versions/2/approve", **{"from": "2026-11-23"})
    assert refused.status == 403
    assert "a second person approves it" in html.unescape(await refused.text())
    assert (await latest(room)).state == "draft"


async def test_of_two_editors_the_second_sees_what_the_first_saved_and_loses_nothing(room: ConsoleDesk) -> None:
    lan, minh = await room.signed_in("lan"), await room.signed_in("minh")
    for browser in (lan, minh):
        await browser.text("/articles/channel-red/edit")
    await send(lan, "/articles/channel-red/edit", fields(RED, version=1, revision=1, **{"en.fee": "Lan's fee"}))
    mine = fields(RED, version=1, revision=1, **{"en.fee": "Minh's fee", "vi.note": "của Minh"})
    refused = await send(minh, "/articles/channel-red/edit", mine)
    page = html.unescape(await refused.text())
    assert refused.status == 409
    assert "saved by somebody else" in page
    assert "của Minh" in page
    assert "<del>Lan" in page
    assert 'name="version" value="2"' in page
    again = await send(minh, "/articles/channel-red/edit", mine | {"version": 2, "revision": 1})
    assert again.status == 303
    assert (await latest(room)).document["en"]["fee"] == "Minh's fee"
    authors = await room.read(lambda unit: unit.articles.authors("channel-red", 2))
    assert set(authors.values()) == {"Lan", "Minh"}


async def test_missing_languages_are_work_to_do_and_cannot_be_approved(room: ConsoleDesk) -> None:
    lan = await room.signed_in("lan")
    await lan.get("/articles/new")
    written = fields(RED, id="only-vietnamese", **{f"{code}.{name}": "" for code in ("en", "zh") for name in RED["vi"]})
    assert (await send(lan, "/articles/new", written)).status == 303
    page = await lan.text("/articles/only-vietnamese/edit")
    assert "English: missing" in page
    assert "places to mend" in page
    assert "🤖" in page
    assert "only-vietnamese" in await lan.text("/articles?mark=missing")
    boss = await room.signed_in("boss", Role.ADMINISTRATOR)
    await boss.get("/articles/only-vietnamese")
    assert (await boss.post("/articles/only-vietnamese/versions/1/approve", **{"from": "2026-11-23"})).status == 422


@pytest.mark.parametrize("article_id", ["", "Phí Bãi", "a--b", "x" * 41, "../etc", "channel-red"])
async def test_an_id_that_cannot_be_is_refused_and_what_was_typed_comes_back(
    room: ConsoleDesk, article_id: str
) -> None:
    lan = await room.signed_in("lan")
    await lan.get("/articles/new")
    refused = await send(lan, "/articles/new", fields(RED, id=article_id, **{"en.note": "typed with care"}))
    assert refused.status in (409, 422)
    assert "typed with care" in await refused.text()


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("en.title", "", "English: Title: not written yet"),
        ("zh.questions", "一\n二", "Chinese: Sample questions: not enough entries"),
        ("topic", "weather", "choose a value of the list"),
        ("review_by", "soon", "this date cannot be read"),
        ("en.steps", "one", "as many entries in each language"),
        ("en.answer", "see https://customs", "English: Answer: a link is not complete"),
        ("volatile", "1", "a volatile article needs a review date"),
    ],
)
async def test_what_is_wrong_is_said_beside_the_field(room: ConsoleDesk, field: str, value: str, named: str) -> None:
    lan = await room.signed_in("lan")
    await lan.text("/articles/channel-red/edit")
    await send(lan, "/articles/channel-red/edit", fields(RED, version=1, revision=1, **{field: value}))
    page = html.unescape(await lan.text("/articles/channel-red/edit")).replace("</a>", "")
    assert named in page, page[page.find("places to mend") :][:900]


async def test_script_in_an_article_is_text_everywhere(room: ConsoleDesk) -> None:
    lan = await room.signed_in("lan")
    await lan.text("/articles/channel-red/edit")
    bad = "<script>alert(1)</script>"
    await send(
        lan, "/articles/channel-red/edit", fields(RED, version=1, revision=1, **{"en.title": bad, "aliases": bad})
    )
    for path in ("/articles", "/articles/channel-red", "/articles/channel-red/edit", "/switches"):
        assert bad not in await lan.text(path)


async def test_colleagues_comment_and_settle(room: ConsoleDesk) -> None:
    lan = await room.signed_in("lan")
    await lan.text("/articles/channel-red")
    await lan.post("/articles/channel-red/versions/1/comment", text="Is the 8 hours still right?")
    assert "Is the 8 hours still right?" in await lan.text("/articles/channel-red")
    assert "Comments: 1" in await lan.text("/articles")
    [comment] = await room.read(lambda unit: unit.comments.of("channel-red"))
    assert (await lan.post(f"/articles/channel-red/comments/{comment.id}/settle")).status == 303
    assert (await lan.post(f"/articles/channel-red/comments/{comment.id}/settle")).status == 409
    assert "Comments: 1" not in await lan.text("/articles")


async def test_the_page_shows_what_held_on_a_day(room: ConsoleDesk) -> None:
    boss = await room.officer("old", Role.ADMINISTRATOR)
    await room.database.write(
        lambda unit: library.approve(unit, "channel-red", 1, boss, date(2026, 11, 1), date(2026, 11, 30), room.clock())
    )
    lan = await room.signed_in("lan")
    assert "On 15/11/2026: version 1" in await lan.text("/articles/channel-red?on=2026-11-15")
    assert "On 01/12/2026 no version was in force." in await lan.text("/articles/channel-red?on=2026-12-01")
    assert (await lan.get("/articles/channel-red?on=never")).status == 422


async def test_a_draft_is_thrown_away_by_its_author_and_by_no_other_officer(room: ConsoleDesk) -> None:
    lan, minh = await room.signed_in("lan"), await room.signed_in("minh")
    await lan.text("/articles/channel-red/edit")
    await send(lan, "/articles/channel-red/edit", fields(RED, version=1, revision=1))
    await minh.text("/articles/channel-red/edit")
    assert (await minh.post("/articles/channel-red/versions/2/discard")).status == 403
    assert (await lan.post("/articles/channel-red/versions/2/discard")).status == 303
    assert (await latest(room)).state == "retired"


async def test_switching_off_is_on_every_page_with_its_reason_and_logged(room: ConsoleDesk) -> None:
    chief, lan = await room.signed_in("chief", Role.SUPERVISOR), await room.signed_in("lan")
    await chief.text("/switches")
    assert (await chief.post("/switches", what="article/channel-red", reason="fee is wrong since Monday")).status == 303
    for path in ("/queue", "/articles", "/overview"):
        assert "fee is wrong since Monday" in await lan.text(path)
    assert (await chief.post("/switches", what="article/channel-red", reason="again, please")).status == 409
    assert (await chief.post("/switches", what="all", reason="?")).status == 422
    assert (await lan.post("/switches", what="all", reason="an officer may not")).status == 403
    page = await chief.text("/audit")
    assert "Switched answers off" in page
    [one] = await room.read(lambda unit: unit.silences.standing())
    await chief.text("/switches")
    assert (await chief.post(f"/switches/{one.id}/on")).status == 303
    assert "fee is wrong since Monday" not in await lan.text("/queue")


async def approved(room: ConsoleDesk, article_id: str, version: int) -> tuple[int, str]:
    """What an administrator gets who approves a version: the status, and the page that says why not."""
    boss = await room.signed_in(f"boss.{len(room.clients)}", Role.ADMINISTRATOR)
    await boss.get(f"/articles/{article_id}")
    answer = await boss.post(f"/articles/{article_id}/versions/{version}/approve", **{"from": "2026-11-23"})
    return answer.status, html.unescape(await answer.text())


@pytest.mark.parametrize(
    ("field", "value", "named"),
    [
        ("en.answer", "see https://customs", "English: Answer: a link is not complete"),
        ("zh.fee", "<b>20</b>", "Chinese: Fee: no markup, please"),
        ("sources", "a book", "Sources (a key or an https address): neither a known key nor a whole https address"),
    ],
)
async def test_an_article_with_a_broken_link_or_markup_is_not_approved(
    room: ConsoleDesk, field: str, value: str, named: str
) -> None:
    lan = await room.signed_in("lan")
    await lan.text("/articles/channel-red/edit")
    known = {f"{language}.fee": "20" for language in ("vi", "en", "zh")}
    await send(lan, "/articles/channel-red/edit", fields(RED, version=1, revision=1, **(known | {field: value})))
    status, page = await approved(room, "channel-red", 2)
    assert (status, named in page) == (422, True), page[page.find("mend") :][:600]
    assert (await latest(room)).state == "draft"


async def test_what_nothing_supports_is_not_approved_and_what_names_no_law_says_so(room: ConsoleDesk) -> None:
    lan = await room.signed_in("lan")
    await lan.get("/articles/new")
    bare = fields(RED, id="bare", sources="", basis_instrument=[])
    assert (await send(lan, "/articles/new", bare)).status == 303
    assert "Nothing supports this version" in html.unescape((await approved(room, "bare", 1))[1])
    assert (await latest(room, "bare")).state == "draft"
    sourced = bare | {"version": 1, "revision": 1, "sources": "https://customs.gov.vn/x"}
    await send(lan, "/articles/bare/edit", sourced)
    assert (await approved(room, "bare", 1))[0] == 303
    page = html.unescape(await lan.text("/articles/bare"))
    assert "No legal basis has been recorded for this; please ask an officer to be sure." in page
    assert "without a legal basis" in await (await room.signed_in("chief", Role.SUPERVISOR)).text("/audit")


async def test_an_article_is_improved_with_a_reply_and_stays_supported_by_it(room: ConsoleDesk) -> None:
    lan = await room.signed_in("lan")
    conversation_id, ticket_id = await room.waiting("luồng đỏ soi ở đâu?", topic="channel-red", language="vi")
    await lan.get(f"/conversations/{conversation_id}")
    await lan.reply(ticket_id, "Soi tại bãi Km3+4.")
    page = await lan.text(f"/conversations/{conversation_id}")
    [path] = set(re.findall(r"/articles/channel-red/edit\?message=\d+", page))
    editor = html.unescape(await lan.text(path))
    assert f"{RED['vi']['answer']}\n\nSoi tại bãi Km3+4." in editor
    assert "luồng đỏ soi ở đâu?" in editor
    [message_id] = re.findall(r'name="origin" value="(\d+)"', editor)
    first = fields(RED, version=1, revision=1, origin=message_id)
    await send(lan, "/articles/channel-red/edit", first)
    await send(lan, "/articles/channel-red/edit", fields(RED, version=2, revision=1))
    draft = await latest(room)
    assert (draft.version, draft.revision, draft.origin_message_id) == (2, 2, int(message_id))


async def test_a_version_is_shown_as_it_goes_out_marked_while_it_is_a_draft_of_the_files(room: ConsoleDesk) -> None:
    lan = await room.signed_in("lan")
    mark = "Draft, not yet approved by a customs officer"
    assert mark in await lan.text("/articles/channel-red")
    assert mark not in await lan.text("/articles/channel-red/edit")
    assert (await approved(room, "channel-red", 1))[0] == 303
    page = await lan.text("/articles/channel-red")
    assert mark not in page
    assert "Applies from 23 Nov 2026" in page
    telegram = page[page.index("On Telegram") :]
    assert telegram.index("Gặp cán bộ") < telegram.index("</details>")


async def test_every_page_says_that_answers_are_switched_off(room: ConsoleDesk) -> None:
    boss = await room.signed_in("boss", Role.ADMINISTRATOR)
    await boss.text("/switches")
    await boss.post("/switches", what="all", reason="fee is wrong since Monday")
    pages = [route.path for route in ROUTES if route.method == "GET" and route.role and "{" not in route.path]
    pages += ["/articles/channel-red", "/articles/channel-red/edit", "/insight/answers", "/insight/knowledge"]
    silent = []
    for path in pages:
        answer = await boss.get(path)
        is_page = answer.content_type == "text/html"
        if is_page and 'id="silences"' not in await answer.text():
            silent.append(path)
    assert silent == []
    assert len(pages) > 25
