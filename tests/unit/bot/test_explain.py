"""The command line's way to an explanation: for the holder of the local key only."""

from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import TestServer

from bot import explain_endpoint, server
from bot.ask import LOCAL_HEADER
from bot.explain import explained
from bot.explain_endpoint import PATH
from helpdesk.console.port import PlainExplainer
from helpdesk.error import InvalidInput, Unavailable

KEY = "local-key-of-this-machine"


async def _ready() -> dict[str, str]:
    return {}


@pytest.fixture
async def url() -> AsyncIterator[str]:
    app = server.create(_ready, is_secure=False)
    explain_endpoint.install(app, PlainExplainer(), KEY)
    async with TestServer(app) as running:
        yield str(running.make_url("")).rstrip("/")


async def post(url: str, body: object, key: str | None = KEY, method: str = "POST") -> tuple[int, object]:
    headers = {} if key is None else {LOCAL_HEADER: key}
    async with ClientSession(headers=headers) as session, session.request(method, url + PATH, json=body) as answer:
        return answer.status, await answer.json()


async def test_the_explanation_comes_back_as_it_was_made(url: str) -> None:
    found = await explained(url, "huỷ tờ khai 撤单", "zh", "cancel", {LOCAL_HEADER: KEY})
    assert found == await PlainExplainer().explain("huỷ tờ khai 撤单", "zh", "cancel")


@pytest.mark.parametrize("key", [None, "", "guessed", "local-key-of-this-machin", "ключ", "x" * 5000])
async def test_for_everybody_else_there_is_no_such_address(url: str, key: str | None) -> None:
    status, body = await post(url, {"text": "huỷ"}, key)
    assert (status, body) == (404, {"error": {"code": "not_found", "message": "Not Found"}})


async def test_it_is_asked_by_post_only(url: str) -> None:
    assert (await post(url, {"text": "huỷ"}, method="PUT"))[0] == 404


@pytest.mark.parametrize(
    "body",
    [None, [], "huỷ", {}, {"text": 5}, {"text": ""}, {"text": "x", "language": "fr"}, {"text": "x", "after": ["a"]}],
)
async def test_what_is_no_such_request_is_refused_in_a_sentence(url: str, body: object) -> None:
    status, answer = await post(url, body)
    assert status == 400
    assert answer["error"]["message"]  # type: ignore[index]


async def test_too_much_is_refused(url: str) -> None:
    assert (await post(url, {"text": "x" * 100_000}))[0] == 413


@contextmanager
def raises(kind: type[Exception], words: str) -> Iterator[None]:
    with pytest.raises(kind) as caught:
        yield
    assert words in str(caught.value)


async def test_trouble_is_one_sentence_that_says_what_to_do(url: str) -> None:
    with raises(InvalidInput, "write something first"):
        await explained(url, " ", None, None, {LOCAL_HEADER: KEY})
    with raises(InvalidInput, "ISEC_DATA_DIR"):
        await explained(url, "huỷ", None, None, {})
    with raises(Unavailable, "make run"):
        await explained("http://127.0.0.1:9", "huỷ", None, None, {})


async def test_another_program_at_the_address_is_named() -> None:
    async def hello(_: web.Request) -> web.Response:
        return web.Response(text="hello")

    app = web.Application()
    app.router.add_post(PATH, hello)
    async with TestServer(app) as running:
        with raises(Unavailable, "not this service"):
            await explained(str(running.make_url("")).rstrip("/"), "huỷ", None, None, {})
