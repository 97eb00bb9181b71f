"""The narrow door between the desk and a channel: a third channel is one file that satisfies `Connector`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from helpdesk.inbox import Incoming, Receipt
from helpdesk.message import Attachment, Author, Button

Receive = Callable[[Incoming], Awaitable[Receipt]]
"""Stores an update durably; when it returns, the channel may acknowledge. Raises StorageUnavailable."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a channel can carry.

    Attributes:
        text: longest text of one message, in the channel's own counting unit.
        per_second: messages a second in all; 0 = no limit.
        per_chat_seconds: least time between two messages in one chat.
    """

    text: int = 4096
    per_second: float = 0.0
    per_chat_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class OutgoingFile:
    """A file to send: its facts and where its bytes lie on this machine."""

    attachment: Attachment
    path: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message for one address of a channel; `text` is already short enough for the channel's `Limits`."""

    address: str
    author: Author
    text: str
    buttons: tuple[Button, ...] = ()
    files: tuple[OutgoingFile, ...] = ()
    officer_name: str | None = None
    is_plain: bool = False


class Connector(Protocol):
    """A channel.

    `send` returns the provider's id of the message; it raises RetryLater, MarkupRefused, Undeliverable or
    DeliveryError. A connector whose clients fetch their messages themselves sets `is_pulled`; then `send` is only a
    nudge and nothing waits in the outbox.
    """

    name: str
    limits: Limits
    is_pulled: bool

    async def start(self, receive: Receive) -> None:
        """Begin to accept updates; returns when the connector is ready or has begun to try."""

    async def stop(self) -> None:
        """Stop accepting, finish what was begun."""

    async def send(self, outgoing: Outgoing) -> str:
        """Hand one message to the channel."""

    async def show_typing(self, address: str) -> None:
        """Show that an answer is on its way, where the channel can."""

    def fetch(self, remote_id: str) -> AsyncIterator[bytes]:
        """The bytes of a file that the channel keeps for us; raises FileRefused (cannot be had) or DeliveryError."""
