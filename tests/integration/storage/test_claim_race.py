"""Officers in separate processes claim the same tickets: each ticket has exactly one winner."""

import multiprocessing
from collections import Counter
from datetime import timedelta

from helpdesk.error import ClaimLost, StorageUnavailable
from helpdesk.storage.database import Database, create
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import queue
from tests.conftest import NOON, POLICY, hired, met

TICKETS, OFFICERS = 500, 8


def claims(url: str, officer_id: int, ticket_ids: list[int]) -> list[int]:
    """The tickets that one officer's process wins."""
    database = Database(create(url))
    officer = database.read_now(lambda unit: unit.officers.get(officer_id))
    won = []
    for ticket_id in ticket_ids:
        while True:
            try:
                database.write_now(lambda unit, t=ticket_id: queue.claim(unit, POLICY, t, officer, NOON))
                won.append(ticket_id)
            except ClaimLost:
                pass
            except StorageUnavailable:
                continue
            break
    database.close()
    return won


def test_eight_officers_and_five_hundred_tickets_have_one_winner_each(database: Database, database_url: str) -> None:
    officers = [hired(database, f"Officer {number}") for number in range(OFFICERS)]
    tickets = []
    for number in range(TICKETS):
        conversation = met(database, str(number))
        at = NOON + timedelta(seconds=number)
        tickets.append(
            database.write_now(
                lambda unit, c=conversation, t=at: queue.hand_off(unit, POLICY, c, HandOffReason.ASKED, t)
            ).id
        )
    context = multiprocessing.get_context("spawn")
    with context.Pool(OFFICERS) as pool:
        wins = pool.starmap(claims, [(database_url, officer.id, tickets) for officer in officers])
    assert Counter(ticket for won in wins for ticket in won) == dict.fromkeys(tickets, 1)
    holders = database.read_now(lambda unit: [unit.tickets.get(ticket_id).officer_id for ticket_id in tickets])
    assert Counter(holders) == {officer.id: len(won) for officer, won in zip(officers, wins, strict=True) if won}
