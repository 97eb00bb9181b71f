"""Going to an officer, rating, refusing."""

from typing import Any

from rasa_sdk.executor import CollectingDispatcher
from rasa_sdk.interfaces import Action, Tracker
from rasa_sdk.types import DomainDict

from actions.reading import language_of
from bot.bootstrap import responder
from bot.interpreter import pack
from helpdesk.message import Button, Draft, Outcome
from helpdesk.payload import Payload
from helpdesk.reply import Reply
from helpdesk.ticket import HandOffReason
from helpdesk.wording import say

RATING_GUIDE = "rate-service"
"""The article on how a business rates those who handled its declarations."""
_REASONS = {"complain": HandOffReason.COMPLAINT, "hand_in_documents": HandOffReason.HUMAN_ONLY}


class ActionHandOff(Action):
    """Pass the conversation to an officer."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_hand_off"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send a hand-off with the reason that the intent gives."""
        reason = _REASONS.get(str(tracker.get_intent_of_latest_message()), HandOffReason.ASKED)
        dispatcher.utter_message(json_message=pack(responder().hand_off(language_of(tracker), reason)))
        return []


class ActionRate(Action):
    """Start a rating; the desk asks about the last resolved ticket, or says that there is none."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_rate"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send a rating reply that names the article; its message is written where the tickets are known."""
        guide = RATING_GUIDE if responder().serves(RATING_GUIDE) else None
        dispatcher.utter_message(json_message=pack(Reply(Outcome.RATING, language_of(tracker), article_id=guide)))
        return []


class ActionRefuse(Action):
    """Refuse politely what must not be helped with."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_refuse"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: DomainDict) -> list[dict[str, Any]]:
        """Send the refusal, and the way to an officer that it names."""
        language = language_of(tracker)
        officer = Button(say(language, "button.officer"), str(Payload("officer")))
        draft = Draft(say(language, "service.refused"), buttons=(officer,), outcome=Outcome.REFUSED)
        dispatcher.utter_message(json_message=pack(Reply(Outcome.REFUSED, language, (draft,))))
        return []
