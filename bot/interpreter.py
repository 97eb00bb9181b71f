"""Reading what Rasa sent back: custom actions send whole replies, `utter_` responses send text and an outcome."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pydantic import TypeAdapter

from bot.brain import BrainTurn
from helpdesk.language import Language
from helpdesk.message import Button, Draft, Outcome
from helpdesk.payload import Payload
from helpdesk.reply import FoundEntity, Reply
from helpdesk.usecase.turn import failure
from helpdesk.wording import say

_REPLY = TypeAdapter(Reply)
KEY = "reply"
"""The field of a custom payload under which an action sends its reply."""

WITH_OFFICER = frozenset({Outcome.OUT_OF_SCOPE, Outcome.NEEDS_ACCOUNT_DATA, Outcome.REFUSED})


def pack(reply: Reply) -> dict[str, Any]:
    """The custom payload by which an action hands its reply over."""
    return {KEY: _REPLY.dump_python(reply, mode="json")}


def interpret(turn: BrainTurn, language: Language, entities: Sequence[FoundEntity]) -> Reply:
    """The reply that a brain turn amounts to; a turn without any message counts as our failure."""
    facts: dict[str, Any] = {"intent": turn.intent, "entities": tuple(entities)}
    for message in turn.messages:
        packed = message.custom.get(KEY)
        if packed is not None:
            reply = _REPLY.validate_python(packed)
            return replace(reply, **facts, confidence=reply.confidence or turn.confidence)
    texts = [message.text for message in turn.messages if message.text]
    if not texts:
        return replace(failure(language), **facts)
    outcome = _outcome(turn)
    buttons = (Button(say(language, "button.officer"), str(Payload("officer"))),) if outcome in WITH_OFFICER else ()
    draft = Draft("\n\n".join(texts), buttons=buttons, outcome=outcome)
    return Reply(outcome, language, (draft,), confidence=turn.confidence, **facts)


def _outcome(turn: BrainTurn) -> Outcome:
    stated = next((message.custom["outcome"] for message in turn.messages if "outcome" in message.custom), None)
    return Outcome(stated) if stated else Outcome.SMALLTALK
