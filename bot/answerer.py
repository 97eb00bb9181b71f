"""Answering one message of a conversation that the bot holds: the brain understands, the desk knows what holds."""

from collections.abc import Mapping
from dataclasses import replace

from bot import several
from bot.brain import Brain
from bot.interpreter import interpret
from bot.responder import Responder
from helpdesk.language import Language
from helpdesk.reply import FoundEntity, Reply
from helpdesk.storage.conversation import Conversation
from knowledge_base.search import Hit
from knowledge_base.text.entity import find
from knowledge_base.text.question import split

MESSAGES_PER_SESSION = 40
QUESTIONS = frozenset({"procedure", "nlu_fallback", "look_up_code"})
"""Intents whose action looks at what was spoken of itself."""
REFUSED = "must_refuse"  # only the plainest asking on outweighs it, however unsure: "and if I pay him?"


class Answerer:
    """Asks `brain`, and lets `responder` say what the desk knows better."""

    def __init__(self, brain: Brain, responder: Responder) -> None:
        self._brain = brain
        self._responder = responder

    async def answer(self, text: str, language: Language, conversation: Conversation, message_id: int) -> Reply:
        """The reply to a message; raises BrainUnavailable. Several questions in one are answered one by one."""
        silent = self._responder.switched_off(language, entities_of(text))
        if silent is not None:
            return silent
        questions = split(text)
        if len(questions) > 1:
            replies = await self._each(questions[: several.AT_ONCE], language, conversation)
            if combined := several.combine(replies, questions, message_id, language):
                return combined
        return await self._one(text, language, conversation, conversation.context)

    async def _each(self, questions: list[str], language: Language, conversation: Conversation) -> list[Reply]:
        """A reply to each; what the one before was about is what the next may lean on."""
        replies: list[Reply] = []
        context: Mapping[str, str] = conversation.context
        for question in questions:
            replies.append(await self._one(question, language, conversation, context))
            if article_id := replies[-1].article_id:
                context = {"article": article_id}
        return replies

    async def _one(
        self, text: str, language: Language, conversation: Conversation, context: Mapping[str, str]
    ) -> Reply:
        sender = f"{conversation.id}-{conversation.last_seq // MESSAGES_PER_SESSION}"
        article, entities = context.get("article"), entities_of(text)
        answered = await self._brain.turn(sender, text, language, {"article": article} if article else {})
        if answered.intent not in QUESTIONS:
            ranking = [Hit(found.article_id, found.score) for found in answered.procedures]
            other = 1.0 if answered.intent == REFUSED else answered.confidence
            if follow_up := self._responder.follow_up(text, language, ranking, article, other=other):
                return replace(follow_up, intent=answered.intent, entities=entities, model=answered.model)
        own = self._responder.own(text, language, entities, answered.intent)
        return own or interpret(answered, language, entities)


def entities_of(text: str) -> tuple[FoundEntity, ...]:
    """The codes in a text."""
    return tuple(FoundEntity(entity.type, entity.value) for entity in find(text))
