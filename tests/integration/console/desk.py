"""A whole console for tests: a real database in a folder, the real application, people who can sign in."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import ClientResponse, FormData, web
from aiohttp.test_utils import TestClient, TestServer
from argon2 import PasswordHasher

from bot.filestore import DiskFileStore
from bot.signal import Signal
from helpdesk.console import app
from helpdesk.console.desk import BASE
from helpdesk.console.password import Passwords
from helpdesk.console.port import ArticleReader, Explainer, PlainExplainer, PlainReader
from helpdesk.console.text import PlainTexts, TextReader
from helpdesk.inbox import Incoming, Kind
from helpdesk.language import Language
from helpdesk.message import Outcome
from helpdesk.officer import Officer, Role
from helpdesk.policy import Policy
from helpdesk.reply import Candidate, FoundEntity, Reply
from helpdesk.storage import table
from helpdesk.storage.database import Database, create
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import intake, turn

T = TypeVar("T")
PASSWORD = "a long pass sentence"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
PUBLIC_URL = "https://desk.example"
MONDAY_MORNING = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@dataclass
class Clock:
    """A clock that moves only when told to."""

    now: datetime = MONDAY_MORNING

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **amount: float) -> None:
        """Let time pass."""
        self.now += timedelta(**amount)


@dataclass
class ConsoleDesk:
    """The console, its database and clock, and a way to be several people at once."""

    folder: Path
    clock: Callable[[], datetime] = field(default_factory=Clock)
    policy: Policy = field(default_factory=Policy)
    serve_drafts: bool = True
    is_secure: bool = False
    reader: ArticleReader = field(default_factory=PlainReader)
    explainer: Explainer = field(default_factory=PlainExplainer)
    texts: TextReader = field(default_factory=PlainTexts)
    url: str = ""
    database: Database = field(init=False)
    signal: Signal = field(init=False, default_factory=Signal)
    notified: list[str] = field(init=False, default_factory=list)
    server: TestServer = field(init=False)
    clients: list[TestClient[Any, Any]] = field(init=False, default_factory=list)

    async def open(self, port: int | None = None) -> "ConsoleDesk":
        """Create the tables and start serving on loopback."""
        self.database = Database(create(self.url or f"sqlite:///{self.folder / 'desk.db'}"))
        table.metadata.create_all(self.database.engine)
        root = web.Application()
        root.add_subapp(BASE, self._console())
        self.server = TestServer(root, port=port)
        await self.server.start_server()
        return self

    async def close(self) -> None:
        """Stop serving."""
        for client in self.clients:
            await client.session.close()
        await self.server.close()
        self.database.close()

    def _console(self) -> web.Application:
        return app.create(
            self.database,
            DiskFileStore(self.folder / "files"),
            policy=self.policy,
            clock=self.clock,
            notify=self._notify,
            subscribe=self.signal.subscribe,
            article_reader=self.reader,
            explainer=self.explainer,
            texts=self.texts,
            serve_drafts_default=self.serve_drafts,
            public_url=PUBLIC_URL,
            is_secure=self.is_secure,
            passwords=Passwords(CHEAP),
        )

    def _notify(self, key: str) -> None:
        self.notified.append(key)
        self.signal.notify(key)

    # -- people

    async def officer(self, login: str, role: Role = Role.OFFICER, language: str = "en", name: str = "") -> Officer:
        """Somebody with an account; the password is `PASSWORD`."""
        hashed = CHEAP.hash(PASSWORD)
        return await self.database.write(
            lambda unit: unit.officers.add(login, name or login.title(), hashed, role, self.clock(), language=language)
        )

    def browser(self) -> "Browser":
        """A browser that nobody has signed in with."""
        client: TestClient[Any, Any] = TestClient(self.server)
        self.clients.append(client)
        return Browser(client)

    async def signed_in(self, login: str, role: Role = Role.OFFICER, language: str = "en") -> "Browser":
        """A new officer's browser after signing in."""
        browser = self.browser()
        browser.officer = await self.officer(login, role, language)
        await browser.sign_in(login)
        return browser

    # -- businesses

    async def waiting(
        self,
        text: str = "I need an officer",
        name: str = "Minh Phat Co",
        language: Language = "en",
        topic: str | None = None,
    ) -> tuple[str, int]:
        """A business that waits in the queue: conversation id and ticket id."""
        conversation_id = await self.answered(text, name, language, _handed(language, topic))
        return conversation_id, await self.ticket_id(conversation_id)

    async def answered(self, text: str, name: str, language: Language, reply: Reply) -> str:
        """A business that asked once and got a reply; returns the conversation id."""
        conversation_id = intake.new_id()

        def ask(unit: Unit) -> str:
            unit.conversations.open(conversation_id, "web", conversation_id, language, name, self.clock())
            _say(unit, conversation_id, text, self.clock())
            row = unit.inbox.next_of(conversation_id)
            assert row is not None
            turn.complete(unit, self.policy, row, reply, self.clock())
            return conversation_id

        await self.database.write(ask)
        self._notify("queue")
        return conversation_id

    async def asks(self, conversation_id: str, text: str, reply: Reply) -> None:
        """The business asks on, and the bot replies."""

        def ask(unit: Unit) -> None:
            _say(unit, conversation_id, text, self.clock())
            row = unit.inbox.next_of(conversation_id)
            assert row is not None
            turn.complete(unit, self.policy, row, reply, self.clock())

        await self.database.write(ask)

    async def writes(self, conversation_id: str, text: str) -> None:
        """The business writes while people hold the conversation."""

        def hear(unit: Unit) -> None:
            _say(unit, conversation_id, text, self.clock())
            row = unit.inbox.next_of(conversation_id)
            assert row is not None
            turn.pass_to_people(unit, row, self.clock())

        await self.database.write(hear)
        self._notify(conversation_id)
        self._notify("queue")

    async def ticket_id(self, conversation_id: str) -> int:
        """The open ticket of a conversation."""
        conversation = await self.read(lambda unit: unit.conversations.get(conversation_id))
        assert conversation.open_ticket_id is not None
        return conversation.open_ticket_id

    async def read(self, case: Callable[[Unit], T]) -> T:
        """Look into the database."""
        return await self.database.read(case)


class Browser:
    """One person's browser: cookies, the CSRF token of the page it looks at."""

    officer: Officer

    def __init__(self, client: TestClient[Any, Any]) -> None:
        self.client = client
        self.csrf = ""

    async def get(self, path: str, **options: Any) -> ClientResponse:
        """Open a page of the console and remember its CSRF token."""
        answer = await self.client.get(f"{BASE}{path}", **options)
        if answer.content_type == "text/html":
            found = re.findall(r'name="csrf" value="([^"]+)"', await answer.text())
            self.csrf = found[-1] if found else self.csrf
        return answer

    async def text(self, path: str) -> str:
        """The HTML of a page that must open."""
        answer = await self.get(path)
        body = await answer.text()
        assert answer.status == 200, (path, answer.status, body[:2000])
        return body

    async def post(self, path: str, follow: bool = False, **fields: Any) -> ClientResponse:
        """Send a form with the token of the last page."""
        return await self.client.post(f"{BASE}{path}", data={"csrf": self.csrf, **fields}, allow_redirects=follow)

    async def reply(self, ticket_id: int, text: str, *files: tuple[str, bytes]) -> ClientResponse:
        """Send the reply form, the way browsers do."""
        form = FormData(default_to_multipart=True)
        form.add_field("csrf", self.csrf)
        form.add_field("text", text)
        for name, content in files:
            form.add_field("file", content, filename=name)
        return await self.client.post(f"{BASE}/tickets/{ticket_id}/reply", data=form, allow_redirects=False)

    async def sign_in(self, login: str, password: str = PASSWORD, **fields: Any) -> ClientResponse:
        """Sign in through the form; the queue page is open afterwards."""
        await self.get("/signin")
        answer = await self.post("/signin", login=login, password=password, **fields)
        if answer.status == 303:
            await self.get("/queue")
        return answer


def _say(unit: Unit, conversation_id: str, text: str, at: datetime) -> None:
    external = f"{conversation_id}:{intake.new_id()}"
    intake.receive(unit, Incoming("web", external, conversation_id, Kind.TEXT, at, text))


def _handed(language: Language, topic: str | None) -> Reply:
    return Reply(
        Outcome.HANDOFF,
        language,
        confidence=0.42,
        candidates=(Candidate("cancel", 0.42), Candidate("penalty", 0.17)),
        entities=(FoundEntity("declaration", "301234567890"),),
        reason=HandOffReason.ASKED,
        topic=topic,
        model="test-model",
        latency_ms=12.0,
    )
