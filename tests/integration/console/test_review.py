"""The review's pages: what they show, labelling by plain forms, who may do what."""

import html
import re
from pathlib import Path

import pytest

from bot.learning.digest import Digest, key_of
from helpdesk.console.text import PlainTexts
from helpdesk.message import Outcome
from helpdesk.officer import Role
from helpdesk.reply import Candidate, Reply
from helpdesk.storage.question import Question, Wanted
from tests.integration.console.desk import Browser, ConsoleDesk
from tests.integration.console.test_page import document, seeded


def reply(article: str = "cancel", **facts: object) -> Reply:
    """An answer from an article, with a second candidate."""
    given = {"outcome": Outcome.ANSWERED, "language": "en", "confidence": 0.6, "intent": f"procedure/{article}"}
    candidates = (Candidate(article, 0.6), Candidate("penalty", 0.3))
    return Reply(**given | {"article_id": article, "candidates": candidates} | facts)  # type: ignore[arg-type]


async def asked(desk: ConsoleDesk, text: str, **facts: object) -> Question:
    """Somebody asks; the question after the digest."""
    await desk.answered(text, "Minh Phat Co", "en", reply(**facts))  # type: ignore[arg-type]
    return await digested(desk, text)


async def digested(desk: ConsoleDesk, text: str) -> Question:
    digest = Digest(desk.database, desk.clock)
    while await digest.step():
        pass
    found, _ = await desk.read(lambda unit: unit.questions.find(Wanted()))
    return next(one for one in found if one.text == text)


async def now(desk: ConsoleDesk, question: Question) -> Question:
    (found,) = await desk.read(lambda unit: unit.questions.get([question.id]))
    return found


def row_of(page: str, question: Question) -> str:
    """The text of one row."""
    found = re.search(rf'<li class="row ask" id="q{question.id}".*?\n</li>', page, re.DOTALL)
    assert found is not None, "the row is not on the page"
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def pick(question: Question) -> str:
    return f"{question.id}:{question.version}"


async def supervisor(desk: ConsoleDesk, login: str = "mai") -> Browser:
    browser = await desk.signed_in(login, Role.SUPERVISOR)
    await browser.text("/review")
    return browser


async def library_of(desk: ConsoleDesk) -> None:
    await seeded(desk, document("cancel"), document("penalty"))


async def test_a_row_says_what_was_asked_understood_and_done(desk: ConsoleDesk) -> None:
    await library_of(desk)
    question = await asked(desk, "How do I cancel?")
    page = await (await supervisor(desk)).text("/review")
    row = row_of(page, question)
    for words in ("How do I cancel?", "English", "Answered", "About cancel · 60 %", "1 About penalty"):
        assert words in row
    assert "About cancel 1 questions · asked 1 times · 1 languages" in " ".join(re.sub(r"<[^>]+>", " ", page).split())


async def test_an_officer_looks_and_cannot_label(desk: ConsoleDesk) -> None:
    question = await asked(desk, "How do I cancel?")
    browser = await desk.signed_in("lan")
    page = await browser.text("/review")
    assert "How do I cancel?" in page
    assert 'name="row"' not in page
    assert (await browser.post("/review/label", act="out_of_scope", row=pick(question))).status == 403


@pytest.mark.parametrize(
    ("fields", "state", "target"),
    [
        ({"act": "confirm"}, "reviewed", "procedure/cancel"),
        ({"act": "label", "target": "procedure/penalty"}, "reviewed", "procedure/penalty"),
        ({"act": "out_of_scope"}, "reviewed", "out_of_scope"),
        ({"act": "not_training"}, "not_training", "not_training"),
        ({"act": "later"}, "later", ""),
        ({"act": "flag"}, "flagged", ""),
    ],
)
async def test_plain_forms_label_without_scripts(
    desk: ConsoleDesk, fields: dict[str, str], state: str, target: str
) -> None:
    await library_of(desk)
    question = await asked(desk, "How do I cancel?")
    browser = await supervisor(desk)
    answer = await browser.post("/review/label", row=pick(question), next="/console/review?view=list", **fields)
    assert (answer.status, answer.headers["Location"]) == (303, "/console/review?view=list&done=labelled")
    found = await now(desk, question)
    assert (found.state, found.target) == (state, target)
    entries = await desk.read(lambda unit: unit.audit.recent())
    assert entries[0].action.startswith("question.")
    assert entries[0].detail["questions"] == [question.id]


async def test_a_row_s_own_buttons_work_without_scripts(desk: ConsoleDesk) -> None:
    await library_of(desk)
    question = await asked(desk, "How do I cancel?")
    browser = await supervisor(desk)
    buttons = re.findall(r'name="one" value="([^"]+)"', await browser.text("/review"))
    assert buttons == [f"|{pick(question)}", f"procedure/penalty|{pick(question)}"]
    assert (await browser.post("/review/label", one=buttons[1])).status == 303
    assert (await now(desk, question)).target == "procedure/penalty"


async def test_refusing_waits_for_a_second_person_who_approves_it_on_the_same_page(desk: ConsoleDesk) -> None:
    await library_of(desk)
    question = await asked(desk, "whom do I pay to skip the inspection")
    mai, minh = await supervisor(desk), await supervisor(desk, "minh")
    answer = await mai.post("/review/label", act="must_refuse", row=pick(question))
    assert answer.status == 200
    assert "1 wait for a second person: a refusal is concerned." in await answer.text()
    row = row_of(await mai.text("/review?state=proposed"), question)
    assert "Proposed: Must be refused" in row
    assert "labelled by Mai" in row
    waiting = await now(desk, question)
    own = await mai.post("/review/label", one=f"|{pick(waiting)}")
    assert own.status == 409
    assert "you proposed yourself" in await own.text()
    assert (await minh.post("/review/label", one=f"|{pick(waiting)}")).status == 303
    assert (await now(desk, question)).target == "must_refuse"


async def test_a_proposal_can_be_turned_down(desk: ConsoleDesk) -> None:
    question = await asked(desk, "drones over orchards?")
    mai, minh = await supervisor(desk), await supervisor(desk, "minh")
    await mai.post("/review/label", act="propose", title="Farm drones (Bay phun)", row=pick(question))
    waiting = await now(desk, question)
    assert waiting.proposed == "procedure/farm-drones-bay-phun"
    assert (await minh.post("/review/label", one=f"!|{pick(waiting)}")).status == 303
    assert (await now(desk, question)).state == "new"


async def test_the_second_of_two_is_told_who_labelled_it_how(desk: ConsoleDesk) -> None:
    await library_of(desk)
    question = await asked(desk, "How do I cancel?")
    mai, minh = await supervisor(desk), await supervisor(desk, "minh")
    await mai.post("/review/label", act="label", target="procedure/penalty", row=pick(question))
    answer = await minh.post("/review/label", act="confirm", row=pick(question))
    assert answer.status == 409
    assert "“How do I cancel?”: Mai was first, it is now About penalty." in html.unescape(await answer.text())


async def test_scripts_are_answered_with_the_rows_as_they_stand(desk: ConsoleDesk) -> None:
    await library_of(desk)
    question = await asked(desk, "How do I cancel?")
    browser = await supervisor(desk)
    fields = {"csrf": browser.csrf, "act": "confirm", "row": pick(question)}
    address = "/console/review/label"
    answer = await browser.client.post(address, data=fields, headers={"Accept": "application/json"})
    body = await answer.json()
    assert (answer.status, body["said"]) == (200, ["1 noted."])
    assert body["rows"][0] | {"line": ""} == {
        "id": question.id,
        "version": 2,
        "state": "reviewed",
        "state_name": "Reviewed",
        "target": "About cancel",
        "proposed": "",
        "line": "",
    }
    again = await browser.client.post(address, data=fields, headers={"Accept": "application/json"})
    assert again.status == 409
    assert (await again.json())["rows"][0]["version"] == 2


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "explode", "row": "1:1"},
        {"act": "confirm", "row": "1"},
        {"act": "confirm", "row": "x:y"},
        {"act": "label", "target": "procedure/../../x", "row": "1:1"},
        {"act": "label", "target": "", "row": "1:1"},
        {"act": "propose", "title": " ", "row": "1:1"},
        {"one": "|1:²"},
    ],
)
async def test_garbage_is_refused_with_a_sentence(desk: ConsoleDesk, fields: dict[str, str]) -> None:
    await asked(desk, "How do I cancel?")
    browser = await supervisor(desk)
    answer = await browser.post("/review/label", **fields)
    assert answer.status == 422
    assert 'role="alert"' in await answer.text()


async def test_nothing_picked_says_so(desk: ConsoleDesk) -> None:
    browser = await supervisor(desk)
    answer = await browser.post("/review/label", act="confirm")
    assert answer.status == 409
    assert "Select at least one question." in await answer.text()


async def test_filters_and_full_text_search_narrow_the_list(desk: ConsoleDesk) -> None:
    await library_of(desk)
    await asked(desk, "Hủy tờ khai thế nào?", language="vi", confidence=0.9)
    await asked(desk, "what is the fine", article="penalty", confidence=0.2)
    browser = await supervisor(desk)
    expected = {
        "words=huy+to": (True, False),
        "words=%25": (False, False),
        "language=vi": (True, False),
        "article=penalty": (False, True),
        "article=pen": (False, False),
        "least=50": (True, False),
        "most=50&outcome=answered&channel=web": (False, True),
        "channel=telegram": (False, False),
        "judged=poor": (False, False),
        "state=reviewed": (False, False),
        "meaning=procedure%2Fpenalty&view=list": (False, True),
        "since=2026-11-24": (False, False),
        "since=2026-11-23&until=2026-11-23&view=list": (True, True),
    }
    for query, (first, second) in expected.items():
        page = await browser.text(f"/review?{query}")
        assert ("Hủy tờ khai" in page, "what is the fine" in page) == (first, second), query


async def test_a_view_is_saved_for_oneself_and_can_go(desk: ConsoleDesk) -> None:
    lan, minh = await desk.signed_in("lan"), await desk.signed_in("minh")
    await lan.text("/review")
    answer = await lan.post("/review/views", name="Chinese, unsure", query="language=zh&most=50&evil=1")
    assert answer.headers["Location"] == "/console/review?language=zh&most=50&done=view_saved"
    page = await lan.text("/review")
    assert '<a href="/console/review?language=zh&amp;most=50">Chinese, unsure</a>' in page
    assert "Chinese, unsure" not in await minh.text("/review")
    (view,) = await desk.read(lambda unit: unit.labels.views(lan.officer.id))
    await minh.post(f"/review/views/{view.id}/drop")
    assert "Chinese, unsure" in await lan.text("/review")
    await lan.post(f"/review/views/{view.id}/drop")
    assert "Chinese, unsure" not in await lan.text("/review")


async def test_tips_tell_of_near_duplicates_and_contradictions(desk: ConsoleDesk) -> None:
    await library_of(desk)
    first = await asked(desk, "how do I cancel an export declaration at Mong Cai", article="cancel")
    second = await asked(desk, "how do I cancel an export declaration at Mong Cai please", article="cancel")
    browser = await supervisor(desk)
    row = row_of(await browser.text("/review"), second)
    assert "1 near-duplicates · A label here would suit 1 similar questions not reviewed yet" in row
    await browser.post("/review/label", act="label", target="procedure/penalty", row=pick(first))
    row = row_of(await browser.text("/review"), second)
    assert "A near-duplicate is labelled: About penalty" in row


@pytest.mark.parametrize(
    ("learnt", "told"),
    [
        ("procedure/cancel", "Already a training question: About cancel"),
        ("procedure/penalty", "The training data says otherwise: About penalty"),
    ],
)
async def test_a_tip_tells_what_the_training_data_says_already(tmp_path: Path, learnt: str, told: str) -> None:
    class Learnt(PlainTexts):
        def learnt(self, key: str) -> str | None:
            return learnt if key == key_of("How do I cancel?") else None

    desk = await ConsoleDesk(tmp_path, texts=Learnt()).open()
    await library_of(desk)
    known, other = await asked(desk, "How do I cancel?"), await asked(desk, "what is the fine", article="penalty")
    page = await (await supervisor(desk)).text("/review")
    assert told in row_of(page, known)
    assert "training" not in row_of(page, other)
    await desk.close()


async def test_hostile_texts_are_text(desk: ConsoleDesk) -> None:
    text = "<script>alert(1)</script> \"'> ]]> {{ 7*7 }}"
    await asked(desk, text)
    page = await (await supervisor(desk)).text("/review")
    assert "<script>alert" not in page
    assert html.escape(text, quote=False)[:30] in page


async def test_an_administrator_takes_a_whole_series_back(desk: ConsoleDesk) -> None:
    await library_of(desk)
    questions = [await asked(desk, f"question number {number}") for number in range(3)]
    mai = await supervisor(desk)
    await mai.client.post(
        "/console/review/label",
        data=[("csrf", mai.csrf), ("act", "out_of_scope"), *(("row", pick(one)) for one in questions)],
    )
    boss = await desk.signed_in("boss", Role.ADMINISTRATOR)
    page = await boss.text("/review/accounts")
    assert "Mai" in page
    answer = await boss.post("/review/accounts/undo", officer=str(mai.officer.id), since="2026-11-23T00:00")
    assert "3 questions of Mai undone; 0 left" in await answer.text()
    assert {(await now(desk, one)).state for one in questions} == {"new"}
    assert (await boss.post("/review/accounts/limit", limit="7")).status == 303
    assert 'value="7"' in await boss.text("/review/accounts")
    for fields in ({"limit": "0"}, {"limit": "x"}):
        assert (await boss.post("/review/accounts/limit", **fields)).status == 422
    assert (await boss.post("/review/accounts/undo", officer="1", since="yesterday")).status == 422
    audit = await boss.text("/audit")
    assert "A series of labels undone" in audit
    assert "3 items" in audit


@pytest.mark.parametrize("language", ["vi", "en"])
async def test_the_pages_open_in_both_languages_empty_and_full(desk: ConsoleDesk, language: str) -> None:
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR, language)
    for _ in range(2):
        for path in ("/review", "/review?view=list&state=all", "/review?page=99", "/review/accounts"):
            page = await browser.text(path)
            assert f'<html lang="{language}">' in page
            assert page.count("<h1") == 1
        await asked(desk, "How do I cancel?")
