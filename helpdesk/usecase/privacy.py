"""What a contact may ask about their own data: a copy of it, or its end."""

from datetime import datetime
from typing import Any

from helpdesk.error import Conflict
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.usecase import review

ERASED = "[erased]"


def export(unit: Unit, conversation: Conversation) -> dict[str, Any]:
    """Everything stored about a contact that is theirs to see; private notes are the officers' own."""
    messages = unit.messages.of(conversation.id, limit=100_000)
    return {
        "conversation_id": conversation.id,
        "channel": conversation.channel,
        "name": conversation.contact_name,
        "language": conversation.language,
        "created_at": conversation.created_at.isoformat(),
        "messages": [
            {
                "seq": message.seq,
                "author": str(message.author),
                "text": message.text,
                "sent_at": message.created_at.isoformat(),
                "files": [file.name for file in message.attachments],
            }
            for message in messages
        ],
        "tickets": [
            {"number": ticket.number, "state": str(ticket.state), "opened_at": ticket.opened_at.isoformat()}
            for ticket in unit.tickets.of(conversation.id)
        ],
    }


def forget(unit: Unit, conversation: Conversation, at: datetime) -> list[str]:
    """Erase texts, names and files of a contact; returns the ids of the files whose bytes must go.

    Raises Conflict while a ticket is open: an officer is still working with what would be erased.
    """
    if conversation.open_ticket_id is not None:
        ticket = unit.tickets.get(conversation.open_ticket_id)
        raise Conflict(ticket.number)
    files = unit.messages.erase(conversation.id, ERASED)
    unit.inbox.erase(conversation.id)
    review.forget(unit, conversation.id, ERASED)
    unit.turns.erase(conversation.id, ERASED)
    unit.gaps.erase(conversation.id)
    unit.shadows.erase(conversation.id, ERASED)
    unit.conversations.change_contact(conversation.contact_id, display_name="", erased_at=at)
    unit.conversations.change(conversation.id, context={})
    unit.audit.add(at, "contact.erased", None, conversation_id=conversation.id)
    return files
