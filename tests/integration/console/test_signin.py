"""Who gets in, how, and for how long."""

import pytest

from helpdesk.officer import Role
from helpdesk.usecase import account
from tests.integration.console.desk import PASSWORD, Clock, ConsoleDesk


async def test_the_first_administrator_creates_an_account_from_a_one_time_link(desk: ConsoleDesk) -> None:
    token = await desk.database.write(lambda unit: account.invite(unit, Role.ADMINISTRATOR, desk.clock()))
    browser = desk.browser()
    assert "Quản trị viên" in await browser.text(f"/setup?token={token}")
    fields = {
        "token": token,
        "login": "Nguyen.An",
        "name": "Nguyễn An",
        "new": PASSWORD,
        "again": PASSWORD,
        "language": "vi",
    }
    answer = await browser.post("/setup", **fields)
    assert (answer.status, answer.headers["Location"]) == (303, "/console/queue?done=account_created")
    assert "Nguyễn An" in await browser.text("/queue")
    assert (await browser.get(f"/setup?token={token}")).status == 403


@pytest.mark.parametrize("chosen", ["vi", "en"])
async def test_a_new_account_speaks_the_language_chosen_before_it_was_made(desk: ConsoleDesk, chosen: str) -> None:
    token = await desk.database.write(lambda unit: account.invite(unit, Role.ADMINISTRATOR, desk.clock()))
    browser = desk.browser()
    await browser.get(f"/signin?lang={chosen}")
    page = await browser.text(f"/setup?token={token}")
    assert f'value="{chosen}" checked' in page
    fields = {"token": token, "login": "an.nguyen", "name": "An Nguyen", "new": PASSWORD}
    refused = await browser.post("/setup", again="not the same one", **fields)
    assert f'value="{chosen}" checked' in await refused.text()
    await browser.post("/setup", again=PASSWORD, **fields)
    assert f'<html lang="{chosen}">' in await browser.text("/queue")
    await browser.post("/signout")
    assert f'<html lang="{chosen}">' in await browser.text("/signin")


async def test_the_language_picked_in_the_form_of_a_new_account_is_kept(desk: ConsoleDesk) -> None:
    token = await desk.database.write(lambda unit: account.invite(unit, Role.ADMINISTRATOR, desk.clock()))
    browser = desk.browser()
    await browser.text(f"/setup?token={token}&lang=vi")
    fields = {"token": token, "login": "an.nguyen", "name": "An Nguyen", "new": PASSWORD, "language": "en"}
    assert 'value="en" checked' in await (await browser.post("/setup", again="not the same one", **fields)).text()
    await browser.post("/setup", again=PASSWORD, **fields)
    await browser.text("/queue")
    await browser.post("/signout")
    assert '<html lang="en">' in await browser.text("/signin")


async def test_a_setup_with_two_different_passwords_creates_nothing(desk: ConsoleDesk) -> None:
    token = await desk.database.write(lambda unit: account.invite(unit, Role.ADMINISTRATOR, desk.clock()))
    browser = desk.browser()
    await browser.text(f"/setup?token={token}&lang=en")
    answer = await browser.post(
        "/setup", token=token, login="an.nguyen", name="An", new=PASSWORD, again="something else 1"
    )
    assert answer.status == 422
    assert await desk.read(lambda unit: unit.officers.all()) == []


async def test_a_wrong_password_and_an_unknown_login_get_the_same_answer(desk: ConsoleDesk) -> None:
    await desk.officer("thu.lan")
    answers = []
    for login in ("thu.lan", "nobody"):
        browser = desk.browser()
        answer = await browser.sign_in(login, "not the password")
        answers.append((answer.status, (await answer.text()).replace(browser.csrf, "").replace(login, "")))
    assert answers[0] == answers[1]
    assert answers[0][0] == 403


async def test_an_inactive_officer_cannot_sign_in(desk: ConsoleDesk) -> None:
    officer = await desk.officer("lan")
    await desk.database.write(lambda unit: unit.officers.change(officer.id, is_active=False))
    assert (await desk.browser().sign_in("lan")).status == 403


async def test_guessing_is_stopped_per_login_until_the_window_has_passed(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    await desk.officer("lan")
    browser = desk.browser()
    for _ in range(10):
        assert (await browser.sign_in("lan", "wrong wrong wrong")).status == 403
    assert (await browser.sign_in("lan")).status == 403
    desk.clock.forward(minutes=16)
    assert (await browser.sign_in("lan")).status == 303


async def test_guessing_many_logins_is_stopped_per_address(desk: ConsoleDesk) -> None:
    browser = desk.browser()
    await browser.get("/signin?lang=en")
    for count in range(50):
        await browser.post("/signin", login=f"person.{count}", password="wrong wrong wrong")
    await desk.officer("lan")
    answer = await browser.post("/signin", login="lan", password=PASSWORD)
    assert answer.status == 403
    assert "Too many tries" in await answer.text()


async def test_the_session_cookie_is_closed_to_scripts_and_other_sites(desk: ConsoleDesk) -> None:
    await desk.officer("lan")
    cookie = (await desk.browser().sign_in("lan")).cookies["isec_console"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Strict"
    assert cookie["max-age"] == str(12 * 3600)


async def test_over_https_the_cookie_is_bound_to_the_host(desk: ConsoleDesk) -> None:
    await desk.close()
    desk.is_secure = True
    await desk.open()
    token = await desk.database.write(lambda unit: account.invite(unit, Role.ADMINISTRATOR, desk.clock()))
    cookies = (await desk.browser().get(f"/setup?token={token}")).cookies
    assert cookies["__Host-isec_console_form"]["secure"]
    assert cookies["__Host-isec_console_form"]["path"] == "/"


async def test_signing_in_again_ends_the_old_session(desk: ConsoleDesk) -> None:
    await desk.officer("lan")
    browser = desk.browser()
    await browser.get("/signin")
    first = await browser.post("/signin", login="lan", password=PASSWORD)
    second = await browser.post("/signin", login="lan", password=PASSWORD)
    assert first.cookies["isec_console"].value != second.cookies["isec_console"].value
    thief = desk.browser()
    stolen = {"isec_console": first.cookies["isec_console"].value}
    assert (await thief.get("/queue", cookies=stolen, allow_redirects=False)).status == 303


async def test_a_session_ends_after_twelve_hours(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    browser = await desk.signed_in("lan")
    for _ in range(12):
        assert (await browser.get("/queue", allow_redirects=False)).status == 200
        desk.clock.forward(minutes=59)
    assert (await browser.get("/queue", allow_redirects=False)).status == 200
    desk.clock.forward(minutes=12, seconds=1)
    answer = await browser.get("/queue", allow_redirects=False)
    assert answer.headers["Location"] == "/console/signin?next=/console/queue"


async def test_a_session_ends_after_an_hour_in_which_only_pages_asked_by_themselves(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    browser = await desk.signed_in("lan")
    conversation_id, _ = await desk.waiting()
    for _ in range(5):
        desk.clock.forward(minutes=10)
        assert (await browser.get("/queue", headers={"X-ISEC-Live": "1"})).status == 200
        assert (await browser.post(f"/conversations/{conversation_id}/presence", typing="0")).status == 204
        async with browser.client.get("/console/stream") as stream:
            assert stream.status == 200
    desk.clock.forward(minutes=10, seconds=1)
    assert (await browser.get("/queue", headers={"X-ISEC-Live": "1"})).status == 401
    assert (await browser.get("/queue", allow_redirects=False)).status == 303


@pytest.mark.parametrize("work", ["looking", "writing", "changing"])
async def test_work_keeps_a_session_until_twelve_hours_are_over(desk: ConsoleDesk, work: str) -> None:
    assert isinstance(desk.clock, Clock)
    browser = await desk.signed_in("lan")
    conversation_id, _ = await desk.waiting()
    for _ in range(14):
        desk.clock.forward(minutes=50)
        if work == "looking":
            answer = await browser.get("/queue", allow_redirects=False)
        elif work == "writing":
            answer = await browser.post(f"/conversations/{conversation_id}/presence", typing="1")
        else:
            answer = await browser.post("/duty", on="1")
        assert answer.status in (200, 204, 303)
        assert "signin" not in answer.headers.get("Location", "")
    desk.clock.forward(minutes=30)
    assert (await browser.get("/queue", allow_redirects=False)).status == 303


async def test_refused_sign_ins_are_in_the_log_and_what_nobody_is_called_is_not(desk: ConsoleDesk) -> None:
    await desk.officer("lan")
    gone = await desk.officer("gone")
    await desk.database.write(lambda unit: unit.officers.change(gone.id, is_active=False))
    await desk.browser().sign_in("lan", "wrong wrong wrong")
    await desk.browser().sign_in("gone")
    await desk.browser().sign_in("my secret pass sentence", "lan")
    browser = await desk.signed_in("minh")
    await browser.post("/password", password="a guess a guess", new="another long one", again="another long one")
    entries = await desk.read(lambda unit: unit.audit.recent())
    assert [(entry.action, entry.subject, entry.actor, entry.detail) for entry in reversed(entries)] == [
        ("officer.signin_refused", "lan", "", {}),
        ("officer.signin_refused", "gone", "", {}),
        ("officer.signin_refused", "", "", {}),
        ("officer.signed_in", "", "Minh", {}),
        ("officer.password_refused", "minh", "", {}),
    ]


async def test_a_new_password_ends_every_other_session_and_keeps_this_one(desk: ConsoleDesk) -> None:
    here = await desk.signed_in("lan")
    elsewhere = desk.browser()
    await elsewhere.sign_in("lan")
    await here.text("/password")
    answer = await here.post("/password", password=PASSWORD, new="another long sentence", again="another long sentence")
    assert answer.status == 303
    assert (await here.get("/queue", allow_redirects=False)).status == 200
    assert (await elsewhere.get("/queue", allow_redirects=False)).status == 303
    assert (await desk.browser().sign_in("lan", "another long sentence")).status == 303


async def test_the_present_password_is_needed_to_set_a_new_one(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    await browser.text("/password")
    answer = await browser.post(
        "/password", password="a guess a guess", new="another long one", again="another long one"
    )
    assert answer.status == 422
    assert (await desk.browser().sign_in("lan")).status == 303


async def test_signing_out_ends_the_session_on_the_server(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    token = browser.client.session.cookie_jar.filter_cookies(desk.server.make_url("/console"))["isec_console"].value
    thief = desk.browser()
    assert (await thief.get("/queue", cookies={"isec_console": token}, allow_redirects=False)).status == 200
    await browser.post("/signout")
    assert (await thief.get("/queue", cookies={"isec_console": token}, allow_redirects=False)).status == 303


async def test_next_never_leaves_the_console(desk: ConsoleDesk) -> None:
    await desk.officer("lan")
    for target in (
        "https://evil.example/",
        "//evil.example",
        "/console//evil.example",
        "/\\evil",
        "/console/../x",
        "x",
    ):
        answer = await desk.browser().sign_in("lan", next=target)
        assert answer.headers["Location"] == "/console/queue", target
    answer = await desk.browser().sign_in("lan", next="/console/questions?outcome=error")
    assert answer.headers["Location"] == "/console/questions?outcome=error"


async def test_an_officer_switches_the_language_for_good(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan", language="vi")
    assert "Hàng chờ" in await browser.text("/queue")
    await browser.post("/language", language="en", next="/console/queue")
    page = await browser.text("/queue")
    assert '<html lang="en">' in page
    assert "Waiting for an officer" in page
