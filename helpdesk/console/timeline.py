"""The story of a conversation in one thread: messages, what officers did, and what the bot understood."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from helpdesk.message import Message, Outcome
from helpdesk.storage.audit import AuditEntry
from helpdesk.storage.turn import Turn
from helpdesk.storage.unit import Unit

LENGTH = 200
"""How many messages are shown at first; older ones are a link away."""
SILENT = frozenset({"ticket.replied", "note.added", "conversation.viewed", "file.downloaded", "rating.given"})
"""Events that are no lines of their own: the message shows them, they happen all the time, or who rated is secret."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: a message (with the turn it led to, and the article spoken of before it) or an event."""

    at: datetime
    message: Message | None = None
    turn: Turn | None = None
    event: AuditEntry | None = None
    spoken_of: str | None = None


@dataclass(frozen=True, slots=True)
class Timeline:
    """Entries in order; `before` is the sequence number to ask for older ones with, 0 when these are all."""

    entries: list[Entry]
    before: int


def timeline_of(unit: Unit, conversation_id: str, last_seq: int, before: int | None = None) -> Timeline:
    """The last `LENGTH` messages below `before`, without the rating dialogue, and the events between them."""
    end = last_seq + 1 if before is None else min(before, last_seq + 1)
    start = max(0, end - 1 - LENGTH)
    messages = [
        message
        for message in unit.messages.of(conversation_id, after=start, limit=LENGTH, with_private=True)
        if message.seq < end and not message.is_rating
    ]
    turns = unit.turns.of_message([message.id for message in messages])
    events = unit.audit.of(conversation_id)
    return Timeline(woven(messages, turns, events, is_first=start == 0), start + 1 if start else 0)


def woven(messages: list[Message], turns: dict[int, Turn], events: list[AuditEntry], is_first: bool) -> list[Entry]:
    """Messages and events by time; events older than the first message shown belong to the older page."""
    entries = list(_spoken(messages, turns))
    begins = messages[0].created_at if messages and not is_first else None
    entries += [
        Entry(event.at, event=event)
        for event in events
        if event.action not in SILENT and (begins is None or event.at >= begins)
    ]
    # sorting is stable: at the same instant a message comes before the event it caused
    return sorted(entries, key=lambda entry: entry.at)


def _spoken(messages: list[Message], turns: dict[int, Turn]) -> Iterator[Entry]:
    """The messages in order, each beside the article that the turn before it showed, or offered first."""
    spoken_of: str | None = None
    for message in messages:
        turn = turns.get(message.id)
        yield Entry(message.created_at, message, turn, spoken_of=spoken_of)
        if turn is not None:
            offered = (
                str(turn.candidates[0]["article_id"]) if turn.outcome is Outcome.CLARIFY and turn.candidates else None
            )
            spoken_of = turn.article_id or offered or spoken_of
