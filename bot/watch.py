"""The watch: looks after what no message triggers (late tickets, changed articles) and says which part is ready."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta

import structlog

from bot.bookcase import ARTICLES_KEY, Bookcase
from bot.fleet import Fleet
from bot.gapsorter import BATCH as SORTED_AT_ONCE
from bot.gapsorter import GapSorter
from bot.signal import Signal
from helpdesk.calendar import day_of
from helpdesk.error import StorageUnavailable
from helpdesk.policy import Policy
from helpdesk.storage.article_work import Due
from helpdesk.storage.database import Database
from helpdesk.usecase import article_review, gap, queue, recall
from knowledge_base.edition import Library

log = structlog.get_logger(__name__)

ROUND_SECONDS = 15.0
PROBE_SECONDS = 0.5
LOOK_SECONDS = 0.5
QUEUE_KEY, OUTBOX_KEY, NEWS_KEY = "queue", "outbox", "news"
NEWS_SECONDS = 1.0


class Watch:
    """Runs a round every few seconds, and at once when articles change.

    Attributes:
        news_seconds: between two batches of corrections and news.
    """

    def __init__(
        self,
        database: Database,
        signal: Signal,
        policy: Policy,
        clock: Callable[[], datetime],
        bookcase: Bookcase,
        fleet: Fleet | None,
    ) -> None:
        self._database = database
        self._signal = signal
        self._policy = policy
        self._clock = clock
        self._bookcase = bookcase
        self._fleet = fleet
        self.news_seconds = NEWS_SECONDS
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begin the rounds."""
        self._tasks = [asyncio.create_task(self._rounds()), asyncio.create_task(self._articles())]
        for work in (self._switches, self._news, self._knowledge):
            self._tasks.append(asyncio.create_task(work()))

    async def stop(self) -> None:
        """End the rounds."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def readiness(self) -> dict[str, str]:
        """Every part and its state; answers within a second whatever the database does."""
        parts = {"database": await self._database_state()}
        if self._fleet is not None:
            parts["brain"] = self._fleet.state
        parts["articles"] = "ok" if self._bookcase.current().editions else "no article is served"
        return parts

    def notes(self) -> dict[str, str]:
        """What goes on behind a brain that answers."""
        if self._fleet is None or self._fleet.serving is None or not self._fleet.preparation:
            return {}
        return {"brain": self._fleet.preparation}

    async def _database_state(self) -> str:
        try:
            async with asyncio.timeout(PROBE_SECONDS):
                await self._database.probe()
        except (StorageUnavailable, TimeoutError):
            return "does not answer"
        return "ok"

    async def _rounds(self) -> None:
        while True:
            await self._survive(self._round)
            await asyncio.sleep(ROUND_SECONDS)

    async def _round(self) -> None:
        at = self._clock()
        alerted = await self._database.write(lambda unit: queue.alert_unclaimed(unit, self._policy, at))
        returned = await self._database.write(lambda unit: queue.return_stranded(unit, self._policy, at))
        for ticket in (*alerted, *returned):
            self._signal.notify(ticket.conversation_id)
        if alerted or returned:
            self._signal.notify(QUEUE_KEY)
        # approvals take effect and end by date, without anybody touching anything
        await self._bookcase.refresh()

    async def _articles(self) -> None:
        with self._signal.subscribe(ARTICLES_KEY) as changed:
            while True:
                if await changed.wait(3600):
                    await self._survive(self._bookcase.refresh)
                    log.info("articles.refreshed", served=len(self._bookcase.current().editions))

    async def _news(self) -> None:
        """Corrections and answers to old questions go out a few at a time, so that live answers keep their pace."""
        with self._signal.subscribe(NEWS_KEY) as changed:
            while True:
                await self._survive(self._tell)
                await changed.wait(self.news_seconds)

    async def _tell(self) -> None:
        at = self._clock()
        has_work = await self._database.read(lambda unit: bool(unit.recalls.running() or unit.gaps.untold(1)))
        if not has_work:
            return
        told = await self._database.write(lambda unit: recall.send_some(unit, self._policy, at))
        told += await self._database.write(lambda unit: gap.tell_some(unit, self._policy, at))
        for conversation_id in told:
            self._signal.notify(conversation_id)
        if told:
            self._signal.notify(OUTBOX_KEY)

    async def _knowledge(self) -> None:
        """Sort questions without an answer into gaps, and open the reviews that have become due."""
        sorter = GapSorter(self._database, self._bookcase.current)
        while True:
            await self._survive(lambda: self._sort_all(sorter))
            await self._survive(self._open_reviews)
            await asyncio.sleep(ROUND_SECONDS)

    @staticmethod
    async def _sort_all(sorter: GapSorter) -> None:
        while await sorter.sort() == SORTED_AT_ONCE:  # noqa: ASYNC110 - others write meanwhile
            await asyncio.sleep(NEWS_SECONDS)

    async def _open_reviews(self) -> None:
        at, library = self._clock(), self._bookcase.current()
        days = await self._database.read(article_review.days_before)
        dues = due_reviews(library, day_of(at) + timedelta(days=days))
        if dues:
            await self._database.write(lambda unit: article_review.open_due(unit, dues, at))

    async def _switches(self) -> None:
        """What another desk switches off, approves or retires holds here within the second."""
        while True:
            await self._survive(self._bookcase.look_again)
            await asyncio.sleep(LOOK_SECONDS)

    @staticmethod
    async def _survive(step: Callable[[], Awaitable[object]]) -> None:
        """A step that fails is done again in the next round; the watch itself never ends."""
        try:
            await step()
        except Exception as error:
            log.warning("watch.step_failed", error=type(error).__name__)


def due_reviews(library: Library, until: date) -> list[Due]:
    """What has to be looked at by a day: articles and laws that end, and articles' own review dates."""
    found = []
    for name, edition in library.editions.items():
        ends = [("ends", edition.effective_to, "")] if edition.effective_to else []
        laws = [("law", day, law) for day, law in edition.law_ends(library.reference)]
        own = [("review_by", edition.article.review_by, "")] if edition.article.review_by else []
        for cause, day, subject in (*ends, *laws, *own):
            if day is not None and day <= until:
                found.append(Due(name, edition.version, cause, day, subject[:64]))
    return found
