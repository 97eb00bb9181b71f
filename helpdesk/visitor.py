"""What a web visitor may ask of the desk; the web connector depends on this, not on storage."""

from dataclasses import dataclass
from typing import Any, Protocol

from helpdesk.connector import OutgoingFile
from helpdesk.language import Language
from helpdesk.message import Message, Outcome
from helpdesk.reply import Candidate, FoundEntity


@dataclass(frozen=True, slots=True)
class Visitor:
    """A web visitor, known only by the token that opened the conversation."""

    conversation_id: str
    language: Language


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a conversation stands, as the visitor may know it.

    Attributes:
        holder: "bot", "queue" or "officer".
        ticket_number, place, officer_name: set while people hold it; place 1 = next, 0 = not queued.
        is_typing: an answer is on its way.
        hours: one sentence on office hours, empty while the bot holds the conversation.
        is_reduced: the brain does not answer now; the desk helps with what is certain.
    """

    holder: str
    language: Language
    ticket_number: str | None = None
    place: int = 0
    officer_name: str | None = None
    is_typing: bool = False
    hours: str = ""
    is_reduced: bool = False


@dataclass(frozen=True, slots=True)
class Understanding:
    """What one message of the visitor was understood as and what became of it.

    Attributes:
        seq: the visitor's message.
        reply: the messages that answered it, in order.
        candidates: articles that came into question, best first, scores in [0, 1].
        confidence: in [0, 1].
        latency_ms: from taking the message up to having the answer.
    """

    seq: int
    outcome: Outcome
    language: Language
    reply: tuple[Message, ...]
    article_id: str | None = None
    candidates: tuple[Candidate, ...] = ()
    confidence: float = 0.0
    entities: tuple[FoundEntity, ...] = ()
    ticket_number: str | None = None
    latency_ms: float = 0.0


class VisitorDesk(Protocol):
    """The desk as a web visitor sees it. Every method but `open` raises NotFound for a token nobody was given."""

    async def open(self, language: str | None) -> tuple[Visitor, str]:
        """A new conversation and its token (128 random bits or more)."""

    async def find(self, token: str) -> Visitor:
        """The visitor of a token."""

    async def messages(self, visitor: Visitor, after: int, wait_seconds: float) -> list[Message]:
        """Messages above a sequence number; waits up to `wait_seconds` for the first when there are none."""

    async def standing(self, visitor: Visitor) -> Standing:
        """Where the conversation stands now."""

    async def understanding(self, visitor: Visitor, seq: int, wait_seconds: float) -> Understanding | None:
        """What became of a message; waits for the end of its turn, None when it has not ended in time."""

    async def set_language(self, visitor: Visitor, language: Language) -> None:
        """Answer in another language from now on."""

    async def file(self, visitor: Visitor, file_id: str) -> OutgoingFile:
        """A file of the visitor's own conversation; raises NotFound."""

    async def export(self, visitor: Visitor) -> dict[str, Any]:
        """Everything stored about the visitor, JSON-able."""

    async def forget(self, visitor: Visitor) -> None:
        """Erase the visitor's data; raises Conflict naming the ticket while one is open."""
