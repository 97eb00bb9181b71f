"""Accepting what channels deliver: stored once, in order, before anybody answers."""

import secrets
from dataclasses import replace
from datetime import datetime

from helpdesk.inbox import Incoming, Kind, Receipt
from helpdesk.language import DEFAULT_LANGUAGE, as_language
from helpdesk.message import RATING_MARK, Author, Delivery, Draft
from helpdesk.payload import is_rating
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.inbox import DONE, NEW
from helpdesk.storage.unit import Unit
from helpdesk.usecase import feedback

ID_BYTES = 16
SPOKEN = frozenset({Kind.TEXT, Kind.BUTTON, Kind.COMMAND, Kind.FILE, Kind.LOCATION, Kind.CONTACT_CARD})
"""Kinds that become a message of the contact and get a turn; the rest is stored and done at once."""


def new_id() -> str:
    """A fresh 128-bit id in hex."""
    return secrets.token_hex(ID_BYTES)


def receive(unit: Unit, incoming: Incoming) -> Receipt:
    """Store one update; a redelivery gets the first receipt again and changes nothing."""
    known = unit.inbox.receipt_of(incoming.channel, incoming.external_id)
    if known is not None:
        return known
    if not incoming.address:
        return Receipt(unit.inbox.add(incoming, None, None, 0, DONE), "", 0, is_new=True)
    conversation = _conversation_of(unit, incoming)
    if incoming.kind in SPOKEN:
        return _speak(unit, incoming, conversation)
    if incoming.kind is Kind.EDIT:
        _edit(unit, incoming)
    elif incoming.kind in (Kind.BLOCKED, Kind.UNBLOCKED):
        _block(unit, conversation, is_blocked=incoming.kind is Kind.BLOCKED)
    inbox_id = unit.inbox.add(incoming, conversation.id, None, 0, DONE)
    return Receipt(inbox_id, conversation.id, 0, is_new=True)


def _conversation_of(unit: Unit, incoming: Incoming) -> Conversation:
    found = unit.conversations.at(incoming.channel, incoming.address)
    if found is not None:
        return found
    return unit.conversations.open(
        new_id(),
        incoming.channel,
        incoming.address,
        incoming.language or DEFAULT_LANGUAGE,
        incoming.sender_name,
        incoming.received_at,
    )


def _speak(unit: Unit, incoming: Incoming, conversation: Conversation) -> Receipt:
    incoming = _as_comment(unit, incoming, conversation)
    seq = unit.conversations.next_seq(conversation.id, incoming.received_at)
    draft = Draft(incoming.text, Author.CONTACT, extra=_facts(incoming))
    message_id = unit.messages.add(
        conversation.id, seq, draft, incoming.received_at, Delivery.PULLED, ticket_id=conversation.open_ticket_id
    )
    for file in incoming.files:
        unit.messages.add_file(file, incoming.received_at, conversation.id, message_id)
    if incoming.sender_name and incoming.sender_name != conversation.contact_name:
        unit.conversations.change_contact(conversation.contact_id, display_name=incoming.sender_name[:200])
    inbox_id = unit.inbox.add(incoming, conversation.id, message_id, seq, NEW)
    return Receipt(inbox_id, conversation.id, seq, is_new=True)


def _as_comment(unit: Unit, incoming: Incoming, conversation: Conversation) -> Incoming:
    """Decide before any officer can look whether a text is the comment that a rating asked for; only one is."""
    number = feedback.commented_ticket(conversation, incoming.received_at) if incoming.kind is Kind.TEXT else None
    if number is None:
        return incoming
    feedback.await_no_comment(unit, conversation)
    return replace(incoming, payload={**incoming.payload, "comment_on": number})


def _facts(incoming: Incoming) -> dict[str, object]:
    """What an officer should see beside the text (a place, a card, an album), or that it is not for officers."""
    if incoming.kind is Kind.TEXT:
        return {**RATING_MARK} if "comment_on" in incoming.payload else {}
    facts: dict[str, object] = {"kind": str(incoming.kind), **incoming.payload}
    return facts | RATING_MARK if is_rating(str(incoming.payload.get("button", ""))) else facts


def _edit(unit: Unit, incoming: Incoming) -> None:
    """An edit changes the words shown to officers; it never makes the bot answer twice."""
    first = unit.inbox.message_id_of(incoming.channel, incoming.edits or "")
    if first is not None:
        unit.messages.edit(first, incoming.text, incoming.received_at)


def _block(unit: Unit, conversation: Conversation, is_blocked: bool) -> None:
    unit.conversations.change_contact(conversation.contact_id, is_blocked=is_blocked)
    if is_blocked:
        unit.messages.fail_all(conversation.id, "the contact has blocked the bot")


def open_web(unit: Unit, token_hash: str, language: str | None, at: datetime) -> Conversation:
    """Open a conversation for a web visitor who is known only by a token."""
    conversation_id = new_id()
    chosen = as_language(language) or DEFAULT_LANGUAGE
    return unit.conversations.open(conversation_id, "web", conversation_id, chosen, "", at, token_hash)
