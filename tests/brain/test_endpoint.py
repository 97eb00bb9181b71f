import asyncio
from typing import Any

import pytest
from aiohttp import web
from rasa.utils.endpoints import ClientResponseError

from bot.nlu.endpoint import DeskEndpoint

CALL = {"next_action": "action_answer", "tracker": {"slots": {"language": "vi"}, "events": [{"event": "user"}] * 50}}

Seen = list[tuple[str, int, dict[str, Any]]]


async def called(status: int, times: int) -> tuple[Seen, list[Any]]:
    """What a desk that answers with `status` gets (token, the connection's port, body), and what comes back."""
    seen: Seen = []

    async def run(request: web.Request) -> web.Response:
        assert request.transport is not None
        port = request.transport.get_extra_info("peername")[1]
        seen.append((request.headers["X-Token"], port, await request.json()))
        return web.json_response({"error": "no", "events": [], "responses": []}, status=status)

    app = web.Application()
    app.router.add_post("/webhook", run)
    served = web.AppRunner(app)
    await served.setup()
    await web.TCPSite(served, "127.0.0.1", 0).start()
    endpoint = DeskEndpoint(f"http://127.0.0.1:{served.addresses[0][1]}/webhook", "X-Token", "secret")
    try:
        return seen, [await endpoint.request(method="post", json=CALL, timeout=5) for _ in range(times)]
    finally:
        await endpoint.close()
        await served.cleanup()


def test_calls_share_one_connection_and_show_the_token() -> None:
    seen, answers = asyncio.run(called(200, 3))
    assert len({port for _, port, _ in seen}) == 1
    assert {token for token, _, _ in seen} == {"secret"}
    assert answers == [{"error": "no", "events": [], "responses": []}] * 3


def test_slots_travel_and_past_events_stay() -> None:
    seen, _ = asyncio.run(called(200, 1))
    assert seen[0][2] == {"next_action": "action_answer", "tracker": {"slots": {"language": "vi"}, "events": []}}


def test_a_refusal_carries_its_status_and_words() -> None:
    with pytest.raises(ClientResponseError) as refused:
        asyncio.run(called(400, 1))
    assert (refused.value.status, '"error": "no"' in refused.value.text) == (400, True)
