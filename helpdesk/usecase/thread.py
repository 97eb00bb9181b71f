"""Writing into a conversation: the one place where messages get their sequence number and their delivery."""

from datetime import datetime

from helpdesk.message import RATING_MARK, Author, Button, Delivery, Draft
from helpdesk.payload import Payload
from helpdesk.policy import Policy
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.wording import say


def write(
    unit: Unit,
    policy: Policy,
    conversation: Conversation,
    draft: Draft,
    at: datetime,
    officer_id: int | None = None,
    ticket_id: int | None = None,
) -> int:
    """Add a message for the contact; its delivery is pending unless the client fetches it. Returns its id."""
    delivery = Delivery.PULLED if conversation.channel in policy.pulled_channels else Delivery.PENDING
    if conversation.is_blocked and delivery is Delivery.PENDING:
        delivery = Delivery.FAILED
    seq = unit.conversations.next_seq(conversation.id, at)
    return unit.messages.add(conversation.id, seq, draft, at, delivery, officer_id, ticket_id)


def notice(
    unit: Unit,
    policy: Policy,
    conversation: Conversation,
    text: str,
    at: datetime,
    *buttons: Button,
    is_rating: bool = False,
) -> None:
    """Add a message of the system about the conversation itself; one about a rating is hidden from the desk."""
    draft = Draft(text, Author.SYSTEM, buttons=buttons, extra=RATING_MARK if is_rating else {})
    write(unit, policy, conversation, draft, at, ticket_id=conversation.open_ticket_id)


def officer_button(conversation: Conversation) -> Button:
    """The button that leads from every answer to a person."""
    return Button(say(conversation.language, "button.officer"), str(Payload("officer")))
