from pathlib import Path

import pytest
import yaml
from sqlalchemy import update

from bot.bookcase import Bookcase
from helpdesk.storage.database import Database
from helpdesk.storage.table import article
from knowledge_base import shelf
from knowledge_base.article import dump
from tests.conftest import Clock


@pytest.fixture
def bookcase(sqlite: Database, clock: Clock) -> Bookcase:
    made = Bookcase(sqlite, clock, serve_drafts=True)
    made.seed_now()
    return made


def test_it_is_empty_until_it_is_filled_and_then_holds_every_article(bookcase: Bookcase) -> None:
    assert bookcase.current().editions == {}
    bookcase.refresh_now()
    assert set(bookcase.current().editions) == {path.stem for path in shelf.PROCEDURES.glob("*.yaml")}


def test_seeding_twice_adds_nothing(bookcase: Bookcase) -> None:
    assert bookcase.seed_now() == 0


async def test_drafts_are_not_served_where_they_may_not_be(sqlite: Database, clock: Clock, bookcase: Bookcase) -> None:
    strict = Bookcase(sqlite, clock, serve_drafts=False)
    await strict.refresh()
    assert strict.current().editions == {}


def test_a_version_that_cannot_be_read_is_left_out_and_the_rest_served(
    sqlite: Database, bookcase: Bookcase, clock: Clock
) -> None:
    broken = update(article).where(article.c.id == "cancel").values(document={"id": "cancel"})
    sqlite.write_now(lambda unit: unit.connection.execute(broken))
    clock.pass_(seconds=1)
    bookcase.refresh_now()
    served = bookcase.current().editions
    assert ("cancel" in served, len(served)) == (False, len(list(shelf.PROCEDURES.glob("*.yaml"))) - 1)


def test_what_is_exported_can_be_read_again(bookcase: Bookcase, tmp_path: Path) -> None:
    assert bookcase.export_now(tmp_path) == len(list(tmp_path.glob("*.yaml")))
    again = yaml.safe_load((tmp_path / "cancel.yaml").read_text(encoding="utf-8"))
    [original] = [one for one in shelf.articles() if one.id == "cancel"]
    assert again == dump(original)
