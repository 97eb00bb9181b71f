"""Every address of the console asks for its role and, when it changes something, for its token."""

import pytest

from helpdesk.console.app import ROUTES, Route
from helpdesk.console.desk import BASE
from helpdesk.officer import Role
from tests.integration.console.desk import Browser, ConsoleDesk

VALUES = {
    "ticket": "1",
    "conversation": "0" * 32,
    "message": "1",
    "file": "0" * 32,
    "article": "x",
    "version": "1",
    "officer": "9",
    "silence": "1",
    "comment": "1",
    "law": "1",
    "task": "1",
    "recall": "1",
    "gap": "1",
    "view": "1",
    "model": "x",
    "page": "answers",
    "sheet": "weeks",
}
RANK = [Role.OFFICER, Role.SUPERVISOR, Role.ADMINISTRATOR]
GUARDED = [route for route in ROUTES if route.role is not None and route.path != "/stream"]


def address(route: Route) -> str:
    """The route with ids that nothing has."""
    return route.path.format(**VALUES)


def name_of(route: Route) -> str:
    """How the route is called in a test report."""
    return f"{route.method} {route.path}"


async def ask(browser: Browser, route: Route) -> int:
    """The status with which a route answers this browser, its token being right."""
    if route.method == "GET":
        return (await browser.get(address(route), allow_redirects=False)).status
    if route.takes_files:
        return (await browser.reply(1, "hello")).status
    return (await browser.post(address(route))).status


@pytest.mark.parametrize("route", GUARDED, ids=name_of)
async def test_nobody_gets_in_without_signing_in(desk: ConsoleDesk, route: Route) -> None:
    browser = desk.browser()
    await browser.get("/signin")
    assert await ask(browser, route) == (303 if route.method == "GET" else 401)


@pytest.mark.parametrize("role", RANK)
async def test_each_role_reaches_exactly_its_routes(desk: ConsoleDesk, role: Role) -> None:
    wrong = []
    for count, route in enumerate(GUARDED):
        browser = await desk.signed_in(f"person.{count}", role)
        assert route.role is not None
        is_refused = await ask(browser, route) == 403
        if is_refused != (RANK.index(role) < RANK.index(route.role)):
            wrong.append(name_of(route))
    assert wrong == []


@pytest.mark.parametrize("route", [route for route in ROUTES if route.method == "POST"], ids=name_of)
@pytest.mark.parametrize("token", ["", "guessed"])
async def test_nothing_changes_without_the_token(desk: ConsoleDesk, route: Route, token: str) -> None:
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await desk.waiting()
    browser.csrf = token
    assert await ask(browser, route) == 403


async def test_another_sites_page_cannot_write_even_with_the_token(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    for site in ("cross-site", "same-site"):
        answer = await browser.client.post(
            f"{BASE}/duty",
            data={"csrf": browser.csrf, "on": "1"},
            headers={"Sec-Fetch-Site": site},
            allow_redirects=False,
        )
        assert answer.status == 403
    assert not (await desk.read(lambda unit: unit.officers.get(browser.officer.id))).on_duty


async def test_a_token_is_worth_nothing_in_another_session(desk: ConsoleDesk) -> None:
    lan, minh = await desk.signed_in("lan"), await desk.signed_in("minh")
    minh.csrf = lan.csrf
    assert (await minh.post("/duty", on="1")).status == 403


async def test_an_unknown_address_says_nothing_before_sign_in(desk: ConsoleDesk) -> None:
    assert (await desk.browser().get("/no-such-page", allow_redirects=False)).status == 303
    browser = await desk.signed_in("lan")
    answer = await browser.get("/no-such-page")
    assert answer.status == 404
    assert "There is no such page." in await answer.text()


async def test_every_answer_carries_the_safe_headers(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    for path in ("/queue", "/no-such-page", "/static/console.css", "/", "/tickets/1/claim"):
        answer = await browser.get(path, allow_redirects=False)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy, path
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["X-Frame-Options"] == "DENY"


async def test_a_form_beyond_its_size_is_refused(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    conversation_id, _ = await desk.waiting()
    answer = await browser.post(f"/conversations/{conversation_id}/note", text="x" * 300_000)
    assert answer.status == 413
    answer = await browser.post(f"/conversations/{conversation_id}/note", text="x" * 8_001)
    assert answer.status == 422


async def test_when_the_database_is_away_the_page_says_what_to_do(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    desk.database.engine.dispose()
    (desk.folder / "desk.db").rename(desk.folder / "gone.db")
    (desk.folder / "desk.db").mkdir()
    answer = await browser.get("/queue")
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "5"
    assert "The database does not answer" in await answer.text()


async def test_a_style_sheet_that_the_browser_has_is_not_sent_again(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    first = await browser.get("/static/console.css")
    assert (first.status, first.content_type) == (200, "text/css")
    again = await browser.get("/static/console.css", headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status, await again.read()) == (304, b"")
    assert (await browser.get("/static/app.py")).status == 404
