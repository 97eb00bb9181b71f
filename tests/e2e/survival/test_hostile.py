"""What nobody should send: refused clearly, without memory, without harm to the others."""

import asyncio
import gzip
import io
import json
import re
import secrets
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import aiohttp
import pytest

from bot.ask import API
from tests.e2e.survival.desk import Mortal, Visitor, is_up, local_headers
from tests.waiting import eventually

MEGABYTE = 1024 * 1024
ROOM = 40 * MEGABYTE
"""How much a desk may grow through all of one test; one body held in memory whole would show."""


@pytest.fixture
async def visitor(
    desk: Mortal, session: aiohttp.ClientSession, brain: list[str], tmp_path: Path
) -> AsyncIterator[Visitor]:
    """Somebody with an honest conversation on a running desk."""
    desk.start()
    await is_up(session)
    session.headers.update(local_headers(tmp_path) | {"Accept-Language": "en"})
    made = Visitor(session, "người thật")
    await made.open()
    await made.write()
    yield made
    # whatever was done to the desk, honest people are still served
    await made.write()
    await eventually(lambda: _is_answered(made))


async def _is_answered(visitor: Visitor) -> bool:
    told = await visitor.read()
    return len([m for m in told if m["author"] == "bot"]) == len(visitor.taken)


def grown(pid: int) -> int:
    """Bytes that the desk holds in memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1])
    return pages * 4096


def assert_small(growth: int) -> None:
    print(f"grew by {growth / MEGABYTE:.1f} MiB")
    assert growth < ROOM


async def _post(visitor: Visitor, body: object, **headers: str) -> tuple[int, dict[str, str]]:
    sent = {"Authorization": f"Bearer {visitor.token}", "Content-Type": "application/json"} | headers
    async with visitor.session.post(f"{API}/messages", data=body, headers=sent) as response:
        return response.status, (await response.json()).get("error", {})


def _message(text: str) -> bytes:
    return json.dumps({"client_id": secrets.token_hex(8), "text": text}, ensure_ascii="\ud800" in text).encode()


BOMBS = {
    "50,000 characters": (_message("ấ" * 50_000), 413, "text_too_long"),
    "nothing but spaces": (_message(" \n\t "), 400, "empty_message"),
    "nothing but invisible characters": (_message("\u200b\u202e\u2066\ufeff\x00\x1b"), 400, "empty_message"),
    "invalid UTF-8": (b'{"client_id": "x", "text": "\xff\xfe\xc3("}', 400, "bad_json"),
    "deep nesting": (b"[" * 100_000, 400, "bad_json"),
    "deep objects": (b'{"a":' * 40_000, 400, "bad_json"),
    "a number of a hundred thousand digits": (b'{"client_id": ' + b"9" * 100_000 + b"}", 400, "bad_json"),
    "not an object": (b"[1, 2, 3]", 400, "bad_json"),
    "text that is no text": (b'{"client_id": "x", "text": {"$gt": ""}}', 400, "bad_field"),
    "a client id of control characters": (b'{"client_id": "a\\u0000b", "text": "x"}', 400, "bad_field"),
    "a client id without end": (json.dumps({"client_id": "x" * 5000, "text": "x"}).encode(), 400, "bad_field"),
    "a button nobody made": (b'{"client_id": "x", "button": "drop:table"}', 400, "unknown_button"),
    "half a character in a button": (b'{"client_id": "x", "button": "useful:\\ud800"}', 400, "bad_field"),
    "too many files": (json.dumps({"client_id": "x", "file_ids": ["a" * 32] * 99}).encode(), 400, "bad_field"),
    "a file of somebody else": (json.dumps({"client_id": "x", "file_ids": ["a" * 32]}).encode(), 404, "not_found"),
}


async def test_every_bad_message_has_one_clear_refusal(visitor: Visitor) -> None:
    for name, (body, status, code) in BOMBS.items():
        answered, error = await _post(visitor, body)
        assert (answered, error["code"]) == (status, code), name
        assert error["message"], name


async def test_bodies_of_fifty_megabytes_leave_memory_alone(visitor: Visitor, desk: Mortal) -> None:
    before = grown(desk.pid)
    zeros = b"0" * (50 * MEGABYTE)

    async def dripping() -> AsyncIterator[bytes]:
        for _ in range(50):
            yield zeros[:MEGABYTE]

    for _ in range(3):
        assert (await _post(visitor, io.BytesIO(zeros)))[0] == 413
        assert await _end_of(visitor, dripping()) in (413, "closed")
        bomb = gzip.compress(zeros, 9)
        assert (await _post(visitor, io.BytesIO(bomb), **{"Content-Encoding": "gzip"}))[0] in (400, 413)
    assert_small(grown(desk.pid) - before)


async def _end_of(visitor: Visitor, body: object) -> int | str:
    """The status, or how it ended for a client that was still sending when the answer came."""
    try:
        return (await _post(visitor, body))[0]
    except aiohttp.ClientError:
        return "closed"


async def test_many_large_bodies_at_once_leave_memory_alone(visitor: Visitor, desk: Mortal) -> None:
    before = grown(desk.pid)
    body = _message("ấ" * 50_000)
    answers = await asyncio.gather(*(_post(visitor, body) for _ in range(60)))
    assert {status for status, _ in answers} <= {413, 429}
    assert_small(grown(desk.pid) - before)


async def test_clients_that_never_finish_cost_nothing_and_hold_up_nobody(
    visitor: Visitor, desk: Mortal, ports: tuple[int, int]
) -> None:
    before = grown(desk.pid)
    async with AsyncExitStack() as stack:
        for number in range(300):
            _, writer = await asyncio.open_connection("127.0.0.1", ports[0])
            stack.callback(writer.close)
            head = b"POST /api/v1/chat/messages HTTP/1.1\r\nHost: desk\r\n"
            complete = b"Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n{"
            writer.write(head + (complete if number % 2 else b"X-Slow: "))
            await writer.drain()
        seq = await visitor.write()
        assert seq > 0
        await eventually(lambda: _is_answered(visitor))
    assert_small(grown(desk.pid) - before)


async def test_bytes_that_are_no_http_get_a_refusal_or_a_closed_door(visitor: Visitor, ports: tuple[int, int]) -> None:
    for noise in (b"\x16\x03\x01\x02\x00\x01", b"GET / HTTP/9.9\r\n\r\n", b"A" * 20_000, b"\r\n\r\n\r\n"):
        reader, writer = await asyncio.open_connection("127.0.0.1", ports[0])
        writer.write(noise)
        writer.write_eof()
        answer = await asyncio.wait_for(reader.read(200), 20)
        writer.close()
        assert answer == b"" or re.match(rb"HTTP/1\.[01] 4\d\d", answer), noise


async def test_guessed_and_swapped_ids_open_nothing(visitor: Visitor) -> None:
    other = Visitor(visitor.session, "người khác")
    await other.open()
    await other.write("chuyện riêng")
    for token in (other.conversation_id, secrets.token_urlsafe(32), other.token[:-1], "' OR 1=1 --", "0" * 43, ""):
        async with visitor.session.get(f"{API}/messages", headers={"Authorization": f"Bearer {token}"}) as response:
            assert response.status == 401, token
            assert "chuyện riêng" not in await response.text()
    headers = {"Authorization": f"Bearer {visitor.token}"}
    for path in (f"files/{secrets.token_hex(16)}", "files/..%2f..%2fisec.db", "messages/1/understanding"):
        async with visitor.session.get(f"{API}/{path}", headers=headers) as response:
            assert "chuyện riêng" not in await response.text()
            assert response.status in (200, 404), path


async def test_strange_but_honest_characters_are_kept_safe_and_answered(visitor: Visitor) -> None:
    """What can be cleaned is cleaned, stored and answered: nobody is refused for a stray character."""
    strange = {
        "xin\u200b ch\u00e0o": "xin chào",
        "đảo \u202egnart": "đảo gnart",
        "chuông\x07 rung\x00": "chuông rung",
        "a\u0300 rời": "à rời",
        "<script>alert(1)</script>": "<script>alert(1)</script>",
        "👨‍👩‍👧 gia đình": "👨‍👩‍👧 gia đình",
        "half \ud800 here": "half  here",
    }
    for text in strange:
        assert (await _post(visitor, _message(text)))[0] == 202
    visitor.taken += strange.values()

    async def is_kept() -> bool:
        told = await visitor.read()
        return [m["text"] for m in told if m["author"] == "contact"] == visitor.taken

    await eventually(is_kept)
