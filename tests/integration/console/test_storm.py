"""A storm of questions: a page makes the same few queries whether there are tens of questions or thousands."""

from pathlib import Path

import pytest

from helpdesk.officer import Role
from tests.integration.console.desk import ConsoleDesk
from tests.integration.console.storm import PAGES, counted, fill

MOST_QUERIES = 16
FEW, MANY = 60, 3000


async def test_a_page_of_the_review_makes_the_same_few_queries_however_many_questions_there_are(
    tmp_path: Path, database_url: str
) -> None:
    desk = await ConsoleDesk(tmp_path, url=database_url).open()
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR)
    fill(desk.database, FEW)
    few = await _queries(desk, browser)
    with desk.database.engine.begin() as connection:
        for name in ("asking", "question", "turn", "conversation", "contact", "article"):
            connection.exec_driver_sql(f"delete from {name}")
    fill(desk.database, MANY)
    many = await _queries(desk, browser)
    await desk.close()
    assert max(many.values()) <= MOST_QUERIES
    assert {path: count for path, count in many.items() if count > max(few.values())} == {}


async def _queries(desk: ConsoleDesk, browser: object) -> dict[str, int]:
    found = {}
    for path in PAGES:
        with counted(desk.database.engine) as seen:
            await browser.text(path)  # type: ignore[attr-defined]
        found[path] = len([one for one in seen if not one.upper().startswith(("BEGIN", "PRAGMA"))])
    return found


@pytest.mark.parametrize("path", ["/review", "/review?view=list"])
async def test_labelling_in_a_storm_touches_only_what_was_picked(tmp_path: Path, database_url: str, path: str) -> None:
    desk = await ConsoleDesk(tmp_path, url=database_url).open()
    browser = await desk.signed_in("boss", Role.ADMINISTRATOR)
    fill(desk.database, 400)
    await browser.text(path)
    with counted(desk.database.engine) as seen:
        answer = await browser.post("/review/label", act="out_of_scope", row=["7:1", "8:1"])
    changed = await desk.read(lambda unit: unit.questions.get([7, 8]))
    await desk.close()
    assert answer.status == 303
    assert [one.target for one in changed] == ["out_of_scope", "out_of_scope"]
    assert len(seen) <= 30
