"""Why a message was understood as it was: every step from what was typed to what is said, as facts.

Made for people who look into one message; nothing of it is stored. Shares and scores lie in [0, 1].
"""

from dataclasses import dataclass
from typing import Literal

from helpdesk.language import Language
from helpdesk.reply import FoundEntity, Reply

MAX_TEXT = 4096
"""Characters of a message that are looked at, see `knowledge_base.text.normal`."""

Eye = Literal["words", "both", "search"]
"""A way of looking at a message: the classifier by how it is spelt, the same by that and what it means, the search."""

Cause = Literal["off", "objection", "intent", "code", "own", "leaning", "sure", "fused", "alone"]
"""What decided: everything is switched off, words that only say that the last answer is not it, the intent alone, a
code that was asked about, an article written at the desk, the article spoken of before, a classifier that no search
could turn, both rankings together, or (without the brain) the search alone."""


@dataclass(frozen=True, slots=True)
class Share:
    """An intent or an article by its name or id, and its share."""

    name: str
    share: float


@dataclass(frozen=True, slots=True)
class Ranker:
    """The five likeliest intents and articles by one way of looking, best first; a search knows no intents."""

    eye: Eye
    intents: tuple[Share, ...]
    articles: tuple[Share, ...]


@dataclass(frozen=True, slots=True)
class Fused:
    """An article's score and what it is made of: the classifier's share and the search's, weighted."""

    article_id: str
    classifier: float
    search: float
    score: float


@dataclass(frozen=True, slots=True)
class Unclear:
    """A short form that stays as typed, because it may stand for several things."""

    short: str
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Forms:
    """What was made of the words.

    Attributes:
        cleaned: as they were meant; this is what all the rest is made from.
        folded: as texts are compared, without Vietnamese marks.
        written_out: with short forms written out, one version for each reading that is open.
        unclear: the short forms that were not.
        restored: with Vietnamese marks put back, the likeliest first.
        searched: every version that was searched for.
        embedded: the version whose meaning was looked at, None when the model has no eye for it.
    """

    cleaned: str
    folded: str
    written_out: tuple[str, ...]
    unclear: tuple[Unclear, ...]
    restored: tuple[str, ...]
    searched: tuple[str, ...]
    embedded: str | None


@dataclass(frozen=True, slots=True)
class Spoken:
    """The language of a message; `is_carried`: it does not tell, so that of the conversation stays."""

    code: Language
    confidence: float
    is_carried: bool


@dataclass(frozen=True, slots=True)
class LeansOn:
    """How likely a message asks on about the article spoken of before, and the part of it that it would ask for."""

    article_id: str
    share: float
    part: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was decided.

    Attributes:
        cause: on what it rests.
        verdict: answer, clarify or not_found; None where that is not the question (small talk, an officer, a code).
        article_id: the best article, None when there is none.
        score, lead: of the best article, and over the second.
        part: the part of the article that is told first.
    """

    cause: Cause
    verdict: Literal["answer", "clarify", "not_found"] | None = None
    article_id: str | None = None
    score: float = 0.0
    lead: float = 0.0
    part: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a message, and how it was understood.

    Attributes:
        intent, confidence: what was wanted, as the brain sees it; None without it.
        is_embedded: whether words left a doubt, so that "both" decided rather than "words".
        leaning: None when nothing was spoken of before.
    """

    text: str
    forms: Forms
    entities: tuple[FoundEntity, ...]
    intent: str | None
    confidence: float
    is_embedded: bool
    rankers: tuple[Ranker, ...]
    fused: tuple[Fused, ...]
    leaning: LeansOn | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Limits:
    """The numbers that decided, see `knowledge_base.decision.Thresholds`."""

    floor: float
    margin: float
    nearest: float
    certain: float
    classifier_weight: float


@dataclass(frozen=True, slots=True)
class Explanation:
    """A message, how each of its questions was understood, and the reply it would get now.

    Attributes:
        text: as it was typed.
        is_cut: whether it was too long, so that its end was not looked at.
        after: the article spoken of before, None at the beginning of a conversation.
        questions: usually one; several when they were asked about one after the other.
        brain: "ok", or why the reduced service explains itself instead.
    """

    text: str
    is_cut: bool
    language: Spoken
    after: str | None
    questions: tuple[Question, ...]
    limits: Limits
    reply: Reply
    brain: str
