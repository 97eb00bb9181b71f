"""The web channel without a desk behind it: an in-memory twin of VisitorDesk with a small echo bot.

    python -m bot.connectors.web.memory --port 8099

shows the page alone. Words that the bot understands: "officer" (a queue of one, an officer who answers), "bot" (back to
the assistant), "sources", "long"; anything else is echoed with buttons.
"""

import argparse
import asyncio
import secrets
import tempfile
from collections.abc import AsyncIterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.connectors.web.connector import WebConnector
from bot.filestore import InMemoryFileStore
from helpdesk.connector import OutgoingFile
from helpdesk.error import Conflict, NotFound, StorageUnavailable
from helpdesk.filestore import FileStore
from helpdesk.inbox import Incoming, Kind, Receipt
from helpdesk.language import DEFAULT_LANGUAGE, Language, as_language
from helpdesk.message import Attachment, Author, Button, Message, Outcome, Source
from helpdesk.visitor import Standing, Understanding, Visitor

TICKET = "26-0042-7"
OFFICER = "Nguyễn Thị Hoa"
_GREETING: dict[Language, str] = {"vi": "Bạn vừa viết", "en": "You wrote", "zh": "您刚才写的是"}


@dataclass
class _Room:
    conversation_id: str
    language: Language
    messages: list[Message] = field(default_factory=list)
    receipts: dict[str, Receipt] = field(default_factory=dict)
    holder: str = "bot"
    is_typing: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)


class MemoryDesk:
    """Satisfies VisitorDesk and provides `receive`; everything ends with the process.

    Args:
        files: where the bytes of files lie.
        answer_seconds: how long the bot thinks.

    Attributes:
        is_away: while True, `receive` raises StorageUnavailable, as a desk does whose database is away.
    """

    def __init__(self, files: FileStore, answer_seconds: float = 0.0) -> None:
        self._files = files
        self._answer_seconds = answer_seconds
        self._rooms: dict[str, _Room] = {}
        self._tokens: dict[str, str] = {}
        self._turns: set[asyncio.Task[None]] = set()
        self.is_away = False

    async def open(self, language: str | None) -> tuple[Visitor, str]:
        """As VisitorDesk.open."""
        room = _Room(secrets.token_hex(16), as_language(language) or DEFAULT_LANGUAGE)
        token = secrets.token_urlsafe(32)
        self._rooms[room.conversation_id] = room
        self._tokens[token] = room.conversation_id
        return Visitor(room.conversation_id, room.language), token

    async def find(self, token: str) -> Visitor:
        """As VisitorDesk.find."""
        conversation_id = self._tokens.get(token)
        if conversation_id is None:
            raise NotFound("no such visitor")
        return Visitor(conversation_id, self._rooms[conversation_id].language)

    async def messages(self, visitor: Visitor, after: int, wait_seconds: float) -> list[Message]:
        """As VisitorDesk.messages."""
        room = self._rooms[visitor.conversation_id]

        def newer() -> list[Message]:
            return [message for message in room.messages if message.seq > after][:200]

        async with room.changed:
            try:
                async with asyncio.timeout(wait_seconds):
                    await room.changed.wait_for(newer)
            except TimeoutError:
                pass
            return newer()

    async def standing(self, visitor: Visitor) -> Standing:
        """As VisitorDesk.standing."""
        room = self._rooms[visitor.conversation_id]
        if room.holder == "bot":
            return Standing("bot", room.language, is_typing=room.is_typing)
        officer = OFFICER if room.holder == "officer" else None
        place = 1 if room.holder == "queue" else 0
        hours = "Hiện đang trong giờ làm việc." if room.language == "vi" else "The office is open now."
        return Standing(room.holder, room.language, TICKET, place, officer, hours=hours)

    async def understanding(self, visitor: Visitor, seq: int, wait_seconds: float) -> Understanding | None:
        """As VisitorDesk.understanding; the echo bot understands everything as small talk."""
        room = self._rooms[visitor.conversation_id]
        if all(message.seq != seq for message in room.messages):
            raise NotFound("no such message")
        reply = tuple(await self.messages(visitor, seq, wait_seconds))
        return Understanding(seq, Outcome.SMALLTALK, room.language, reply) if reply else None

    async def set_language(self, visitor: Visitor, language: Language) -> None:
        """As VisitorDesk.set_language."""
        self._rooms[visitor.conversation_id].language = language

    async def file(self, visitor: Visitor, file_id: str) -> OutgoingFile:
        """As VisitorDesk.file."""
        for message in self._rooms[visitor.conversation_id].messages:
            for attachment in message.attachments:
                if attachment.id == file_id:
                    return OutgoingFile(attachment, self._files.path(file_id))
        raise NotFound("no such file")

    async def export(self, visitor: Visitor) -> dict[str, Any]:
        """As VisitorDesk.export."""
        messages = self._rooms[visitor.conversation_id].messages
        texts = [{"seq": message.seq, "author": str(message.author), "text": message.text} for message in messages]
        return {"conversation_id": visitor.conversation_id, "messages": texts}

    async def forget(self, visitor: Visitor) -> None:
        """As VisitorDesk.forget."""
        room = self._rooms[visitor.conversation_id]
        if room.holder != "bot":
            raise Conflict(TICKET)
        for message in room.messages:
            for attachment in message.attachments:
                self._files.discard(attachment.id)
        room.messages.clear()

    async def receive(self, incoming: Incoming) -> Receipt:
        """Store a message once and let the bot answer it."""
        if self.is_away:
            raise StorageUnavailable("away on purpose")
        room = self._rooms[incoming.address]
        known = room.receipts.get(incoming.external_id)
        if known is not None:
            return replace(known, is_new=False)
        files = tuple(Attachment(file.id, file.name, file.media_type, file.size_bytes) for file in incoming.files)
        message = await self.say(room.conversation_id, incoming.text, Author.CONTACT, attachments=files)
        receipt = Receipt(message.seq, room.conversation_id, message.seq, is_new=True)
        room.receipts[incoming.external_id] = receipt
        turn = asyncio.create_task(self._answer(room, incoming))
        self._turns.add(turn)
        turn.add_done_callback(self._turns.discard)
        return receipt

    async def say(self, conversation_id: str, text: str, author: Author = Author.BOT, **facts: Any) -> Message:
        """Write a message into a conversation, as an officer or a test would; `facts` are fields of Message."""
        room = self._rooms[conversation_id]
        async with room.changed:
            seq = room.messages[-1].seq + 1 if room.messages else len(room.receipts) + 1
            message = Message(seq, conversation_id, seq, author, text, datetime.now(UTC), **facts)
            room.messages.append(message)
            room.changed.notify_all()
        return message

    async def _answer(self, room: _Room, incoming: Incoming) -> None:
        room.is_typing = room.holder == "bot"
        await asyncio.sleep(self._answer_seconds)
        room.is_typing = False
        words = incoming.payload.get("button") or incoming.text.strip().lower()
        if words == "officer":
            await self._hand_off(room)
        elif words == "bot":
            room.holder = "bot"
            await self.say(room.conversation_id, "…", Author.SYSTEM)
        elif room.holder == "bot":
            await self._echo(room, incoming)

    async def _hand_off(self, room: _Room) -> None:
        room.holder = "queue"
        back = (Button("Hỏi tiếp trợ lý", "bot"),)
        await self.say(room.conversation_id, f"Số phiếu: {TICKET}", Author.SYSTEM, buttons=back, ticket_number=TICKET)
        await asyncio.sleep(4 * self._answer_seconds)
        room.holder = "officer"
        await self.say(
            room.conversation_id,
            "Xin chào, tôi có thể giúp gì cho anh/chị?",
            Author.OFFICER,
            officer_name=OFFICER,
            ticket_number=TICKET,
        )

    async def _echo(self, room: _Room, incoming: Incoming) -> None:
        shown = f"{_GREETING[room.language]}: {incoming.payload.get('title') or incoming.text}"
        if incoming.kind is Kind.FILE:
            shown += "\n" + "\n".join(f"{file.name} · {file.media_type}" for file in incoming.files)
        if incoming.kind is Kind.BUTTON:
            await self.say(room.conversation_id, shown, outcome=Outcome.SMALLTALK)
            return
        turn = len(room.messages)
        await self.say(
            room.conversation_id,
            "\n".join([shown] * 40) if incoming.text == "long" else shown,
            outcome=Outcome.ANSWERED,
            article_id="echo",
            sources=_SOURCES if incoming.text == "sources" else (),
            buttons=(
                Button("Hồ sơ", "part:echo:documents"),
                Button("Các bước", "part:echo:steps"),
                Button("Hữu ích", f"useful:{turn}"),
                Button("Chưa đúng", f"poor:{turn}"),
                Button("Gặp cán bộ", "officer"),
            ),
        )


_SOURCES = (
    Source("Luật Hải quan 54/2014/QH13", "Điều 33", "https://vanban.chinhphu.vn/"),
    Source("Thông tư 38/2015/TT-BTC", "Điều 29"),
)


def main() -> None:
    """Serve the page alone until interrupted."""
    parser = argparse.ArgumentParser(description="the chat page with an echo bot, everything in memory")
    parser.add_argument("--port", type=int, default=8099)
    parser.add_argument("--embed-origin", action="append", default=[])
    arguments = parser.parse_args()
    web.run_app(application(arguments.embed_origin), host="127.0.0.1", port=arguments.port)


def application(embed_origins: list[str], answer_seconds: float = 0.8) -> web.Application:
    """The page, its API and the echo bot in one application."""
    app = web.Application()
    stack = ExitStack()
    files = stack.enter_context(InMemoryFileStore())
    uploads = stack.enter_context(tempfile.TemporaryDirectory(prefix="isec-uploads-"))
    desk = MemoryDesk(files, answer_seconds)
    connector = WebConnector(desk, files, Path(uploads), embed_origins=embed_origins)
    connector.install(app)

    async def run(_: web.Application) -> AsyncIterator[None]:
        with stack:
            await connector.start(desk.receive)
            yield
            await connector.stop()

    app.cleanup_ctx.append(run)
    return app


if __name__ == "__main__":
    main()
