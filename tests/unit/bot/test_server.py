from collections.abc import Awaitable, Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import server
from helpdesk.error import (
    ClaimLost,
    Conflict,
    DeliveryError,
    Forbidden,
    HelpdeskError,
    InvalidInput,
    NotFound,
    StorageUnavailable,
)

Client = Callable[..., Awaitable[TestClient[web.Request, web.Application]]]


async def asked(
    parts: dict[str, str], error: Exception | None = None, path: str = "/broken", is_secure: bool = False
) -> tuple[int, object, dict[str, str]]:
    async def readiness() -> dict[str, str]:
        return parts

    async def broken(_: web.Request) -> web.Response:
        raise error or AssertionError

    app = server.create(readiness, is_secure)
    app.router.add_get("/broken", broken)
    app.router.add_get("/api/broken", broken)
    async with TestClient(TestServer(app)) as client, client.get(path) as response:
        body = await response.json() if response.content_type == "application/json" else await response.text()
        return response.status, body, dict(response.headers)


async def test_the_process_lives_whatever_its_parts_do() -> None:
    status, body, _ = await asked({"database": "does not answer"}, path="/healthz")
    assert (status, body) == (200, {"status": "ok"})


async def test_readiness_says_which_part_is_not_ready() -> None:
    parts = {"database": "ok", "brain": "starting"}
    assert (await asked(parts, path="/readyz"))[:2] == (503, {"status": "not ready", "parts": parts})
    assert (await asked({"database": "ok"}, path="/readyz"))[0] == 200


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (InvalidInput("đổi đi"), 400, "invalid_input"),
        (Forbidden("không được"), 403, "forbidden"),
        (NotFound("không có"), 404, "not_found"),
        (Conflict("muộn rồi"), 409, "conflict"),
        (ClaimLost("muộn rồi"), 409, "claim_lost"),
        (StorageUnavailable("đợi chút"), 503, "storage_unavailable"),
        (DeliveryError("không tới"), 500, "delivery_error"),
    ],
)
async def test_every_error_of_ours_has_its_status_and_its_sentence(
    error: HelpdeskError, status: int, code: str
) -> None:
    answered, body, headers = await asked({}, error)
    assert (answered, body) == (status, {"error": {"code": code, "message": str(error)}})
    assert ("Retry-After" in headers) == (status == 503)


async def test_a_program_gets_every_refusal_as_json() -> None:
    status, body, _ = await asked({}, path="/api/v1/nothing")
    assert (status, body) == (404, {"error": {"code": "not_found", "message": "Not Found"}})
    status, body, headers = await asked({}, web.HTTPMethodNotAllowed("GET", ["POST"]), path="/api/broken")
    assert (status, body) == (405, {"error": {"code": "method_not_allowed", "message": "Method Not Allowed"}})
    assert headers["Allow"] == "POST"
    assert (await asked({}, path="/nothing"))[1] == "404: Not Found"


async def test_a_fault_of_ours_shows_nothing_of_its_inside() -> None:
    status, body, _ = await asked({}, ZeroDivisionError("password=hunter2"))
    assert status == 500
    assert "hunter2" not in str(body)
    assert "Traceback" not in str(body)


@pytest.mark.parametrize("path", ["/healthz", "/nowhere", "/broken"])
async def test_safe_headers_are_on_every_answer(path: str) -> None:
    _, _, headers = await asked({}, NotFound("x"), path, is_secure=True)
    assert {name: headers[name] for name in server.HEADERS} == server.HEADERS
    assert "max-age" in headers["Strict-Transport-Security"]
    assert "Server" not in headers
