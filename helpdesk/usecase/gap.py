"""Gaps: each has an owner and a state; whoever asked and agreed is told once when it is closed."""

from datetime import datetime

from helpdesk.error import InvalidInput, NotFound
from helpdesk.message import Author, Button, Draft
from helpdesk.officer import Officer, Role
from helpdesk.payload import Payload
from helpdesk.policy import Policy
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.usecase import thread
from helpdesk.wording import say

OPEN, WORKING, CLOSED, DECLINED = "open", "working", "closed", "declined"
STATES = (OPEN, WORKING, CLOSED, DECLINED)
BATCH = 20


def move(
    unit: Unit, gap_id: int, state: str, owner_id: int | None, article_id: str, officer: Officer, at: datetime
) -> None:
    """Give a gap its state and owner; one closed by an article tells the askers who agreed."""
    officer.require(Role.SUPERVISOR)
    found = unit.gaps.get(gap_id)
    if state not in STATES:
        raise InvalidInput("choose a state of the list")
    if owner_id is not None:
        unit.officers.get(owner_id)
    if article_id and not unit.articles.versions(article_id):
        raise NotFound("this article does not exist")
    closing = article_id if state == CLOSED and article_id else None
    unit.gaps.change(gap_id, state=state, owner_id=owner_id, closed_by_article=closing, changed_at=at)
    unit.audit.add(at, "gap.changed", officer.id, str(found.id), state=state, article=article_id)


def ask_to_be_told(unit: Unit, conversation: Conversation, turn_id: int, at: datetime) -> None:
    """The asker wants to hear when a question can be answered; raises NotFound for another's question."""
    if unit.turns.get(turn_id, conversation.id) is None:
        raise NotFound("this answer is not part of your conversation")
    unit.gaps.agree(turn_id, conversation.id, at)


def tell_some(unit: Unit, policy: Policy, at: datetime, limit: int = BATCH) -> list[str]:
    """Tell the next askers of closed gaps, each once; returns the conversations that have a new message."""
    told = []
    for conversation_id, article_id in unit.gaps.untold(limit):
        if not unit.gaps.tell(conversation_id, article_id, at):
            continue
        conversation = unit.conversations.get(conversation_id)
        language = conversation.language
        title = unit.articles.titles([article_id], language).get(article_id) or article_id
        buttons = (
            Button(say(language, "button.article"), str(Payload("article", (article_id,)))),
            Button(say(language, "button.quiet"), str(Payload("quiet"))),
        )
        draft = Draft(say(language, "gap.answered", title=title), Author.SYSTEM, buttons=buttons)
        thread.write(unit, policy, conversation, draft, at, ticket_id=conversation.open_ticket_id)
        told.append(conversation_id)
    return told
