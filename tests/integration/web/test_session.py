"""The page's cookie: who gets one, what it is good for, and who cannot use it."""

from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse

from bot.connectors.web.memory import MemoryDesk
from bot.filestore import InMemoryFileStore
from tests.integration.web.conftest import Site, running

SESSION = "/chat/session"
MESSAGES = "/api/v1/chat/messages"


def own(site: Site) -> dict[str, str]:
    origin = str(site.client.make_url("/")).rstrip("/")
    return {"X-ISEC-Client": "1", "Sec-Fetch-Site": "same-origin", "Origin": origin}


async def opened(site: Site, **body: Any) -> ClientResponse:
    response = await site.client.post(SESSION, json=body, headers=own(site))
    assert response.status == 201
    return response


async def test_the_page_gets_a_token_that_no_script_can_read(site: Site) -> None:
    response = await opened(site, language="en")
    cookie = response.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    token = SimpleCookie(cookie)["isec_chat"].value
    assert len(token) >= 22
    assert token not in await response.text()


async def test_over_https_the_cookie_is_bound_to_host_and_transport(files: InMemoryFileStore, tmp_path: Path) -> None:
    desk = MemoryDesk(files)
    async with running(desk, desk.receive, files, tmp_path, is_secure=True) as site:
        strict = (await opened(site)).headers["Set-Cookie"]
        embedded = (await opened(site, is_embedded=True)).headers["Set-Cookie"]
    assert strict.startswith("__Host-isec_chat=")
    assert {"Secure", "SameSite=Strict"} <= set(strict.split("; "))
    assert {"Secure", "SameSite=None", "Partitioned", "HttpOnly"} <= set(embedded.split("; "))


async def test_with_its_cookie_the_page_writes_and_reads(site: Site) -> None:
    await opened(site)
    async with site.client.post(MESSAGES, json={"client_id": "1", "text": "chào"}, headers=own(site)) as response:
        assert response.status == 202
    async with site.client.get(MESSAGES) as response:
        assert (await response.json())["messages"][0]["text"] == "chào"


async def test_opening_twice_finds_the_same_conversation(site: Site) -> None:
    first = await (await opened(site)).json()
    async with site.client.post(SESSION, json={}, headers=own(site)) as again:
        assert (again.status, await again.json()) == (200, first)
    async with site.client.get(SESSION) as known:
        assert await known.json() == first


@pytest.mark.parametrize(
    "change",
    [
        {"X-ISEC-Client": ""},
        {"Origin": "https://evil.example"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "null"},
    ],
)
async def test_another_site_cannot_write_with_the_visitors_cookie(site: Site, change: dict[str, str]) -> None:
    await opened(site)
    headers = own(site) | change
    for method, path in (
        ("POST", MESSAGES),
        ("POST", "/api/v1/chat/files"),
        ("DELETE", "/api/v1/chat/me"),
        ("PUT", "/api/v1/chat/language"),
        ("POST", SESSION),
    ):
        async with site.client.request(method, path, json={"client_id": "1", "text": "x"}, headers=headers) as response:
            assert response.status == 403, (method, path)
    assert site.received == []


async def test_another_site_cannot_make_the_browser_fetch_with_the_visitors_cookie(site: Site) -> None:
    await opened(site)
    for path in (MESSAGES, "/api/v1/chat/me", f"/api/v1/chat/files/{'a' * 32}"):
        async with site.client.get(path, headers={"Sec-Fetch-Site": "cross-site"}) as response:
            assert response.status == 403
        async with site.client.get(path) as response:
            assert "Access-Control-Allow-Origin" not in response.headers


async def test_erasing_takes_the_cookie_back(site: Site) -> None:
    await opened(site)
    async with site.client.delete("/api/v1/chat/me", headers=own(site)) as response:
        assert response.status == 204
        assert SimpleCookie(response.headers["Set-Cookie"])["isec_chat"]["max-age"] == "0"
    async with site.client.get(SESSION) as known:
        assert (await known.json())["conversation_id"] is None


async def test_the_page_and_its_parts_are_served_with_strict_headers(site: Site) -> None:
    for path in ("/", "/chat/static/main.js", "/chat/static/text/vi.json", "/widget.js", "/favicon.svg"):
        async with site.client.get(path) as response:
            assert response.status == 200
            assert response.headers["X-Content-Type-Options"] == "nosniff"
            tag = response.headers["ETag"]
        async with site.client.get(path, headers={"If-None-Match": tag}) as response:
            assert response.status == 304
    async with site.client.get("/widget.js") as response:
        assert response.headers["Cross-Origin-Resource-Policy"] == "cross-origin"


@pytest.mark.parametrize(
    "name",
    ["../connector.py", "..%2fconnector.py", "%2e%2e/api.py", "text", "", "text/../../problem.toml", "main.js%00"],
)
async def test_nothing_but_the_pages_own_files_is_served(site: Site, name: str) -> None:
    async with site.client.get(f"/chat/static/{name}") as response:
        assert response.status in (400, 404)
