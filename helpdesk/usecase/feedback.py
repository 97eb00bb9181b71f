"""What contacts say about answers and about the service."""

from datetime import datetime, timedelta

from helpdesk.error import NotFound
from helpdesk.rating import MAX_COMMENT, RatingReason, check_level
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit

POOR_REASONS = ("wrong", "outdated", "off_point", "unclear")
COMMENT_WINDOW = timedelta(minutes=15)
NO_COMMENT = {"comment_on": "", "comment_asked_at": ""}
"""What a conversation's context says when no comment on a rating is awaited."""


def judge(unit: Unit, conversation: Conversation, turn_id: int, is_useful: bool, reason: str | None = None) -> None:
    """Store useful / not useful for a turn of this conversation; raises NotFound for any other's."""
    if unit.turns.get(turn_id, conversation.id) is None:
        raise NotFound("this answer is not part of your conversation")
    unit.turns.judge(turn_id, is_useful, reason if reason in POOR_REASONS else None)
    unit.askings.touch(turn_id)


def object_to_last(unit: Unit, conversation: Conversation) -> int:
    """Store that the last answer was not useful, said in words; returns its turn, 0 when there is none."""
    turn_id = unit.turns.last_answered(conversation.id)
    if turn_id is not None:
        judge(unit, conversation, turn_id, is_useful=False)
    return turn_id or 0


def rate(unit: Unit, conversation: Conversation, number: str, level: int, at: datetime) -> bool:
    """Give a ticket of this conversation its level; False when it already has one."""
    ticket_id = _ticket_id(unit, conversation, number)
    if not unit.ratings.give(ticket_id, check_level(level), at):
        return False
    unit.audit.add(at, "rating.given", None, number, conversation.id, ticket_id)
    return True


def explain(
    unit: Unit, conversation: Conversation, number: str, reason: str | None = None, comment: str | None = None
) -> bool:
    """Add why; False when the ticket was not rated."""
    ticket_id = _ticket_id(unit, conversation, number)
    values: dict[str, str] = {}
    if reason is not None:
        values["reason"] = RatingReason(reason)
    if comment is not None:
        values["comment"] = comment.strip()[:MAX_COMMENT]
    return bool(values) and unit.ratings.explain(ticket_id, **values)


def ask_comment(unit: Unit, conversation: Conversation, number: str, at: datetime) -> None:
    """From now on, and for a while, the next text of the contact is the comment on a ticket's rating."""
    asked = {"comment_on": number, "comment_asked_at": at.isoformat()}
    unit.conversations.change(conversation.id, context=conversation.context | asked)


def commented_ticket(conversation: Conversation, at: datetime) -> str | None:
    """The number of the ticket whose rating a text that arrives now would comment on."""
    asked = str(conversation.context.get("comment_asked_at") or "")
    is_awaited = bool(asked) and at - datetime.fromisoformat(asked) <= COMMENT_WINDOW
    return str(conversation.context["comment_on"]) if is_awaited else None


def await_no_comment(unit: Unit, conversation: Conversation) -> None:
    """The next text is an ordinary one again."""
    if conversation.context.get("comment_asked_at"):
        unit.conversations.change(conversation.id, context=conversation.context | NO_COMMENT)


def _ticket_id(unit: Unit, conversation: Conversation, number: str) -> int:
    ticket_id = unit.ratings.ticket_id_of(conversation.id, number)
    if ticket_id is None:
        raise NotFound("this ticket is not part of your conversation")
    return ticket_id
