"""The pages about the desk's work make the same few queries over a year as over a week, on both databases."""

from pathlib import Path

import pytest

from helpdesk.officer import Role
from tests.integration.console.desk import ConsoleDesk
from tests.integration.console.storm import counted
from tests.integration.console.year import PAGES, fill

MOST_QUERIES = {"answers": 6, "officers": 7, "knowledge": 10, "learning": 9}
"""Four of them are those of every page: who is there, how many wait."""


@pytest.mark.parametrize("turns", [100, 4000])
async def test_a_year_costs_no_more_queries_than_a_week(tmp_path: Path, database_url: str, turns: int) -> None:
    desk = await ConsoleDesk(tmp_path, url=database_url).open()
    browser = await desk.signed_in("boss", Role.SUPERVISOR)
    fill(desk.database, turns)
    found = {}
    for path in PAGES:
        with counted(desk.database.engine) as seen:
            assert "<svg" in await browser.text(path)
        found[path] = len([one for one in seen if not one.upper().startswith(("BEGIN", "PRAGMA"))])
    await desk.close()
    most = {path: MOST_QUERIES[path.split("?")[0].rsplit("/")[-1]] for path in PAGES}
    assert {path: count for path, count in found.items() if count > most[path]} == {}
