"""What the bot (or the desk on its behalf) has to say to one incoming message, and how it came to it."""

from dataclasses import dataclass, field

from helpdesk.language import Language
from helpdesk.message import Draft, Outcome
from helpdesk.ticket import HandOffReason


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article that came into question and its score in [0, 1]."""

    article_id: str
    score: float


@dataclass(frozen=True, slots=True)
class FoundEntity:
    """A code recognised in the message, e.g. type `declaration`, value `301234567890`."""

    type: str
    value: str


@dataclass(frozen=True, slots=True)
class Reply:
    """A finished turn: messages to send and the facts to log.

    Attributes:
        outcome: what the turn came to.
        messages: what the person reads, in order; may be empty (button acknowledgements).
        language: language of the messages; becomes the conversation's language.
        article_id, article_version: the article that was shown.
        confidence: calibrated confidence in [0, 1] of the shown article or intent.
        reason: set with HANDOFF and ERROR.
        unit: the one unit of the branch that the message names.
        is_reduced: answered by the desk without the brain.
        is_logged: False for button presses that are no question (kept out of the question log).
    """

    outcome: Outcome
    language: Language
    messages: tuple[Draft, ...] = ()
    intent: str | None = None
    confidence: float = 0.0
    candidates: tuple[Candidate, ...] = ()
    entities: tuple[FoundEntity, ...] = ()
    article_id: str | None = None
    article_version: int | None = None
    reason: HandOffReason | None = None
    topic: str | None = None
    unit: str | None = None
    model: str | None = None
    is_reduced: bool = False
    is_logged: bool = True
    latency_ms: float = 0.0
    extra: dict[str, str] = field(default_factory=dict)
