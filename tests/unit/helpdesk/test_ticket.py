import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpdesk.error import Conflict
from helpdesk.ticket import HELD, OPEN, TRANSITIONS, TicketEvent, TicketState, next_state, number


@pytest.mark.parametrize(
    ("state", "event", "after"),
    [
        ("queued", "claim", "assigned"),
        ("assigned", "officer_replies", "waiting_customer"),
        ("waiting_customer", "contact_writes", "assigned"),
        ("assigned", "release", "queued"),
        ("waiting_customer", "resolve", "resolved"),
        ("resolved", "reopen", "queued"),
        ("assigned", "hand_back", "handed_back"),
    ],
)
def test_moves_along_the_table(state: str, event: str, after: str) -> None:
    assert next_state(TicketState(state), TicketEvent(event)) == after


@pytest.mark.parametrize(
    ("state", "event"),
    [("resolved", "claim"), ("resolved", "officer_replies"), ("handed_back", "reopen"), ("queued", "officer_replies")],
)
def test_refuses_moves_the_table_does_not_have(state: str, event: str) -> None:
    with pytest.raises(Conflict, match="cannot"):
        next_state(TicketState(state), TicketEvent(event))


def test_an_open_ticket_is_only_ended_on_purpose() -> None:
    ends = {TicketEvent.RESOLVE, TicketEvent.HAND_BACK}
    leaving = {event for (state, event), after in TRANSITIONS.items() if state in OPEN and after not in OPEN}
    assert leaving == ends


def test_every_open_state_accepts_what_the_contact_writes_and_keeps_the_ticket_open() -> None:
    assert all(next_state(state, TicketEvent.CONTACT_WRITES) in OPEN for state in OPEN)


def test_a_waiting_contact_is_owed_work_by_the_queue_or_an_officer() -> None:
    after_writing = {next_state(state, TicketEvent.CONTACT_WRITES) for state in OPEN}
    assert after_writing == {TicketState.QUEUED, TicketState.ASSIGNED}
    assert TicketState.ASSIGNED in HELD


@given(st.integers(1, 9999), st.integers(0, 5), st.integers(1, 9))
def test_numbers_that_differ_in_one_digit_differ_in_their_check_as_well(count: int, place: int, shift: int) -> None:
    digits = list(f"26{count:04d}")
    digits[place] = str((int(digits[place]) + shift) % 10)
    year, misheard = int("".join(digits[:2])), int("".join(digits[2:]))
    assert number(2000 + year, misheard)[-1] != number(2026, count)[-1]


def test_numbers_are_short_enough_to_say() -> None:
    assert number(2026, 42) == "26-0042-7"
