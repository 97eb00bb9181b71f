"""Reading what Rasa sent back: custom actions send whole replies, `utter_` responses send text and an outcome."""

import re
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

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_CODE = re.compile(
    rf"(?<![\d{_LATIN}_./-])(?:[A-Za-z]{{1,3}}\d{{1,3}}|\d{{2}}[A-Za-z]\w|\d{{8}}|\d{{4}}\.\d{{2}}\.\d{{2}}|[A-Z]{{3}})(?![\d{_LATIN}_/-])",
    re.ASCII,
)
BARE_CODE = re.compile(rf"(?<![\d{_LATIN}_./-])[ABCEGHabcegh]\d{{2}}(?![\d{_LATIN}_./-])")
"""What can be nothing but the code of a declaration type, even where nobody says so."""
_REPLY = TypeAdapter(Reply)
KEY = "reply"
"""The field of a custom payload under which an action sends its reply."""

MOST_CANDIDATES = 5
WITH_OFFICER = frozenset({Outcome.OUT_OF_SCOPE, Outcome.NEEDS_ACCOUNT_DATA, Outcome.REFUSED})
NAMING_OFFICER = frozenset({"bot_challenge", "capabilities", "insult"})
"""Small talk that says how to get to an officer."""


def pack(reply: Reply) -> dict[str, Any]:
    """The custom payload by which an action hands its reply over."""
    return {KEY: _REPLY.dump_python(reply, mode="json")}


def interpret(turn: BrainTurn, language: Language, entities: Sequence[FoundEntity]) -> Reply:
    """The reply that a brain turn amounts to; a turn without any message counts as our failure."""
    facts: dict[str, Any] = {"intent": turn.intent, "entities": tuple(entities), "model": turn.model}
    for message in turn.messages:
        packed = message.custom.get(KEY)
        if packed is not None:
            reply = _REPLY.validate_python(packed)
            return _reviewable(replace(reply, **facts, confidence=reply.confidence or turn.confidence), turn)
    texts = [message.text for message in turn.messages if message.text]
    if not texts:
        return replace(failure(language), **facts)
    outcome, article_id = Outcome(_stated(turn, "outcome") or Outcome.SMALLTALK), _stated(turn, "article_id")
    is_officer_named = outcome in WITH_OFFICER or turn.intent in NAMING_OFFICER
    draft = Draft("\n\n".join(texts), buttons=_buttons(article_id, language, is_officer_named), outcome=outcome)
    reply = Reply(outcome, language, (draft,), confidence=turn.confidence, article_id=article_id, **facts)
    return _reviewable(reply, turn)


def _reviewable(reply: Reply, turn: BrainTurn) -> Reply:
    """The reply; one that turns a message away keeps the articles that came into question, for whoever reviews it."""
    if reply.candidates or reply.outcome not in WITH_OFFICER:
        return reply
    return replace(reply, candidates=turn.procedures[:MOST_CANDIDATES])


def _buttons(article_id: str | None, language: Language, is_officer_named: bool) -> tuple[Button, ...]:
    guide = (Button(say(language, "button.article"), str(Payload("article", (article_id,)))),) if article_id else ()
    officer = (Button(say(language, "button.officer"), str(Payload("officer"))),) if is_officer_named else ()
    return (*guide, *officer)


def _stated(turn: BrainTurn, key: str) -> str | None:
    """What a response of the domain says about itself in its custom part."""
    return next((str(message.custom[key]) for message in turn.messages if key in message.custom), None)


def codes_in(text: str) -> list[str]:
    """What looks like a customs code, each once, in order."""
    return list(dict.fromkeys(match[0] for match in _CODE.finditer(text)))


def codes_asked(intent: str | None, text: str) -> list[str]:
    """The customs codes that a message asks the meaning of; none unless that is what was understood."""
    return codes_in(text) if intent == "look_up_code" else []
