"""The pages around the queue, one by one, in both languages."""

import html
import re
from datetime import date

import pytest

from helpdesk.calendar import Closure, Slot
from helpdesk.message import Outcome
from helpdesk.officer import Role
from helpdesk.reply import Candidate, Reply
from helpdesk.usecase import account, feedback, library
from tests.integration.console.desk import PASSWORD, PUBLIC_URL, Clock, ConsoleDesk


def document(article_id: str = "cancel", answer: str = "Only in the listed cases.") -> dict[str, object]:
    """An article as the database keeps it."""
    content = {
        "title": f"About {article_id}",
        "answer": answer,
        "who": "The declarant",
        "documents": ["Form 06"],
        "steps": ["Ask"],
        "time_limit": None,
        "fee": None,
        "note": "",
        "questions": ["How?"],
    }
    return {
        "id": article_id,
        "topic": "declaration",
        "confidence": "T",
        "recheck": True,
        "volatile": True,
        "review_by": "2026-01-31",
        "human_only": False,
        "units": ["all"],
        "legal_basis": [{"instrument": "38/2015/TT-BTC", "article": "22", "note": ""}],
        "sources": ["tt39"],
        "related": [],
        "aliases": ["撤单"],
        "vi": content | {"title": f"Về {article_id}"},
        "en": content,
        "zh": content | {"title": "撤销报关单", "answer": "只有规定列明的情形才能撤单。"},
    }


async def seeded(desk: ConsoleDesk, *documents: dict[str, object]) -> None:
    """Put articles into the library."""
    await desk.database.write(lambda unit: library.seed(unit, documents or [document()], desk.clock()))


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_opens_in_both_languages(desk: ConsoleDesk, language: str) -> None:
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR, language)
    conversation_id, _ = await desk.waiting(topic="cancel")
    await seeded(desk)
    pages = ["queue", "overview", "questions", "articles", "articles/cancel", "calendar", "calendar?unit=mong-cai"]
    for path in (*pages, "people", "audit", "ratings", "password", f"conversations/{conversation_id}"):
        page = await browser.text(f"/{path}")
        assert f'<html lang="{language}">' in page
        assert page.count("<h1") == 1, path
        assert 'id="main"' in page


async def test_every_page_says_that_drafts_are_served_until_an_administrator_turns_it_off(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.signed_in("lan")
    for path in ("/queue", "/overview", "/questions", "/articles", "/calendar", "/password"):
        assert "Drafts are being served" in await lan.text(path)
    assert "Stop serving drafts" not in await lan.text("/queue")
    assert (await lan.post("/drafts", on="0")).status == 403
    assert (await boss.post("/drafts", on="0")).status == 303
    assert "Drafts are being served" not in await lan.text("/queue")
    assert (await boss.post("/drafts", on="1")).status == 303
    assert "Drafts are being served" in await lan.text("/queue")


async def test_approving_a_draft_makes_it_the_version_that_answers(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await seeded(desk)
    assert "Approve this version" in await boss.text("/articles/cancel")
    fields = {"from": "2026-11-01", "to": "2027-12-31"}
    assert (await boss.post("/articles/cancel/versions/1/approve", **fields)).status == 303
    found = await desk.read(lambda unit: unit.articles.get("cancel", 1))
    assert (found.state, found.effective_from, found.effective_to) == (
        "approved",
        date(2026, 11, 1),
        date(2027, 12, 31),
    )
    assert "library" in desk.notified
    page = await boss.text("/articles/cancel")
    assert "approved by Boss, from 01/11/2026" in page
    assert (await boss.post("/articles/cancel/versions/1/approve", **fields)).status == 409
    assert (await boss.post("/articles/cancel/versions/1/retire")).status == 303
    assert "This article does not answer now." in await boss.text("/articles/cancel")


async def test_approving_without_a_legal_basis_is_warned_of_and_not_forbidden(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await seeded(desk, document(), document("bare") | {"legal_basis": []})
    warning = "This version names no legal basis"
    assert warning not in await boss.text("/articles/cancel")
    page = await boss.text("/articles/bare")
    assert f'<p class="sorry">{warning}' in page
    assert f'data-confirm="{warning}' in page
    assert (await boss.post("/articles/bare/versions/1/approve", **{"from": "2026-11-23"})).status == 303
    assert warning not in await boss.text("/articles/bare"), "what is approved is decided"


async def test_a_broken_draft_cannot_be_approved(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await seeded(desk, document(answer=""))
    assert "English: Answer: not written yet" in await boss.text("/articles/cancel")
    answer = await boss.post("/articles/cancel/versions/1/approve")
    assert answer.status == 422
    assert (await desk.read(lambda unit: unit.articles.get("cancel", 1))).state == "draft"


@pytest.mark.parametrize(
    ("begins", "ends", "told"),
    [
        ("2026-12-01", "2026-11-01", "The article cannot end before it begins; correct the dates."),
        ("2026-02-31", "2026-11-01", "“In force from” cannot be read"),
        ("2026-12-01", 'tomorrow"><b>', "“To” cannot be read"),
    ],
)
async def test_impossible_dates_bring_the_form_back_as_it_was_typed(
    desk: ConsoleDesk, begins: str, ends: str, told: str
) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await seeded(desk)
    await boss.text("/articles/cancel")
    answer = await boss.post("/articles/cancel/versions/1/approve", **{"from": begins, "to": ends})
    page = await answer.text()
    assert answer.status == 422
    form = page.split('/versions/1/approve" class="stack"')[1].split("</form>")[0]
    assert told in form
    assert 'name="next" value="/console/articles/cancel?version=1"' in page
    assert f'name="from" value="{begins}"' in form
    assert f'name="to" value="{html.escape(ends).replace("&quot;", "&#34;")}"' in form
    assert (await desk.read(lambda unit: unit.articles.get("cancel", 1))).state == "draft"


async def test_the_log_tells_an_approval_with_its_dates_and_no_key_of_the_program(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR, "vi")
    await seeded(desk)
    await boss.post("/articles/cancel/versions/1/approve", **{"from": "2026-11-01", "to": "2027-12-31"})
    await boss.post("/drafts", on="0")
    page = re.sub(r"<[^>]*>", " ", await boss.text("/audit"))
    assert "hiệu lực từ 01/11/2026 đến hết 31/12/2027" in page
    assert not re.search(r"officer\.signed_in|serve_drafts|value|False", page)


async def test_a_changed_file_shows_as_a_new_draft_with_what_changed(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await seeded(desk)
    await boss.text("/articles/cancel")
    await boss.post("/articles/cancel/versions/1/approve")
    await seeded(desk, document(answer="Only in the <b>two</b> listed cases."))
    page = await boss.text("/articles/cancel")
    assert "version 2" in page
    assert "<ins>&lt;b&gt;two&lt;/b&gt; </ins>" in page or "<ins>&lt;b&gt;two&lt;/b&gt;</ins>" in page
    assert "Version 1 answers businesses now." in page


async def test_articles_are_found_by_words_topic_state_and_marks(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    await seeded(desk, document("cancel"), document("penalty") | {"volatile": False, "review_by": None, "topic": "tax"})

    async def found(query: str) -> set[str]:
        page = await browser.text(f"/articles?{query}")
        return set(re.findall(r'class="open" href="/console/articles/([a-z]+)"', page))

    assert await found("") == {"cancel", "penalty"}
    assert await found("words=about+cancel") == {"cancel"}
    assert await found("words=ve+penalty") == {"penalty"}
    assert await found("topic=tax") == {"penalty"}
    assert await found("mark=overdue") == {"cancel"}
    assert await found("mark=volatile") == {"cancel"}
    assert await found("mark=recheck") == {"cancel", "penalty"}
    assert await found("state=approved") == set()


async def test_snippets_give_the_plain_answer_in_the_contacts_language(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    await seeded(desk, document("cancel"), document("penalty"))
    answer = await (await browser.get("/snippets?language=zh&words=cancel")).json()
    assert answer == {"articles": [{"id": "cancel", "title": "撤销报关单", "text": "只有规定列明的情形才能撤单。"}]}
    assert len((await (await browser.get("/snippets?language=vi&words=v%E1%BB%81")).json())["articles"]) == 2


async def test_questions_are_filtered_and_paged(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lan")
    for count in range(55):
        reply = Reply(Outcome.ANSWERED, "en", confidence=count / 100, candidates=(Candidate("cancel", count / 100),))
        await desk.answered(f"question {count}.", "A", "en", reply)
    page = await browser.text("/questions")
    assert "question 54." in page
    assert "question 4." not in page
    assert 'href="?page=2"' in page
    assert "question 4." in await browser.text("/questions?page=2")
    low = await browser.text("/questions?below=10&outcome=answered&language=en")
    assert len(re.findall(r"question \d+\.", low)) == 10
    assert "No question matches." in await browser.text("/questions?words=%25")
    assert "No question matches." in await browser.text("/questions?outcome=error")


async def test_a_supervisor_sets_the_hours_of_a_unit(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lead", Role.SUPERVISOR)
    await browser.text("/calendar?unit=mong-cai")
    fields = {
        "unit": "mong-cai",
        "weekday": ["0", "0", "1"],
        "opens": ["07:30", "13:30", ""],
        "closes": ["11:30", "17:00", ""],
        "valid_from": ["", "2026-01-01", ""],
        "valid_to": ["", "", ""],
        "closed_on": ["2027-02-06", ""],
        "closed_name": ["Tết", ""],
    }
    data = [("csrf", browser.csrf)] + [
        (name, one) for name, value in fields.items() for one in (value if isinstance(value, list) else [value])
    ]
    answer = await browser.client.post("/console/calendar", data=data, allow_redirects=False)
    assert answer.status == 303
    slots = await desk.read(lambda unit: unit.calendar.slots("mong-cai"))
    assert [(slot.weekday, slot.opens.hour, slot.valid_from) for slot in slots] == [
        (0, 7, None),
        (0, 13, date(2026, 1, 1)),
    ]
    assert all(isinstance(slot, Slot) for slot in slots)
    assert await desk.read(lambda unit: unit.calendar.closures("mong-cai")) == [Closure(date(2027, 2, 6), "Tết")]
    page = await browser.text("/calendar?unit=mong-cai")
    assert 'value="07:30"' in page


@pytest.mark.parametrize(
    ("opens", "closes", "told"),
    [("17:00", "08:00", "A slot opens before it closes"), ("8h", "17:00", "The field “Opens” cannot be read")],
)
async def test_impossible_hours_are_refused(desk: ConsoleDesk, opens: str, closes: str, told: str) -> None:
    browser = await desk.signed_in("lead", Role.SUPERVISOR)
    await browser.text("/calendar")
    answer = await browser.post("/calendar", unit="all", weekday="0", opens=opens, closes=closes)
    assert answer.status == 422
    assert told in await answer.text()
    assert await desk.read(lambda unit: unit.calendar.slots("all")) == []


async def test_overlapping_hours_are_refused_unless_their_dates_part_them(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lead", Role.SUPERVISOR)
    await browser.text("/calendar")
    rows = [
        ("weekday", "0"),
        ("weekday", "0"),
        ("opens", "08:00"),
        ("opens", "09:00"),
        ("closes", "12:00"),
        ("closes", "10:00"),
    ]
    base = [("csrf", browser.csrf), ("unit", "all"), *rows]
    assert (await browser.client.post("/console/calendar", data=base, allow_redirects=False)).status == 422
    dates = [("valid_from", ""), ("valid_from", "2027-01-01"), ("valid_to", "2026-12-31"), ("valid_to", "")]
    assert (await browser.client.post("/console/calendar", data=[*base, *dates], allow_redirects=False)).status == 303


async def test_an_invitation_is_shown_once_and_works_once(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await boss.text("/people")
    answer = await boss.post("/people/invite", role="supervisor")
    link = re.search(rf'id="invitation">{PUBLIC_URL}/console(/setup\?token=[\w-]+)<', await answer.text())
    assert link is not None
    assert "setup?token" not in await boss.text("/people")
    guest = desk.browser()
    await guest.text(link[1])
    token = link[1].split("=")[1]
    fields = {"token": token, "login": "hoa.le", "name": "Lê Hoa", "new": PASSWORD, "again": PASSWORD}
    assert (await guest.post("/setup", **fields)).status == 303
    officers = await desk.read(lambda unit: unit.officers.all())
    assert {officer.login: officer.role for officer in officers}["hoa.le"] is Role.SUPERVISOR
    assert (await desk.browser().get(link[1])).status == 403


async def test_no_header_decides_where_a_link_leads(desk: ConsoleDesk) -> None:
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    await boss.text("/people")
    claims = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "gopher", "Forwarded": "host=evil.example"}
    fields = {"csrf": boss.csrf, "role": "officer"}
    answer = await boss.client.post("/console/people/invite", data=fields, headers={**claims, "Host": "evil.example"})
    page = await answer.text()
    assert f'id="invitation">{PUBLIC_URL}/console/setup?token=' in page
    assert "evil.example" not in page


async def test_people_get_roles_and_units_but_nobody_changes_their_own_role(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.officer("lan")
    await boss.post(f"/people/{lan.id}", role="supervisor", unit="hon-gai")
    changed = await desk.read(lambda unit: unit.officers.get(lan.id))
    assert (changed.role, changed.unit) == (Role.SUPERVISOR, "hon-gai")
    assert (await boss.post(f"/people/{boss.officer.id}", role="officer", unit="")).status == 422
    assert (await boss.post(f"/people/{lan.id}", role="king", unit="")).status == 422
    assert (await boss.post(f"/people/{lan.id}", role="officer", unit="hanoi")).status == 422
    assert (await boss.post("/people/999", role="officer", unit="")).status == 404


async def test_a_deactivated_officer_is_out_at_once(desk: ConsoleDesk) -> None:
    boss, lan = await desk.signed_in("boss", Role.ADMINISTRATOR), await desk.signed_in("lan")
    await boss.post(f"/people/{lan.officer.id}/active", active="0")
    assert (await lan.get("/queue", allow_redirects=False)).status == 303
    assert (await boss.post(f"/people/{boss.officer.id}/active", active="0")).status == 422


async def test_the_audit_log_is_complete_and_paged(desk: ConsoleDesk) -> None:
    browser = await desk.signed_in("lead", Role.SUPERVISOR)
    for count in range(60):
        await desk.database.write(
            lambda unit, count=count: account.set_duty(unit, browser.officer, count % 2 == 0, desk.clock())
        )
    page = await browser.text("/audit")
    assert page.count("Went off duty") == 25
    older = re.search(r'href="(\?before=\d+)"', page)
    assert older is not None
    assert "Signed in" in await browser.text(f"/audit{older[1]}")


async def test_ratings_are_sums_and_few_of_them_stay_secret(desk: ConsoleDesk) -> None:
    assert isinstance(desk.clock, Clock)
    lan, lead = await desk.signed_in("lan"), await desk.signed_in("lead", Role.SUPERVISOR)

    async def rated(level: int, name: str) -> str:
        conversation_id, ticket_id = await desk.waiting(name=name)
        await lan.post(f"/tickets/{ticket_id}/claim")
        await lan.post(f"/tickets/{ticket_id}/resolve")
        number = (await desk.read(lambda unit: unit.tickets.get(ticket_id))).number
        await desk.database.write(
            lambda unit: feedback.rate(unit, unit.conversations.get(conversation_id), number, level, desk.clock())
        )
        return number

    number = await rated(1, "Angry Trading")
    await rated(5, "Glad Trading")
    page = await lead.text("/ratings")
    assert "Fewer than 3 ratings" in page
    await rated(5, "Glad Trading 2")
    page = await lead.text("/ratings")
    assert "3.67" in page
    assert "Lan" not in page
    assert "Trading" not in page
    rating_rows = [row for row in (await lead.text("/audit")).split("<tr") if "rating.given" in row]
    assert len(rating_rows) == 3
    assert not any(number in row or "conversations" in row for row in rating_rows)
