"""Answering one message of a conversation that the bot holds: the brain understands, the desk knows what holds."""

from collections.abc import Mapping
from dataclasses import replace

from bot import bare, several, short_form
from bot.brain import Brain, BrainTurn
from bot.interpreter import interpret
from bot.responder import Judgement, Responder
from bot.signpost import signposted
from helpdesk.language import Language
from helpdesk.message import Draft, Outcome
from helpdesk.reply import FoundEntity, Reply
from helpdesk.storage.conversation import Conversation
from helpdesk.ticket import HandOffReason
from helpdesk.wording import say
from knowledge_base.objection import is_objection
from knowledge_base.search import Hit
from knowledge_base.text.entity import find
from knowledge_base.text.question import after_courtesy, pair, split

MESSAGES_PER_SESSION = 40
MOST_DOUBTS = 3
QUESTIONS = frozenset({"procedure", "nlu_fallback", "look_up_code"})
"""Intents whose action looks at what was spoken of itself."""
COURTESY = frozenset({"greet", "thanks", "goodbye"})
ASKING = frozenset({"procedure", "look_up_code", "declaration_status"})
REFUSED = "must_refuse"  # only the plainest asking on outweighs it, however unsure: "and if I pay him?"


class Answerer:
    """Asks `brain`, and lets `responder` say what the desk knows better."""

    def __init__(self, brain: Brain, responder: Responder) -> None:
        self._brain = brain
        self._responder = responder

    async def answer(self, text: str, language: Language, conversation: Conversation, message_id: int) -> Reply:
        """The reply to a message; raises BrainUnavailable. Several questions in one are answered one by one."""
        sender = f"{conversation.id}-{conversation.last_seq // MESSAGES_PER_SESSION}"
        return await self.reply(text, language, sender, conversation.context, message_id)

    async def reply(
        self, text: str, language: Language, sender: str, context: Mapping[str, str], message_id: int
    ) -> Reply:
        """The same for `sender`, as the brain knows a conversation, whose context is given."""
        replied = await self._replied(text, language, sender, context, message_id)
        misread = [found.value for found in find(text) if found.type == "container" and found.is_valid is False]
        doubts = tuple(Draft(say(language, "service.container", number=number)) for number in misread[:MOST_DOUBTS])
        return replace(replied, messages=(*doubts, *replied.messages))

    async def _replied(
        self, text: str, language: Language, sender: str, context: Mapping[str, str], message_id: int
    ) -> Reply:
        silent = self._responder.switched_off(language, entities_of(text))
        if silent is not None:
            return silent
        spoken_of = context.get("article")
        if spoken_of and is_objection(text):
            return objected(language, spoken_of)
        questions = split(text)
        if len(questions) > 1:
            replies = await self._each(questions[: several.AT_ONCE], language, sender, context)
            if combined := several.combine(replies, questions, message_id, language):
                return combined
        elif halves := pair(text):
            return await self._both(text, halves, language, sender, context, message_id)
        return await self._one(text, language, sender, context)

    async def _both(
        self, text: str, halves: list[str], language: Language, sender: str, context: Mapping[str, str], message_id: int
    ) -> Reply:
        """Two answers to two question marks when they are two matters, otherwise what the whole message gets.

        Halves that are surer of their own than the whole is are two matters.
        """
        replies = await self._each(halves, language, sender, context)
        if combined := several.both(replies, halves, message_id, language):
            return combined
        whole = await self._one(text, language, sender, context)
        if whole.outcome not in (Outcome.ANSWERED, Outcome.CLARIFY):
            return whole
        least = max(several.LIKELY, whole.confidence)
        return several.both(replies, halves, message_id, language, least) or whole

    async def _each(
        self, questions: list[str], language: Language, sender: str, context: Mapping[str, str]
    ) -> list[Reply]:
        """A reply to each; what the one before was about is what the next may lean on."""
        replies: list[Reply] = []
        for question in questions:
            replies.append(await self._one(question, language, sender, context))
            if article_id := replies[-1].article_id:
                context = {"article": article_id}
        return replies

    async def _one(self, text: str, language: Language, sender: str, context: Mapping[str, str]) -> Reply:
        article, entities = context.get("article"), entities_of(text)
        if reply := bare.answered(self._responder, text, language, entities) or short_form.unclear(text, language):
            return reply
        if meaning := short_form.meant(text, language):
            reply = await self._one(meaning.written, language, sender, context)
            return replace(reply, messages=(short_form.said(meaning, language), *reply.messages))
        spoken_of = {"article": article} if article else {}
        answered = await self._brain.turn(sender, text, language, spoken_of)
        if answered.intent in COURTESY and (asked := after_courtesy(text)):
            further = await self._brain.turn(sender, asked, language, spoken_of)
            if further.intent in ASKING:
                text, answered = asked, further
        judged = overruled(self._responder, answered, text, article)
        if judged is None:
            reply = signposted(interpret(answered, language, entities), answered, self._responder)
            return self._asked_instead(reply, text, language)
        reply = self._responder.told(judged, text, language, entities)
        return replace(reply, intent=answered.intent, model=answered.model) if judged.cause == "leaning" else reply

    def _asked_instead(self, reply: Reply, text: str, language: Language) -> Reply:
        """The reply; where nothing surely fits a pasted form, the question what is wanted with it."""
        is_open = reply.outcome is Outcome.CLARIFY or reply.reason is HandOffReason.NOTHING_FOUND
        number = bare.pasted_number(text) if is_open else None
        return bare.asked_about(self._responder, number, language, reply.entities) if number else reply


def objected(language: Language, article_id: str) -> Reply:
    """Somebody said that the answer on this article is not it, and nothing else: a person looks, no further guess."""
    return Reply(Outcome.HANDOFF, language, reason=HandOffReason.NOT_USEFUL, topic=article_id, is_logged=False)


def overruled(responder: Responder, answered: BrainTurn, text: str, spoken_of: str | None) -> Judgement | None:
    """What the desk knows better than the brain; None when what the brain said stands."""
    if answered.intent in QUESTIONS:
        leaning = None  # the action has looked at it
    else:
        leaning = responder.judge_leaning(text, ranked(answered), spoken_of, otherwise(answered))
    return leaning or responder.judge_own(text, answered.intent)


def otherwise(answered: BrainTurn) -> float:
    """How surely the brain took a message for something that is no question on a procedure, in [0, 1]."""
    if answered.intent in QUESTIONS:
        return 0.0
    return 1.0 if answered.intent == REFUSED else answered.confidence


def ranked(answered: BrainTurn) -> list[Hit]:
    """The articles that the brain ranked, best first."""
    return [Hit(found.article_id, found.score) for found in answered.procedures]


def entities_of(text: str) -> tuple[FoundEntity, ...]:
    """The codes in a text."""
    return tuple(FoundEntity(entity.type, entity.value) for entity in find(text))
