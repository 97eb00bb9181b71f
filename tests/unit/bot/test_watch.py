import asyncio
from collections.abc import AsyncIterator
from datetime import date, timedelta

import pytest

from bot.bookcase import ARTICLES_KEY, Bookcase
from bot.gateway import QUEUE_KEY
from bot.signal import Signal
from bot.watch import NEWS_KEY, Watch, due_reviews
from helpdesk.calendar import day_of
from helpdesk.error import StorageUnavailable
from helpdesk.officer import Officer, Role
from helpdesk.storage.database import Database
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason, TicketState
from helpdesk.usecase import article_review, library, queue, recall
from tests.conftest import NOON, POLICY, Clock, hired, met
from tests.integration.storage.test_recall import running, shown
from tests.waiting import until


class Watched:
    """A watch over a real database, and its own round at hand."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.database, self.clock, self.signal = database, clock, Signal()
        self.bookcase = Bookcase(database, clock, serve_drafts=True)
        self.watch = Watch(database, self.signal, POLICY, clock, self.bookcase, None)

    def queued(self) -> int:
        conversation = met(self.database)
        return self.database.write_now(
            lambda unit: queue.hand_off(unit, POLICY, conversation, HandOffReason.ASKED, self.clock())
        ).id

    def state(self, ticket_id: int) -> TicketState:
        return self.database.read_now(lambda unit: unit.tickets.get(ticket_id)).state


@pytest.fixture
async def watched(sqlite: Database, clock: Clock) -> AsyncIterator[Watched]:
    made = Watched(sqlite, clock)
    yield made
    await made.watch.stop()


async def test_a_ticket_nobody_takes_wakes_the_queue(watched: Watched) -> None:
    watched.queued()
    watched.clock.at += POLICY.alert_after + timedelta(seconds=1)
    with watched.signal.subscribe(QUEUE_KEY) as changed:
        await watched.watch.start()
        assert await changed.wait(10)


async def test_a_contact_left_alone_by_an_officer_returns_to_the_queue(watched: Watched) -> None:
    ticket_id, officer = watched.queued(), hired(watched.database, "An")
    watched.database.write_now(lambda unit: queue.claim(unit, POLICY, ticket_id, officer, watched.clock()))
    watched.clock.at += POLICY.silent_after + timedelta(minutes=1)
    await watched.watch.start()
    await until(lambda: watched.state(ticket_id) is TicketState.QUEUED)


async def test_changed_articles_are_served_at_once(watched: Watched) -> None:
    await watched.watch.start()
    await asyncio.sleep(0.1)
    watched.bookcase.seed_now()
    watched.signal.notify(ARTICLES_KEY)
    await until(lambda: watched.bookcase.current().editions)


async def test_a_step_that_fails_does_not_end_the_watch(watched: Watched) -> None:
    calls = []

    async def broken() -> None:
        calls.append(1)
        if len(calls) == 1:
            raise StorageUnavailable("away")

    watched.bookcase.refresh = broken  # type: ignore[method-assign]
    await watched.watch.start()
    await until(lambda: calls)
    watched.signal.notify(ARTICLES_KEY)
    await until(lambda: len(calls) >= 2)


async def test_readiness_names_every_part(watched: Watched) -> None:
    assert await watched.watch.readiness() == {"database": "ok", "articles": "no article is served"}


def causes(watched: Watched) -> set[tuple[str, str]]:
    """The articles and causes of the reviews that wait."""
    waiting = watched.database.read_now(lambda unit: unit.reviews.waiting())
    return {(one.due.article_id, one.due.cause) for one in waiting}


VAT = {("vat-8-10", "law"), ("vat-8-10", "review_by")}
"""Its law ends and it is to be looked at on 31 December, 38 days after the clock's day."""


@pytest.mark.parametrize(("days", "is_open"), [(37, False), (38, True)])
async def test_reviews_open_by_themselves_as_many_days_before_as_the_desk_wants(
    watched: Watched, days: int, is_open: bool
) -> None:
    boss = hired(watched.database, "Phạm Long", Role.ADMINISTRATOR)
    watched.bookcase.seed_now()
    early = _ending(watched, boss, NOON.date() + timedelta(days=1))
    watched.bookcase.refresh_now()
    watched.database.write_now(lambda unit: article_review.set_days_before(unit, days, boss, watched.clock()))
    await watched.watch.start()
    await until(lambda: (early, "ends") in causes(watched))
    assert (causes(watched) >= VAT, bool(causes(watched) & VAT)) == (is_open, is_open)


def _ending(watched: Watched, boss: Officer, last: date) -> str:
    """An approved article that ends soon in any case; its id."""

    def case(unit: Unit) -> None:
        version = unit.articles.versions("cancel")[0].version
        library.approve(unit, "cancel", version, boss, NOON.date(), last, watched.clock())

    watched.database.write_now(case)
    return "cancel"


async def test_a_clock_put_forward_and_back_again_leaves_answers_as_they_were_and_reviews_once(
    watched: Watched,
) -> None:
    boss = hired(watched.database, "Phạm Long", Role.ADMINISTRATOR)
    watched.bookcase.seed_now()
    _ending(watched, boss, NOON.date() + timedelta(days=90))

    def look() -> tuple[int, bool, bool]:
        """Reviews opened up to now, and whether an article and one that rests on a law that ends are halted."""
        watched.bookcase.refresh_now()
        held, today = watched.bookcase.current(), day_of(watched.clock())
        dues = due_reviews(held, today + timedelta(days=30))
        opened = watched.database.write_now(lambda unit: article_review.open_due(unit, dues, watched.clock()))
        return opened, held.halt("cancel", today) is not None, held.halt("vat-8-10", today) is not None

    assert look() == (0, False, False)
    watched.clock.pass_(days=400)
    opened, *halted = look()
    assert (opened > 0, halted) == (True, [True, True])
    watched.clock.pass_(days=-400)
    assert look() == (0, False, False)
    watched.clock.pass_(days=400)
    assert look() == (0, True, True)


async def test_corrections_go_out_a_batch_at_a_time_with_a_pause_between(watched: Watched) -> None:
    author, boss = (
        hired(watched.database, "Lê Ngọc", Role.SUPERVISOR),
        hired(watched.database, "Phạm Long", Role.ADMINISTRATOR),
    )
    shown(watched.database, 3 * recall.BATCH)
    recall_id = running(watched.database, (author, boss))

    def told() -> int:
        return watched.database.read_now(lambda unit: unit.recalls.told(recall_id))

    watched.watch.news_seconds = 3600
    await watched.watch.start()
    await until(told)
    await asyncio.sleep(0.3)  # time for a second batch, if there were no pause
    assert told() == recall.BATCH
    watched.signal.notify(NEWS_KEY)
    await until(lambda: told() > recall.BATCH)
