"""The pages about the desk's work, as supervisors open them."""

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert

from helpdesk.console.insight.page import PAGES
from helpdesk.message import Outcome
from helpdesk.officer import Role
from helpdesk.policy import Policy
from helpdesk.storage import table
from helpdesk.storage.unit import Unit
from helpdesk.usecase.demo import seed_demo
from tests.integration.console.desk import CHEAP, ConsoleDesk

SHEETS = {
    "answers": ["weeks", "useful", "languages", "channels"],
    "officers": ["waits", "units", "gates"],
    "knowledge": ["gaps", "complaints", "stale", "unused"],
    "learning": ["misses", "backlog", "effects"],
}


async def lively(desk: ConsoleDesk) -> None:
    """The demonstration with its past, a change of the model, and things to review."""
    await desk.database.write(lambda unit: seed_demo(unit, Policy(), desk.clock(), CHEAP.hash))
    await desk.database.write(lambda unit: _change(unit, desk))


def _change(unit: Unit, desk: ConsoleDesk) -> None:
    at = desk.clock() - timedelta(days=30)
    facts: dict[str, Any] = {"archive": "m", "sha256": "s", "fingerprint": "f", "origin": "console", "rasa": "3"}
    unit.models.add(name="m1", trained_at=at, seconds=1.0, snapshot="", trained_by=None, facts={}, **facts)
    run = unit.connection.execute
    run(insert(table.promotion).values(state="done", kind="promote", model="m1", asked_at=at, ended_at=at))
    turns, _ = unit.turns.find(limit=2)
    run(insert(table.gap).values(id=1, title="=1+1 <b>phí bến bãi</b>", words=[], first_at=at, last_at=at))
    for turn in turns:
        known = {"conversation_id": turn.conversation_id, "language": "vi", "at": desk.clock()}
        run(insert(table.gap_turn).values(turn_id=turn.id, gap_id=1, kind="declined", **known))
    asked = {"folded": "x", "language": "vi", "first_at": at, "last_at": at}
    run(insert(table.question).values(key="k", text="x", **asked))
    due = {"version": 1, "cause": "review_by", "subject": "", "due_on": at.date(), "opened_at": at}
    run(insert(table.article_review).values(article_id="cancel", **due))
    run(insert(table.article).values(id="cancel", **_article(desk)), {})
    run(insert(table.article).values(id="aeo", **_article(desk)), {})


def _article(desk: ConsoleDesk) -> dict[str, Any]:
    document = {language: {"title": f"Tiêu đề {language}"} for language in ("vi", "en", "zh")}
    return {"version": 1, "state": "approved", "document": document, "digest": "d", "created_at": desk.clock()}


@pytest.mark.parametrize("page", PAGES)
async def test_before_anything_happened_each_chart_says_what_will_be_there(desk: ConsoleDesk, page: str) -> None:
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    html = await browser.text(f"/insight/{page}")
    assert re.findall(r'<section class="card panel[^"]*" id="(\w+)"', html) == SHEETS[page]
    assert "<svg" not in html
    assert html.count('<p class="none">') == len(SHEETS[page])


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_charts_hold_nothing_that_the_content_policy_refuses(desk: ConsoleDesk, page: str, language: str) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR, language)
    html = await browser.text(f"/insight/{page}?range=52w")
    charts = re.findall(r"<svg.*?</svg>", html, re.DOTALL)
    assert charts
    assert not re.search(r"<style|<script|\sstyle=|\son\w+=|href=", "".join(charts))
    assert all('role="img" aria-label="' in chart for chart in charts)
    assert html.count('<p class="none">') == 0
    # every chart has its figures as a table and as a file
    assert html.count("<table") == html.count(".csv?") == len(SHEETS[page])
    assert "<b>phí" not in html


async def test_a_rate_tells_its_cases_and_few_of_them_are_marked(desk: ConsoleDesk) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    html = await browser.text("/insight/answers")
    assert re.search(r"\d+ % <small>\(\d+/\d+\)</small> <span class=\"tag\">few</span>", html)
    assert re.search(r"n = \d{3}", html)


async def test_a_change_of_the_model_is_marked_and_judged_with_care(desk: ConsoleDesk) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    html = await browser.text("/insight/learning")
    assert "Change of model" in html
    assert "promoted m1" in html
    assert re.search(r"may be chance|better|worse", html)


@pytest.mark.parametrize(("page", "sheet"), [(page, sheet) for page, sheets in SHEETS.items() for sheet in sheets])
async def test_every_table_can_be_opened_by_a_spreadsheet(desk: ConsoleDesk, page: str, sheet: str) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR, "vi")
    answer = await browser.get(f"/insight/{page}/{sheet}.csv?range=12w")
    body = (await answer.read()).decode()
    assert answer.status == 200
    assert answer.content_type == "text/csv"
    assert answer.headers["Content-Disposition"].startswith(f'attachment; filename="isec-{sheet}-2026-')
    assert body.startswith("\ufeff")
    lines = list(csv.reader(io.StringIO(body.removeprefix("\ufeff"))))
    assert len(lines) > 1
    assert {len(line) for line in lines} == {len(lines[0])}


async def test_no_cell_begins_a_formula(desk: ConsoleDesk) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    body = await (await browser.get("/insight/knowledge/gaps.csv")).text()
    assert "'=1+1 <b>phí bến bãi</b>" in body


async def test_filters_narrow_every_figure_and_are_kept_from_page_to_page(desk: ConsoleDesk) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    html = await browser.text("/insight/answers?language=zh&channel=web&range=dates&from=2026-10-05&to=2026-10-11")
    shown = html[html.index('id="languages"') :]
    assert "Chinese (n = " in shown
    assert "Vietnamese (n = " not in shown
    kept = "range=dates&amp;from=2026-10-05&amp;to=2026-10-11&amp;language=zh&amp;channel=web"
    assert f'/insight/learning?{kept}"' in html
    assert f'/insight/answers/weeks.csv?{kept}"' in html
    telegram = await browser.text("/insight/answers?channel=telegram")
    assert "<svg" not in telegram


@pytest.mark.parametrize(
    "query",
    ["range=x&from=1&to=y", "range=dates&from=0001-01-01&to=9999-12-31", "language=xx&channel=%00", "from=&to="],
)
async def test_nonsense_in_the_address_shows_the_usual(desk: ConsoleDesk, query: str) -> None:
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    for page in PAGES:
        await browser.text(f"/insight/{page}?{query}")
    assert (await browser.get("/insight/nothing")).status == 404
    assert (await browser.get(f"/insight/answers/nothing.csv?{query}")).status == 404


@pytest.mark.parametrize(("page", "most"), [("answers", 2), ("officers", 3), ("knowledge", 6), ("learning", 6)])
async def test_a_page_asks_the_database_few_things_whatever_the_period(desk: ConsoleDesk, page: str, most: int) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    asked: list[str] = []
    event.listen(desk.database.engine, "before_cursor_execute", lambda *call: asked.append(call[2]))
    counts = []
    for query in ("range=4w", "range=52w"):
        asked.clear()
        await browser.text("/ratings")
        usual = len([statement for statement in asked if statement.startswith("SELECT")]) - 1
        asked.clear()
        await browser.text(f"/insight/{page}?{query}")
        counts.append(len([statement for statement in asked if statement.startswith("SELECT")]) - usual)
    assert max(counts) <= most


async def test_a_page_that_only_refreshes_its_head_counts_nothing_again(desk: ConsoleDesk) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    answer = await browser.get("/insight/answers", headers={"X-ISEC-Live": "1"})
    html = await answer.text()
    assert 'id="nav-queued"' in html
    assert "panel" not in html.split('<div class="panels">')[1]


async def test_an_outcome_keeps_its_texture_on_every_chart(desk: ConsoleDesk) -> None:
    await lively(desk)
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    html = await browser.text("/insight/answers")
    tone = list(Outcome).index(Outcome.HANDOFF) + 1
    for sheet in ("weeks", "languages", "channels"):
        chart = html[html.index(f'id="{sheet}-tone-') :]
        assert f'fill="url(#{sheet}-tone-{tone})" /><text' in chart


async def test_the_effect_of_each_change_of_the_model_is_told(desk: ConsoleDesk) -> None:
    await lively(desk)
    await desk.database.write(lambda unit: _changes_every_week(unit, desk))
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    body = await (await browser.get("/insight/learning/effects.csv?range=52w")).text()
    assert len(list(csv.reader(io.StringIO(body)))) == 1 + 1 + 20
    page = await browser.text("/insight/learning?range=52w")
    assert page[page.index('id="effects"') :].count("promoted m1") == 21


def _changes_every_week(unit: Unit, desk: ConsoleDesk) -> None:
    for week in range(20):
        at = desk.clock() - timedelta(weeks=week, days=1)
        done = {"state": "done", "kind": "promote", "model": "m1", "asked_at": at, "ended_at": at}
        unit.connection.execute(insert(table.promotion).values(**done))
