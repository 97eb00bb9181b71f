"""What a channel hands over when something arrives, before anybody has looked at it."""

import unicodedata
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from helpdesk.language import Language


class Kind(StrEnum):
    """What kind of thing arrived; everything a channel can send has a place here."""

    TEXT = "text"
    BUTTON = "button"
    COMMAND = "command"
    FILE = "file"
    LOCATION = "location"
    CONTACT_CARD = "contact_card"
    EDIT = "edit"
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    OTHER = "other"


def tidy(text: str) -> str:
    """Text as it may be stored: valid Unicode without control characters, line breaks and tabs kept."""
    valid = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char for char in valid if char in "\n\t" or unicodedata.category(char) != "Cc").strip()


@dataclass(frozen=True, slots=True)
class IncomingFile:
    """A file that the connector has already stored, or failed to (then `problem` says why)."""

    id: str
    name: str
    media_type: str
    size_bytes: int
    sha256: str
    problem: str | None = None


@dataclass(frozen=True, slots=True)
class Incoming:
    """One update from a channel.

    Attributes:
        channel: the connector's name.
        external_id: the channel's own id of the update; with `channel` it makes redelivery harmless.
        address: where replies go (chat id, visitor id); one conversation per channel and address.
        kind: what arrived.
        text: the text, caption, button payload or command; already cleaned and capped by the connector's parser.
        sender_name: display name as the channel tells it; untrusted.
        language: the client's language, only a first guess.
        files: files stored for this update.
        edits: external id of the message that an EDIT changes.
        payload: raw facts worth keeping (coordinates, album id, unknown update); JSON-able, capped. `remote` lists
            files still at the channel as {"id", "name"}; the gateway fetches them before the turn ends.
    """

    channel: str
    external_id: str
    address: str
    kind: Kind
    received_at: datetime
    text: str = ""
    sender_name: str = ""
    language: Language | None = None
    files: tuple[IncomingFile, ...] = ()
    edits: str | None = None
    payload: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the desk says when something is stored.

    Attributes:
        is_new: False for a redelivery; then `seq` is that of the first delivery.
        seq: sequence number of the contact's message in the conversation; 0 when the update made no message.
    """

    inbox_id: int
    conversation_id: str
    seq: int
    is_new: bool
