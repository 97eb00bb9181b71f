import pytest
from aiohttp.test_utils import make_mocked_request

from bot.connectors.web.security import checked_origins, is_harmless_read, is_own_page, page_headers
from helpdesk.error import InvalidInput


def policy(*origins: str) -> dict[str, str]:
    parts = page_headers(origins)["Content-Security-Policy"].split("; ")
    return {name: rest for name, _, rest in (part.partition(" ") for part in parts)}


def test_the_page_allows_nothing_inline_and_nothing_from_elsewhere() -> None:
    found = policy()
    assert found["default-src"] == "'none'"
    assert found["script-src"] == found["style-src"] == found["connect-src"] == "'self'"
    assert "unsafe" not in str(found)
    assert found["trusted-types"] == "'none'"


def test_only_named_sites_may_frame_the_page() -> None:
    assert policy()["frame-ancestors"] == "'none'"
    assert page_headers(())["X-Frame-Options"] == "DENY"
    assert policy("https://a.gov.vn")["frame-ancestors"] == "'self' https://a.gov.vn"
    assert "X-Frame-Options" not in page_headers(("https://a.gov.vn",))


def test_an_origin_that_could_smuggle_a_directive_is_refused() -> None:
    assert checked_origins(["https://a.gov.vn/", "http://localhost:8000"]) == (
        "https://a.gov.vn",
        "http://localhost:8000",
    )
    for bad in ("*", "https://*", "https://a.vn; script-src *", "a.vn", "https://a.vn/path", "javascript:alert(1)"):
        with pytest.raises(InvalidInput):
            checked_origins([bad])


@pytest.mark.parametrize(
    ("headers", "is_trusted"),
    [
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://desk"}, True),
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Origin": "http://desk"}, True),
        ({"Sec-Fetch-Site": "cross-site", "Origin": "http://desk"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Sec-Fetch-Site": "none"}, False),
        ({"Sec-Fetch-Site": "same-origin", "Origin": "http://evil"}, False),
        ({"Origin": "http://evil"}, False),
        ({"Origin": "null"}, False),
        ({}, False),
    ],
)
def test_a_write_is_believed_only_from_our_own_page(headers: dict[str, str], is_trusted: bool) -> None:
    assert is_own_page(make_mocked_request("POST", "/", {"Host": "desk", **headers})) is is_trusted


@pytest.mark.parametrize(
    ("site", "is_harmless"),
    [(None, True), ("same-origin", True), ("none", True), ("same-site", False), ("cross-site", False)],
)
def test_a_read_set_off_by_another_site_is_not_answered(site: str | None, is_harmless: bool) -> None:
    headers = {"Sec-Fetch-Site": site} if site else {}
    assert is_harmless_read(make_mocked_request("GET", "/", headers)) is is_harmless
