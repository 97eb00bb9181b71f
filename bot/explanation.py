"""Why a message is understood as it is: the way of a message gone once more, with everybody telling their reasons.

The reply comes from the `Answerer` and the decisions from the `Responder` that answer everybody; only the brain is
asked in another way, which leaves no trace.
"""

import math
from collections.abc import Iterable, Mapping, Sequence

from bot.answerer import QUESTIONS, Answerer, entities_of, otherwise, overruled, ranked
from bot.bare import codes_alone, documents_alone
from bot.brain import Brain, BrainReasons, BrainTurn
from bot.interpreter import codes_asked
from bot.responder import ASPECTS, Judgement, Leaning, Responder
from helpdesk.error import BrainUnavailable, InvalidInput
from helpdesk.explanation import (
    MAX_TEXT,
    Cause,
    Explanation,
    Forms,
    Fused,
    LeansOn,
    Limits,
    Question,
    Ranker,
    Share,
    Spoken,
    Unclear,
    Verdict,
)
from helpdesk.language import DEFAULT_LANGUAGE, Language
from helpdesk.message import Outcome
from helpdesk.reply import Candidate, Reply
from helpdesk.ticket import HandOffReason
from knowledge_base.decision import Thresholds, fuse
from knowledge_base.query import readings
from knowledge_base.search import Hit
from knowledge_base.text import language as spoken
from knowledge_base.text.abbreviation import expand
from knowledge_base.text.diacritic import restore
from knowledge_base.text.normal import cap, clean, fold

SHOWN = 5
MOST_VERSIONS = 3
_SENDER = "explain"


class Witness:
    """A brain that answers with the reasons' turn, and keeps what each question and the article before it got."""

    def __init__(self, brain: Brain) -> None:
        self._brain = brain
        self.heard: list[tuple[str, str | None, BrainReasons]] = []

    async def turn(self, sender: str, text: str, language: Language | None, context: Mapping[str, str]) -> BrainTurn:
        """See `Brain.turn`."""
        reasons = await self.explain(text, language, context)
        self.heard.append((text, context.get("article"), reasons))
        return reasons.turn

    async def explain(self, text: str, language: Language | None, context: Mapping[str, str]) -> BrainReasons:
        """See `Brain.explain`."""
        return await self._brain.explain(text, language, context)

    async def is_ready(self) -> bool:
        """See `Brain.is_ready`."""
        return await self._brain.is_ready()


class Explainer:
    """Explains what `brain` and `responder` would make of a message now.

    Implements `helpdesk.console.port.Explainer`.
    """

    def __init__(self, brain: Brain, responder: Responder) -> None:
        self._brain = brain
        self._responder = responder

    async def explain(self, text: str, language: Language | None = None, after: str | None = None) -> Explanation:
        """Why `text` gets the reply it gets.

        `language` is what the conversation has been in, `after` the article that it was about. Raises InvalidInput
        for an empty text and for an article that is not served.
        """
        if not text.strip():
            raise InvalidInput("write something first")
        if after is not None and not self._responder.serves(after):
            raise InvalidInput("this article does not exist")
        typed = cap(text, 2 * MAX_TEXT).text
        detected = spoken.detect(typed, language or DEFAULT_LANGUAGE)
        said = clean(typed)
        witness = Witness(self._brain)
        context = {"article": after} if after else {}
        brain = "ok"
        try:
            answerer = Answerer(witness, self._responder)
            reply = await answerer.reply(said, detected.code, _SENDER, context, 0)
            questions = self._heard(witness, said, detected.code, reply)
        except BrainUnavailable as problem:
            brain = str(problem)
            reply = self._responder.answer_alone(said, detected.code, entities_of(said))
            questions = (self._question(said, detected.code, _verdict(self._responder.judge_alone(said))),)
        return Explanation(
            typed,
            cap(text).is_cut,
            Spoken(detected.code, round(detected.confidence, 4), detected.is_carried),
            after,
            questions,
            _limits(),
            reply,
            brain,
        )

    def _heard(self, witness: Witness, text: str, language: Language, reply: Reply) -> tuple[Question, ...]:
        """What the reply rests on: the whole message when it was asked last and settled things, else its questions."""
        if not witness.heard:
            return (self._question(text, language, Verdict(_without_brain(text, reply))),)
        understood = tuple(self._understood(*heard, language) for heard in witness.heard)
        *halves, last = understood
        if last.text != text:
            return understood
        return tuple(halves) if halves and _is_by_halves(reply, last.verdict) else (last,)

    def _understood(self, text: str, after: str | None, reasons: BrainReasons, language: Language) -> Question:
        turn = reasons.turn
        verdict = verdict_on(self._responder, turn, text, after)
        leaning = self._responder.leaning(text, ranked(turn), after, otherwise(turn))
        return self._question(text, language, verdict, reasons, leaning)

    def _question(
        self,
        text: str,
        language: Language,
        verdict: Verdict,
        reasons: BrainReasons | None = None,
        leaning: Leaning | None = None,
    ) -> Question:
        found = self._responder.searched(text)
        turn = reasons.turn if reasons else None
        classified = [hit for hit in ranked(turn) if self._responder.serves(hit.article_id)] if turn else []
        return Question(
            text,
            _forms(text, language, reasons.read if reasons else None),
            entities_of(text),
            turn.intent if turn else None,
            round(turn.confidence, 4) if turn else 0.0,
            is_embedded=bool(reasons and reasons.is_embedded),
            rankers=(*_by_brain(reasons), Ranker("search", (), _articles(found))),
            fused=_fused(classified, found) if turn else (),
            leaning=_leans(leaning) if leaning else None,
            verdict=verdict,
        )


def verdict_on(responder: Responder, turn: BrainTurn, text: str, after: str | None) -> Verdict:
    """What decides about a turn, in the order in which the desk looks: what overrules the brain, then its action."""
    judged = overruled(responder, turn, text, after)
    if judged is not None:
        return _verdict(judged)
    if codes_asked(turn.intent, text):
        return Verdict("code")
    if turn.intent in QUESTIONS:
        return _verdict(responder.judge(text, ranked(turn), after))
    return Verdict("intent")


def _is_by_halves(reply: Reply, whole: Verdict) -> bool:
    """Whether a reply is surer than what was made of the whole message."""
    if reply.outcome is not Outcome.ANSWERED:
        return False
    return whole.verdict == "clarify" or (whole.verdict == "answer" and round(reply.confidence, 4) > whole.score)


def _without_brain(text: str, reply: Reply) -> Cause:
    """Why nobody had to be asked what a message means."""
    reasons: dict[HandOffReason | None, Cause] = {
        HandOffReason.NOT_USEFUL: "objection",
        HandOffReason.SWITCHED_OFF: "off",
    }
    return reasons.get(reply.reason, "code" if codes_alone(text) or documents_alone(text) else "intent")


def _forms(text: str, language: Language, read: str | None) -> Forms:
    written = expand(text, language)
    restored = (version for one in written.candidates for version in restore(one, MOST_VERSIONS, language))
    return Forms(
        cleaned=text,
        folded=fold(text, keep_marks=False),
        written_out=written.candidates,
        unclear=tuple(Unclear(found.short, found.readings) for found in written.ambiguous),
        restored=tuple(dict.fromkeys(restored))[:MOST_VERSIONS],
        searched=tuple(readings(text)),
        embedded=read,
    )


def _by_brain(reasons: BrainReasons | None) -> Iterable[Ranker]:
    rankings = reasons.rankings if reasons else {}
    for eye in ("words", "both"):
        if ranking := rankings.get(eye):
            intents = tuple(Share(name, round(share, 4)) for name, share in ranking.intents[:SHOWN])
            yield Ranker(eye, intents, _articles(ranking.procedures))


def _articles(ranking: Sequence[Hit | Candidate]) -> tuple[Share, ...]:
    return tuple(Share(one.article_id, round(one.score, 4)) for one in ranking[:SHOWN])


def _fused(classified: Sequence[Hit], found: Sequence[Hit]) -> tuple[Fused, ...]:
    by_model = {hit.article_id: hit.score for hit in classified}
    by_words = {hit.article_id: hit.score for hit in found}
    together = fuse(classified, found, Thresholds().classifier_weight)[:SHOWN]
    return tuple(
        Fused(
            hit.article_id,
            round(by_model.get(hit.article_id, 0.0), 4),
            round(by_words.get(hit.article_id, 0.0), 4),
            round(hit.score, 4),
        )
        for hit in together
    )


def _leans(leaning: Leaning) -> LeansOn:
    # a text without words has no odds at all
    share = 1 / (1 + math.exp(-max(leaning.evidence, -50.0)))
    return LeansOn(leaning.article_id, round(share, 4), leaning.part)


def _verdict(judged: Judgement) -> Verdict:
    best, *others = [*judged.decision.ranking[:2], Hit("", 0.0)]
    lead = best.score - (others[0].score if others else 0.0)
    return Verdict(
        judged.cause,
        judged.decision.verdict,
        best.article_id or None,
        round(best.score, 4),
        round(lead, 4),
        judged.part if judged.decision.verdict == "answer" and judged.part in ASPECTS else None,
    )


def _limits() -> Limits:
    limits = Thresholds()
    return Limits(limits.floor, limits.margin, limits.nearest, limits.certain, limits.classifier_weight)
