"""The questions that models are compared on, and what a visitor would get from each model.

Three sets: the golden one (frozen, part of the product, grows only by decision), the understanding questions (where the
checkout has them), and the newest reviewed questions, which no snapshot learns from.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from bot.answerer import overruled
from bot.brain import BrainTurn
from bot.explanation import verdict_on
from bot.interpreter import codes_in
from bot.responder import COMPLAINTS, Responder
from helpdesk.language import Language, as_language
from helpdesk.message import Outcome
from helpdesk.payload import parse
from helpdesk.reply import Candidate, FoundEntity, Reply
from helpdesk.review import PROCEDURE
from helpdesk.storage.label import TrainingText
from helpdesk.storage.model import REVIEWED
from knowledge_base.search import Hit
from knowledge_base.text import language as spoken
from knowledge_base.text.entity import find as find_entities
from knowledge_base.text.normal import clean

GOLDEN = Path("knowledge_base/golden.jsonl")
UNDERSTANDING = tuple(Path("tests/data/understanding/tune") / name for name in ("in_scope.jsonl", "other.jsonl"))

OUTCOMES: dict[str, Outcome] = {
    "officer": Outcome.HANDOFF,
    "complain": Outcome.HANDOFF,
    "hand_in_documents": Outcome.HANDOFF,
    "rate": Outcome.RATING,
    "must_refuse": Outcome.REFUSED,
    "declaration_status": Outcome.NEEDS_ACCOUNT_DATA,
    "out_of_scope": Outcome.OUT_OF_SCOPE,
    "greet": Outcome.SMALLTALK,
    "thanks": Outcome.SMALLTALK,
    "goodbye": Outcome.SMALLTALK,
    "capabilities": Outcome.SMALLTALK,
    "bot_challenge": Outcome.SMALLTALK,
    "insult": Outcome.SMALLTALK,
}
"""What nlu_data/rule.yml makes of an intent; the intents left out are searched for."""
_OTHER = {"smalltalk": "greet"}
REASONS = 3
"""Articles that a reason names by each way of looking."""


class Verdict(StrEnum):
    """What an answer is worth to who asked."""

    RIGHT = "right"
    OFFERED = "offered"  # asked back, the right article among the choices
    ASKED = "asked"  # asked back without it
    DECLINED = "declined"  # not answered, though there is an answer
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Question:
    """A question with what it should come to: `target` is an intent or procedure/<article id>."""

    set: str
    text: str
    language: str
    target: str

    @property
    def article(self) -> str | None:
        """The article that should be shown, None for anything else."""
        return self.target.removeprefix(PROCEDURE) if self.target.startswith(PROCEDURE) else None


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a model made of a text, and how long it took."""

    intent: str
    confidence: float
    procedures: tuple[Hit, ...]
    ms: float

    @classmethod
    def read(cls, row: dict[str, Any]) -> "Parsed":
        """A line of `bot.nlu.trial`; raises KeyError, TypeError or ValueError."""
        hits = tuple(Hit(str(one["id"]), float(one["confidence"])) for one in row["procedures"])
        return cls(str(row["intent"]), float(row["confidence"]), hits, float(row["ms"]))

    def as_turn(self, language: Language) -> BrainTurn:
        """As the brain would have told it to the desk."""
        procedures = tuple(Candidate(hit.article_id, hit.score) for hit in self.procedures)
        ranking = ((self.intent, self.confidence),)
        return BrainTurn((), self.intent, self.confidence, ranking, procedures, (), language)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a visitor would get, and what that is worth."""

    verdict: Verdict
    outcome: str
    article_id: str | None
    confidence: float
    ms: float

    @property
    def is_right(self) -> bool:
        """Whether it is what should have come."""
        return self.verdict is Verdict.RIGHT

    def told(self) -> dict[str, Any]:
        """For the report."""
        return {
            "verdict": str(self.verdict),
            "outcome": self.outcome,
            "article_id": self.article_id,
            "confidence": round(self.confidence, 3),
        }


def questions(root: Path, held_out: Sequence[TrainingText]) -> list[Question]:
    """Every question to compare on; a set that is not there is left out."""
    reviewed = [Question(REVIEWED, one.text, one.language, one.intent) for one in held_out]
    return [*golden(root), *understanding(root), *reviewed]


def golden(root: Path) -> list[Question]:
    """The golden set."""
    return [Question("golden", row["text"], row["language"], row["target"]) for row in _rows(root / GOLDEN)]


def understanding(root: Path) -> list[Question]:
    """The questions that understanding is tuned on, where the checkout has them."""
    found = []
    for path in UNDERSTANDING:
        for row in _rows(root / path):
            target = PROCEDURE + row["article"] if "article" in row else _OTHER.get(row["expect"], row["expect"])
            found.append(Question("understanding", row["text"], row["form"].partition("-")[0], target))
    return found


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    if path.is_file():
        yield from (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip())


def answer(question: Question, parsed: Parsed, responder: Responder) -> Answer:
    """What a visitor would get for this question, by the same decisions as in a conversation."""
    text = clean(question.text)
    language = as_language(spoken.detect(text, None).code) or "vi"
    reply = reply_to(text, language, parsed, responder)
    return Answer(_verdict(question, reply), str(reply.outcome), reply.article_id, reply.confidence, parsed.ms)


def reply_to(text: str, language: Language, parsed: Parsed, responder: Responder) -> Reply:
    """The reply that the actions and responses of the domain would give, where the desk does not know better."""
    entities = tuple(FoundEntity(one.type, one.value) for one in find_entities(text))
    judged = overruled(responder, parsed.as_turn(language), text, None)
    if judged is not None:
        return responder.told(judged, text, language, entities)
    outcome = OUTCOMES.get(parsed.intent)
    if outcome is not None:
        return Reply(outcome, language, confidence=parsed.confidence)
    codes = codes_in(text) if parsed.intent == "look_up_code" else []
    if codes:
        return responder.code(codes, language, entities)
    return responder.answer(text, language, parsed.procedures, None, entities)


def reasons(question: Question, parsed: Parsed, responder: Responder) -> dict[str, Any]:
    """Why a visitor would get what `answer` says: what the model and the search made of it, and what decided."""
    text = clean(question.text)
    language = as_language(spoken.detect(text, None).code) or "vi"
    found = verdict_on(responder, parsed.as_turn(language), text, None)
    return {
        "intent": parsed.intent,
        "confidence": round(parsed.confidence, 3),
        "cause": found.cause,
        "decision": found.verdict,
        "model": _likeliest(parsed.procedures),
        "search": _likeliest(responder.searched(text)),
    }


def _likeliest(hits: Sequence[Hit]) -> list[dict[str, Any]]:
    return [{"article_id": hit.article_id, "share": round(hit.score, 3)} for hit in hits[:REASONS]]


def _verdict(question: Question, reply: Reply) -> Verdict:
    if question.article is None:
        return _verdict_of_intent(question.target, reply)
    is_received = question.article in COMPLAINTS and reply.outcome is Outcome.HANDOFF
    if reply.article_id == question.article or is_received:
        return Verdict.RIGHT
    if reply.outcome is Outcome.CLARIFY:
        return Verdict.OFFERED if question.article in _choices(reply) else Verdict.ASKED
    is_silent = reply.article_id is None and reply.outcome in (Outcome.HANDOFF, Outcome.OUT_OF_SCOPE)
    return Verdict.DECLINED if is_silent else Verdict.WRONG


def _verdict_of_intent(target: str, reply: Reply) -> Verdict:
    wanted = OUTCOMES.get(target)
    if wanted is None:
        is_right = reply.outcome is Outcome.ANSWERED
    elif wanted is Outcome.OUT_OF_SCOPE:
        # an officer is as good as "not my business"; only an answer would be wrong
        is_right = reply.outcome in (Outcome.OUT_OF_SCOPE, Outcome.HANDOFF) and reply.article_id is None
    else:
        is_right = reply.outcome is wanted
    if is_right:
        return Verdict.RIGHT
    return Verdict.ASKED if reply.outcome is Outcome.CLARIFY else Verdict.WRONG


def _choices(reply: Reply) -> set[str]:
    buttons = [button.payload for draft in reply.messages for button in draft.buttons]
    picks = [parse(payload) for payload in buttons if payload]
    return {pick.arguments[0] for pick in picks if pick.action == "pick" and pick.arguments}
