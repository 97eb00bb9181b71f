"""Answering questions about procedures and codes."""

import re
from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.reading import entities_of, language_of, ranking_of, text_of
from bot.bootstrap import responder
from bot.interpreter import pack

_CODE = re.compile(r"(?<![\w./-])(?:[A-Za-z]{1,3}\d{1,3}|\d{2}[A-Za-z]\w|\d{8}|\d{4}\.\d{2}\.\d{2}|[A-Z]{3})(?![\w/-])")


class ActionAnswer(Action):
    """Search the knowledge base, or the code lists, and answer, ask back or say that nothing fits."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send one reply for the latest question."""
        text, language, entities = text_of(tracker), language_of(tracker), entities_of(tracker)
        codes = codes_in(text) if tracker.get_intent_of_latest_message() == "look_up_code" else []
        if codes:
            reply = responder().code(codes, language, entities)
        else:
            reply = responder().answer(text, language, ranking_of(tracker), tracker.get_slot("article"), entities)
        dispatcher.utter_message(json_message=pack(reply))
        return []


def codes_in(text: str) -> list[str]:
    """What looks like a customs code, each once, in order."""
    return list(dict.fromkeys(match[0] for match in _CODE.finditer(text)))
