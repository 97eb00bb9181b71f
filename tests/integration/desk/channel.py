"""A channel in memory that fails in every way a channel can."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field

from helpdesk.connector import Limits, Outgoing, Receive
from helpdesk.error import DeliveryError, MarkupRefused, RetryLater, Undeliverable
from helpdesk.filestore import FileRefused

FAULTS: dict[str, Callable[[], Exception]] = {
    "later": lambda: RetryLater("wait", 3.0),
    "markup": lambda: MarkupRefused("no markup"),
    "refused": lambda: Undeliverable("refused"),
    "blocked": lambda: Undeliverable("blocked", is_blocked=True),
    "away": lambda: DeliveryError("away"),
    "broken": lambda: ValueError("a fault of the connector's own"),
}
ARRIVES = frozenset({"ok", "lost_answer", "crash"})
"""What the person gets to see, though the desk may not learn it."""


@dataclass
class Channel:
    """`script` says what becomes of each call of `send`, in order; when it is used up everything passes."""

    script: list[str] = field(default_factory=list)
    name: str = "telegram"
    limits: Limits = field(default_factory=lambda: Limits(text=40))
    is_pulled: bool = False
    arrived: list[Outgoing] = field(default_factory=list)
    calls: int = 0
    crashed: asyncio.Event = field(default_factory=asyncio.Event)
    files: dict[str, bytes] = field(default_factory=dict)
    typing: list[str] = field(default_factory=list)
    receive: Receive | None = None

    async def start(self, receive: Receive) -> None:
        self.receive = receive

    async def stop(self) -> None:
        self.receive = None

    async def send(self, outgoing: Outgoing) -> str:
        self.calls += 1
        step = self.script.pop(0) if self.script else "ok"
        if step == "markup" and outgoing.is_plain:
            step = "ok"
        if step in ARRIVES:
            self.arrived.append(outgoing)
        if step == "crash":
            # the desk dies here: the message is out, nobody comes to mark it
            self.crashed.set()
            await asyncio.Event().wait()
        if step == "lost_answer":
            raise DeliveryError("the answer got lost")
        if step != "ok":
            raise FAULTS[step]()
        return str(self.calls)

    async def show_typing(self, address: str) -> None:
        self.typing.append(address)

    async def fetch(self, remote_id: str) -> AsyncIterator[bytes]:
        if remote_id.startswith("away"):
            raise DeliveryError("away")
        if remote_id not in self.files:
            raise FileRefused("gone")
        yield self.files[remote_id]
