import json
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from bot.ask import API, LOCAL_HEADER, ask_lines


class Service:
    """What `isec ask` talks to, reduced to its answers."""

    def __init__(self) -> None:
        self.opened = 0
        self.refusals = 0
        self.keys: set[str | None] = set()
        self.url = ""

    async def open(self, request: web.Request) -> web.Response:
        self.keys.add(request.headers.get(LOCAL_HEADER))
        self.opened += 1
        return web.json_response({"conversation_id": "c", "token": str(self.opened)}, status=201)

    async def send(self, request: web.Request) -> web.Response:
        if self.refusals:
            self.refusals -= 1
            return web.json_response({"error": {"message": "wait"}}, status=503, headers={"Retry-After": "0"})
        body = await request.json()
        if body["text"] == "bad":
            return web.json_response({"error": {"message": "empty"}}, status=400)
        self.last = body["text"]
        return web.json_response({"seq": 1}, status=202)

    async def understanding(self, request: web.Request) -> web.Response:
        source = {"title": "Luật", "article": "1", "url": ""}
        messages = [{"text": f"về {self.last}", "sources": [source]}, {"text": "hết", "sources": []}]
        found = {"seq": 1, "outcome": "answered", "messages": messages, "latency_ms": 1.0}
        return web.json_response({"understanding": found})


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    made, app = Service(), web.Application()
    app.router.add_post(f"{API}/conversations", made.open)
    app.router.add_post(f"{API}/messages", made.send)
    app.router.add_get(f"{API}/messages/{{seq}}/understanding", made.understanding)
    async with TestServer(app) as running:
        made.url = str(running.make_url("")).rstrip("/")
        yield made


async def asked(url: str, *lines: str) -> tuple[int, list[dict[str, object]]]:
    said: list[str] = []
    status = await ask_lines(url, iter(lines), said.append, 2, {LOCAL_HEADER: "key"})
    return status, [json.loads(line) for line in said]


async def test_one_question_gives_one_line_with_the_texts_joined(service: Service) -> None:
    status, [answer] = await asked(service.url, '{"id": "x1", "text": "huỷ"}')
    assert (status, answer["id"], answer["text"], answer["outcome"]) == (0, "x1", "về huỷ\n\nhết", "answered")
    assert answer["sources"] == [{"title": "Luật", "article": "1", "url": ""}]
    assert service.keys == {"key"}


async def test_turns_share_a_conversation_and_lines_do_not(service: Service) -> None:
    _, answers = await asked(service.url, '{"id": 1, "turns": ["a", "b"]}', '{"id": 2, "text": "c"}')
    assert [len(answers[0]["turns"]), answers[1]["id"], service.opened] == [2, 2, 2]  # type: ignore[arg-type]


@pytest.mark.parametrize("line", ["not json", "[]", '{"id": "x"}', '{"text": "no id"}', '{"id": 1, "turns": []}x'])
async def test_a_wrong_line_gets_an_error_of_its_own_and_the_others_their_answers(service: Service, line: str) -> None:
    status, [wrong, right] = await asked(service.url, line, '{"id": "x2", "text": "đúng"}')
    assert (status, "error" in wrong, right["text"]) == (1, True, "về đúng\n\nhết")


async def test_a_busy_service_is_asked_again_and_a_refusal_is_told(service: Service) -> None:
    service.refusals = 2
    status, [answer] = await asked(service.url, '{"id": 1, "text": "đợi"}')
    assert (status, answer["outcome"]) == (0, "answered")
    status, [answer] = await asked(service.url, '{"id": 1, "text": "bad"}')
    assert (status, answer["error"]) == (1, "empty")


async def test_nothing_running_is_told_with_what_to_do(unused_tcp_port: int) -> None:
    status, [answer] = await asked(f"http://127.0.0.1:{unused_tcp_port}", '{"id": 1, "text": "a"}')
    assert (status, "make run" in str(answer["error"])) == (1, True)
