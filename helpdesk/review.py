"""What a logged question is worth to those who teach the bot, and whose word on it counts.

A label's target is an intent of domain.yml, `procedure/<article id>`, or `not_training`.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from math import log2

from helpdesk.message import Outcome

NOT_TRAINING = "not_training"
OUT_OF_SCOPE = "out_of_scope"
MUST_REFUSE = "must_refuse"
PROCEDURE = "procedure/"
INTENTS = (
    "look_up_code",
    "officer",
    "complain",
    "hand_in_documents",
    "rate",
    "declaration_status",
    "greet",
    "thanks",
    "goodbye",
    "capabilities",
    "bot_challenge",
    "insult",
    OUT_OF_SCOPE,
    MUST_REFUSE,
)
"""Every intent of domain.yml that can be taught; `nlu_fallback` is Rasa's word for none."""
NEAR_DUPLICATE = 0.5
"""From this overlap on texts count as near-duplicates."""
_ARTICLE = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_ARTICLE_ID = 64


class ReviewState(StrEnum):
    """Where a question stands in the review."""

    NEW = "new"
    REVIEWED = "reviewed"
    PROPOSED = "proposed"
    FLAGGED = "flagged"
    LATER = "later"
    NOT_TRAINING = "not_training"
    ERASED = "erased"


class Doubt(StrEnum):
    """Why one person's word on a question is not enough."""

    NEW_INTENT = "new_intent"
    REFUSAL = "refusal"
    CONTRADICTION = "contradiction"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Labelling:
    """A label as it is about to be given.

    Attributes:
        target: what the question is said to mean.
        suggested: what the bot took it for; empty when it took it for nothing.
        decided: the label that counts now, empty for none.
        is_own: whether that label is this person's own.
        is_known: whether the target exists (an intent, an article).
        is_over_limit: whether this person has labelled more than one account may in an hour.
    """

    target: str
    suggested: str = ""
    decided: str = ""
    is_own: bool = False
    is_known: bool = True
    is_over_limit: bool = False


def doubt_about(given: Labelling) -> Doubt | None:
    """Why a second person has to look at a label before it counts; None when it counts at once."""
    if not given.is_known:
        return Doubt.NEW_INTENT
    before = given.decided or given.suggested
    if before != given.target and MUST_REFUSE in (before, given.target):
        return Doubt.REFUSAL
    if given.decided not in ("", given.target) and not given.is_own:
        return Doubt.CONTRADICTION
    return Doubt.LIMIT if given.is_over_limit else None


def is_target(target: str) -> bool:
    """True for what a label may say; whether the article exists is another question."""
    name = target.removeprefix(PROCEDURE)
    is_article = name != target and len(name) <= MAX_ARTICLE_ID and _ARTICLE.fullmatch(name) is not None
    return is_article or target in INTENTS or target == NOT_TRAINING


def article_of(target: str) -> str | None:
    """The article that a target names, None for an intent."""
    return target.removeprefix(PROCEDURE) if target.startswith(PROCEDURE) else None


def suggestion(intent: str | None, article_id: str | None, candidates: tuple[str, ...], outcome: Outcome) -> str:
    """What the bot took a question for, as the target of a label; empty when it had no idea."""
    if article_id:
        return PROCEDURE + article_id
    if intent in INTENTS:
        return str(intent)
    if outcome is Outcome.REFUSED:
        return MUST_REFUSE
    if outcome is Outcome.OUT_OF_SCOPE:
        return OUT_OF_SCOPE
    return PROCEDURE + candidates[0] if candidates else ""


def worth(confidence: float, asked: int, poor: int, escalated: int, corrected: int) -> float:
    """How much a label on a question is likely to teach: officers' corrections and complaints weigh most.

    `confidence` in [0, 1] is the least the bot had; the others count how often it was asked, found of no use, taken
    to the officers, and answered by one. Every count weighs less the higher it is.
    """
    counts = 3 * log2(1 + corrected) + 2 * log2(1 + poor) + log2(1 + escalated) + log2(max(1, asked))
    return round(counts + 2 * (1 - min(1.0, max(0.0, confidence))), 4)


def overlap(one: str, other: str) -> float:
    """How much two folded texts resemble each other, in [0, 1]: the share of character trigrams they have in common."""
    mine, theirs = _trigrams(one), _trigrams(other)
    return len(mine & theirs) / len(mine | theirs)


def _trigrams(folded: str) -> set[str]:
    padded = f" {folded} "
    return {padded[start : start + 3] for start in range(max(1, len(padded) - 2))}
