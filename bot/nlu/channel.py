"""The one way into the brain: a request of the desk, answered with the replies and with what was understood.

POST /webhooks/desk/webhook   {"sender", "message", "metadata"?}   header X-ISEC-Brain-Token when one is set
200 {"messages", "intent", "ranking", "procedures", "entities", "language"}
400 not such a request, 401 wrong token, 500 the turn failed (the log says where, never what was written)

POST /webhooks/desk/explain   the same, answered as a conversation that has just begun would be, and forgotten at once
200 the same and {"explain": {"rankers", "read", "is_embedded"}}, see `bot.nlu.classifier`

GET /webhooks/desk/health     200 {"status": "ready"} once a model is loaded, else 503
"""

from __future__ import annotations

import hmac
import logging
import os
from dataclasses import dataclass
from typing import Any, Awaitable, Callable, Dict, List, Optional, Tuple

from rasa.core.channels.channel import InputChannel, OutputChannel, UserMessage
from rasa.core.processor import MessageProcessor
from rasa.shared.core.constants import ACTION_LISTEN_NAME
from rasa.shared.core.events import ActionExecuted
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

TOKEN_VARIABLE = "ISEC_BRAIN_TOKEN"
TOKEN_HEADER = "X-ISEC-Brain-Token"
MAX_TEXT = 4096
MAX_SENDER = 200
PARTS = ("text", "buttons", "custom", "image", "attachment")
CARRIED = ("language", "article", "aspect")
EXPLAIN = "explain"
"""Metadata that asks the classifier for its reasons, and the field that holds them."""

Take = Callable[[UserMessage], Awaitable[Any]]
"""Has a message that is parsed already answered on its channel."""

logger = logging.getLogger(__name__)


class MalformedError(ValueError):
    """The request is not what the desk sends."""


class Reply(OutputChannel):
    """Collects the messages of one turn as they were uttered: text, buttons and custom parts stay together."""

    def __init__(self) -> None:
        self.messages: List[Dict[str, Any]] = []

    @classmethod
    def name(cls) -> str:
        """The channel that response variations may name."""
        return "desk"

    async def send_response(self, recipient_id: str, message: Dict[str, Any]) -> None:
        """Keep the parts of `message` that people see or the desk stores; Rasa adds its own book-keeping."""
        self.messages.append({key: message[key] for key in PARTS if message.get(key)})

    async def send_text_message(self, recipient_id: str, text: str, **kwargs: Any) -> None:
        """Keep a text on its own."""
        self.messages.append({"text": text})


@dataclass(frozen=True)
class Turn:
    """A request of the desk, read and bounded."""

    sender: str
    text: str
    metadata: Dict[str, Optional[str]]

    @classmethod
    def read(cls, body: Any) -> Turn:
        """The turn that `body` asks for; raises MalformedError."""
        if not isinstance(body, dict):
            raise MalformedError("a JSON object is expected")
        sender, text, metadata = body.get("sender"), body.get("message"), body.get("metadata") or {}
        if not isinstance(sender, str) or not 0 < len(sender) <= MAX_SENDER:
            raise MalformedError(f"sender must be a string of 1 to {MAX_SENDER} characters")
        if not isinstance(text, str) or not isinstance(metadata, dict):
            raise MalformedError("message must be a string and metadata an object")
        # A leading slash would make Rasa read the text as an intent with entities of the writer's choice.
        words = text[:MAX_TEXT].lstrip("/ \t\r\n")
        return cls(sender, words, {key: _text_or_none(metadata.get(key)) for key in CARRIED})


Serve = Callable[[Turn, MessageProcessor, Take], Awaitable[Dict[str, Any]]]
"""Answers a turn; `Take` is Rasa's own way, which keeps the dialogue."""


class DeskInput(InputChannel):
    """Rasa input channel "desk"; `token` None means that none is asked for."""

    def __init__(self, token: Optional[str]) -> None:
        self._token = token

    @classmethod
    def name(cls) -> str:
        """The part of the address after /webhooks/."""
        return "desk"

    @classmethod
    def from_credentials(cls, _: Optional[Dict[str, Any]]) -> DeskInput:
        """The token comes from the environment, never from a file."""
        return cls(os.environ.get(TOKEN_VARIABLE) or None)

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The routes of this channel."""
        routes = Blueprint("desk", __name__)

        @routes.route("/health", methods=["GET"])
        async def health(request: Request) -> HTTPResponse:
            is_ready = _is_ready(request)
            return response.json({"status": "ready" if is_ready else "starting"}, status=200 if is_ready else 503)

        @routes.route("/webhook", methods=["POST"])
        async def receive(request: Request) -> HTTPResponse:
            if not self._is_allowed(request):
                return response.json({"error": "wrong token"}, status=401)
            return await _answer(request, _receive, on_new_message)

        @routes.route("/explain", methods=["POST"])
        async def explain(request: Request) -> HTTPResponse:
            if not self._is_allowed(request):
                return response.json({"error": "wrong token"}, status=401)
            return await _answer(request, _explain, on_new_message)

        return routes

    def _is_allowed(self, request: Request) -> bool:
        given = request.headers.get(TOKEN_HEADER, "")
        return self._token is None or hmac.compare_digest(given.encode(), self._token.encode())


async def _answer(request: Request, serve: Serve, on_new_message: Take) -> HTTPResponse:
    try:
        turn = Turn.read(_body(request))
    except MalformedError as problem:
        return response.json({"error": str(problem)}, status=400)
    if not _is_ready(request):
        return response.json({"error": "no model is loaded"}, status=503)
    try:
        return response.json(await serve(turn, request.app.ctx.agent.processor, on_new_message))
    except Exception as problem:
        logger.error("turn failed: %s", type(problem).__name__, exc_info=True)
        return response.json({"error": "the turn failed"}, status=500)


def _body(request: Request) -> Any:
    try:
        return request.json
    except Exception as problem:
        raise MalformedError("JSON is expected") from problem


async def _receive(turn: Turn, processor: MessageProcessor, on_new_message: Take) -> Dict[str, Any]:
    return (await _take(turn, processor, turn.metadata, on_new_message))[0]


async def _explain(turn: Turn, processor: MessageProcessor, _: Take) -> Dict[str, Any]:
    """Answer without a trace: the dialogue lives in a tracker of its own, which no store ever sees."""

    async def take(message: UserMessage) -> None:
        tracker = processor.tracker_store.init_tracker(message.sender_id)
        tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
        # what MessageProcessor.handle_message does between fetching and saving the tracker
        await processor._handle_message_with_tracker(message, tracker)
        await processor.run_action_extract_slots(message.output_channel, tracker)
        await processor._run_prediction_loop(message.output_channel, tracker)

    told, parsed = await _take(turn, processor, {**turn.metadata, EXPLAIN: True}, take)
    return {**told, EXPLAIN: parsed.get(EXPLAIN)}


async def _take(
    turn: Turn, processor: MessageProcessor, metadata: Dict[str, Any], take: Take
) -> Tuple[Dict[str, Any], Dict[str, Any]]:
    """Parse first and hand the result on, so that it can be told without reading the dialogue back."""
    reply = Reply()
    message = UserMessage(turn.text, reply, turn.sender, input_channel="desk", metadata=metadata)
    parsed = await processor.parse_message(message)
    message.parse_data = parsed
    await take(message)
    told = {
        "messages": reply.messages,
        "intent": parsed["intent"],
        "ranking": parsed.get("intent_ranking", []),
        "procedures": parsed.get("procedures", []),
        "entities": [
            {"type": found["entity"], "value": found["value"]}
            for found in parsed["entities"]
            if found["entity"] not in CARRIED
        ],
        "language": parsed.get("language"),
    }
    return told, parsed


def _text_or_none(value: Any) -> Optional[str]:
    return value if isinstance(value, str) else None


def _is_ready(request: Request) -> bool:
    agent = getattr(request.app.ctx, "agent", None)
    return agent is not None and agent.is_ready()
