r"""A ticket is one piece of officer work; its state machine says who owes the business the next move.

    (none) --open--> queued --claim--> assigned --officer replies--> waiting_customer
                       ^                |   ^                          |
                       |--- release ----'   '---- contact writes ------|
                       '------------------- release -------------------'
    any open state --resolve--> resolved --reopen (inside the window)--> queued
    any open state --hand_back--> handed_back (the bot speaks again, no rating is asked)

While a ticket is open the bot is silent. `OPEN` states always have an owner: the queue (watched by alerts) or an
officer. No transition leads out of an open state without either a person or an explicit end.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from helpdesk.error import Conflict
from helpdesk.language import Language


class TicketState(StrEnum):
    """Where a ticket stands."""

    QUEUED = "queued"
    ASSIGNED = "assigned"
    WAITING_CUSTOMER = "waiting_customer"
    RESOLVED = "resolved"
    HANDED_BACK = "handed_back"


class TicketEvent(StrEnum):
    """What can happen to a ticket."""

    CLAIM = "claim"
    RELEASE = "release"
    TRANSFER = "transfer"
    OFFICER_REPLIES = "officer_replies"
    CONTACT_WRITES = "contact_writes"
    RESOLVE = "resolve"
    HAND_BACK = "hand_back"
    REOPEN = "reopen"


class HandOffReason(StrEnum):
    """Why a conversation went from the bot to people."""

    ASKED = "asked"
    CLARIFIED_IN_VAIN = "clarified_in_vain"
    NOTHING_FOUND = "nothing_found"
    NOT_USEFUL = "not_useful"
    HUMAN_ONLY = "human_only"
    COMPLAINT = "complaint"
    FILE_RECEIVED = "file_received"
    BRAIN_DOWN = "brain_down"
    FAILURE = "failure"
    SWITCHED_OFF = "switched_off"
    NOT_IN_FORCE = "not_in_force"
    OFFICER_STEPPED_IN = "officer_stepped_in"


OPEN = frozenset({TicketState.QUEUED, TicketState.ASSIGNED, TicketState.WAITING_CUSTOMER})
HELD = frozenset({TicketState.ASSIGNED, TicketState.WAITING_CUSTOMER})

_S, _E = TicketState, TicketEvent
TRANSITIONS: dict[tuple[TicketState, TicketEvent], TicketState] = {
    (_S.QUEUED, _E.CLAIM): _S.ASSIGNED,
    (_S.QUEUED, _E.TRANSFER): _S.ASSIGNED,
    (_S.QUEUED, _E.CONTACT_WRITES): _S.QUEUED,
    (_S.QUEUED, _E.RESOLVE): _S.RESOLVED,
    (_S.QUEUED, _E.HAND_BACK): _S.HANDED_BACK,
    (_S.ASSIGNED, _E.RELEASE): _S.QUEUED,
    (_S.ASSIGNED, _E.TRANSFER): _S.ASSIGNED,
    (_S.ASSIGNED, _E.OFFICER_REPLIES): _S.WAITING_CUSTOMER,
    (_S.ASSIGNED, _E.CONTACT_WRITES): _S.ASSIGNED,
    (_S.ASSIGNED, _E.RESOLVE): _S.RESOLVED,
    (_S.ASSIGNED, _E.HAND_BACK): _S.HANDED_BACK,
    (_S.WAITING_CUSTOMER, _E.RELEASE): _S.QUEUED,
    (_S.WAITING_CUSTOMER, _E.TRANSFER): _S.ASSIGNED,
    (_S.WAITING_CUSTOMER, _E.OFFICER_REPLIES): _S.WAITING_CUSTOMER,
    (_S.WAITING_CUSTOMER, _E.CONTACT_WRITES): _S.ASSIGNED,
    (_S.WAITING_CUSTOMER, _E.RESOLVE): _S.RESOLVED,
    (_S.WAITING_CUSTOMER, _E.HAND_BACK): _S.HANDED_BACK,
    (_S.RESOLVED, _E.REOPEN): _S.QUEUED,
}


def next_state(state: TicketState, event: TicketEvent) -> TicketState:
    """The state after an event; raises Conflict for a move the table does not have."""
    try:
        return TRANSITIONS[state, event]
    except KeyError:
        raise Conflict(f"a ticket that is {state} cannot {event}; reload the page") from None


@dataclass(frozen=True, slots=True)
class Ticket:
    """One piece of officer work, as stored.

    Attributes:
        unit: the unit that the contact named (`is_unit_named`), else that of the officer who has or had it.
    """

    id: int
    number: str
    conversation_id: str
    state: TicketState
    reason: HandOffReason
    language: Language
    opened_at: datetime
    queued_at: datetime
    topic: str | None = None
    unit: str | None = None
    officer_id: int | None = None
    officer_name: str | None = None
    previous_number: str | None = None
    claimed_at: datetime | None = None
    first_reply_at: datetime | None = None
    resolved_at: datetime | None = None
    reopened_count: int = 0
    is_unit_named: bool = False

    @property
    def is_open(self) -> bool:
        """True while somebody owes this ticket work."""
        return self.state in OPEN


def number(year: int, count: int) -> str:
    """A ticket number that people can say on the phone, e.g. `26-0042-7`.

    Two digits of the year, a running count of at least four digits and a Luhn check digit, so that a slip of the
    tongue is noticed instead of opening somebody else's case.
    """
    digits = f"{year % 100:02d}{count:04d}"
    return f"{digits[:2]}-{digits[2:]}-{_luhn(digits)}"


def _luhn(digits: str) -> int:
    doubled = (int(digit) * (2 - index % 2) for index, digit in enumerate(reversed(digits)))
    return -sum(value // 10 + value % 10 for value in doubled) % 10


def may_reopen(ticket: Ticket, now: datetime, window: timedelta) -> bool:
    """True when a new hand-off continues this ticket instead of opening a new one."""
    if ticket.state is not TicketState.RESOLVED or ticket.resolved_at is None:
        return False
    return now.astimezone(UTC) - ticket.resolved_at.astimezone(UTC) <= window
