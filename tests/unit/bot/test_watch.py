import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from bot.bookcase import ARTICLES_KEY, Bookcase
from bot.gateway import QUEUE_KEY
from bot.signal import Signal
from bot.watch import Watch
from helpdesk.error import StorageUnavailable
from helpdesk.storage.database import Database
from helpdesk.ticket import HandOffReason, TicketState
from helpdesk.usecase import queue
from tests.conftest import POLICY, Clock, hired, met
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
