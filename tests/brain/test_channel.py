import asyncio
from types import SimpleNamespace

import pytest
from rasa.core.channels.channel import OutputChannel, UserMessage
from rasa.core.tracker_store import InMemoryTrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker

from bot.nlu.channel import MAX_TEXT, DeskInput, MalformedError, Reply, Turn, _explain


def test_a_request_is_read_and_bounded() -> None:
    turn = Turn.read(
        {"sender": "c-0", "message": "x" * 50_000, "metadata": {"language": "en", "other": "x", "article": 5}}
    )
    assert len(turn.text) == MAX_TEXT
    assert turn.metadata == {"language": "en", "article": None, "aspect": None}


@pytest.mark.parametrize("text", ["/restart", "  //session_start", '/greet{"article": "x"}'])
def test_nobody_writes_rasa_commands(text: str) -> None:
    assert not Turn.read({"sender": "c-0", "message": text}).text.startswith("/")


@pytest.mark.parametrize(
    "body",
    [
        None,
        [],
        "x",
        {},
        {"sender": "", "message": "x"},
        {"sender": "s" * 201, "message": "x"},
        {"sender": 5, "message": "x"},
        {"sender": "c", "message": None},
        {"sender": "c", "message": "x", "metadata": "y"},
    ],
)
def test_what_the_desk_does_not_send_is_refused(body: object) -> None:
    with pytest.raises(MalformedError):
        Turn.read(body)


def test_the_token_comes_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ISEC_BRAIN_TOKEN", "secret")
    request = type("Request", (), {"headers": {"X-ISEC-Brain-Token": "secret"}})
    other = type("Request", (), {"headers": {"X-ISEC-Brain-Token": "sécret"}})
    nobody = type("Request", (), {"headers": {}})
    channel = DeskInput.from_credentials(None)
    assert [channel._is_allowed(each) for each in (request, other, nobody)] == [True, False, False]


async def collect() -> list[dict[str, object]]:
    reply = Reply()
    await reply.send_response("c", {"text": "a\n\nb", "buttons": [], "custom": {"k": 1}, "model_id": "x"})
    return reply.messages


def test_a_message_keeps_its_parts_together() -> None:
    assert asyncio.run(collect()) == [{"text": "a\n\nb", "custom": {"k": 1}}]


class Processor:
    """What of Rasa's processor an explanation uses: parses without a model, says the intent's name."""

    def __init__(self) -> None:
        self.tracker_store = InMemoryTrackerStore(Domain.empty())
        self.asked: list[object] = []

    async def parse_message(self, message: UserMessage) -> dict[str, object]:
        self.asked.append((message.metadata, message.sender_id))
        entities = [{"entity": "article", "value": "x"}, {"entity": "declaration", "value": "301234567890"}]
        return {"intent": {"name": "greet", "confidence": 1.0}, "entities": entities, "explain": {"read": None}}

    async def _handle_message_with_tracker(self, message: UserMessage, tracker: DialogueStateTracker) -> None:
        assert message.parse_data

    async def run_action_extract_slots(self, channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        """No slots here."""

    async def _run_prediction_loop(self, channel: OutputChannel, tracker: DialogueStateTracker) -> None:
        await channel.send_text_message(tracker.sender_id, "chào")


def test_a_turn_is_explained_without_keeping_its_dialogue() -> None:
    processor = Processor()
    turn = Turn.read({"sender": "explain", "message": "xin chào", "metadata": {"article": "cancel", "explain": False}})
    told = asyncio.run(_explain(turn, processor, None))  # type: ignore[arg-type]
    assert processor.asked == [({"language": None, "article": "cancel", "aspect": None, "explain": True}, "explain")]
    assert told["messages"] == [{"text": "chào"}]
    assert told["explain"] == {"read": None}
    assert told["entities"] == [{"type": "declaration", "value": "301234567890"}]
    assert list(asyncio.run(processor.tracker_store.keys())) == []


@pytest.mark.parametrize("path", ["/webhook", "/explain"])
def test_both_ways_in_ask_for_the_token(path: str) -> None:
    routes = DeskInput("secret").blueprint(None)  # type: ignore[arg-type]
    [handler] = [future.handler for future in routes._future_routes if future.uri == path]
    request = SimpleNamespace(headers={"X-ISEC-Brain-Token": "wrong"})
    assert asyncio.run(handler(request)).status == 401
