"""The queue: tickets opened by a hand-off, claimed by one officer, moved on, ended; and nobody left behind in it.

Every change of a ticket is one conditional UPDATE on what was read (`TicketRows.move`); whoever comes second gets a
Conflict that says who was first.
"""

from datetime import datetime
from typing import Any

from helpdesk.error import ClaimLost, Conflict, Forbidden, InvalidInput
from helpdesk.message import Author, Button, Delivery, Draft
from helpdesk.officer import Officer, Role
from helpdesk.payload import Payload
from helpdesk.policy import Policy
from helpdesk.rating import LEVELS
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason, Ticket, TicketEvent, TicketState, may_reopen, next_state
from helpdesk.usecase import feedback, hours, thread
from helpdesk.wording import joined, say

MAX_REPLY = 8000
TELLABLE = frozenset(
    {
        HandOffReason.NOTHING_FOUND,
        HandOffReason.CLARIFIED_IN_VAIN,
        HandOffReason.BRAIN_DOWN,
        HandOffReason.NOT_IN_FORCE,
        HandOffReason.NOT_USEFUL,
    }
)
"""Hand-offs after which the asker may want to hear when there is an answer."""


def hand_off(
    unit: Unit,
    policy: Policy,
    conversation: Conversation,
    reason: HandOffReason,
    at: datetime,
    topic: str | None = None,
    turn_id: int = 0,
) -> Ticket:
    """Put a conversation into the queue and tell the contact number, place and hours.

    Continues the ticket that is open already; reopens the last one inside the window; else opens a new one that
    names the last. What the contact writes from now on is for officers, no comment on a rating. `turn_id` is the
    question that could not be answered: the contact may ask to be told when it can.
    """
    feedback.await_no_comment(unit, conversation)
    if conversation.open_ticket_id is not None:
        return _remind(unit, policy, conversation, at)
    last, named = unit.tickets.latest_of(conversation.id), _unit_named(unit, policy, conversation.id, at)
    if last is not None and may_reopen(last, at, policy.reopen_window):
        return _reopen(unit, policy, conversation, last, named, at)
    number = last.number if last else None
    ticket = unit.tickets.open(conversation.id, reason, conversation.language, at, topic, named, number)
    unit.conversations.change(conversation.id, open_ticket_id=ticket.id, clarifications=0)
    unit.audit.add(at, "ticket.opened", None, ticket.number, conversation.id, ticket.id, reason=reason)
    _tell_queued(unit, policy, conversation, ticket, "queue.opened", at, reason, turn_id)
    return ticket


def claim(unit: Unit, policy: Policy, ticket_id: int, officer: Officer, at: datetime) -> Ticket:
    """Take a queued ticket; raises ClaimLost naming the holder when somebody was faster."""
    ticket = unit.tickets.get(ticket_id)
    if ticket.state is not TicketState.QUEUED:
        raise _lost(ticket)
    if not _moved(unit, ticket, TicketEvent.CLAIM, claimed_at=at, **_held(ticket, officer)):
        raise _lost(unit.tickets.get(ticket_id))
    _log(unit, ticket, "ticket.claimed", officer, at)
    _tell(unit, policy, ticket, at, "queue.claimed", officer=officer.name)
    return unit.tickets.get(ticket_id)


def take(unit: Unit, policy: Policy, conversation_id: str, officer: Officer, at: datetime) -> Ticket:
    """Step into a conversation that the bot holds: a ticket is opened and claimed in one go."""
    conversation = unit.conversations.get(conversation_id)
    if conversation.open_ticket_id is not None:
        return claim(unit, policy, conversation.open_ticket_id, officer, at)
    last = unit.tickets.latest_of(conversation_id)
    ticket = unit.tickets.open(
        conversation_id,
        HandOffReason.OFFICER_STEPPED_IN,
        conversation.language,
        at,
        unit=_unit_named(unit, policy, conversation_id, at),
        previous_number=last.number if last else None,
    )
    unit.conversations.change(conversation_id, open_ticket_id=ticket.id, clarifications=0)
    _log(unit, ticket, "ticket.opened", officer, at)
    return claim(unit, policy, ticket.id, officer, at)


def release(unit: Unit, policy: Policy, ticket_id: int, officer: Officer, at: datetime) -> Ticket:
    """Give a held ticket back to the queue, in front of everything that came later."""
    ticket = _held_by(unit, ticket_id, officer)
    _move(unit, ticket, TicketEvent.RELEASE, queued_at=ticket.opened_at, alerts=0, **_held(ticket, None))
    _log(unit, ticket, "ticket.released", officer, at)
    released = unit.tickets.get(ticket_id)
    _tell(unit, policy, released, at, "queue.released", place=unit.tickets.place(released))
    return released


def transfer(unit: Unit, policy: Policy, ticket_id: int, officer: Officer, to_id: int, at: datetime) -> Ticket:
    """Pass an open ticket to a colleague."""
    to = unit.officers.get(to_id)
    if not to.is_active:
        raise InvalidInput("this officer no longer works at the desk; choose another")
    ticket = unit.tickets.get(ticket_id)
    if ticket.officer_id not in (None, officer.id):
        officer.require(Role.SUPERVISOR)
    _move(unit, ticket, TicketEvent.TRANSFER, claimed_at=at, **_held(ticket, to))
    _log(unit, ticket, "ticket.transferred", officer, at, to=to.id)
    _tell(unit, policy, ticket, at, "queue.transferred", officer=to.name)
    return unit.tickets.get(ticket_id)


def reply(
    unit: Unit,
    policy: Policy,
    ticket_id: int,
    officer: Officer,
    text: str,
    at: datetime,
    attachment_ids: tuple[str, ...] = (),
    shown: tuple[str | None, int | None] = (None, None),
) -> int:
    """Answer the contact; answering a queued ticket claims it. Returns the message id.

    `shown` is the article and version that the answer repeats, so that a correction of it reaches the contact.
    """
    words = _checked(text, has_files=bool(attachment_ids))
    ticket = unit.tickets.get(ticket_id)
    if ticket.state is TicketState.QUEUED:
        ticket = claim(unit, policy, ticket_id, officer, at)
    ticket = _held_by(unit, ticket_id, officer)
    _move(
        unit,
        ticket,
        TicketEvent.OFFICER_REPLIES,
        first_reply_at=ticket.first_reply_at or at,
        contact_waits_since=None,
    )
    conversation = unit.conversations.get(ticket.conversation_id)
    article_id, version = shown
    draft = Draft(words, Author.OFFICER, attachment_ids=attachment_ids, article_id=article_id, article_version=version)
    message_id = thread.write(unit, policy, conversation, draft, at, officer.id, ticket.id)
    _log(unit, ticket, "ticket.replied", officer, at, message=message_id)
    return message_id


def note(unit: Unit, conversation_id: str, officer: Officer, text: str, at: datetime) -> int:
    """Add a private note that only officers see."""
    words = _checked(text)
    conversation = unit.conversations.get(conversation_id)
    seq = unit.conversations.next_seq(conversation_id, at)
    draft = Draft(words, Author.OFFICER)
    message_id = unit.messages.add(
        conversation_id,
        seq,
        draft,
        at,
        Delivery.PULLED,
        officer.id,
        conversation.open_ticket_id,
        is_private=True,
    )
    unit.audit.add(at, "note.added", officer.id, str(message_id), conversation_id, conversation.open_ticket_id)
    return message_id


def resolve(unit: Unit, policy: Policy, ticket_id: int, officer: Officer, at: datetime) -> Ticket:
    """End a ticket and ask the contact once for a rating, its subjects frozen now."""
    ticket = _held_by(unit, ticket_id, officer)
    _move(unit, ticket, TicketEvent.RESOLVE, resolved_at=at, contact_waits_since=None)
    unit.conversations.change(ticket.conversation_id, open_ticket_id=None, clarifications=0)
    _log(unit, ticket, "ticket.resolved", officer, at)
    hours = int(policy.reopen_window.total_seconds() // 3600)
    _tell(unit, policy, ticket, at, "queue.resolved", hours=hours)
    if unit.ratings.ask(ticket.id, ticket.officer_id, ticket.unit, at):
        _ask_rating(unit, policy, ticket, at)
    return unit.tickets.get(ticket_id)


def hand_back(unit: Unit, policy: Policy, ticket_id: int, officer: Officer, at: datetime) -> Ticket:
    """Let the bot speak again without ending in a rating; the bot is given the officer's last words."""
    ticket = _held_by(unit, ticket_id, officer)
    _move(unit, ticket, TicketEvent.HAND_BACK, resolved_at=at, contact_waits_since=None)
    last = unit.messages.last_of(ticket.conversation_id, Author.OFFICER)
    conversation = unit.conversations.get(ticket.conversation_id)
    unit.conversations.change(
        ticket.conversation_id,
        open_ticket_id=None,
        clarifications=0,
        context=conversation.context | {"officer_message": last.id if last else None},
    )
    _log(unit, ticket, "ticket.handed_back", officer, at)
    _tell(unit, policy, ticket, at, "queue.handed_back")
    return unit.tickets.get(ticket_id)


def withdraw(unit: Unit, policy: Policy, conversation: Conversation, at: datetime) -> None:
    """The contact goes back to the bot; does nothing when the bot holds the conversation already."""
    if conversation.open_ticket_id is None:
        return
    ticket = unit.tickets.get(conversation.open_ticket_id)
    _move(unit, ticket, TicketEvent.HAND_BACK, resolved_at=at, contact_waits_since=None)
    unit.conversations.change(conversation.id, open_ticket_id=None, clarifications=0)
    unit.audit.add(at, "ticket.withdrawn", None, ticket.number, conversation.id, ticket.id)
    _tell(unit, policy, ticket, at, "queue.withdrawn")


def offer_rating(unit: Unit, policy: Policy, conversation: Conversation, at: datetime, guide: str | None) -> None:
    """The contact wants to rate: ask about the last resolved ticket without a level, or offer the article `guide`."""
    unrated = [
        ticket
        for ticket in unit.tickets.of(conversation.id)
        if (rating := unit.ratings.get(ticket.id)) is not None and rating.level is None
    ]
    if unrated:
        _ask_rating(unit, policy, unrated[-1], at)
    else:
        text, label = (say(conversation.language, key) for key in ("rating.none_yet", "rating.guide"))
        ways = [Button(label, str(Payload("article", (guide,))))] if guide else []
        thread.notice(unit, policy, conversation, text, at, *ways, thread.officer_button(conversation), is_rating=True)


def hear_contact(unit: Unit, conversation: Conversation, at: datetime, named: str | None = None) -> None:
    """The contact wrote while people hold the conversation: it is their move now; `named` is a unit that they named."""
    if conversation.open_ticket_id is None:
        raise Conflict("the bot holds this conversation")
    ticket = unit.tickets.get(conversation.open_ticket_id)
    _move(unit, ticket, TicketEvent.CONTACT_WRITES)
    unit.tickets.start_waiting(ticket.id, at)
    if named is not None:
        unit.tickets.name_unit(ticket.id, named)


def alert_unclaimed(unit: Unit, policy: Policy, at: datetime) -> list[Ticket]:
    """Queued tickets that have now waited past the first or second threshold, each returned once a threshold."""
    late = unit.tickets.unclaimed_since(at - policy.alert_after, alerts=1)
    very_late = unit.tickets.unclaimed_since(at - 2 * policy.alert_after, alerts=2)
    for level, tickets in ((1, late), (2, very_late)):
        for ticket in tickets:
            unit.tickets.set_alerts(ticket.id, level)
            unit.audit.add(at, "ticket.alerted", None, ticket.number, ticket.conversation_id, ticket.id, level=level)
    return list({ticket.id: ticket for ticket in (*late, *very_late)}.values())


def return_stranded(unit: Unit, policy: Policy, at: datetime) -> list[Ticket]:
    """Take tickets back from officers who let the contact wait too long, to the front of the queue."""
    returned = []
    for ticket in unit.tickets.silent_since(at - policy.silent_after):
        values = _held(ticket, None) | {"queued_at": ticket.opened_at, "alerts": 1}
        if not _moved(unit, ticket, TicketEvent.RELEASE, **values):
            continue
        unit.audit.add(at, "ticket.returned", None, ticket.number, ticket.conversation_id, ticket.id)
        released = unit.tickets.get(ticket.id)
        _tell(unit, policy, released, at, "queue.released", place=unit.tickets.place(released))
        returned.append(released)
    return returned


def retry_delivery(unit: Unit, message_id: int, officer: Officer, at: datetime) -> None:
    """Send a failed message again."""
    message = unit.messages.get(message_id)
    if message.delivery is not Delivery.FAILED:
        raise Conflict("this message has not failed; reload the page")
    unit.messages.change(message_id, delivery=Delivery.PENDING, attempts=0, next_attempt_at=at, delivery_error=None)
    unit.audit.add(at, "message.retried", officer.id, str(message_id), message.conversation_id)


# -- inside


def _checked(text: str, has_files: bool = False) -> str:
    words = text.strip()
    if not words and not has_files:
        raise InvalidInput("write something first")
    if len(words) > MAX_REPLY:
        raise InvalidInput(f"this text is longer than {MAX_REPLY} characters; shorten it or attach it as a file")
    return words


def _held_by(unit: Unit, ticket_id: int, officer: Officer) -> Ticket:
    ticket = unit.tickets.get(ticket_id)
    if not ticket.is_open:
        raise Conflict(f"ticket {ticket.number} is no longer open; reload the page")
    if ticket.officer_id is None:
        raise Conflict(f"nobody holds ticket {ticket.number}; claim it first")
    if ticket.officer_id != officer.id and not officer.may(Role.SUPERVISOR):
        raise Forbidden(f"{ticket.officer_name} holds ticket {ticket.number}; ask for a transfer")
    return ticket


def _moved(unit: Unit, ticket: Ticket, event: TicketEvent, /, **values: Any) -> bool:
    return unit.tickets.move(ticket, state=next_state(ticket.state, event), **values)


def _move(unit: Unit, ticket: Ticket, event: TicketEvent, /, **values: Any) -> None:
    if not _moved(unit, ticket, event, **values):
        raise Conflict(f"ticket {ticket.number} has just been changed by somebody else; reload the page")


def _lost(ticket: Ticket) -> ClaimLost:
    if ticket.is_open and ticket.officer_name:
        return ClaimLost(f"{ticket.officer_name} has already taken ticket {ticket.number}", ticket.officer_name)
    return ClaimLost(f"ticket {ticket.number} is no longer in the queue")


def _held(ticket: Ticket, officer: Officer | None) -> dict[str, Any]:
    """Whose a ticket is now; unless the contact named one, its unit is that of whoever has it."""
    holder = {"officer_id": officer.id if officer else None}
    return holder if ticket.is_unit_named else holder | {"unit": officer.unit if officer else None}


def _unit_named(unit: Unit, policy: Policy, conversation_id: str, at: datetime) -> str | None:
    """The unit that the conversation has named last; what was said of a place holds as long as a ticket goes on."""
    return unit.turns.unit_named(conversation_id, at - policy.reopen_window)


def _log(unit: Unit, ticket: Ticket, action: str, officer: Officer, at: datetime, **detail: Any) -> None:
    unit.audit.add(at, action, officer.id, ticket.number, ticket.conversation_id, ticket.id, **detail)


def _tell(unit: Unit, policy: Policy, ticket: Ticket, at: datetime, key: str, **values: Any) -> None:
    conversation = unit.conversations.get(ticket.conversation_id)
    text = say(conversation.language, key, number=ticket.number, **values)
    buttons = () if conversation.open_ticket_id else (thread.officer_button(conversation),)
    thread.notice(unit, policy, conversation, text, at, *buttons)


def _tell_queued(
    unit: Unit,
    policy: Policy,
    conversation: Conversation,
    ticket: Ticket,
    key: str,
    at: datetime,
    reason: HandOffReason | None = None,
    turn_id: int = 0,
) -> None:
    language = conversation.language
    sentences = [
        *([say(language, f"queue.why_{reason}")] if reason else []),
        say(language, key, number=ticket.number, place=unit.tickets.place(ticket)),
        hours.sentence(unit, ticket.unit, language, at),
    ]
    buttons = [Button(say(language, "button.bot"), str(Payload("bot")))]
    if reason in TELLABLE and turn_id:
        buttons.append(Button(say(language, "button.notify"), str(Payload("notify", (str(turn_id),)))))
    current = unit.conversations.get(conversation.id)
    thread.notice(unit, policy, current, joined(language, sentences), at, *buttons)


def _remind(unit: Unit, policy: Policy, conversation: Conversation, at: datetime) -> Ticket:
    ticket = unit.tickets.get(conversation.open_ticket_id or 0)
    if ticket.state is TicketState.QUEUED:
        _tell_queued(unit, policy, conversation, ticket, "queue.still", at)
    else:
        _tell(unit, policy, ticket, at, "queue.held", officer=ticket.officer_name)
    return ticket


def _reopen(
    unit: Unit, policy: Policy, conversation: Conversation, last: Ticket, named: str | None, at: datetime
) -> Ticket:
    _move(
        unit,
        last,
        TicketEvent.REOPEN,
        queued_at=at,
        resolved_at=None,
        reopened_count=last.reopened_count + 1,
        alerts=0,
        contact_waits_since=at,
        **_held(last, None),
    )
    if named is not None:
        unit.tickets.name_unit(last.id, named)
    unit.conversations.change(conversation.id, open_ticket_id=last.id, clarifications=0)
    unit.audit.add(at, "ticket.reopened", None, last.number, conversation.id, last.id)
    ticket = unit.tickets.get(last.id)
    _tell_queued(unit, policy, conversation, ticket, "queue.reopened", at)
    return ticket


def _ask_rating(unit: Unit, policy: Policy, ticket: Ticket, at: datetime) -> None:
    conversation = unit.conversations.get(ticket.conversation_id)
    language = conversation.language
    buttons = [
        Button(say(language, f"rating.level_{level}"), str(Payload("rate", (ticket.number, str(level)))))
        for level in LEVELS
    ]
    text = say(language, "rating.ask", number=ticket.number)
    thread.notice(unit, policy, conversation, text, at, *buttons, is_rating=True)
