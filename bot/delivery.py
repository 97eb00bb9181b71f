"""Delivery: the outbox is emptied in order, at least once, at the pace that channels and chats allow.

A message is marked sent only after its channel took it, so a crash in between sends it once more and never loses it.
"""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

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
BATCH = 50


class Pace:
    """Keeps the time between messages: per chat and over all, as a channel's limits ask.

    Times are seconds of a monotonic clock.
    """

    def __init__(self, per_second: float, per_chat_seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._gap = 1.0 / per_second if per_second else 0.0
        self._chat_gap = per_chat_seconds
        self._clock = clock
        self._next = 0.0
        self._next_in_chat: dict[str, float] = {}

    def reserve(self, address: str) -> float:
        """Take the next place for a chat; returns how many seconds to wait for it."""
        now = self._clock()
        at = max(now, self._next, self._next_in_chat.get(address, 0.0))
        self._next = max(now, self._next) + self._gap
        self._next_in_chat[address] = at + self._chat_gap
        if len(self._next_in_chat) > 10_000:
            self._next_in_chat = {name: due for name, due in self._next_in_chat.items() if due > now}
        return at - now


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
        """Stop; what was not sent stays pending."""
        tasks = [task for task in (self._loop, *self._running.values()) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _run(self) -> None:
        with self._signal.subscribe(OUTBOX_KEY) as changed:
            while True:
                wait = IDLE_SECONDS
                try:
                    wait = await self._round()
                except StorageUnavailable:
                    log.warning("outbox.storage_unavailable")
                    wait = 1.0
                await changed.wait(wait)

    async def _round(self) -> float:
        """Start sending what is due; returns the seconds until something else is."""
        now = self._clock()
        rows = await self._database.read(lambda unit: unit.messages.pending(now, BATCH))
        due = await self._database.read(lambda unit: unit.messages.next_due())
        for row in rows:
            conversation_id = row.message.conversation_id
            if conversation_id not in self._running:
                task = asyncio.create_task(self._send(row))
                self._running[conversation_id] = task
                task.add_done_callback(partial(self._sent, conversation_id))
        return min(max((due - now).total_seconds(), 0.05), IDLE_SECONDS) if due and not rows else IDLE_SECONDS

    def _sent(self, conversation_id: str, _: asyncio.Task[None]) -> None:
        self._running.pop(conversation_id, None)
        self._signal.notify(OUTBOX_KEY)
        self._signal.notify(conversation_id)

    async def _send(self, row: OutboxRow) -> None:
        connector = self._connectors.get(row.channel)
        try:
            if connector is None:
                raise Undeliverable(f"the channel {row.channel} is not switched on here")
            provider_id = await self._hand_over(connector, row)
            await self._change(row, delivery=Delivery.SENT, provider_id=provider_id, sent_at=self._clock())
        except Undeliverable as error:
            await self._give_up(row, str(error), error.is_blocked)
        except RetryLater as error:
            await self._later(row, str(error), error.after_seconds)
        except DeliveryError as error:
            await self._later(row, str(error), BACK_OFF_SECONDS[min(row.attempts, len(BACK_OFF_SECONDS) - 1)])
        except StorageUnavailable:
            # sent but not marked: the one window in which a message may go out twice
            log.warning("outbox.mark_failed", message=row.message.id)
            await asyncio.sleep(1.0)

    async def _hand_over(self, connector: Connector, row: OutboxRow) -> str:
        """Send every part that was not sent before; returns the provider's id of the last one."""
        message = row.message
        files = tuple(file for attachment in message.attachments if (file := self._file(attachment)))
        texts = split(message.text, connector.limits.text) or [""]
        provider_id = ""
        for number, text in enumerate(texts):
            if number < row.parts_sent:
                continue
            is_last = number == len(texts) - 1
            outgoing = Outgoing(
                row.address,
                message.author,
                text,
                message.buttons if is_last else (),
                files if is_last else (),
                message.officer_name,
            )
            await asyncio.sleep(self._paces[row.channel].reserve(row.address))
            provider_id = await _as_it_likes(connector, outgoing)
            if not is_last:
                await self._change(row, parts_sent=number + 1)
        return provider_id

    def _file(self, attachment: Attachment) -> OutgoingFile | None:
        try:
            return OutgoingFile(attachment, self._files.path(attachment.id))
        except NotFound:
            log.warning("outbox.file_missing", file=attachment.id)
            return None

    async def _later(self, row: OutboxRow, error: str, seconds: float) -> None:
        if row.attempts + 1 >= MAX_ATTEMPTS:
            await self._give_up(row, error, is_blocked=False)
            return
        log.info("outbox.retry", message=row.message.id, seconds=seconds, attempt=row.attempts + 1)
        at = self._clock() + timedelta(seconds=seconds)
        await self._change(row, attempts=row.attempts + 1, next_attempt_at=at, delivery_error=error[:300])

    async def _give_up(self, row: OutboxRow, error: str, is_blocked: bool) -> None:
        log.warning("outbox.failed", message=row.message.id, is_blocked=is_blocked)

        def case(unit: Unit) -> None:
            unit.messages.change(row.message.id, delivery=Delivery.FAILED, delivery_error=error[:300])
            if is_blocked:
                conversation = unit.conversations.get(row.message.conversation_id)
                unit.conversations.change_contact(conversation.contact_id, is_blocked=True)
                unit.messages.fail_all(conversation.id, error)

        await self._database.write(case)

    async def _change(self, row: OutboxRow, **values: object) -> None:
        await self._database.write(lambda unit: unit.messages.change(row.message.id, **values))


async def _as_it_likes(connector: Connector, outgoing: Outgoing) -> str:
    """Send with markup; as plain text when the channel does not like it."""
    try:
        return await connector.send(outgoing)
    except MarkupRefused:
        return await connector.send(replace(outgoing, is_plain=True))
