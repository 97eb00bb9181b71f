"""Messages as every channel and every page knows them: who wrote, what, with which buttons and files."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

RATING_MARK = {"rating": True}
"""What a message's `extra` holds when it belongs to the rating of a ticket, which officers must not read."""


class Author(StrEnum):
    """Who wrote a message; shown on every message so that nobody mistakes the bot for a person."""

    CONTACT = "contact"
    BOT = "bot"
    OFFICER = "officer"
    SYSTEM = "system"


class Outcome(StrEnum):
    """What a bot turn came to; stored with every turn and exported under these words."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    HANDOFF = "handoff"
    OUT_OF_SCOPE = "out_of_scope"
    REFUSED = "refused"
    NEEDS_ACCOUNT_DATA = "needs_account_data"
    SMALLTALK = "smalltalk"
    RATING = "rating"
    ERROR = "error"


class Delivery(StrEnum):
    """Where an outgoing message stands; PULLED needs no sending because the client fetches it."""

    PENDING = "pending"
    SENT = "sent"
    FAILED = "failed"
    PULLED = "pulled"


@dataclass(frozen=True, slots=True)
class Button:
    """A choice offered with a message.

    Attributes:
        title: what the person reads.
        payload: what comes back when it is pressed; at most 64 bytes, see `helpdesk.payload`.
    """

    title: str
    payload: str


@dataclass(frozen=True, slots=True)
class Source:
    """A legal or public source shown with an answer; `url` is empty for an instrument without a page."""

    title: str
    article: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A stored file that belongs to a message.

    Attributes:
        id: random hex id, the only name by which the file is asked for.
        name: the sender's file name, for display only.
        media_type: decided by the content, never by the sender's word.
        size_bytes: size of the stored file.
    """

    id: str
    name: str
    media_type: str
    size_bytes: int


@dataclass(frozen=True, slots=True)
class Message:
    """One stored message of a conversation; `is_rating`: for the contact's eyes only, never shown at the desk."""

    id: int
    conversation_id: str
    seq: int
    author: Author
    text: str
    created_at: datetime
    buttons: tuple[Button, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    sources: tuple[Source, ...] = ()
    outcome: Outcome | None = None
    article_id: str | None = None
    ticket_number: str | None = None
    officer_name: str | None = None
    is_private: bool = False
    is_rating: bool = False
    edited_at: datetime | None = None
    delivery: Delivery = Delivery.PULLED
    delivery_error: str | None = None


@dataclass(frozen=True, slots=True)
class Draft:
    """A message about to be written by the bot, an officer or the system."""

    text: str
    author: Author = Author.BOT
    buttons: tuple[Button, ...] = ()
    sources: tuple[Source, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    outcome: Outcome | None = None
    article_id: str | None = None
    article_version: int | None = None
    extra: dict[str, Any] = field(default_factory=dict)
