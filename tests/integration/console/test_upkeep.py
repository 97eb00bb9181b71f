"""Laws that end, reviews, recalls and gaps as people see them in the console."""

import html
from collections.abc import AsyncIterator
from datetime import date
from pathlib import Path

import pytest
import pytest_asyncio

from bot.bookcase import Bookcase
from bot.gapsorter import GapSorter
from bot.reader import Reader
from bot.watch import due_reviews
from helpdesk.message import Draft, Outcome
from helpdesk.officer import Role
from helpdesk.reply import Reply
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import article_review, library
from knowledge_base import shelf
from knowledge_base.article import dump
from tests.integration.console.desk import Clock, ConsoleDesk
from tests.integration.console.test_edit import send

DOCUMENTS = [dump(article) for article in shelf.articles() if article.id in ("channel-red", "vat-8-10")]
TEXTS = {f"text.{language}": f"right in {language}" for language in ("vi", "en", "zh")}


@pytest_asyncio.fixture
async def room(tmp_path: Path) -> AsyncIterator[ConsoleDesk]:
    clock = Clock()
    opened = ConsoleDesk(tmp_path, clock=clock)
    opened.reader = Reader(clock, lambda: Bookcase(opened.database, clock, True).held_on_now(clock().date()).reference)
    await opened.open()
    await opened.database.write(lambda unit: library.seed(unit, DOCUMENTS, clock()))
    yield opened
    await opened.close()


def bookcase_of(room: ConsoleDesk) -> Bookcase:
    made = Bookcase(room.database, room.clock, serve_drafts=True)
    made.refresh_now()
    return made


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_pages_open_in_both_languages_for_whoever_may(room: ConsoleDesk, language: str) -> None:
    boss = await room.signed_in("boss", Role.ADMINISTRATOR, language)
    lan = await room.signed_in("lan", Role.OFFICER, language)
    for path in (
        "/reviews",
        "/laws",
        "/recalls",
        "/recalls?article=channel-red",
        "/gaps",
        "/switches",
        "/articles/new",
    ):
        await boss.text(path)
    for path in ("/reviews", "/laws", "/switches"):
        await lan.text(path)
    assert [(await lan.get(path)).status for path in ("/recalls", "/gaps")] == [403, 403]


async def test_an_administrator_ends_a_law_and_its_articles_stop_the_day_after(room: ConsoleDesk) -> None:
    boss, lan = await room.signed_in("boss", Role.ADMINISTRATOR), await room.signed_in("lan")
    assert "38/2015/TT-BTC" in await boss.text("/laws?words=38/2015")
    sent = {"key": "38/2015/TT-BTC", "until": "2026-11-22", "reason": "replaced by a new circular"}
    assert (await send(boss, "/laws", sent)).status == 303
    page = html.unescape(await boss.text("/laws?words=38/2015"))
    assert "22/11/2026" in page
    assert "replaced by a new circular" in page
    halt = bookcase_of(room).current().halt("channel-red", date(2026, 11, 23))
    assert halt is not None
    assert halt.law == "38/2015/TT-BTC"
    await lan.text("/laws")
    assert (await send(lan, "/laws", sent)).status == 403
    assert (await send(boss, "/laws", sent | {"key": "no such law"})).status == 404
    assert "Not in force on this day" in await boss.text("/articles/channel-red?on=2026-11-23")


async def test_a_review_opens_before_the_end_once_and_is_done_by_a_new_version(room: ConsoleDesk) -> None:
    boss, lan = await room.signed_in("boss", Role.ADMINISTRATOR), await room.signed_in("lan")

    def open_reviews(unit: Unit, until: date = date(2027, 1, 5)) -> int:
        return article_review.open_due(unit, due_reviews(bookcase_of(room).current(), until), room.clock())

    assert await room.database.write(open_reviews) >= 2
    assert await room.database.write(open_reviews) == 0
    page = await lan.text("/reviews")
    assert "204/2025/QH15" in page
    assert "31/12/2026" in page
    [first, *_] = await room.read(lambda unit: unit.reviews.waiting())
    assert (await lan.post(f"/reviews/{first.id}/take")).status == 303
    assert "Lan" in await boss.text("/reviews")
    assert (await boss.post(f"/reviews/{first.id}/finish")).status == 303
    assert (await boss.post(f"/reviews/{first.id}/finish")).status == 409
    assert (await boss.post("/reviews/days", days="60")).status == 303
    assert (await boss.post("/reviews/days", days="0")).status == 422
    assert await room.read(article_review.days_before) == 60

    def renew(unit: Unit) -> None:
        version = unit.articles.add("vat-8-10", DOCUMENTS[1] | {"confidence": "V"}, "d", room.clock())
        library.approve(unit, "vat-8-10", version, boss.officer, date(2026, 11, 23), None, room.clock())

    await room.database.write(renew)
    assert await room.read(lambda unit: unit.reviews.waiting()) == []


async def test_a_correction_is_written_by_one_and_approved_by_another(room: ConsoleDesk) -> None:
    chief, boss = await room.signed_in("chief", Role.SUPERVISOR), await room.signed_in("boss", Role.ADMINISTRATOR)
    draft = Draft("wrong", outcome=Outcome.ANSWERED, article_id="channel-red", article_version=1)
    reply = Reply(Outcome.ANSWERED, "en", (draft,), article_id="channel-red", article_version=1)
    await room.answered("red?", "Minh Phat Co", "en", reply)
    assert "1 people received it, since 23/11/2026" in await chief.text("/recalls?article=channel-red")
    sent = {"article": "channel-red", "version": ["1"], "reason": "the limit was wrong", **TEXTS}
    assert (await send(chief, "/recalls", sent | {"text.zh": ""})).status == 422
    assert (await send(chief, "/recalls", sent)).headers["Location"].startswith("/console/recalls/1?")
    page = await chief.text("/recalls/1")
    assert "Minh Phat Co" in page
    assert "0 / 1" in page
    assert (await chief.post("/recalls/1/approve")).status == 403
    await boss.text("/recalls/1")
    assert (await boss.post("/recalls/1/approve")).status == 303
    assert (await boss.post("/recalls/1/approve")).status == 409
    assert "news" in room.notified


async def test_a_gap_gets_an_owner_and_a_state_and_leads_to_an_article(room: ConsoleDesk) -> None:
    chief = await room.signed_in("chief", Role.SUPERVISOR)
    missed = Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.NOTHING_FOUND)
    conversation_id = await room.answered("phí gửi xe qua đêm ở bãi", "Minh Phat Co", "vi", missed)
    ticket_id = await room.ticket_id(conversation_id)
    await chief.text(f"/conversations/{conversation_id}")
    await chief.reply(ticket_id, "Bãi thu theo giờ, hỏi ban quản lý bãi.")
    await GapSorter(room.database, bookcase_of(room).current).sort()
    assert "phí gửi xe qua đêm ở bãi" in await chief.text("/gaps")
    page = await chief.text("/gaps/1")
    assert "Bãi thu theo giờ" in page
    assert "/console/articles/new?message=" in page
    sent = {"state": "working", "owner": str(chief.officer.id), "article": ""}
    assert (await send(chief, "/gaps/1", sent)).status == 303
    assert "phí gửi xe" not in await chief.text("/gaps")
    assert "phí gửi xe" in await chief.text("/gaps?state=working&mine=1")
    assert (await send(chief, "/gaps/1", sent | {"state": "eaten"})).status == 422
    assert (await send(chief, "/gaps/1", sent | {"article": "nowhere"})).status == 404


@pytest.mark.parametrize("state", ["closed", "declined"])
async def test_closing_a_gap_without_an_article_says_plainly_that_the_askers_are_not_told(
    room: ConsoleDesk, state: str
) -> None:
    chief = await room.signed_in("chief", Role.SUPERVISOR)
    missed = Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.NOTHING_FOUND)
    conversation_id = await room.answered("phí gửi xe qua đêm ở bãi", "Minh Phat Co", "vi", missed)
    await GapSorter(room.database, bookcase_of(room).current).sort()
    sent = {"state": state, "owner": "", "article": ""}
    assert "they are not told" in await chief.text("/gaps/1")
    assert (await send(chief, "/gaps/1", sent)).status == 303
    assert "nobody is told" not in await chief.text("/gaps/1"), "nobody has asked to be told"

    def agree(unit: Unit) -> None:
        [question] = unit.gaps.questions(1)
        unit.gaps.agree(question.id, conversation_id, room.clock())

    await room.database.write(agree)
    page = await chief.text("/gaps/1")
    assert "nobody is told: 1 people asked for it. Choose “Closed” and an article" in page
    assert (await send(chief, "/gaps/1", sent | {"state": "closed", "article": "channel-red"})).status == 303
    assert "nobody is told" not in await chief.text("/gaps/1")
