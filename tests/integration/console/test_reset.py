"""A forgotten password: an administrator's one-time link, and what it ends."""

import re
from datetime import timedelta

import pytest

from helpdesk.officer import Role
from tests.integration.console.desk import PASSWORD, PUBLIC_URL, Browser, Clock, ConsoleDesk

NEW = "another long sentence"
DONE = "/console/signin?done=password_reset"
SPENT = "This link was used or has expired; ask an administrator for a new one."


async def offered(boss: Browser, officer_id: int) -> str:
    """The path of the link that an administrator is shown."""
    await boss.text("/people")
    answer = await boss.post(f"/people/{officer_id}/reset")
    found = re.search(r'id="reset-link">(\S+)/console(/reset\?token=[\w-]+)<', await answer.text())
    assert found is not None
    assert found[1] == PUBLIC_URL
    return found[2]


async def used(desk: ConsoleDesk, path: str, new: str = NEW, again: str = NEW) -> str:
    """What a browser is told that sets a password by the link: where to go on, or what was wrong."""
    guest = desk.browser()
    await guest.text("/signin?lang=en")
    answer = await guest.post("/reset", token=path.split("=")[1], new=new, again=again)
    if answer.status == 303:
        return str(answer.headers["Location"])
    told = re.search(r'class="sorry" role="alert">([^<]+)<', await answer.text())
    assert (answer.status, told is not None) == (422, True)
    return told[1] if told else ""


async def test_the_link_sets_a_new_password_once_and_ends_every_session(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.signed_in("lan")
    path = await offered(boss, lan.officer.id)
    assert "reset?token" not in await boss.text("/people")
    assert "lan" in await desk.browser().text(f"{path}&lang=en")
    assert await used(desk, path) == DONE
    assert (await lan.get("/queue", allow_redirects=False)).status == 303
    assert (await desk.browser().sign_in("lan", PASSWORD)).status == 403
    assert (await desk.browser().sign_in("lan", NEW)).status == 303
    assert (await desk.browser().get(path)).status == 403
    assert await used(desk, path, "a third long sentence", "a third long sentence") == SPENT
    assert (await desk.browser().sign_in("lan", NEW)).status == 303


async def test_the_log_tells_who_made_the_link_and_who_used_it(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.officer("lan")
    assert await used(desk, await offered(boss, lan.id)) == DONE
    entries = await desk.read(lambda unit: unit.audit.recent())
    assert [(entry.actor, entry.action, entry.subject) for entry in entries[:2]] == [
        ("Lan", "officer.password_reset", ""),
        ("Boss", "officer.reset_offered", str(lan.id)),
    ]


async def test_a_link_is_worth_nothing_after_a_day(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.officer("lan")
    path = await offered(boss, lan.id)
    desk.clock.now += timedelta(hours=24)
    assert await used(desk, path) == SPENT
    assert (await desk.browser().sign_in("lan")).status == 303


@pytest.mark.parametrize("end", ["another link", "a new password", "deactivation"])
async def test_a_link_ends_with_what_it_was_for(desk: ConsoleDesk, end: str) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.signed_in("lan")
    path = await offered(boss, lan.officer.id)
    if end == "another link":
        await offered(boss, lan.officer.id)
    elif end == "a new password":
        await lan.text("/password")
        await lan.post("/password", password=PASSWORD, new="a third long sentence", again="a third long sentence")
    else:
        await boss.post(f"/people/{lan.officer.id}/active", active="0")
        await boss.post(f"/people/{lan.officer.id}/active", active="1")
    assert await used(desk, path) == SPENT


async def test_a_password_that_may_not_be_set_leaves_the_link_as_it_was(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.signed_in("lan")
    path = await offered(boss, lan.officer.id)
    assert await used(desk, path, "short", "short") == "A password needs at least 12 characters."
    assert "differ" in await used(desk, path, NEW, "something else entirely")
    assert (await lan.get("/queue", allow_redirects=False)).status == 200
    assert await used(desk, path) == DONE


async def test_a_link_for_a_password_makes_no_account_and_an_invitation_sets_no_password(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.officer("lan")
    reset = (await offered(boss, lan.id)).split("=")[1]
    invited = re.search(r"setup\?token=([\w-]+)", await (await boss.post("/people/invite", role="officer")).text())
    assert invited is not None
    guest = desk.browser()
    assert (await guest.get(f"/setup?token={reset}")).status == 403
    assert (await guest.get(f"/reset?token={invited[1]}")).status == 403
    await guest.text("/signin")
    fields = {"new": NEW, "again": NEW}
    assert (await guest.post("/setup", token=reset, login="thief", name="Thief", **fields)).status == 422
    assert await used(desk, f"/reset?token={invited[1]}") == SPENT
    assert await desk.read(lambda unit: unit.officers.by_login("thief")) is None


async def test_nobody_makes_a_link_for_oneself_nor_for_a_deactivated_account(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.officer("lan")
    await desk.database.write(lambda unit: unit.officers.change(lan.id, is_active=False))
    for officer_id in (boss.officer.id, lan.id):
        assert (await boss.post(f"/people/{officer_id}/reset")).status == 422
    assert (await boss.post("/people/999/reset")).status == 404


async def test_guessing_links_is_stopped_per_address(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.officer("lan")
    path = await offered(boss, lan.id)
    guest = desk.browser()
    await guest.text(path)
    for count in range(50):
        await guest.post("/reset", token=f"guess-{count}", new=NEW, again=NEW)
    assert (await guest.post("/reset", token=path.split("=")[1], new=NEW, again=NEW)).status == 403
    assert (await desk.browser().sign_in("lan")).status == 303


async def test_whoever_guessed_at_a_forgotten_password_need_not_wait_after_the_link(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.officer("lan")
    for _ in range(10):
        await desk.browser().sign_in("lan", "was it this one")
    assert await used(desk, await offered(boss, lan.id)) == DONE
    assert (await desk.browser().sign_in("lan", NEW)).status == 303
