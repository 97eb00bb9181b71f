"""Switched off means no answer anywhere: with the brain, without it, by button, on every desk; and on again."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from bot.bookcase import Bookcase
from bot.brain import BrainTurn, ScriptedBrain, simple_turn
from bot.filestore import InMemoryFileStore
from bot.gateway import Gateway
from bot.interpreter import pack
from bot.responder import Responder
from bot.signal import Signal
from bot.watch import Watch
from helpdesk.error import BrainUnavailable
from helpdesk.inbox import Kind
from helpdesk.message import Author
from helpdesk.officer import Officer, Role
from helpdesk.storage.database import Database
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import library, silence
from knowledge_base.search import Hit
from tests.conftest import NOON, POLICY, Clock, hired, incoming
from tests.waiting import until

QUESTION = "Luồng đỏ (luồng 3): kiểm tra thực tế hàng hóa"
RED = "channel-red"


class Room:
    """A gateway over real articles; `brain` may be there or down."""

    def __init__(self, database: Database, clock: Clock, files: InMemoryFileStore) -> None:
        self.database, self.clock = database, clock
        self.bookcase = Bookcase(database, clock, serve_drafts=True)
        self.bookcase.seed_now()
        self.bookcase.refresh_now()
        self.boss: Officer = hired(database, "Phạm Long", Role.ADMINISTRATOR)
        self.is_brain_up = True
        self.responder = Responder(self.bookcase.current, clock)
        self.gateway = Gateway(database, ScriptedBrain(self._think), self.responder, files, Signal(), POLICY, clock)

    def _think(self, text: str) -> BrainTurn:
        if not self.is_brain_up:
            raise BrainUnavailable("down")
        reply = self.responder.answer(text, "vi", [Hit(RED, 0.95)])
        return simple_turn("procedure", custom=pack(reply))

    def off(self, scope: str, subject: str = "") -> None:
        at = self.clock()
        self.database.write_now(lambda unit: silence.silence(unit, scope, subject, "đang kiểm tra lại", self.boss, at))
        self.bookcase.refresh_now()

    async def ask(self, text: str = QUESTION, **values: object) -> tuple[list[str], HandOffReason | None]:
        """What the contact reads and why it went to people, None when it did not."""
        values = {"address": f"a{next(_numbers)}"} | values
        receipt = await self.gateway.receive(incoming(text, **values))
        await until(lambda: self.database.read_now(lambda unit: unit.inbox.waiting_conversations()) == [])

        def look(unit):  # type: ignore[no-untyped-def]
            ticket = unit.tickets.latest_of(receipt.conversation_id)
            said = [one.text for one in unit.messages.of(receipt.conversation_id) if one.author is not Author.CONTACT]
            return said, ticket.reason if ticket else None

        return self.database.read_now(look)  # type: ignore[no-any-return]


_numbers = iter(range(10_000))


@pytest.fixture
def room(sqlite: Database, clock: Clock) -> Iterator[Room]:
    with InMemoryFileStore() as files:
        yield Room(sqlite, clock, files)


SCOPES = [("all", ""), ("topic", "declaration"), ("article", RED)]


@pytest.mark.parametrize(("scope", "subject"), SCOPES)
@pytest.mark.parametrize("is_brain_up", [True, False])
async def test_what_is_off_goes_to_an_officer_and_nothing_of_it_is_said(
    room: Room, scope: str, subject: str, is_brain_up: bool
) -> None:
    room.is_brain_up = is_brain_up
    said, reason = await room.ask()
    assert reason is None
    assert "kiểm hóa" in said[-1]
    room.off(scope, subject)
    said, reason = await room.ask()
    assert reason is HandOffReason.SWITCHED_OFF
    assert "tạm tắt" in said[-1]
    assert not any("kiểm hóa hoặc soi chiếu" in text for text in said)


@pytest.mark.parametrize("button", [f"article:{RED}", f"pick:{RED}", f"part:{RED}:fee"])
async def test_buttons_under_old_answers_are_silent_too(room: Room, button: str) -> None:
    room.off("article", RED)
    _, reason = await room.ask("", kind=Kind.BUTTON, payload={"button": button})
    assert reason is HandOffReason.SWITCHED_OFF


def test_codes_are_not_explained_while_everything_is_off(room: Room) -> None:
    room.off("all")
    assert room.responder.code(["E62"], "en").reason is HandOffReason.SWITCHED_OFF


async def test_switched_on_again_it_answers(room: Room) -> None:
    room.off("topic", "declaration")
    at = room.clock()
    room.database.write_now(lambda unit: silence.restore(unit, unit.silences.standing()[0].id, room.boss, at))
    room.bookcase.refresh_now()
    assert (await room.ask())[1] is None


async def test_another_desk_follows_within_the_second_without_being_told(room: Room) -> None:
    other = Bookcase(room.database, room.clock, serve_drafts=True)
    watch = Watch(room.database, Signal(), POLICY, room.clock, other, None)
    await watch.start()
    await until(lambda: other.current().editions)
    room.off("all")
    await until(lambda: other.current().switches.is_all_off, 3)
    await watch.stop()


def approved(room: Room, ends: date | None) -> None:
    def case(unit):  # type: ignore[no-untyped-def]
        version = unit.articles.versions(RED)[0].version
        library.approve(unit, RED, version, room.boss, date(2026, 11, 1), ends, room.clock())

    room.database.write_now(case)
    room.bookcase.refresh_now()


async def test_the_day_after_its_last_an_article_is_said_to_have_ended(room: Room) -> None:
    approved(room, ends=date(2026, 11, 23))
    assert (await room.ask())[1] is None
    room.clock.at += timedelta(days=1)
    room.bookcase.refresh_now()
    said, reason = await room.ask()
    assert reason is HandOffReason.NOT_IN_FORCE
    assert "23/11/2026" in said[1]
    assert ["không trả lời" in text for text in said[1:]] == [False, True]
    room.is_brain_up = False
    assert (await room.ask())[1] is HandOffReason.NOT_IN_FORCE


async def test_an_ended_law_stops_the_articles_that_rest_on_it(room: Room) -> None:
    approved(room, ends=None)
    room.database.write_now(
        lambda unit: silence.end_law(
            unit, "38/2015/TT-BTC", date(2026, 11, 22), None, "thay bằng văn bản khác", room.boss, NOON
        )
    )
    room.bookcase.refresh_now()
    said, reason = await room.ask()
    assert reason is HandOffReason.NOT_IN_FORCE
    assert "38/2015" in said[1]


def test_what_held_on_a_day_is_found_again(room: Room) -> None:
    approved(room, ends=None)
    text = "Nội dung mới"

    def renew(unit):  # type: ignore[no-untyped-def]
        document = unit.articles.versions(RED)[0].document
        document = document | {"vi": document["vi"] | {"answer": text}}
        version = unit.articles.add(RED, document, library.digest(document), room.clock())
        library.approve(unit, RED, version, room.boss, date(2026, 11, 20), None, room.clock())

    room.database.write_now(renew)

    def on(day: date) -> tuple[int, bool]:
        held = room.bookcase.held_on_now(day)
        return held.editions[RED].version, held.halt(RED, day) is None

    assert [on(date(2026, 11, day)) for day in (5, 19, 20, 30)] == [(1, True), (1, True), (2, True), (2, True)]
    assert on(date(2026, 10, 1))[1] is False


def test_a_version_for_later_leaves_the_present_one_in_force_until_then(room: Room) -> None:
    approved(room, ends=None)

    def renew(unit):  # type: ignore[no-untyped-def]
        document = unit.articles.versions(RED)[0].document | {"confidence": "V"}
        version = unit.articles.add(RED, document, library.digest(document), room.clock())
        library.approve(unit, RED, version, room.boss, date(2026, 12, 1), None, room.clock())

    room.database.write_now(renew)
    room.bookcase.refresh_now()
    assert room.bookcase.current().editions[RED].version == 1
    room.clock.at += timedelta(days=8)
    room.bookcase.refresh_now()
    assert room.bookcase.current().editions[RED].version == 2


def test_a_colleague_s_unfinished_draft_never_answers(room: Room) -> None:
    def begin(unit):  # type: ignore[no-untyped-def]
        document = unit.articles.versions(RED)[0].document | {"confidence": "V"}
        unit.articles.add(RED, document, library.digest(document), room.clock(), room.boss.id)

    room.database.write_now(begin)
    room.bookcase.refresh_now()
    assert room.bookcase.current().editions[RED].version == 1
