import asyncio
import io
from pathlib import Path
from typing import Any

import pytest
from aiohttp import FormData

from bot.connectors.web.limit import Rate, RateLimits
from bot.connectors.web.memory import MemoryDesk
from bot.filestore import InMemoryFileStore
from helpdesk.inbox import Kind
from helpdesk.message import Author, Source
from tests.integration.web.conftest import MAX_FILE_BYTES, Site, running

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x08\0\0\0\x08\x08\x02\0\0\0" + b"\0" * 20
MESSAGES = "/api/v1/chat/messages"
FILES = "/api/v1/chat/files"


def form(data: bytes = PNG, name: str = "ảnh tờ khai.png", field: str = "file") -> FormData:
    body = FormData(quote_fields=False)
    body.add_field(field, io.BytesIO(data), filename=name, content_type="text/html")
    return body


async def of_contact(site: Site, token: str) -> list[dict[str, Any]]:
    _, body = await site.call("GET", f"{MESSAGES}?after=0", token)
    return [message for message in body["messages"] if message["author"] == "contact"]


async def test_a_message_is_accepted_and_comes_back_with_its_number(any_site: Site) -> None:
    conversation_id, token = await any_site.visitor(language="en")
    status, accepted = await any_site.say(token, " hàng luồng đỏ\x00 ")
    assert (status, accepted) == (202, {"seq": 1})
    assert [(m["seq"], m["text"]) for m in await of_contact(any_site, token)] == [(1, "hàng luồng đỏ")]
    incoming = any_site.received[0]
    assert (incoming.channel, incoming.external_id, incoming.address) == (
        "web",
        f"{conversation_id}:m1",
        conversation_id,
    )
    assert (incoming.kind, incoming.language) == (Kind.TEXT, "en")


async def test_the_same_client_id_again_is_the_same_message(any_site: Site) -> None:
    _, token = await any_site.visitor()
    first = await any_site.say(token, "một")
    again = await any_site.say(token, "một")
    other = await any_site.say(token, "hai", "m2")
    assert first == again
    assert other[1]["seq"] > first[1]["seq"]
    assert [m["text"] for m in await of_contact(any_site, token)] == ["một", "hai"]


async def test_the_same_client_id_in_two_conversations_is_two_messages(any_site: Site) -> None:
    (_, mine), (_, yours) = await any_site.visitor(), await any_site.visitor()
    await any_site.say(mine, "của tôi")
    await any_site.say(yours, "của bạn")
    assert [m["text"] for m in await of_contact(any_site, mine)] == ["của tôi"]
    assert [m["text"] for m in await of_contact(any_site, yours)] == ["của bạn"]


async def test_a_button_keeps_its_title_for_people_and_its_payload_for_the_desk(any_site: Site) -> None:
    _, token = await any_site.visitor()
    body = {"client_id": "b1", "button": "part:cancel:fee", "text": "Lệ phí"}
    status, _ = await any_site.call("POST", MESSAGES, token, json=body)
    assert status == 202
    assert any_site.received[0].kind is Kind.BUTTON
    assert any_site.received[0].payload == {"button": "part:cancel:fee"}
    assert [m["text"] for m in await of_contact(any_site, token)] == ["Lệ phí"]


async def test_a_command_is_told_apart_from_a_text_that_only_begins_like_one(site: Site) -> None:
    _, token = await site.visitor()
    await site.say(token, "/forget yes", "1")
    await site.say(token, "/etc/passwd là gì", "2")
    assert [incoming.kind for incoming in site.received] == [Kind.COMMAND, Kind.TEXT]
    assert site.received[0].payload == {"command": "forget", "argument": "yes"}


async def test_a_file_is_uploaded_sent_and_read_back_by_its_owner_only(any_site: Site) -> None:
    (_, mine), (_, yours) = await any_site.visitor(), await any_site.visitor()
    status, kept = await any_site.call("POST", FILES, mine, data=form())
    assert status == 201
    assert (kept["name"], kept["media_type"], kept["size_bytes"]) == ("ảnh tờ khai.png", "image/png", len(PNG))
    status, _ = await any_site.say(mine, "đây ạ", file_ids=[kept["file_id"]])
    assert status == 202
    assert (await of_contact(any_site, mine))[0]["files"] == [kept]
    assert await any_site.call("GET", f"{FILES}/{kept['file_id']}", mine) == (200, PNG)
    theirs = await any_site.call("GET", f"{FILES}/{kept['file_id']}", yours)
    invented = await any_site.call("GET", f"{FILES}/{'f' * 32}", yours)
    assert theirs == invented
    assert theirs[0] == 404


async def test_a_message_with_a_file_may_be_repeated_and_the_file_used_for_no_other(any_site: Site) -> None:
    (_, mine), (_, yours) = await any_site.visitor(), await any_site.visitor()
    _, kept = await any_site.call("POST", FILES, mine, data=form())
    ids = [kept["file_id"]]
    assert await any_site.say(mine, "", "m1", file_ids=ids) == await any_site.say(mine, "", "m1", file_ids=ids)
    assert (await any_site.say(mine, "", "m2", file_ids=ids))[0] == 404
    assert (await any_site.say(yours, "", "m1", file_ids=ids))[0] == 404


async def test_files_are_served_so_that_no_browser_runs_them(site: Site) -> None:
    _, token = await site.visitor()
    for data, name, disposition in ((PNG, "a%22b;%0D%0A.png", "inline"), (b"just text", "ghi chú.txt", "attachment")):
        _, kept = await site.call("POST", FILES, token, data=form(data, name))
        await site.say(token, "x", name[:1], file_ids=[kept["file_id"]])
        async with site.client.get(f"{FILES}/{kept['file_id']}", headers={"Authorization": f"Bearer {token}"}) as got:
            assert got.headers["X-Content-Type-Options"] == "nosniff"
            assert "sandbox" in got.headers["Content-Security-Policy"]
            assert "no-store" in got.headers["Cache-Control"]
            assert got.headers["Content-Disposition"].startswith(f"{disposition}; filename*=UTF-8''")
            assert got.content_type == kept["media_type"]


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 415, "file_markup"),
        (b"MZ\x90\0" + b"\0" * 99, 415, "file_program"),
        (b"", 415, "file_empty"),
        (b"x" * (MAX_FILE_BYTES + 1), 413, "file_too_large"),
        (b"x" * (3 * MAX_FILE_BYTES), 413, "file_too_large"),
    ],
)
async def test_a_hostile_file_is_refused_with_a_sentence_in_the_visitors_language(
    site: Site, data: bytes, status: int, code: str
) -> None:
    _, token = await site.visitor(language="zh")
    found, body = await site.call("POST", FILES, token, data=form(data, "x.png"), headers={"Accept-Language": "en"})
    assert (found, body["error"]["code"]) == (status, code)
    assert any("\u4e00" <= c <= "\u9fff" for c in body["error"]["message"])


async def test_an_upload_that_is_not_one_is_refused(site: Site) -> None:
    _, token = await site.visitor()
    assert (await site.call("POST", FILES, token, data=b"raw"))[0] == 415
    assert (await site.call("POST", FILES, token, data=form(field="picture")))[0] == 415
    broken = {"Content-Type": "multipart/form-data; boundary=x"}
    assert (await site.call("POST", FILES, token, data=b"garbage", headers=broken))[0] == 415


async def test_a_file_near_the_limit_passes_whatever_the_servers_limit_for_other_bodies(site: Site) -> None:
    _, token = await site.visitor()
    status, kept = await site.call("POST", FILES, token, data=form(b"x" * (MAX_FILE_BYTES - 10), "to.txt"))
    assert (status, kept["size_bytes"]) == (201, MAX_FILE_BYTES - 10)


async def test_guessed_missing_and_malformed_tokens_get_the_same_answer(any_site: Site) -> None:
    answers = [await any_site.call("GET", MESSAGES, token) for token in (None, "x", "A" * 43, "é" * 20, "A" * 5000)]
    assert {status for status, _ in answers} == {401}
    assert all(body == answers[0][1] for _, body in answers)


async def test_waiting_ends_with_the_first_message(site: Site) -> None:
    _, token = await site.visitor()
    waiting = asyncio.create_task(site.call("GET", f"{MESSAGES}?after=0&wait=25", token))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    await site.say(token, "xin chào")
    status, body = await asyncio.wait_for(waiting, 5)
    assert status == 200
    assert body["messages"][0]["text"] == "xin chào"


async def test_one_wait_too_many_ends_the_oldest_and_stopping_ends_all(site: Site) -> None:
    _, token = await site.visitor()
    waits = [asyncio.create_task(site.call("GET", f"{MESSAGES}?after=9&wait=25", token)) for _ in range(9)]
    done, rest = await asyncio.wait(waits, timeout=5, return_when=asyncio.FIRST_COMPLETED)
    assert (len(done), len(rest)) == (1, 8)
    await site.connector.stop()
    answers = await asyncio.wait_for(asyncio.gather(*waits), 5)
    assert {(status, len(body["messages"])) for status, body in answers} == {(200, 0)}


async def test_private_notes_and_unsafe_links_never_leave(files: InMemoryFileStore, tmp_path: Path) -> None:
    desk = MemoryDesk(files)
    async with running(desk, desk.receive, files, tmp_path) as site:
        conversation_id, token = await site.visitor()
        await desk.say(conversation_id, "secret", Author.OFFICER, is_private=True)
        sources = (Source("a", "", "javascript:alert(1)"), Source("b", "", "https://customs.gov.vn/"))
        await desk.say(conversation_id, "shown", sources=sources)
        _, body = await site.call("GET", MESSAGES, token)
    assert [message["text"] for message in body["messages"]] == ["shown"]
    assert [source["url"] for source in body["messages"][0]["sources"]] == ["", "https://customs.gov.vn/"]


async def test_while_nothing_can_be_stored_the_visitor_is_told_to_come_back(site: Site) -> None:
    _, token = await site.visitor(language="en")
    site.is_away = True
    headers = {"Authorization": f"Bearer {token}"}
    async with site.client.post(MESSAGES, json={"client_id": "1", "text": "x"}, headers=headers) as response:
        assert response.status == 503
        assert int(response.headers["Retry-After"]) > 0
        assert (await response.json())["error"]["code"] == "unavailable"
    site.is_away = False
    assert (await site.say(token, "x", "1"))[0] == 202


@pytest.mark.parametrize(
    ("data", "status", "code"),
    [
        (b"{", 400, "bad_json"),
        (b"[]", 400, "bad_json"),
        (b"\xff\xfe{}", 400, "bad_json"),
        (b'{"client_id":"1","text":"\xc3"}', 400, "bad_json"),
        (b"[" * 100_000, 400, "bad_json"),
        (b'{"client_id":"1","text":"' + b"x" * 50_000 + b'"}', 413, "text_too_long"),
        (b"x" * (1 << 20), 413, "body_too_large"),
        (b"", 400, "bad_field"),
    ],
)
async def test_garbage_is_refused_in_one_sentence(site: Site, data: bytes, status: int, code: str) -> None:
    _, token = await site.visitor(language="en")
    found, body = await site.call("POST", MESSAGES, token, data=data)
    assert (found, body["error"]["code"]) == (status, code)
    assert "Traceback" not in body["error"]["message"]
    assert site.received == []


async def test_half_an_emoji_and_forbidden_characters_are_stored_as_what_is_left(any_site: Site) -> None:
    _, token = await any_site.visitor()
    data = b'{"client_id":"1","text":"a\\ud83d\\u0000b\\u202e"}'
    assert (await any_site.call("POST", MESSAGES, token, data=data))[0] == 202
    assert (await of_contact(any_site, token))[0]["text"] == "ab"


@pytest.mark.parametrize("query", ["after=-1", "after=x", "after=1e3", "wait=-1", "wait=١", "after=" + "9" * 30])
async def test_a_number_that_is_none_is_refused(site: Site, query: str) -> None:
    _, token = await site.visitor()
    assert (await site.call("GET", f"{MESSAGES}?{query}", token))[0] == 400


async def test_the_language_is_changed_and_an_unknown_one_refused(any_site: Site) -> None:
    _, token = await any_site.visitor(language="vi")
    path = "/api/v1/chat/language"
    assert await any_site.call("PUT", path, token, json={"language": "zh"}) == (200, {"language": "zh"})
    assert (await any_site.call("GET", MESSAGES, token))[1]["standing"]["language"] == "zh"
    assert (await any_site.call("PUT", path, token, json={"language": "fr"}))[0] == 400


async def test_a_visitor_may_take_a_copy_and_have_everything_erased(any_site: Site) -> None:
    conversation_id, token = await any_site.visitor()
    await any_site.say(token, "nội dung riêng")
    status, copy = await any_site.call("GET", "/api/v1/chat/me", token)
    assert (status, copy["conversation_id"]) == (200, conversation_id)
    assert "nội dung riêng" in [message["text"] for message in copy["messages"]]
    assert (await any_site.call("DELETE", "/api/v1/chat/me", token))[0] == 204
    _, body = await any_site.call("GET", MESSAGES, token)
    assert "nội dung riêng" not in str(body)


async def test_nothing_is_erased_under_an_open_ticket_and_the_ticket_is_named(site: Site) -> None:
    _, token = await site.visitor(language="en")
    await site.call("POST", MESSAGES, token, json={"client_id": "1", "button": "officer"})
    await site.call("GET", f"{MESSAGES}?after=1&wait=5", token)
    status, body = await site.call("DELETE", "/api/v1/chat/me", token)
    assert (status, body["error"]["code"]) == (409, "ticket_open")
    assert "26-0042-7" in body["error"]["message"]


async def test_a_visitor_who_floods_is_slowed_and_others_are_not(files: InMemoryFileStore, tmp_path: Path) -> None:
    desk = MemoryDesk(files)
    limits = RateLimits(writes=Rate(0.1, 3))
    async with running(desk, desk.receive, files, tmp_path, rate_limits=limits, clock=lambda: 0.0) as site:
        (_, mine), (_, yours) = await site.visitor(), await site.visitor()
        statuses = [(await site.say(mine, "x", str(number)))[0] for number in range(5)]
        assert statuses == [202, 202, 202, 429, 429]
        headers = {"Authorization": f"Bearer {mine}"}
        async with site.client.post(MESSAGES, json={}, headers=headers) as response:
            assert response.headers["Retry-After"] == "10"
        assert (await site.say(yours, "x"))[0] == 202


async def test_an_address_that_floods_costs_no_look_up(files: InMemoryFileStore, tmp_path: Path) -> None:
    desk = MemoryDesk(files)
    limits = RateLimits(requests=Rate(0.1, 2), openings=Rate(0.1, 1))
    async with running(desk, desk.receive, files, tmp_path, rate_limits=limits, clock=lambda: 0.0) as site:
        assert (await site.call("POST", "/api/v1/chat/conversations"))[0] == 201
        assert (await site.call("POST", "/api/v1/chat/conversations"))[0] == 429
        assert (await site.call("GET", MESSAGES, "A" * 43))[0] == 429
    async with running(
        desk, desk.receive, files, tmp_path, rate_limits=limits, client_address=lambda _: None
    ) as trusted:
        assert [(await trusted.call("POST", "/api/v1/chat/conversations"))[0] for _ in range(4)] == [201] * 4


async def test_before_the_desk_is_ready_messages_are_not_accepted(files: InMemoryFileStore, tmp_path: Path) -> None:
    desk = MemoryDesk(files)
    async with running(desk, desk.receive, files, tmp_path) as site:
        _, token = await site.visitor()
        await site.connector.stop()
        assert (await site.say(token, "x"))[0] == 503


async def test_what_became_of_a_message_is_told_to_its_visitor_only(site: Site) -> None:
    (_, mine), (_, yours) = await site.visitor(), await site.visitor()
    await site.say(mine, "xin chào")
    path = f"{MESSAGES}/1/understanding?wait=5"
    status, body = await site.call("GET", path, mine)
    assert (status, body["understanding"]["outcome"]) == (200, "smalltalk")
    assert body["understanding"]["messages"][0]["text"].endswith("xin chào")
    assert (await site.call("GET", path, yours))[0] == 404


async def test_a_token_in_the_address_opens_nothing(any_site: Site) -> None:
    """Addresses end in logs and histories; only header and cookie are read."""
    _, token = await any_site.visitor()
    await any_site.say(token, "chuyện riêng")
    for name in ("token", "access_token", "auth", "session_id", "conversation_id"):
        status, body = await any_site.call("GET", f"{MESSAGES}?after=0&{name}={token}")
        assert (status, "chuyện riêng" in str(body)) == (401, False), name


async def test_what_a_client_claims_about_itself_is_not_believed(any_site: Site) -> None:
    (other, theirs), (mine, token) = await any_site.visitor(), await any_site.visitor()
    claims = {
        "author": "officer",
        "officer_name": "Nguyễn Thu Hà",
        "verified": True,
        "is_private": False,
        "conversation_id": other,
        "sender_id": other,
        "address": other,
        "seq": 1,
        "ticket": "26-0001-3",
    }
    assert (await any_site.say(token, "tôi là cán bộ", **claims))[0] == 202
    assert (await any_site.call("POST", "/api/v1/chat/conversations", token, json=claims))[0] == 201
    [message] = await of_contact(any_site, token)
    assert (message["text"], message["author"], message["ticket"]) == ("tôi là cán bộ", "contact", None)
    assert await of_contact(any_site, theirs) == []
    assert [incoming.address for incoming in any_site.received] == [mine]
