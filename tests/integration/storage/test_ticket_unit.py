"""The unit of a ticket: what the contact named, else whose officer has it."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, text

from helpdesk.message import Outcome
from helpdesk.officer import Officer, Role
from helpdesk.reply import Reply
from helpdesk.storage import migrate
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database
from helpdesk.ticket import HandOffReason, Ticket
from helpdesk.usecase import queue
from tests.conftest import NOON, POLICY, hired, met

LATER = NOON + timedelta(minutes=5)
LONG_AGO = NOON - POLICY.reopen_window - timedelta(seconds=1)


def asked(database: Database, conversation: Conversation, unit_name: str | None, at: datetime = NOON) -> None:
    reply = Reply(Outcome.ANSWERED, "vi", unit=unit_name)
    database.write_now(lambda unit: unit.turns.add(conversation.id, None, "?", "telegram", reply, at))


def handed_off(database: Database, conversation: Conversation, at: datetime = NOON) -> Ticket:
    current = database.read_now(lambda unit: unit.conversations.get(conversation.id))
    return database.write_now(lambda unit: queue.hand_off(unit, POLICY, current, HandOffReason.ASKED, at))


def officer(database: Database, name: str, unit_name: str | None) -> Officer:
    made = hired(database, name)
    database.write_now(lambda unit: unit.officers.change(made.id, role=Role.OFFICER, unit=unit_name))
    return replace(made, unit=unit_name)


def does(database: Database, case: Callable[..., Any], ticket: Ticket, *values: Any) -> str | None:
    """The ticket's unit after an officer has done something to it."""
    database.write_now(lambda unit: case(unit, POLICY, ticket.id, *values, LATER))
    return database.read_now(lambda unit: unit.tickets.get(ticket.id)).unit


def test_the_unit_that_the_questions_named_last_is_the_ticket_s(database: Database) -> None:
    here = met(database)
    for unit_name in ("hon-gai", "mong-cai", None):
        asked(database, here, unit_name)
    ticket = handed_off(database, here)
    assert (ticket.unit, ticket.is_unit_named) == ("mong-cai", True)
    an = officer(database, "An", "cam-pha")
    assert does(database, queue.claim, ticket, an) == "mong-cai"
    assert does(database, queue.release, ticket, an) == "mong-cai"


def test_what_was_named_long_ago_or_by_somebody_else_tells_nothing(database: Database) -> None:
    here, there = met(database, "1"), met(database, "2")
    asked(database, here, "mong-cai", LONG_AGO)
    asked(database, there, "hon-gai")
    assert handed_off(database, here).unit is None


def test_without_a_named_unit_a_ticket_is_of_the_unit_whose_officer_has_it(database: Database) -> None:
    an, binh, chi = (
        officer(database, name, unit) for name, unit in (("An", "hon-gai"), ("Bi", "cam-pha"), ("Ch", None))
    )
    ticket = handed_off(database, met(database))
    assert does(database, queue.claim, ticket, an) == "hon-gai"
    assert does(database, queue.transfer, ticket, an, binh.id) == "cam-pha"
    assert does(database, queue.release, ticket, binh) is None
    assert does(database, queue.claim, ticket, chi) is None


def test_a_ticket_that_comes_back_by_itself_is_no_unit_s(database: Database) -> None:
    an, ticket = officer(database, "An", "hon-gai"), handed_off(database, met(database))
    assert does(database, queue.claim, ticket, an) == "hon-gai"
    database.write_now(lambda unit: queue.return_stranded(unit, POLICY, NOON + timedelta(days=1)))
    assert database.read_now(lambda unit: unit.tickets.get(ticket.id)).unit is None


def test_an_ended_ticket_keeps_its_unit_until_it_is_opened_again(database: Database) -> None:
    an, here = officer(database, "An", "hon-gai"), met(database)
    ticket = handed_off(database, here)
    does(database, queue.claim, ticket, an)
    assert does(database, queue.resolve, ticket, an) == "hon-gai"
    assert database.read_now(lambda unit: unit.ratings.get(ticket.id)).unit == "hon-gai"
    asked(database, here, "van-gia", LATER)
    again = handed_off(database, here, LATER)
    assert (again.id, again.unit, again.is_unit_named) == (ticket.id, "van-gia", True)


def test_naming_a_place_while_waiting_names_the_ticket_s_unit(database: Database) -> None:
    here = met(database)
    ticket = handed_off(database, here)
    held = database.read_now(lambda unit: unit.conversations.get(here.id))
    database.write_now(lambda unit: queue.hear_contact(unit, held, LATER, None))
    assert database.read_now(lambda unit: unit.tickets.get(ticket.id)).unit is None
    database.write_now(lambda unit: queue.hear_contact(unit, held, LATER, "hoanh-mo"))
    found = database.read_now(lambda unit: unit.tickets.get(ticket.id))
    assert (found.unit, found.is_unit_named) == ("hoanh-mo", True)


def test_an_officer_who_steps_in_finds_the_unit_that_was_named(database: Database) -> None:
    an, named, other = officer(database, "An", "hon-gai"), met(database, "1"), met(database, "2")
    asked(database, named, "mong-cai")
    taken = [
        database.write_now(lambda unit, here=one.id: queue.take(unit, POLICY, here, an, LATER))
        for one in (named, other)
    ]
    assert [ticket.unit for ticket in taken] == ["mong-cai", "hon-gai"]


@pytest.mark.parametrize("state", ["assigned", "resolved"])
def test_tickets_of_earlier_releases_get_the_unit_of_who_had_them(database: Database, state: str) -> None:
    an = officer(database, "An", "hon-gai")
    tickets = [handed_off(database, met(database, str(number))) for number in range(3)]
    _migrated(database.engine, "0008")
    with database.engine.begin() as connection:
        connection.execute(text("update ticket set unit = null, officer_id = null"))
        connection.execute(
            text(f"update ticket set officer_id = {an.id}, state = '{state}' where id = {tickets[0].id}")
        )
        connection.execute(text(f"update ticket set unit = 'van-gia' where id = {tickets[1].id}"))
    _migrated(database.engine, "head")
    found = [database.read_now(lambda unit, key=one.id: unit.tickets.get(key)) for one in tickets]
    assert [(one.unit, one.is_unit_named) for one in found] == [("hon-gai", False), ("van-gia", True), (None, False)]


def _migrated(engine: Engine, revision: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.SCRIPTS))
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        (command.downgrade if revision != "head" else command.upgrade)(config, revision)
        connection.commit()
