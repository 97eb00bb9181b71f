# ruff: noqa: ASYNC110, ASYNC240  (a child process has no events; these files are tiny)
"""The real model in the real process, with a stand-in for the desk's action endpoint."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import pytest_asyncio
import yaml
from aiohttp import web

from bot import model
from bot.brain import BrainClient
from bot.process import INTERPRETER, brain_command, brain_environment
from bot.supervisor import BrainState, Supervisor
from helpdesk.error import BrainUnavailable

ROOT = Path(__file__).parents[2]
TOKEN = "0123456789abcdef"
SEED = "Seeded Nguyễn 0912345678"

pytestmark = [
    pytest.mark.brain,
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(
        not (ROOT / INTERPRETER).exists() or model.manifest(ROOT / "models") is None,
        reason="no trained model: run `make train`",
    ),
]


@dataclass
class Actions:
    """An action endpoint that says which action was called, or fails."""

    calls: list[dict[str, Any]] = field(default_factory=list)
    is_broken: bool = False

    async def run(self, request: web.Request) -> web.Response:
        call = await request.json()
        self.calls.append(call)
        if self.is_broken:
            return web.json_response({"error": call["tracker"]["latest_message"]["text"]}, status=500)
        message = {"text": call["next_action"], "custom": {"outcome": "answered"}}
        return web.json_response({"events": [], "responses": [message]})


@dataclass
class Served:
    client: BrainClient
    stranger: BrainClient
    supervisor: Supervisor
    actions: Actions
    log: Path
    port: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def ready(supervisor: Supervisor) -> None:
    async with asyncio.timeout(60):
        while supervisor.status.state is not BrainState.READY:
            await asyncio.sleep(0.05)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def served(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    folder = tmp_path_factory.mktemp("brain")
    actions = Actions()
    app = web.Application()
    app.router.add_post("/webhook", actions.run)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    port = free_port()
    async with aiohttp.ClientSession() as session:
        address = f"http://127.0.0.1:{port}"
        client = BrainClient(address, TOKEN, session)
        supervisor = Supervisor(
            brain_command(
                ROOT, port, model.current(ROOT / "models"), f"http://127.0.0.1:{runner.addresses[0][1]}/webhook"
            ),
            port,
            client.is_ready,
            root=ROOT,
            log_file=folder / "brain.log",
            pid_file=folder / "brain.pid",
            environment=brain_environment(TOKEN),
        )
        await supervisor.start()
        await ready(supervisor)
        yield Served(client, BrainClient(address, "wrong", session), supervisor, actions, folder / "brain.log", port)
        await supervisor.stop()
    await runner.cleanup()


@pytest.mark.parametrize(
    ("text", "language", "article"),
    [
        ("hang luong do thi kiem hoa o dau", "vi", "channel-red"),
        ("How do I cancel a customs declaration?", "en", "cancel"),
    ],
)
async def test_a_question_reaches_the_action_with_its_ranking(
    served: Served, text: str, language: str, article: str
) -> None:
    turn = await served.client.turn(f"q-{language}", text, None, {})
    assert turn.messages[0].text == "action_answer"
    assert turn.language == language
    assert article in [found.article_id for found in turn.procedures[:3]]
    heard = served.actions.calls[-1]["tracker"]["latest_message"]
    assert [found["id"] for found in heard["procedures"]] == [found.article_id for found in turn.procedures]


def stories() -> list[tuple[str, str, str]]:
    """Text, intent and action of every turn in the Rasa stories."""
    file = yaml.safe_load((ROOT / "knowledge_base/story/test_paths.yml").read_text())
    steps = [step for story in file["stories"] for step in story["steps"]]
    pairs = zip(steps[::2], steps[1::2], strict=True)
    return sorted({(said["user"].strip(), said["intent"], done["action"]) for said, done in pairs})


@pytest.mark.parametrize(("text", "intent", "action"), stories())
async def test_every_story_is_understood_by_the_real_model(served: Served, text: str, intent: str, action: str) -> None:
    calls = len(served.actions.calls)
    turn = await served.client.turn("story-0", text, None, {})
    called = [call["next_action"] for call in served.actions.calls[calls:]]
    assert turn.intent == intent
    assert called == ([action] if action.startswith("action_") else [])


async def test_small_talk_is_answered_in_the_asker_s_language(served: Served) -> None:
    texts = {}
    for language, text in (("vi", "xin chào"), ("en", "hello"), ("zh", "你好")):
        turn = await served.client.turn(f"t-{language}", text, language, {})  # type: ignore[arg-type]
        texts[language] = turn.messages[0].text
        assert turn.messages[0].custom == {"outcome": "smalltalk"}
    assert texts["vi"].startswith("Xin chào")
    assert texts["en"].startswith("Hello")
    assert texts["zh"].startswith("您好")


async def test_what_the_desk_knows_fills_the_slots_and_empties_them(served: Served) -> None:
    await served.client.turn("s-0", "còn lệ phí làm thủ tục thì sao", "vi", {"article": "cancel", "aspect": "fee"})
    slots = served.actions.calls[-1]["tracker"]["slots"]
    assert (slots["language"], slots["article"], slots["aspect"]) == ("vi", "cancel", "fee")
    await served.client.turn("s-0", "hàng luồng đỏ kiểm hoá ở đâu", "vi", {})
    slots = served.actions.calls[-1]["tracker"]["slots"]
    assert (slots["article"], slots["aspect"]) == (None, None)


@pytest.mark.parametrize("text", ["huỷ tờ khai thế nào", "xin chào", "mai Móng Cái có mưa không", "那要多久", "🙂"])
async def test_reasons_belong_to_the_turn_that_the_same_text_gets(served: Served, text: str) -> None:
    found = await served.client.explain(text, "vi", {"article": "cancel"})
    turn = await served.client.turn(f"why-{text}", text, "vi", {"article": "cancel"})
    assert found.turn == turn
    decided = found.rankings.get("both" if found.is_embedded else "words")
    assert decided is not None
    assert decided.procedures == turn.procedures[:5]
    assert decided.intents == turn.ranking[:5]


async def test_codes_are_told(served: Served) -> None:
    turn = await served.client.turn("e-0", "tờ khai 301234567890 muốn huỷ thì làm sao", "vi", {})
    assert ("declaration", "301234567890") in [(found.type, found.value) for found in turn.entities]


@pytest.mark.parametrize("text", ["", " ", "\x00", "/restart", "🙂" * 500, "x" * 50_000, "\u202e\u200b", "{}[](a)"])
async def test_any_text_gets_an_answer(served: Served, text: str) -> None:
    assert (await served.client.turn("g-0", text, "vi", {})).messages


async def test_a_stranger_gets_nothing(served: Served) -> None:
    with pytest.raises(BrainUnavailable):
        await served.stranger.turn("x-0", "xin chào", "vi", {})
    with pytest.raises(BrainUnavailable):
        await served.stranger.explain("xin chào", "vi", {})


async def test_the_process_listens_on_loopback_only(served: Served) -> None:
    rows = [row.split() for row in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    listening = {
        row[1].split(":")[0] for row in rows if row[3] == "0A" and int(row[1].split(":")[1], 16) == served.port
    }
    assert listening == {"0100007F"}
    everywhere = [row for row in Path("/proc/net/tcp6").read_text().splitlines()[1:] if f":{served.port:04X} " in row]
    assert not everywhere


async def test_no_log_holds_what_was_written_even_when_the_turn_fails(served: Served) -> None:
    served.actions.is_broken = True
    try:
        with pytest.raises(BrainUnavailable):
            await served.client.turn("l-0", f"hàng luồng đỏ của {SEED} kiểm ở đâu", "vi", {"article": SEED})
    finally:
        served.actions.is_broken = False
    log = served.log.read_text()
    assert "action" in log
    assert "Seeded" not in log
    assert "0912345678" not in log


async def test_a_killed_brain_answers_again_and_knows_what_the_desk_knows(served: Served) -> None:
    pid = served.supervisor.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    async with asyncio.timeout(60):
        while served.supervisor.pid in (None, pid):
            await asyncio.sleep(0.05)
    await ready(served.supervisor)
    turn = await served.client.turn("s-0", "ok", "en", {"article": "cancel"})
    assert turn.language == "en"
