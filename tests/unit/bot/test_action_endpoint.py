import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from bot import bootstrap
from bot.action_endpoint import TOKEN_HEADER, ActionEndpoint


@pytest.fixture
async def endpoint(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[ActionEndpoint]:
    """Actions without a desk around them, over a database that nobody has made yet."""
    monkeypatch.setenv("ISEC_DATA_DIR", str(tmp_path / "data"))
    bootstrap._standalone.cache_clear()
    made = ActionEndpoint(0)
    await made.start()
    yield made
    await made.stop()
    bootstrap._standalone.cache_clear()


async def call(endpoint: ActionEndpoint, action: str, token: str | None) -> tuple[int, Any]:
    tracker = {"sender_id": "c", "slots": {"language": "en"}, "latest_message": {"intent": {"name": "officer"}}}
    body = {"next_action": action, "sender_id": "c", "tracker": tracker}
    headers = {} if token is None else {TOKEN_HEADER: token}
    async with (
        aiohttp.ClientSession() as session,
        session.post(
            endpoint.url, data=json.dumps(body), headers=headers | {"Content-Type": "application/json"}
        ) as said,
    ):
        return said.status, await said.json()


async def test_an_action_is_run_for_who_knows_the_token(endpoint: ActionEndpoint) -> None:
    status, body = await call(endpoint, "action_hand_off", endpoint.token)
    assert (status, body["responses"][0]["custom"]["reply"]["outcome"]) == (200, "handoff")


@pytest.mark.parametrize("token", [None, "", "wrong", "ấ"])
async def test_nobody_else_runs_one(endpoint: ActionEndpoint, token: str | None) -> None:
    quoted = token if token is None or token.isascii() else "\u1ea5"
    status, body = await call(endpoint, "action_hand_off", quoted)
    assert (status, body) == (401, {"error": "wrong token"})


async def test_an_action_that_does_not_exist_is_named(endpoint: ActionEndpoint) -> None:
    status, body = await call(endpoint, "action_nothing", endpoint.token)
    assert (status, body["action_name"]) == (404, "action_nothing")


async def test_it_listens_on_loopback_alone(endpoint: ActionEndpoint) -> None:
    assert endpoint.url.startswith("http://127.0.0.1:")
    assert endpoint._runner is not None
    assert {address[0] for address in endpoint._runner.addresses} == {"127.0.0.1"}
