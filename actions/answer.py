"""Answering questions about procedures and codes."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.reading import entities_of, language_of, ranking_of, text_of
from bot.bootstrap import responder
from bot.interpreter import codes_asked, pack


class ActionAnswer(Action):
    """Search the knowledge base, or the code lists, and answer, ask back or say that nothing fits."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send one reply for the latest question."""
        text, language, entities = text_of(tracker), language_of(tracker), entities_of(tracker)
        codes = codes_asked(tracker.get_intent_of_latest_message(), text)
        if codes:
            reply = responder().code(codes, language, entities)
        else:
            reply = responder().answer(text, language, ranking_of(tracker), tracker.get_slot("article"), entities)
        dispatcher.utter_message(json_message=pack(reply))
        return []
