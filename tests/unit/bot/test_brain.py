import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.brain import TOKEN_HEADER, BrainClient, BrainMessage, Ranking, ScriptedBrain, simple_turn
from helpdesk.error import BrainUnavailable
from helpdesk.reply import Candidate, FoundEntity

ANSWER: dict[str, Any] = {
    "messages": [{"text": "ok", "buttons": [{"title": "a", "payload": "b"}], "custom": {"outcome": "answered"}}],
    "intent": {"name": "procedure", "confidence": 1.0000001},
    "ranking": [{"name": "procedure", "confidence": 0.9}],
    "procedures": [{"id": "channel-red", "confidence": 0.8}],
    "entities": [{"type": "declaration", "value": "301234567890"}],
    "language": "zh",
}

Serve = Callable[[Callable[[web.Request], Awaitable[web.StreamResponse]]], Awaitable[BrainClient]]


@pytest.fixture
async def serve() -> AsyncIterator[Serve]:
    """Start a stand-in Rasa process whose webhook is the given handler; gives a client with a short patience."""
    runners: list[web.AppRunner] = []
    session = aiohttp.ClientSession()

    async def start(handler: Callable[[web.Request], Awaitable[web.StreamResponse]]) -> BrainClient:
        app = web.Application()
        app.router.add_post("/webhooks/desk/webhook", handler)
        app.router.add_post("/webhooks/desk/explain", handler)
        app.router.add_get("/webhooks/desk/health", handler)
        runner = web.AppRunner(app)
        runners.append(runner)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        return BrainClient(f"http://127.0.0.1:{runner.addresses[0][1]}/", "secret", session, timeout_seconds=0.3)

    yield start
    for runner in runners:
        await runner.cleanup()
    await session.close()


async def test_a_turn_carries_everything_the_brain_understood(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response(ANSWER)

    turn = await (await serve(handler)).turn("c-0", "q", "vi", {})
    assert turn.messages == (BrainMessage("ok", ({"title": "a", "payload": "b"},), {"outcome": "answered"}),)
    assert (turn.intent, turn.confidence, turn.language) == ("procedure", 1.0, "zh")
    assert turn.ranking == (("procedure", 0.9),)
    assert turn.procedures == (Candidate("channel-red", 0.8),)
    assert turn.entities == (FoundEntity("declaration", "301234567890"),)


async def test_the_request_carries_the_token_and_what_the_desk_knows(serve: Serve) -> None:
    seen: list[tuple[str, Any]] = []

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.headers[TOKEN_HEADER], await request.json()))
        return web.json_response(ANSWER)

    await (await serve(handler)).turn("c-0", "còn phí?", "vi", {"article": "cancel", "secret": "x"})
    metadata = {"language": "vi", "article": "cancel", "aspect": None}
    assert seen == [("secret", {"sender": "c-0", "message": "còn phí?", "metadata": metadata})]


@pytest.mark.parametrize(
    "body", ["", "[]", "null", "{}", '{"messages": 3}', '{"messages": ["x"], "intent": {"name": "a", "confidence": 1}}']
)
async def test_an_answer_of_another_shape_means_unavailable(serve: Serve, body: str) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.Response(text=body, content_type="application/json")

    with pytest.raises(BrainUnavailable):
        await (await serve(handler)).turn("c-0", "q", "vi", {})


@pytest.mark.parametrize("status", [400, 401, 500, 503])
async def test_a_refused_or_failed_turn_means_unavailable(serve: Serve, status: int) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"error": "no"}, status=status)

    client = await serve(handler)
    with pytest.raises(BrainUnavailable):
        await client.turn("c-0", "q", "vi", {})
    assert not await client.is_ready()


async def test_a_turn_without_a_message_means_that_its_action_failed(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response(ANSWER | {"messages": []})

    with pytest.raises(BrainUnavailable, match="no message"):
        await (await serve(handler)).turn("c-0", "q", "vi", {})


async def test_a_brain_that_hangs_is_given_up(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.json_response(ANSWER)

    with pytest.raises(BrainUnavailable):
        await (await serve(handler)).turn("c-0", "q", "vi", {})


async def test_nobody_listening_means_unavailable_and_not_ready() -> None:
    async with aiohttp.ClientSession() as session:
        client = BrainClient("http://127.0.0.1:9", "secret", session)
        assert not await client.is_ready()
        with pytest.raises(BrainUnavailable):
            await client.turn("c-0", "q", "vi", {})


async def test_health_says_ready(serve: Serve) -> None:
    async def handler(_: web.Request) -> web.Response:
        return web.json_response({"status": "ready"})

    assert await (await serve(handler)).is_ready()


async def test_the_twin_answers_by_script_and_can_be_away() -> None:
    brain = ScriptedBrain(lambda text: simple_turn("greet", text=text.upper()))
    turn = await brain.turn("c-0", "hi", "en", {"article": "cancel"})
    assert turn.messages[0].text == "HI"
    assert brain.heard == [("c-0", "hi", "en", {"article": "cancel"})]
    brain.is_away = True
    assert not await brain.is_ready()
    with pytest.raises(BrainUnavailable):
        await brain.turn("c-0", "hi", "en", {})


async def test_reasons_are_asked_for_elsewhere_and_in_nobody_s_name(serve: Serve) -> None:
    seen: list[tuple[str, str]] = []
    ranker = {
        "intents": [{"name": "procedure", "confidence": 0.9}],
        "procedures": [{"id": "cancel", "confidence": 0.7}],
    }
    why = {"rankers": {"words": ranker, "both": ranker}, "read": "hủy", "is_embedded": True}

    async def handler(request: web.Request) -> web.Response:
        seen.append((request.path, (await request.json())["sender"]))
        return web.json_response(ANSWER | {"explain": why})

    client = await serve(handler)
    found = await client.explain("huy", "vi", {"article": "cancel"})
    assert seen == [("/webhooks/desk/explain", "explain")]
    assert found.turn == await client.turn("c-0", "huy", "vi", {})
    ranking = Ranking((("procedure", 0.9),), (Candidate("cancel", 0.7),))
    assert (found.rankings, found.read, found.is_embedded) == ({"words": ranking, "both": ranking}, "hủy", True)


async def test_the_twin_explains_itself_and_does_not_remember_it() -> None:
    brain = ScriptedBrain(lambda text: simple_turn("greet", procedures=(Candidate("cancel", 0.2),)))
    found = await brain.explain("xin chào", "vi", {})
    assert found.rankings["words"].intents == (("greet", 1.0),)
    assert brain.heard == []
    brain.is_away = True
    with pytest.raises(BrainUnavailable):
        await brain.explain("xin chào", "vi", {})
