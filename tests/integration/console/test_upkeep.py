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
from helpdesk.usecase import article_review, gap, library
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


async def asked_to_be_told(room: ConsoleDesk) -> str:
    """A gap, and its asker who wants to hear of it."""
    missed = Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.NOTHING_FOUND)
    conversation_id = await room.answered("phí gửi xe qua đêm ở bãi", "Minh Phat Co", "vi", missed)
    await GapSorter(room.database, bookcase_of(room).current).sort()

    def agree(unit: Unit) -> None:
        [question] = unit.gaps.questions(1)
        unit.gaps.agree(question.id, conversation_id, room.clock())

    await room.database.write(agree)
    return conversation_id


async def test_a_gap_closed_without_an_article_asks_for_words_to_its_askers_and_keeps_what_was_typed(
    room: ConsoleDesk,
) -> None:
    chief = await room.signed_in("chief", Role.SUPERVISOR)
    conversation_id = await asked_to_be_told(room)
    assert "1 people asked to be told" in await chief.text("/gaps/1")
    sent = {"state": "closed", "owner": "", "article": "", "note.vi": "Hỏi quầy của bãi.", "note.en": "", "note.zh": ""}
    refused = await send(chief, "/gaps/1", sent | {"note.vi": ""})
    assert (refused.status, "name the article that answers them" in await refused.text()) == (422, True)
    refused = await send(chief, "/gaps/1", sent)
    page = await refused.text()
    assert (refused.status, "in all three languages" in page, "Hỏi quầy của bãi." in page) == (422, True, True)
    whole = {"note.en": "Ask the yard.", "note.zh": "请问停车场。"}
    assert (await send(chief, "/gaps/1", sent | whole)).status == 303
    told = await room.database.write(lambda unit: gap.tell_some(unit, room.policy, room.clock()))
    assert told == [conversation_id]
    assert "0 people asked to be told" in await chief.text("/gaps/1")


async def test_a_gap_that_is_declined_in_silence_says_plainly_that_its_askers_are_not_told(room: ConsoleDesk) -> None:
    chief = await room.signed_in("chief", Role.SUPERVISOR)
    await asked_to_be_told(room)
    await chief.text("/gaps/1")
    sent = {"state": "declined", "owner": "", "article": ""}
    assert (await send(chief, "/gaps/1", sent)).status == 303
    assert "so nobody is told: 1 people asked for it" in await chief.text("/gaps/1")
    assert (await send(chief, "/gaps/1", sent | {"state": "closed", "article": "channel-red"})).status == 303
    assert "nobody is told" not in await chief.text("/gaps/1")


async def test_officers_are_not_offered_what_has_stopped_answering(room: ConsoleDesk) -> None:
    lan, boss = await room.signed_in("lan"), await room.signed_in("boss", Role.ADMINISTRATOR)

    async def offered() -> list[str]:
        found = await (await lan.get("/snippets?language=vi&words=channel-red")).json()
        return [one["id"] for one in found["articles"]]

    assert await offered() == ["channel-red"]
    await boss.text("/switches")
    for what in ("article/channel-red", f"topic/{DOCUMENTS[0]['topic']}", "all"):
        assert (await send(boss, "/switches", {"what": what, "reason": "fee is wrong"})).status == 303
        assert await offered() == []
        [one] = await room.read(lambda unit: unit.silences.standing())
        await boss.post(f"/switches/{one.id}/on")
    assert await offered() == ["channel-red"]
    ended = {"key": "38/2015/TT-BTC", "until": "2026-11-22", "reason": "replaced by a new circular"}
    assert (await send(boss, "/laws", ended)).status == 303
    assert await offered() == []


async def test_what_was_looked_at_and_still_holds_carries_no_warning_until_it_is_due_again(room: ConsoleDesk) -> None:
    document = DOCUMENTS[0] | {"volatile": True, "review_by": "2026-11-20"}
    boss = await room.signed_in("boss", Role.ADMINISTRATOR)

    def case(unit: Unit) -> None:
        version = unit.articles.add("channel-red", document, "d", room.clock())
        library.approve(unit, "channel-red", version, boss.officer, date(2026, 11, 1), None, room.clock())

    bookcase = bookcase_of(room)
    await room.database.write(case)
    bookcase.refresh_now()
    await room.database.write(
        lambda unit: article_review.open_due(unit, due_reviews(bookcase.current(), date(2026, 12, 23)), room.clock())
    )
    assert bookcase.current().editions["channel-red"].is_overdue(date(2026, 11, 23))
    assert "Review overdue" in await boss.text("/articles/channel-red")
    [mine] = [one for one in await room.read(lambda unit: unit.reviews.waiting()) if one.due.cause == "review_by"]
    assert 'name="next" value="2027-02-21"' in await boss.text("/reviews")
    for day in ("", "2026-11-23"):
        assert (await boss.post(f"/reviews/{mine.id}/finish", next=day)).status == 422
    assert (await boss.post(f"/reviews/{mine.id}/finish", next="2027-01-31")).status == 303
    bookcase.refresh_now()
    edition = bookcase.current().editions["channel-red"]
    assert not edition.is_overdue(date(2027, 1, 31))
    assert edition.is_overdue(date(2027, 2, 1))
    page = await boss.text("/articles/channel-red")
    assert ("Review overdue" in page, "2027-01-31" in page) == (False, True)
    library_then = due_reviews(bookcase.current(), date(2027, 1, 31))
    again = [due for due in library_then if (due.article_id, due.cause) == ("channel-red", "review_by")]
    assert [(due.article_id, due.due_on) for due in again] == [("channel-red", date(2027, 1, 31))]


async def test_who_was_shown_which_version_is_listed_before_a_correction_is_written(room: ConsoleDesk) -> None:
    chief = await room.signed_in("chief", Role.SUPERVISOR)
    for name, versions in (("Minh Phat Co", (1,)), ("Hoa Binh Co", (1, 2)), ("Other Co", ())):
        drafts = tuple(
            Draft("an answer", outcome=Outcome.ANSWERED, article_id="channel-red", article_version=version)
            for version in versions
        )
        await room.answered("red?", name, "en", Reply(Outcome.ANSWERED, "en", drafts))
    renewed = DOCUMENTS[0] | {"confidence": "V"}
    await room.database.write(lambda unit: unit.articles.add("channel-red", renewed, "d", room.clock()))
    page = await chief.text("/recalls?article=channel-red")
    table = page[page.index("Who was shown it (2)") :]
    rows = {name: table[table.index(name) :].split("</tr>")[0] for name in ("Minh Phat Co", "Hoa Binh Co")}
    assert 'data-label="Version">1<' in rows["Minh Phat Co"]
    assert 'data-label="Version">1, 2<' in rows["Hoa Binh Co"]
    assert "23/11/2026" in rows["Hoa Binh Co"]
    assert "Other Co" not in table


async def test_a_law_that_no_file_knows_can_be_ended_too_and_is_marked(room: ConsoleDesk) -> None:
    boss = await room.signed_in("boss", Role.ADMINISTRATOR)
    document = DOCUMENTS[0] | {"legal_basis": [{"instrument": "7/2027/TT-BTC", "article": "1", "note": ""}]}

    def renew(unit: Unit) -> None:
        version = unit.articles.add("channel-red", document, "d", room.clock())
        library.approve(unit, "channel-red", version, boss.officer, date(2026, 11, 1), None, room.clock())

    await room.database.write(renew)
    assert "is the number right?" in await boss.text("/articles/channel-red")
    assert "is the number right?" in await boss.text("/laws?words=7/2027")
    sent = {"key": "7/2027/TT-BTC", "until": "2026-11-22", "reason": "withdrawn by the ministry"}
    assert (await send(boss, "/laws", sent)).status == 303
    halt = bookcase_of(room).current().halt("channel-red", date(2026, 11, 23))
    assert halt is not None
    assert halt.law == "7/2027/TT-BTC"


async def test_whom_an_officer_sent_an_article_is_reached_by_its_correction_too(room: ConsoleDesk) -> None:
    lan, chief = await room.signed_in("lan"), await room.signed_in("chief", Role.SUPERVISOR)
    answer = DOCUMENTS[0]["vi"]["answer"]
    for name, words in (("Minh Phat Co", f"Chào anh,\r\n{answer}\r\nThân mến."), ("Other Co", answer[:60])):
        conversation_id, ticket_id = await room.waiting("luồng đỏ?", name, "vi")
        await lan.text(f"/conversations/{conversation_id}")
        assert (await lan.reply(ticket_id, words)).status == 303
    page = await chief.text("/recalls?article=channel-red")
    assert "1 people received it" in page
    assert ("Minh Phat Co" in page, "Other Co" in page) == (True, False)


async def test_two_gaps_are_joined_on_the_page_of_one(room: ConsoleDesk) -> None:
    chief = await room.signed_in("chief", Role.SUPERVISOR)
    for text, language in (("phí gửi xe qua đêm ở bãi", "vi"), ("过夜停车费多少钱", "zh")):
        missed = Reply(Outcome.HANDOFF, language, reason=HandOffReason.NOTHING_FOUND)  # type: ignore[arg-type]
        await room.answered(text, "Minh Phat Co", language, missed)  # type: ignore[arg-type]
    await GapSorter(room.database, bookcase_of(room).current).sort()
    assert "过夜停车费多少钱 (1)" in await chief.text("/gaps/1")
    assert (await send(chief, "/gaps/1/join", {"into": "1"})).status == 422
    assert (await send(chief, "/gaps/1/join", {"into": "2"})).headers["Location"].startswith("/console/gaps/2?")
    page = await chief.text("/gaps/2")
    assert ("phí gửi xe qua đêm" in page, "2 questions" in page) == (True, True)
    assert (await chief.get("/gaps/1")).status == 404
