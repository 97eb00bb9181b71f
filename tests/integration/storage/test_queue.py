from datetime import timedelta

import pytest

from helpdesk.calendar import Slot
from helpdesk.error import ClaimLost, Conflict, Forbidden, InvalidInput
from helpdesk.message import Author
from helpdesk.officer import Role
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database
from helpdesk.ticket import HandOffReason, Ticket, TicketState
from helpdesk.usecase import feedback, queue
from tests.conftest import NOON, POLICY, hired, met

LATER = NOON + timedelta(minutes=5)


def opened(database: Database, conversation: Conversation, at: object = NOON) -> Ticket:
    """A queued ticket of a conversation."""
    current = database.read_now(lambda unit: unit.conversations.get(conversation.id))
    return database.write_now(lambda unit: queue.hand_off(unit, POLICY, current, HandOffReason.ASKED, at))  # type: ignore[arg-type]


def words(database: Database, conversation: Conversation) -> list[str]:
    return [
        message.text
        for message in database.read_now(lambda unit: unit.messages.of(conversation.id))
        if message.author is Author.SYSTEM
    ]


def test_a_hand_off_tells_number_place_and_that_hours_are_unknown(database: Database) -> None:
    first, second = met(database, "1"), met(database, "2")
    opened(database, first)
    ticket = opened(database, second, LATER)
    assert ticket.state is TicketState.QUEUED
    [told] = words(database, second)
    assert ticket.number in told
    assert "thứ tự chờ: 2" in told
    assert "chưa được ghi nhận" in told


def test_recorded_hours_are_told(database: Database) -> None:
    from datetime import time

    slots = [Slot(day, time(7, 30), time(11, 0)) for day in range(5)]
    database.write_now(lambda unit: unit.calendar.replace("all", slots, []))
    conversation = met(database)
    opened(database, conversation)
    assert "07:30 24/11/2026" in words(database, conversation)[0]


def test_the_second_claim_learns_who_was_first(database: Database) -> None:
    an, binh = hired(database, "An"), hired(database, "Binh")
    ticket = opened(database, met(database))
    database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, an, LATER))
    with pytest.raises(ClaimLost) as lost:
        database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, binh, LATER))
    assert lost.value.holder == "An"


def test_only_the_holder_or_a_supervisor_may_answer(database: Database) -> None:
    an, binh, chief = hired(database, "An"), hired(database, "Binh"), hired(database, "Chief", Role.SUPERVISOR)
    ticket = opened(database, met(database))
    database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, an, LATER))
    with pytest.raises(Forbidden, match="An holds"):
        database.write_now(lambda unit: queue.reply(unit, POLICY, ticket.id, binh, "chào", LATER))
    database.write_now(lambda unit: queue.reply(unit, POLICY, ticket.id, chief, "chào", LATER))


def test_an_answer_waits_for_the_customer_and_their_words_bring_it_back(database: Database) -> None:
    an, conversation = hired(database, "An"), met(database)
    ticket = opened(database, conversation)
    database.write_now(lambda unit: queue.reply(unit, POLICY, ticket.id, an, "chào anh", LATER))
    assert database.read_now(lambda unit: unit.tickets.get(ticket.id)).state is TicketState.WAITING_CUSTOMER
    current = database.read_now(lambda unit: unit.conversations.get(conversation.id))
    database.write_now(lambda unit: queue.hear_contact(unit, current, LATER))
    assert database.read_now(lambda unit: unit.tickets.get(ticket.id)).state is TicketState.ASSIGNED


def test_a_released_ticket_goes_to_the_front_of_the_queue(database: Database) -> None:
    an = hired(database, "An")
    first, second = met(database, "1"), met(database, "2")
    held = opened(database, first)
    opened(database, second, LATER)
    database.write_now(lambda unit: queue.claim(unit, POLICY, held.id, an, LATER))
    released = database.write_now(lambda unit: queue.release(unit, POLICY, held.id, an, LATER))
    assert released.officer_id is None
    assert database.read_now(lambda unit: unit.tickets.place(released)) == 1


def test_transfer_needs_the_holder_or_a_supervisor_and_an_active_colleague(database: Database) -> None:
    an, binh, chi = hired(database, "An"), hired(database, "Binh"), hired(database, "Chi")
    ticket = opened(database, met(database))
    database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, an, LATER))
    with pytest.raises(Forbidden):
        database.write_now(lambda unit: queue.transfer(unit, POLICY, ticket.id, binh, chi.id, LATER))
    moved = database.write_now(lambda unit: queue.transfer(unit, POLICY, ticket.id, an, binh.id, LATER))
    assert moved.officer_name == "Binh"
    database.write_now(lambda unit: unit.officers.change(chi.id, is_active=False))
    with pytest.raises(InvalidInput, match="no longer works"):
        database.write_now(lambda unit: queue.transfer(unit, POLICY, ticket.id, binh, chi.id, LATER))


def test_resolving_frees_the_conversation_and_asks_for_one_rating(database: Database) -> None:
    an, conversation = hired(database, "An"), met(database)
    ticket = opened(database, conversation)
    database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, an, LATER))
    database.write_now(lambda unit: queue.resolve(unit, POLICY, ticket.id, an, LATER))
    rating = database.read_now(lambda unit: unit.ratings.get(ticket.id))
    assert rating is not None
    assert rating.officer_id == an.id
    assert database.read_now(lambda unit: unit.conversations.get(conversation.id)).open_ticket_id is None
    with pytest.raises(Conflict):
        database.write_now(lambda unit: queue.resolve(unit, POLICY, ticket.id, an, LATER))


def test_a_rating_is_about_whoever_resolved_whoever_holds_the_ticket_when_it_is_given(database: Database) -> None:
    an, binh, conversation = hired(database, "An"), hired(database, "Binh"), met(database)
    ticket = opened(database, conversation)
    database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, an, NOON))
    database.write_now(lambda unit: queue.resolve(unit, POLICY, ticket.id, an, NOON))
    assert opened(database, conversation, LATER).id == ticket.id
    database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, binh, LATER))
    current = database.read_now(lambda unit: unit.conversations.get(conversation.id))
    assert database.write_now(lambda unit: feedback.rate(unit, current, ticket.number, 4, LATER))
    assert not database.write_now(lambda unit: feedback.rate(unit, current, ticket.number, 1, LATER))
    rating = database.read_now(lambda unit: unit.ratings.get(ticket.id))
    assert rating is not None
    assert (rating.officer_id, rating.level) == (an.id, 4)


@pytest.mark.parametrize(("hours", "is_same"), [(1, True), (72, True), (73, False)])
def test_a_new_hand_off_reopens_inside_the_window_and_links_after_it(
    database: Database, hours: int, is_same: bool
) -> None:
    an, conversation = hired(database, "An"), met(database)
    first = opened(database, conversation)
    database.write_now(lambda unit: queue.claim(unit, POLICY, first.id, an, NOON))
    database.write_now(lambda unit: queue.resolve(unit, POLICY, first.id, an, NOON))
    second = opened(database, conversation, NOON + timedelta(hours=hours))
    assert (second.number == first.number) is is_same
    assert second.previous_number == (None if is_same else first.number)
    assert second.state is TicketState.QUEUED


def test_unclaimed_tickets_are_alerted_once_a_threshold(database: Database) -> None:
    ticket = opened(database, met(database))

    def alerted(minutes: int) -> list[str]:
        at = NOON + timedelta(minutes=minutes)
        return [found.number for found in database.write_now(lambda unit: queue.alert_unclaimed(unit, POLICY, at))]

    assert [alerted(minutes) for minutes in (5, 11, 12, 21, 30)] == [[], [ticket.number], [], [ticket.number], []]


def test_a_contact_who_waits_too_long_for_an_officer_returns_to_the_queue(database: Database) -> None:
    an, conversation = hired(database, "An"), met(database)
    ticket = opened(database, conversation)
    database.write_now(lambda unit: queue.claim(unit, POLICY, ticket.id, an, NOON))
    assert database.write_now(lambda unit: queue.return_stranded(unit, POLICY, NOON + timedelta(minutes=29))) == []
    [returned] = database.write_now(lambda unit: queue.return_stranded(unit, POLICY, NOON + timedelta(minutes=31)))
    assert returned.state is TicketState.QUEUED
    assert returned.officer_id is None


def test_an_officer_who_waits_for_the_customer_is_left_alone(database: Database) -> None:
    an = hired(database, "An")
    ticket = opened(database, met(database))
    database.write_now(lambda unit: queue.reply(unit, POLICY, ticket.id, an, "chờ anh gửi hồ sơ", NOON))
    assert database.write_now(lambda unit: queue.return_stranded(unit, POLICY, NOON + timedelta(days=9))) == []


@pytest.mark.parametrize("text", ["", "   ", "x" * 8001])
def test_an_empty_or_endless_answer_is_refused(database: Database, text: str) -> None:
    an = hired(database, "An")
    ticket = opened(database, met(database))
    with pytest.raises(InvalidInput):
        database.write_now(lambda unit: queue.reply(unit, POLICY, ticket.id, an, text, NOON))
    assert database.read_now(lambda unit: unit.tickets.get(ticket.id)).state is TicketState.QUEUED


def test_the_contact_may_withdraw_and_the_bot_speaks_again(database: Database) -> None:
    conversation = met(database)
    ticket = opened(database, conversation)
    current = database.read_now(lambda unit: unit.conversations.get(conversation.id))
    database.write_now(lambda unit: queue.withdraw(unit, POLICY, current, LATER))
    assert database.read_now(lambda unit: unit.tickets.get(ticket.id)).state is TicketState.HANDED_BACK
    assert database.read_now(lambda unit: unit.conversations.get(conversation.id)).open_ticket_id is None
