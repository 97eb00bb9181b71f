"""One-time links in both databases, with those that were made before they could name an account."""

from datetime import timedelta

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import inspect

from helpdesk.error import Forbidden, InvalidInput
from helpdesk.officer import Officer, Role
from helpdesk.storage import migrate
from helpdesk.storage.database import Database, create
from helpdesk.storage.unit import Unit
from helpdesk.usecase import account
from tests.conftest import NOON

PASSWORD = "a long pass sentence"


def reversed_(password: str) -> str:
    return password[::-1]


def staff(unit: Unit) -> tuple[Officer, Officer]:
    """An administrator and an officer."""
    boss = unit.officers.add("boss", "Boss", "x", Role.ADMINISTRATOR, NOON)
    return boss, unit.officers.add("lan", "Lan", "x", Role.OFFICER, NOON)


def test_a_link_sets_a_password_once_and_ends_the_sessions(database: Database) -> None:
    boss, lan = database.write_now(staff)
    opened = database.write_now(lambda unit: account.open_session(unit, lan, NOON))
    token = database.write_now(lambda unit: account.offer_reset(unit, lan.id, boss, NOON))
    later = NOON + timedelta(minutes=5)
    database.write_now(lambda unit: account.reset_password(unit, token, PASSWORD, reversed_, later))
    found = database.read_now(lambda unit: unit.officers.by_login("lan"))
    assert found is not None
    assert found[1] == reversed_(PASSWORD)
    fingerprint = account.token_hash(opened.token)
    assert database.read_now(lambda unit: account.session_of(unit, fingerprint, later)) is None
    with pytest.raises(Forbidden, match="used or has expired"):
        database.write_now(lambda unit: account.reset_password(unit, token, PASSWORD, reversed_, later))


def test_the_database_does_not_know_the_link(database: Database) -> None:
    boss, lan = database.write_now(staff)
    token = database.write_now(lambda unit: account.offer_reset(unit, lan.id, boss, NOON))
    with database.engine.connect() as connection:
        row = connection.exec_driver_sql("select * from invitation").one()
    assert token not in map(str, row)
    assert account.token_hash(token) in map(str, row)


def test_a_session_lies_idle_after_an_hour_and_lives_on_with_use(database: Database) -> None:
    _, lan = database.write_now(staff)
    opened = database.write_now(lambda unit: account.open_session(unit, lan, NOON))
    fingerprint = account.token_hash(opened.token)
    half, whole = NOON + timedelta(minutes=30), NOON + timedelta(minutes=60)
    assert database.read_now(lambda unit: account.session_of(unit, fingerprint, whole)) is None
    database.write_now(lambda unit: unit.officers.use_session(fingerprint, half))
    found = database.read_now(lambda unit: account.session_of(unit, fingerprint, whole))
    assert found is not None
    assert found[2] == half


def test_an_invitation_outlives_the_migration_there_and_back(database_url: str) -> None:
    database = Database(create(database_url))
    migrate.upgrade(database.engine)
    boss, lan = database.write_now(staff)
    invited = database.write_now(lambda unit: account.invite(unit, Role.SUPERVISOR, NOON, boss))
    database.write_now(lambda unit: account.offer_reset(unit, lan.id, boss, NOON))
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    with database.engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, "0002")
        connection.commit()
    columns = {column["name"] for column in inspect(database.engine).get_columns("invitation")}
    assert "officer_id" not in columns
    migrate.upgrade(database.engine)
    with database.engine.connect() as connection:
        rows = connection.exec_driver_sql("select token_hash, officer_id from invitation").all()
    assert [tuple(row) for row in rows] == [(account.token_hash(invited), None)]
    database.close()


@pytest.mark.parametrize(
    "name", ["<b>Lan</b>", "Lan>", "La\tn", "La\nn", "Lan\u202eHa", "La\u200bn", "La\u2028n", "La\x1bn"]
)
def test_a_name_with_markup_or_invisible_characters_is_refused(sqlite: Database, name: str) -> None:
    token = sqlite.write_now(lambda unit: account.invite(unit, Role.ADMINISTRATOR, NOON))
    with pytest.raises(InvalidInput, match="no < or >"):
        sqlite.write_now(lambda unit: account.accept(unit, token, "lan", name, PASSWORD, reversed_, NOON))
    plain = "Nguyễn Thị O'Hà-李"
    made = sqlite.write_now(lambda unit: account.accept(unit, token, "lan", plain, PASSWORD, reversed_, NOON))
    assert made.name == plain


def test_a_new_link_for_the_first_account_ends_the_one_before(database: Database) -> None:
    old, new = (database.write_now(lambda unit: account.invite(unit, Role.ADMINISTRATOR, NOON)) for _ in range(2))
    with pytest.raises(Forbidden):
        database.write_now(lambda unit: account.accept(unit, old, "eve", "Eve", PASSWORD, reversed_, NOON))
    created = database.write_now(lambda unit: account.accept(unit, new, "boss", "Boss", PASSWORD, reversed_, NOON))
    assert created.role is Role.ADMINISTRATOR
