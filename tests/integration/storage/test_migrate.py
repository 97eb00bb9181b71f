import sqlite3
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from helpdesk.error import StorageUnavailable
from helpdesk.storage import migrate
from helpdesk.storage.database import Database, create
from helpdesk.storage.table import metadata
from tests.conftest import NOON


def test_migrations_arrive_at_the_schema_in_the_code(database: Database) -> None:
    with database.engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_the_newest_revision_is_read_from_the_file_names_alone() -> None:
    assert ScriptDirectory(str(migrate.SCRIPTS)).get_heads() == [migrate.newest()]


def test_migrating_twice_changes_nothing(database: Database) -> None:
    migrate.upgrade(database.engine)
    with database.engine.connect() as connection:
        assert connection.execute(text("select count(*) from alembic_version")).scalar_one() == 1


@pytest.mark.parametrize("statement", ["update audit set action = 'x'", "delete from audit"])
def test_the_database_itself_keeps_the_audit_log_append_only(database: Database, statement: str) -> None:
    database.write_now(lambda unit: unit.audit.add(NOON, "ticket.claimed"))
    with pytest.raises(DBAPIError, match="append-only"), database.engine.begin() as connection:
        connection.execute(text(statement))
    assert [entry.action for entry in database.read_now(lambda unit: unit.audit.recent())] == ["ticket.claimed"]


def test_a_damaged_database_file_is_named_in_one_line(tmp_path: Path) -> None:
    damaged = tmp_path / "isec.db"
    damaged.write_bytes(b"this is no database" * 100)
    with pytest.raises(StorageUnavailable, match=r"not usable.*restore"):
        migrate.upgrade(create(f"sqlite:///{damaged}"))


def test_sqlite_survives_a_power_cut_by_its_settings(sqlite: Database) -> None:
    with sqlite.engine.connect() as connection:
        pragmas = [connection.exec_driver_sql(f"pragma {name}").scalar() for name in ("journal_mode", "synchronous")]
    assert pragmas == ["wal", 2]
    assert sqlite3.sqlite_version_info >= (3, 35)
