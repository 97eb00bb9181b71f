"""Delivery: the outbox is emptied in order, at least once, at the pace that channels and chats allow.

A message is marked sent only after its channel took it, so a crash in between sends it once more and never loses it.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from math import inf

import structlog

from bot.gateway import OUTBOX_KEY
from bot.signal import Signal
from bot.split import split
from helpdesk.connector import Connector, Outgoing, OutgoingFile
from helpdesk.error import DeliveryError, MarkupRefused, NotFound, RetryLater, StorageUnavailable, Undeliverable
from helpdesk.filestore import FileStore
from helpdesk.message import Attachment, Delivery
from helpdesk.storage.database import Database
from helpdesk.storage.message import OutboxRow
from helpdesk.storage.unit import Unit

log = structlog.get_logger(__name__)

BACK_OFF_SECONDS = (1.0, 2.0, 5.0, 15.0, 60.0, 300.0)
MAX_ATTEMPTS = 40
"""At the longest back-off about three hours; then the message is shown as failed, with a retry button."""
IDLE_SECONDS = 5.0
STOP_SECONDS = 5.0
STORAGE_RETRY_SECONDS = 1.0
BATCH = 50
MAX_CHATS = 10_000
MAX_ERROR = 300


class Pace:
    """Keeps the time between messages: per chat and over all, as a channel's limits ask.

    Times are seconds of a monotonic clock.
    """

    def __init__(self, per_second: float, per_chat_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1.0 / per_second if per_second else 0.0
        self._chat_gap = per_chat_seconds
        self._clock = clock
        self._next = -inf
        self._next_in_chat: dict[str, float] = {}

    def take(self, address: str) -> float:
        """Take the next place: 0.0 when a message may go to this chat now, else seconds after which to ask again."""
        now = self._clock()
        due = max(self._next, self._next_in_chat.get(address, now))
        if due > now:
            return due - now
        self._next = now + self._gap
        self._next_in_chat[address] = now + self._chat_gap
        if len(self._next_in_chat) > MAX_CHATS:
            self._next_in_chat = {name: due for name, due in self._next_in_chat.items() if due > now}
        return 0.0


class Sender:
    """Empties the outbox through the connectors."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        signal: Signal,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._files = files
        self._signal = signal
        self._clock = clock
        self._connectors: dict[str, Connector] = {}
        self._paces: dict[str, Pace] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._loop: asyncio.Task[None] | None = None

    def connect(self, connector: Connector) -> None:
        """Send through this channel too."""
        self._connectors[connector.name] = connector
        self._paces[connector.name] = Pace(connector.limits.per_second, connector.limits.per_chat_seconds)

    async def start(self) -> None:
        """Begin to empty the outbox, beginning with what an earlier run left."""
        self._loop = asyncio.create_task(self._run(), name="outbox")

    async def stop(self) -> None:
        """Let messages that are on their way arrive and be marked; the rest stays pending."""
        if self._loop is not None:
            self._loop.cancel()
            await asyncio.gather(self._loop, return_exceptions=True)
        running = list(self._running.values())
        if running:
            _, late = await asyncio.wait(running, timeout=STOP_SECONDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    async def _run(self) -> None:
        with self._signal.subscribe(OUTBOX_KEY) as changed:
            while True:
                try:
                    wait = await self._round()
                except Exception as error:  # whatever it is, the others' messages must go on
                    log.warning("outbox.round_failed", error=type(error).__name__)
                    wait = STORAGE_RETRY_SECONDS
                await changed.wait(wait)

    async def _round(self) -> float:
        """Start sending what is due; returns the seconds until something else is."""
        now = self._clock()
        # whoever is being sent to now may be done before the rows are read: then these rows are out of date
        busy = set(self._running)
        rows = await self._database.read(lambda unit: unit.messages.pending(now, BATCH))
        due = None if rows else await self._database.read(lambda unit: unit.messages.next_due())
        for row in rows:
            conversation_id = row.message.conversation_id
            if conversation_id not in busy:
                task = asyncio.create_task(self._send(row))
                self._running[conversation_id] = task
                task.add_done_callback(partial(self._sent, conversation_id))
        return min(max((due - now).total_seconds(), 0.05), IDLE_SECONDS) if due else IDLE_SECONDS

    def _sent(self, conversation_id: str, _: asyncio.Task[None]) -> None:
        self._running.pop(conversation_id, None)
        self._signal.notify(OUTBOX_KEY)
        self._signal.notify(conversation_id)

    async def _send(self, row: OutboxRow) -> None:
        """Try one message; whatever becomes of it is stored before the conversation's next try."""
        try:
            provider_id = await self._hand_over(row)
        except Undeliverable as error:
            await self._store(self._failed(row, str(error), error.is_blocked))
        except RetryLater as error:
            await self._store(self._later(row, str(error), error.after_seconds))
        except DeliveryError as error:
            await self._store(self._later(row, str(error), _back_off(row)))
        except Exception as error:  # a fault in a connector must neither stop the outbox nor be tried without a pause
            log.error("outbox.connector_broke", message=row.message.id, error=type(error).__name__)
            await self._store(self._later(row, type(error).__name__, _back_off(row)))
        else:
            at = self._clock()
            await self._store(
                _change(row, delivery=Delivery.SENT, provider_id=provider_id, sent_at=at, delivery_error=None)
            )

    async def _store(self, case: Callable[[Unit], None]) -> None:
        """Store what became of a message, however long the database is away: sending it again would repeat it."""
        while True:
            try:
                await self._database.write(case)
                return
            except StorageUnavailable:
                log.warning("outbox.storage_unavailable")
                await asyncio.sleep(STORAGE_RETRY_SECONDS)

    async def _hand_over(self, row: OutboxRow) -> str:
        """Send every part that was not sent before; returns the provider's id of the last one."""
        connector = self._connectors.get(row.channel)
        if connector is None:
            raise Undeliverable(f"the channel {row.channel} is not switched on here")
        parts = self._parts(row, connector.limits.text)
        provider_id = ""
        for number, part in enumerate(parts[row.parts_sent :], row.parts_sent + 1):
            await self._wait_for_place(row)
            provider_id = await _as_it_likes(connector, part)
            if number < len(parts):
                await self._store(_change(row, parts_sent=number))
        return provider_id

    def _parts(self, row: OutboxRow, limit: int) -> list[Outgoing]:
        """The text in pieces that the channel carries, buttons under the last, then each file by itself."""
        message = row.message
        texts = split(message.text, limit)
        bare = Outgoing(row.address, message.author, "", officer_name=message.officer_name)
        parts = [replace(bare, text=text) for text in texts[:-1]]
        parts += [replace(bare, text=text, buttons=message.buttons) for text in texts[-1:]]
        files = [file for attachment in message.attachments if (file := self._file(attachment))]
        return parts + [replace(bare, files=(file,)) for file in files]

    async def _wait_for_place(self, row: OutboxRow) -> None:
        while wait := self._paces[row.channel].take(row.address):  # noqa: ASYNC110 - time is what we wait for
            await asyncio.sleep(wait)

    def _file(self, attachment: Attachment) -> OutgoingFile | None:
        try:
            return OutgoingFile(attachment, self._files.path(attachment.id))
        except NotFound:
            log.warning("outbox.file_missing", file=attachment.id)
            return None

    def _later(self, row: OutboxRow, error: str, seconds: float) -> Callable[[Unit], None]:
        if row.attempts + 1 >= MAX_ATTEMPTS:
            return self._failed(row, error, is_blocked=False)
        log.info("outbox.retry", message=row.message.id, seconds=seconds, attempt=row.attempts + 1)
        at = self._clock() + timedelta(seconds=seconds)
        return _change(row, attempts=row.attempts + 1, next_attempt_at=at, delivery_error=error[:MAX_ERROR])

    @staticmethod
    def _failed(row: OutboxRow, error: str, is_blocked: bool) -> Callable[[Unit], None]:
        log.warning("outbox.failed", message=row.message.id, is_blocked=is_blocked)

        def case(unit: Unit) -> None:
            unit.messages.change(row.message.id, delivery=Delivery.FAILED, delivery_error=error[:MAX_ERROR])
            if is_blocked:
                conversation = unit.conversations.get(row.message.conversation_id)
                unit.conversations.change_contact(conversation.contact_id, is_blocked=True)
                unit.messages.fail_all(conversation.id, error)

        return case


def _change(row: OutboxRow, **values: object) -> Callable[[Unit], None]:
    return lambda unit: unit.messages.change(row.message.id, **values)


def _back_off(row: OutboxRow) -> float:
    return BACK_OFF_SECONDS[min(row.attempts, len(BACK_OFF_SECONDS) - 1)]


async def _as_it_likes(connector: Connector, outgoing: Outgoing) -> str:
    """Send with markup; as plain text when the channel does not like it."""
    try:
        return await connector.send(outgoing)
    except MarkupRefused:
        return await connector.send(replace(outgoing, is_plain=True))
