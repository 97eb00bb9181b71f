"""The reception: the desk as a web visitor sees it (`helpdesk.visitor.VisitorDesk`), over the database."""

import asyncio
import secrets
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from itertools import takewhile
from typing import Any

from bot.acquaintance import Acquaintances
from bot.signal import Signal
from helpdesk.connector import OutgoingFile
from helpdesk.error import NotFound
from helpdesk.filestore import FileStore
from helpdesk.language import Language, as_language
from helpdesk.message import Author, Message, Outcome
from helpdesk.reply import Candidate, FoundEntity
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database
from helpdesk.storage.inbox import NEW
from helpdesk.storage.unit import Unit
from helpdesk.ticket import TicketState
from helpdesk.usecase import hours, intake, privacy
from helpdesk.usecase.account import token_hash
from helpdesk.visitor import Standing, Understanding, Visitor

TOKEN_BYTES = 32
MAX_WAIT_SECONDS = 30.0


class Reception:
    """Implements `VisitorDesk`."""

    def __init__(
        self,
        database: Database,
        files: FileStore,
        signal: Signal,
        clock: Callable[[], datetime],
        is_typing: Callable[[str], bool],
        is_busy: Callable[[str], bool],
        is_reduced: Callable[[], bool],
    ) -> None:
        """`is_busy`: a turn of this conversation is not finished, and its end will be notified."""
        self._database = database
        self._files = files
        self._signal = signal
        self._clock = clock
        self._is_typing = is_typing
        self._is_busy = is_busy
        self._met = Acquaintances()
        self._is_reduced = is_reduced

    async def open(self, language: str | None) -> tuple[Visitor, str]:
        """A new conversation and its token."""
        token, at = secrets.token_urlsafe(TOKEN_BYTES), self._clock()
        opened = await self._database.write(lambda unit: intake.open_web(unit, token_hash(token), language, at))
        return self._visitor(token, opened), token

    async def find(self, token: str) -> Visitor:
        """The visitor of a token; raises NotFound."""
        known = self._met.recognise(token_hash(token))
        if known is not None:
            return known
        found = await self._database.read(lambda unit: unit.conversations.by_token(token_hash(token)))
        if found is None:
            raise NotFound("this conversation does not exist")
        return self._visitor(token, found)

    def _visitor(self, token: str, conversation: Conversation) -> Visitor:
        visitor = Visitor(conversation.id, conversation.language)
        self._met.meet(token_hash(token), visitor)
        return visitor

    async def messages(self, visitor: Visitor, after: int, wait_seconds: float) -> list[Message]:
        """Messages above a sequence number, waiting for the first if there is none yet."""
        with self._signal.subscribe(visitor.conversation_id) as changed:
            found = await self._messages(visitor, after)
            deadline = min(wait_seconds, MAX_WAIT_SECONDS)
            if not found and deadline > 0 and await changed.wait(deadline):
                found = await self._messages(visitor, after)
            return found

    async def _messages(self, visitor: Visitor, after: int) -> list[Message]:
        return await self._database.read(lambda unit: unit.messages.of(visitor.conversation_id, after))

    async def standing(self, visitor: Visitor) -> Standing:
        """Where the conversation stands now."""
        at = self._clock()
        return await self._database.read(lambda unit: self._standing(unit, visitor.conversation_id, at))

    def _standing(self, unit: Unit, conversation_id: str, at: datetime) -> Standing:
        conversation = unit.conversations.get(conversation_id)
        is_typing = self._is_typing(conversation_id)
        if conversation.open_ticket_id is None:
            return Standing("bot", conversation.language, is_typing=is_typing, is_reduced=self._is_reduced())
        ticket = unit.tickets.get(conversation.open_ticket_id)
        is_queued = ticket.state is TicketState.QUEUED
        return Standing(
            "queue" if is_queued else "officer",
            conversation.language,
            ticket.number,
            unit.tickets.place(ticket),
            ticket.officer_name,
            is_typing,
            hours.sentence(unit, ticket.unit, conversation.language, at),
        )

    async def understanding(self, visitor: Visitor, seq: int, wait_seconds: float) -> Understanding | None:
        """What became of a message, once its turn has ended."""
        loop = asyncio.get_running_loop()
        deadline = loop.time() + min(wait_seconds, MAX_WAIT_SECONDS)
        with self._signal.subscribe(visitor.conversation_id) as changed:
            if self._is_busy(visitor.conversation_id):
                # looking now would most likely be in vain
                await changed.wait(deadline - loop.time())
            while True:
                found = await self._database.read(lambda unit: _understanding(unit, visitor.conversation_id, seq))
                left = deadline - loop.time()
                if found is not None or left <= 0:
                    return found
                await changed.wait(left)

    async def set_language(self, visitor: Visitor, language: Language) -> None:
        """Answer in another language from now on."""
        await self._database.write(lambda unit: unit.conversations.change(visitor.conversation_id, language=language))
        self._met.forget(visitor.conversation_id)
        # the standing has a sentence in it, and somebody may be waiting with the old one on the screen
        self._signal.notify(visitor.conversation_id)

    async def file(self, visitor: Visitor, file_id: str) -> OutgoingFile:
        """A file of the visitor's own conversation; raises NotFound."""
        stored = await self._database.read(lambda unit: unit.messages.file(file_id))
        is_private = stored.message_id is None
        if stored.conversation_id != visitor.conversation_id or is_private:
            raise NotFound("this file does not exist")
        return OutgoingFile(stored.attachment, self._files.path(file_id))

    async def export(self, visitor: Visitor) -> dict[str, Any]:
        """Everything stored about the visitor."""
        return await self._database.read(lambda unit: privacy.export(unit, self._own(unit, visitor)))

    async def forget(self, visitor: Visitor) -> None:
        """Erase the visitor's data; raises Conflict naming the ticket while one is open."""
        at = self._clock()
        files = await self._database.write(lambda unit: privacy.forget(unit, self._own(unit, visitor), at))
        for file_id in files:
            self._files.discard(file_id)
        self._signal.notify(visitor.conversation_id)

    @staticmethod
    def _own(unit: Unit, visitor: Visitor) -> Conversation:
        return unit.conversations.get(visitor.conversation_id)


def _understanding(unit: Unit, conversation_id: str, seq: int) -> Understanding | None:
    found = unit.inbox.status_at(conversation_id, seq)
    if found is None:
        raise NotFound("this message does not exist")
    message_id, status = found
    if status == NEW:
        return None
    conversation = unit.conversations.get(conversation_id)
    reply = tuple(_reply_to(unit.messages.of(conversation_id, seq)))
    ticket = unit.tickets.get(conversation.open_ticket_id) if conversation.open_ticket_id else None
    number = ticket.number if ticket else None
    logged = unit.turns.of_message([message_id]).get(message_id)
    if logged is None:
        outcome = _unlogged(reply, is_with_people=ticket is not None)
        return Understanding(seq, outcome, conversation.language, reply, ticket_number=number)
    return Understanding(
        seq,
        logged.outcome,
        as_language(logged.language) or conversation.language,
        reply,
        logged.article_id,
        tuple(Candidate(**candidate) for candidate in logged.candidates),
        logged.confidence,
        tuple(FoundEntity(**entity) for entity in logged.entities),
        number,
        logged.latency_ms,
    )


def _unlogged(reply: tuple[Message, ...], is_with_people: bool) -> Outcome:
    """What a turn came to that the question log does not have: about ratings, with people, or about nothing."""
    if any(message.is_rating for message in reply):
        return Outcome.RATING
    return Outcome.HANDOFF if is_with_people else Outcome.SMALLTALK


def _reply_to(later: Iterable[Message]) -> Iterator[Message]:
    """The messages up to the contact's next one."""
    return takewhile(lambda message: message.author is not Author.CONTACT, later)
