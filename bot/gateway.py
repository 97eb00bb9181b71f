"""The gateway: every update is stored before it is acknowledged, and every conversation is worked off in order.

One worker at a time per conversation takes the oldest waiting row, finds out who answers, and stores the outcome in
one transaction (`helpdesk.usecase.turn`). A worker that fails leaves the row where it was; after a restart everything
that waits is taken up again.
"""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import datetime
from functools import partial

import structlog

from bot import press, several
from bot.answerer import Answerer, entities_of
from bot.brain import Brain
from bot.precedence import Precedence
from bot.responder import Responder
from bot.signal import Signal
from bot.typing_sign import TypingSign
from helpdesk.connector import Connector
from helpdesk.error import BrainUnavailable, DeliveryError, InvalidInput, StorageUnavailable
from helpdesk.filestore import FileRefused, FileStore
from helpdesk.inbox import Incoming, IncomingFile, Kind, Receipt
from helpdesk.language import Language
from helpdesk.message import Author, Button, Draft, Outcome
from helpdesk.payload import Payload, parse
from helpdesk.policy import Policy
from helpdesk.reply import Reply
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database
from helpdesk.storage.inbox import InboxRow
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import command, intake, privacy, queue, turn
from helpdesk.wording import say
from knowledge_base.place import unit_of
from knowledge_base.text import language as spoken
from knowledge_base.text.normal import MAX_LENGTH, cap, clean

log = structlog.get_logger(__name__)

QUEUE_KEY, OUTBOX_KEY = "queue", "outbox"
PARALLEL = 6
"""Turns at once: enough to keep the brain busy, few enough that storing what arrives never waits long behind them."""
RETRY_SECONDS = (0.5, 1.0, 2.0, 4.0)
COMMENT = "comment_on"
"""In the payload of a text that intake took for the comment on a rating: the number of its ticket."""


class Gateway:
    """Takes updates in and sees that each gets its turn."""

    def __init__(
        self,
        database: Database,
        brain: Brain,
        responder: Responder,
        files: FileStore,
        signal: Signal,
        policy: Policy,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._answerer = Answerer(brain, responder)
        self._responder = responder
        self._files = files
        self._signal = signal
        self._policy = policy
        self._clock = clock
        self._connectors: dict[str, Connector] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._slots = asyncio.Semaphore(PARALLEL)
        self._is_resting = False
        self._precedence = Precedence()
        self._busy: set[str] = set()
        self.typing = TypingSign(self._connectors)

    def connect(self, connector: Connector) -> None:
        """Make a channel known, so that typing can be shown on it."""
        self._connectors[connector.name] = connector

    async def receive(self, incoming: Incoming) -> Receipt:
        """Store one update durably, then let its conversation be worked on; raises StorageUnavailable."""
        with self._precedence.storing():
            receipt = await self._database.write(lambda unit: intake.receive(unit, incoming))
        if receipt.is_new and receipt.conversation_id:
            self._signal.notify(receipt.conversation_id)
            self.schedule(receipt.conversation_id)
        return receipt

    def hold(self) -> None:
        """Only store what comes, until `start`: a desk that comes up accepts messages before it can answer them."""
        self._is_resting = True

    async def start(self) -> None:
        """Take up everything that waits."""
        self._is_resting = False
        for conversation_id in await self._database.read(lambda unit: unit.inbox.waiting_conversations()):
            self.schedule(conversation_id)

    async def stop(self) -> None:
        """Let running turns finish for a moment, then leave the rest waiting in the inbox."""
        self._is_resting = True
        if self._workers:
            _, unfinished = await asyncio.wait(self._workers.values(), timeout=5)
            for task in unfinished:
                task.cancel()

    def schedule(self, conversation_id: str) -> None:
        """See that a conversation is being worked on."""
        if self._is_resting:
            return
        self._busy.add(conversation_id)
        if conversation_id in self._workers:
            self._again.add(conversation_id)
            return
        task = asyncio.create_task(self._work(conversation_id), name=f"conversation-{conversation_id}")
        self._workers[conversation_id] = task
        task.add_done_callback(lambda _: self._ended(conversation_id))

    def is_busy(self, conversation_id: str) -> bool:
        """Whether a turn of this conversation is not finished; its end will be notified."""
        return conversation_id in self._busy

    def _ended(self, conversation_id: str) -> None:
        self._workers.pop(conversation_id, None)
        if conversation_id in self._again:
            self._again.discard(conversation_id)
            self.schedule(conversation_id)

    async def _work(self, conversation_id: str) -> None:
        failures = 0
        while not self._is_resting:
            try:
                async with self._slots:
                    await self._precedence.give_way()
                    if not await self._take_one(conversation_id):
                        return
                failures = 0
            except Exception as error:  # the row still waits: nobody is forgotten because of a fault of ours
                log.warning("conversation.stalled", conversation=conversation_id, error=type(error).__name__)
                await asyncio.sleep(RETRY_SECONDS[min(failures, len(RETRY_SECONDS) - 1)])
                failures += 1

    async def _take_one(self, conversation_id: str) -> bool:
        """Work off the oldest waiting row; False when none is left.

        A row that is stored meanwhile calls `schedule`, so it need not be looked for again.
        """
        found = await self._database.read(lambda unit: _next(unit, conversation_id))
        if found is None:
            self._rest(conversation_id)
            return False
        row, conversation, is_more = found
        try:
            await self._turn(row, conversation)
        except StorageUnavailable:
            raise
        except Exception as error:
            await self._failed(row, error)
            is_more = True
        if not is_more:
            self._rest(conversation_id)
        self._announce(conversation)
        return is_more

    def _rest(self, conversation_id: str) -> None:
        """Nothing waits here any more: whoever thought so is told."""
        self._busy.discard(conversation_id)
        self._signal.notify(conversation_id)

    async def _turn(self, row: InboxRow, conversation: Conversation) -> None:
        if not conversation.is_noticed and self._pushes_to(conversation):
            await self._write(lambda unit, at: turn.greet(unit, self._policy, conversation, at))
        problems = await self._fetch(row, conversation)
        if row.kind is Kind.COMMAND:
            await self._command(row, conversation)
        elif row.kind is Kind.BUTTON:
            await self._button(row, conversation)
        elif conversation.open_ticket_id is not None and COMMENT in row.payload:
            await self._commented(row, conversation, turn.comment_thanks(conversation.language))
        elif conversation.open_ticket_id is not None:
            notices, named = problems or self._receipt(row, conversation), unit_of(row.text)
            await self._write(lambda unit, at: turn.pass_with_notices(unit, self._policy, row, notices, at, named))
        elif row.kind is Kind.TEXT:
            await self._words(row, conversation)
        else:
            await self._complete(row, _kept(row, conversation.language, problems))

    def _receipt(self, row: InboxRow, conversation: Conversation) -> list[Draft]:
        """A word on a file that came while people hold the conversation, where no page shows that it arrived."""
        if row.kind is not Kind.FILE or not self._pushes_to(conversation):
            return []
        return [Draft(say(conversation.language, "queue.file_noted"), Author.SYSTEM)]

    async def _fetch(self, row: InboxRow, conversation: Conversation) -> list[Draft]:
        """Bring files that are still at the channel into the desk; returns what to say about those refused.

        A file already fetched by an earlier try of this turn is not fetched again.
        """
        problems: list[Draft] = []
        remotes = row.payload.get("remote", ())
        if not remotes:
            return problems
        fetched = await self._database.read(lambda unit: unit.messages.files_of(row.message_id or 0))
        for remote in remotes[len(fetched) :]:
            name = str(remote.get("name", ""))
            try:
                kept = await self._files.keep(name, self._bytes_of(row, str(remote["id"])))
            except FileRefused as refused:
                why = say(conversation.language, f"file.{refused.code}", **refused.values)
                told = say(conversation.language, "queue.file_problem", name=name, problem=why)
                problems.append(Draft(told, Author.SYSTEM))
                kept = IncomingFile(intake.new_id(), name, "", 0, "", problem=refused.code)
            await self._database.write(partial(_add_file, kept, row, self._clock()))
        return problems

    async def _bytes_of(self, row: InboxRow, remote_id: str) -> AsyncIterator[bytes]:
        """A file at its channel; one that cannot be had in the last try counts as gone, so that the sender is told."""
        connector = self._connectors.get(row.channel)
        if connector is None:
            raise FileRefused("gone")
        try:
            async for chunk in connector.fetch(remote_id):
                yield chunk
        except DeliveryError as error:
            if row.attempts + 1 < self._policy.max_attempts:
                raise
            raise FileRefused("gone") from error

    # -- who answers

    async def _words(self, row: InboxRow, conversation: Conversation) -> None:
        """A button of the last message that is pressed in words, or something to understand."""
        payload: Payload | None = None
        if len(row.text) <= press.LONGEST and COMMENT not in row.payload:
            buttons = await self._database.read(lambda unit: press.offered(unit, conversation.id, row.seq))
            payload = press.pressed(row.text, buttons)
        if payload is None:
            await self._text(row, conversation)
        else:
            await self._button(replace(row, payload={"button": str(payload)}), conversation)

    async def _text(self, row: InboxRow, conversation: Conversation) -> None:
        text, language = clean(row.text), _language(row.text, conversation)
        started = time.perf_counter()
        with self.typing.shown(conversation, is_pushed=self._pushes_to(conversation)):
            try:
                reply = await self._answerer.answer(text, language, conversation, row.message_id or 0)
            except BrainUnavailable as error:
                log.warning("brain.unavailable", conversation=conversation.id, reason=str(error))
                reply = self._responder.answer_alone(text, language, entities_of(text))
        elapsed_ms = round((time.perf_counter() - started) * 1000, 1)
        reply = replace(reply, latency_ms=elapsed_ms, unit=unit_of(text))
        if cap(row.text).is_cut:
            reply = _with_notice(reply, say(language, "service.too_long", limit=MAX_LENGTH))
        if COMMENT in row.payload:
            await self._commented(row, conversation, reply)
        else:
            await self._complete(row, reply)

    async def _commented(self, row: InboxRow, conversation: Conversation, reply: Reply) -> None:
        answer = await self._database.write(lambda unit: turn.commented(unit, row, conversation, reply))
        await self._complete(row, answer)

    async def _button(self, row: InboxRow, conversation: Conversation) -> None:
        try:
            payload = parse(str(row.payload.get("button", "")))
        except InvalidInput:
            await self._finish(
                row,
                lambda unit, at: command.tell(unit, self._policy, conversation, "service.unknown_button", at),
            )
            return
        if payload.action in command.SERVICE_ACTIONS:
            await self._finish(row, lambda unit, at: command.press(unit, self._policy, conversation, payload, at))
        elif conversation.open_ticket_id is not None:
            await self._finish(
                row,
                lambda unit, at: queue.hand_off(unit, self._policy, conversation, HandOffReason.ASKED, at),
            )
        elif payload.action == "ask":
            await self._ask_next(row, conversation, payload)
        else:
            article_id, *rest = payload.arguments
            part = rest[0] if rest else None
            reply = self._responder.article(article_id, conversation.language, part, is_whole=part is None)
            await self._complete(row, replace(reply, intent=f"button/{payload.action}"))

    async def _ask_next(self, row: InboxRow, conversation: Conversation, payload: Payload) -> None:
        """Answer one of the questions that a longer message held."""
        question = await self._database.read(lambda unit: several.question(unit, conversation.id, payload))
        if question is None:
            await self._finish(
                row,
                lambda unit, at: command.tell(unit, self._policy, conversation, "service.unknown_button", at),
            )
        else:
            await self._text(replace(row, text=question), conversation)

    async def _command(self, row: InboxRow, conversation: Conversation) -> None:
        name, argument = str(row.payload.get("command", "")), str(row.payload.get("argument", ""))
        if name == "mydata":
            await self._copy_of_data(row, conversation)
            return
        files: list[str] = []
        await self._finish(
            row,
            lambda unit, at: files.extend(command.command(unit, self._policy, conversation, name, argument, at)),
        )
        for file_id in files:
            self._files.discard(file_id)

    async def _copy_of_data(self, row: InboxRow, conversation: Conversation) -> None:
        """Everything that is stored about a contact, as a file for them."""
        data = await self._database.read(lambda unit: privacy.export(unit, conversation))
        copy = json.dumps(data, ensure_ascii=False, indent=2).encode()
        kept = await self._files.keep("isec-data.txt", _whole(copy))
        await self._finish(row, lambda unit, at: command.my_data(unit, self._policy, conversation, data, kept, at))

    # -- storing

    async def _complete(self, row: InboxRow, reply: Reply) -> None:
        await self._write(lambda unit, at: turn.complete(unit, self._policy, row, reply, at))

    async def _finish(self, row: InboxRow, effect: Callable[[Unit, datetime], object]) -> None:
        """Mark a row done and do its effect in one transaction."""

        def case(unit: Unit, at: datetime) -> None:
            if unit.inbox.finish(row.id, at):
                effect(unit, at)

        await self._write(case)

    async def _write(self, case: Callable[[Unit, datetime], object]) -> None:
        at = self._clock()
        await self._database.write(lambda unit: case(unit, at))

    async def _failed(self, row: InboxRow, error: Exception) -> None:
        """A turn broke: try again a few times, then set the update aside and get a person."""
        kind = type(error).__name__
        log.error("turn.failed", conversation=row.conversation_id, inbox=row.id, error=kind, attempt=row.attempts + 1)
        if row.attempts + 1 >= self._policy.max_attempts:
            await self._write(lambda unit, at: turn.set_aside(unit, self._policy, row, kind, at))
            return
        await self._database.write(lambda unit: unit.inbox.count_attempt(row.id, kind))
        await asyncio.sleep(RETRY_SECONDS[0])

    def _announce(self, conversation: Conversation) -> None:
        self._signal.notify(conversation.id)
        self._signal.notify(QUEUE_KEY)
        if self._pushes_to(conversation):
            self._signal.notify(OUTBOX_KEY)

    def _pushes_to(self, conversation: Conversation) -> bool:
        """Whether messages are sent to this contact; the others fetch theirs."""
        return conversation.channel not in self._policy.pulled_channels


def _next(unit: Unit, conversation_id: str) -> tuple[InboxRow, Conversation, bool] | None:
    """The oldest waiting row, its conversation, and whether another waits behind it."""
    rows = unit.inbox.waiting_of(conversation_id, 2)
    return (rows[0], unit.conversations.get(conversation_id), len(rows) > 1) if rows else None


def _language(text: str, conversation: Conversation) -> Language:
    found: Language = spoken.detect(text, conversation.language).code
    return found


def _with_notice(reply: Reply, text: str) -> Reply:
    return replace(reply, messages=(Draft(text), *reply.messages))


def _kept(row: InboxRow, language: Language, problems: list[Draft]) -> Reply:
    """A file goes to an officer, who can read it; a place or a contact card waits for a question or a wish for one."""
    if row.kind is not Kind.FILE:
        officer = Button(say(language, "button.officer"), str(Payload("officer")))
        draft = Draft(say(language, "service.kept"), buttons=(officer,), outcome=Outcome.SMALLTALK)
        return Reply(Outcome.SMALLTALK, language, (draft,), is_logged=False)
    if problems:
        return Reply(Outcome.HANDOFF, language, tuple(problems), reason=HandOffReason.FILE_RECEIVED)
    noted = Draft(say(language, "queue.file_noted"), outcome=Outcome.HANDOFF)
    return Reply(Outcome.HANDOFF, language, (noted,), reason=HandOffReason.FILE_RECEIVED)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content


def _add_file(kept: IncomingFile, row: InboxRow, at: datetime, unit: Unit) -> None:
    unit.messages.add_file(kept, at, row.conversation_id, row.message_id)
