"""Composing replies: what the knowledge base says, as messages with buttons in the asker's language.

Both the custom actions (asked by Rasa) and the gateway (buttons, reduced service) answer through here, so that the
same question gets the same words whoever asks.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from helpdesk.calendar import day_of
from helpdesk.language import Language
from helpdesk.message import Button, Draft, Outcome, Source
from helpdesk.payload import Payload
from helpdesk.reply import Candidate, FoundEntity, Reply
from helpdesk.ticket import HandOffReason
from helpdesk.usecase.turn import THIS_TURN
from helpdesk.wording import say
from knowledge_base.answer import Citation, compose, explain_code, explain_document, guide_to, halted, label
from knowledge_base.article import PARTS, Part
from knowledge_base.aspect import aspect_of
from knowledge_base.choice import label_of
from knowledge_base.clarification import clarification
from knowledge_base.decision import Decision, decide, decide_alone, is_decisive
from knowledge_base.edition import Edition, Halt, Library
from knowledge_base.follow_up.decision import evidence
from knowledge_base.follow_up.model import read
from knowledge_base.search import Hit

COMPLAINTS = frozenset({"complaint", "denounce"})
"""Articles whose subject is received by a person at once."""

UNPLACED = frozenset({"out_of_scope", "nlu_fallback"})
"""Intents behind which there may be an article that the model has not learnt yet."""

ASPECTS: dict[str, Part] = {name: name for name in PARTS}

Cause = Literal["own", "leaning", "sure", "fused", "alone"]
"""An article written at the desk, the one spoken of before, a classifier that no search could turn, both rankings
together, or the search alone."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a question deserves, what that rests on, and the part of the article to begin with."""

    cause: Cause
    decision: Decision
    part: str | None


@dataclass(frozen=True, slots=True)
class Leaning:
    """Whether a message asks on about an article, in log-odds, and which part of it it asks for."""

    article_id: str
    evidence: float
    part: str | None


class Responder:
    """Answers from the library that is current at the moment of asking."""

    def __init__(self, library: Callable[[], Library], clock: Callable[[], datetime]) -> None:
        self._library = library
        self._clock = clock

    def answer(
        self,
        text: str,
        language: Language,
        classified: Sequence[Hit],
        spoken_of: str | None = None,
        entities: Sequence[FoundEntity] = (),
    ) -> Reply:
        """Answer a question that the classifier has ranked: an article, a question back, or an honest "not found".

        `spoken_of` is the article that was shown last; a question that leans on it is answered from it.
        """
        return self.told(self.judge(text, classified, spoken_of), text, language, entities)

    def judge(self, text: str, classified: Sequence[Hit], spoken_of: str | None = None) -> Judgement:
        """What a question that the classifier has ranked deserves; see `answer`."""
        library = self._library()
        own = self._own(library, text)
        if own is not None:
            return own
        known = [hit for hit in classified if hit.article_id in library.editions]
        leaning = self.judge_leaning(text, known, spoken_of)
        if leaning is not None:
            return leaning
        if is_decisive(known):
            return Judgement("sure", Decision("answer", tuple(known)), aspect_of(text))
        return Judgement("fused", decide(known, library.search(text)), aspect_of(text))

    def judge_leaning(
        self, text: str, classified: Sequence[Hit], spoken_of: str | None, other: float = 0.0
    ) -> Judgement | None:
        """The article shown last for a message that asks on about it ("and the fee?"), None when it does not."""
        leaning = self.leaning(text, classified, spoken_of, other)
        if leaning is None or leaning.evidence <= 0:
            return None
        others = [hit for hit in classified if hit.article_id != leaning.article_id]
        decision = Decision("answer", (Hit(leaning.article_id, 1.0), *others[:4]))
        return Judgement("leaning", decision, leaning.part)

    def leaning(
        self, text: str, classified: Sequence[Hit], spoken_of: str | None, other: float = 0.0
    ) -> Leaning | None:
        """How a message reads beside the article shown last; None when there is none that is served.

        Such a message tells a classifier little, so whatever it was taken for, it may be one; `other` is how surely
        it was taken for something that is no question on a procedure, in [0, 1].
        """
        if spoken_of is None or spoken_of not in self._library().editions:
            return None
        reading = read(text)
        return Leaning(spoken_of, evidence(reading, spoken_of, classified, other), reading.part)

    def judge_own(self, text: str, intent: str | None = "out_of_scope") -> Judgement | None:
        """An article written at the desk for a question that the brain could not place.

        A model that was trained before knows nothing of it, but its words are searched from the moment of approval;
        None unless they fit as surely as without a model, and when the brain was sure of something else.
        """
        return self._own(self._library(), text) if intent in UNPLACED else None

    @staticmethod
    def _own(library: Library, text: str) -> Judgement | None:
        own = library.own
        decision = decide_alone(library.search(text)) if own else None
        if decision is None or decision.verdict != "answer" or decision.ranking[0].article_id not in own:
            return None
        return Judgement("own", decision, aspect_of(text))

    def judge_alone(self, text: str) -> Judgement:
        """What a question deserves when nobody understands it but the search."""
        return Judgement("alone", decide_alone(self._library().search(text)), None)

    def told(self, judgement: Judgement, text: str, language: Language, entities: Sequence[FoundEntity] = ()) -> Reply:
        """The reply that a judgement on `text` amounts to."""
        decision = judgement.decision
        if decision.verdict == "answer":
            return self.article(decision.ranking[0].article_id, language, judgement.part, decision, entities)
        if decision.verdict == "clarify":
            return self._clarify(self._library(), decision, language, text, entities)
        return self._not_found(decision, language, entities)

    def serves(self, article_id: str) -> bool:
        """Whether the library knows an article by this id."""
        return article_id in self._library().editions

    def searched(self, text: str) -> list[Hit]:
        """What the words of a text find, best first, whatever the classifier says."""
        return self._library().search(text)

    def answer_alone(self, text: str, language: Language, entities: Sequence[FoundEntity] = ()) -> Reply:
        """Answer without the classifier: only what is certain, everything else goes to an officer."""
        judgement = self.judge_alone(text)
        decision = judgement.decision
        if decision.verdict != "answer":
            return Reply(
                Outcome.HANDOFF,
                language,
                reason=HandOffReason.BRAIN_DOWN,
                candidates=_candidates(decision),
                entities=tuple(entities),
                is_reduced=True,
            )
        reply = self.told(judgement, text, language, entities)
        if reply.article_id is None:
            return replace(reply, is_reduced=True)
        first, *rest = reply.messages
        said = Draft(
            f"{say(language, 'service.reduced')}\n\n{first.text}",
            buttons=first.buttons,
            sources=first.sources,
            outcome=first.outcome,
            article_id=first.article_id,
            article_version=first.article_version,
        )
        return Reply(
            Outcome.ANSWERED,
            language,
            (said, *rest),
            confidence=reply.confidence,
            candidates=reply.candidates,
            entities=reply.entities,
            article_id=reply.article_id,
            article_version=reply.article_version,
            topic=reply.topic,
            is_reduced=True,
        )

    def article(
        self,
        article_id: str,
        language: Language,
        aspect: str | None = None,
        decision: Decision | None = None,
        entities: Sequence[FoundEntity] = (),
        is_whole: bool = True,
    ) -> Reply:
        """Show an article, the asked part first; an article that is not served any more is "not found".

        Without `is_whole` only the part is said, to somebody who has just read the rest.
        """
        edition = self._library().editions.get(article_id)
        if edition is None:
            return self._not_found(decision or Decision("not_found", ()), language, entities)
        halt = self._library().halt(article_id, day_of(self._clock()))
        if halt is not None:
            return self._halted(edition, halt, language, decision, entities)
        is_complaint = article_id in COMPLAINTS
        return Reply(
            Outcome.HANDOFF if is_complaint else Outcome.ANSWERED,
            language,
            (self._article_draft(edition, language, ASPECTS.get(aspect or ""), is_whole),),
            confidence=decision.ranking[0].score if decision and decision.ranking else 1.0,
            candidates=_candidates(decision),
            entities=tuple(entities),
            article_id=article_id,
            article_version=edition.version,
            reason=HandOffReason.COMPLAINT if is_complaint else None,
            topic=article_id,
        )

    def code(self, codes: Sequence[str], language: Language, entities: Sequence[FoundEntity] = ()) -> Reply:
        """Say what customs codes mean, or that they are unknown."""
        silent = self.switched_off(language, entities)
        if silent is not None:
            return silent
        reference = self._library().reference
        explained = [explain_code(reference, code, language) for code in codes[:5]]
        return self._looked_up(explained, self._guide(codes, language), language, entities)

    def documents(self, numbers: Sequence[str], language: Language, entities: Sequence[FoundEntity] = ()) -> Reply:
        """Say what is known of legal texts and whether they are in force, or that they are unknown."""
        silent = self.switched_off(language, entities)
        if silent is not None:
            return silent
        reference, today = self._library().reference, day_of(self._clock())
        explained = [explain_document(reference, number, language, today) for number in numbers[:3]]
        return self._looked_up(explained, (), language, entities)

    def _looked_up(
        self,
        explained: Sequence[tuple[str, bool]],
        guide: tuple[Button, ...],
        language: Language,
        entities: Sequence[FoundEntity],
    ) -> Reply:
        is_known = any(found for _, found in explained)
        text = "\n\n".join(said for said, _ in explained)
        outcome = Outcome.ANSWERED if is_known else Outcome.CLARIFY
        feedback = _feedback(language) if is_known else ()
        return Reply(
            outcome,
            language,
            (Draft(text, outcome=outcome, buttons=(*guide, *feedback, _officer(language))),),
            confidence=1.0 if is_known else 0.0,
            entities=tuple(entities),
        )

    def _guide(self, codes: Sequence[str], language: Language) -> tuple[Button, ...]:
        """A button for the article on codes of this kind, when it is served."""
        article_id = guide_to(self._library().reference, codes)
        if article_id is None or not self.serves(article_id):
            return ()
        return (Button(self.label(article_id, language), str(Payload("article", (article_id,)))),)

    def switched_off(self, language: Language, entities: Sequence[FoundEntity] = ()) -> Reply | None:
        """The hand-off while every answer is switched off, None while the bot may answer."""
        if not self._library().switches.is_all_off:
            return None
        return Reply(Outcome.HANDOFF, language, reason=HandOffReason.SWITCHED_OFF, entities=tuple(entities))

    def hand_off(self, language: Language, reason: HandOffReason = HandOffReason.ASKED) -> Reply:
        """Go to an officer; the queue itself tells number, place and hours."""
        return Reply(Outcome.HANDOFF, language, reason=reason)

    def title(self, article_id: str, language: Language) -> str:
        """The title of a served article, its id when it is not served."""
        edition = self._library().editions.get(article_id)
        return edition.article.content(language).title if edition else article_id

    def label(self, article_id: str, language: Language) -> str:
        """What an article is called on a button that offers it."""
        return label_of(article_id, language, self.title(article_id, language))

    def _article_draft(self, edition: Edition, language: Language, part: Part | None, is_whole: bool) -> Draft:
        article_id = edition.article.id
        composed = compose(edition, self._library().reference, language, day_of(self._clock()), part, is_whole)
        buttons = [
            Button(label(language, name), str(Payload("part", (article_id, name))))
            for name in composed.parts
            if name != "who"
        ]
        return Draft(
            composed.text,
            buttons=(*buttons, *_feedback(language), _officer(language)),
            sources=tuple(_source(citation) for citation in composed.citations),
            outcome=Outcome.ANSWERED,
            article_id=article_id,
            article_version=edition.version,
        )

    def _halted(
        self,
        edition: Edition,
        halt: Halt,
        language: Language,
        decision: Decision | None,
        entities: Sequence[FoundEntity],
    ) -> Reply:
        """An officer instead of an answer that is switched off or not in force; what it said is not repeated."""
        told = halted(edition, halt, self._library().reference, language)
        return Reply(
            Outcome.HANDOFF,
            language,
            (Draft(told, outcome=Outcome.HANDOFF),) if told else (),
            confidence=decision.ranking[0].score if decision and decision.ranking else 1.0,
            candidates=_candidates(decision) or (Candidate(edition.article.id, 1.0),),
            entities=tuple(entities),
            reason=HandOffReason.SWITCHED_OFF if halt.cause == "off" else HandOffReason.NOT_IN_FORCE,
            topic=edition.article.id,
        )

    def _clarify(
        self,
        library: Library,
        decision: Decision,
        language: Language,
        text: str,
        entities: Sequence[FoundEntity],
    ) -> Reply:
        asked = clarification(library, decision, language, text)
        choices = [Button(choice.label, str(Payload("pick", (choice.article_id,)))) for choice in asked.choices]
        nothing = Button(say(language, "button.none" if len(choices) > 1 else "button.not_it"), str(Payload("none")))
        draft = Draft(asked.text, buttons=(*choices, nothing, _officer(language)), outcome=Outcome.CLARIFY)
        return Reply(
            Outcome.CLARIFY,
            language,
            (draft,),
            confidence=decision.ranking[0].score,
            candidates=_candidates(decision),
            entities=tuple(entities),
            # "and the fee?" instead of a choice is most likely about the first one
            extra={"article": decision.ranking[0].article_id},
        )

    def _not_found(self, decision: Decision, language: Language, entities: Sequence[FoundEntity]) -> Reply:
        # the hand-off itself says why, see `queue.why_nothing_found`
        return Reply(
            Outcome.HANDOFF,
            language,
            confidence=decision.ranking[0].score if decision.ranking else 0.0,
            candidates=_candidates(decision),
            entities=tuple(entities),
            reason=HandOffReason.NOTHING_FOUND,
        )


def _candidates(decision: Decision | None) -> tuple[Candidate, ...]:
    ranking = decision.ranking if decision else ()
    return tuple(Candidate(hit.article_id, round(hit.score, 4)) for hit in ranking[:5])


def _feedback(language: Language) -> tuple[Button, Button]:
    return (
        Button(say(language, "button.useful"), str(Payload("useful", (THIS_TURN,)))),
        Button(say(language, "button.poor"), str(Payload("poor", (THIS_TURN,)))),
    )


def _officer(language: Language) -> Button:
    return Button(say(language, "button.officer"), str(Payload("officer")))


def _source(citation: Citation) -> Source:
    return Source(citation.title, citation.article, citation.url)
