"""Finishing a turn: everything that follows from one incoming message, in one transaction.

The inbox row is marked done first and conditionally; when another desk was faster nothing of this turn is kept. So a
crash at any point leaves either the row waiting or the whole answer stored, never half of it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from helpdesk.escalation import clarifications_after, reason_for
from helpdesk.language import Language
from helpdesk.message import RATING_MARK, Draft, Outcome
from helpdesk.payload import parse
from helpdesk.policy import Policy
from helpdesk.reply import Reply
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.inbox import SET_ASIDE, InboxRow
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason, Ticket
from helpdesk.usecase import feedback, queue, thread
from helpdesk.wording import say

THIS_TURN = "@"
"""Stands for the turn's id in button payloads until the turn is stored."""


def complete(unit: Unit, policy: Policy, row: InboxRow, reply: Reply, at: datetime) -> bool:
    """Store the answer to an inbox row; False when the row was already done."""
    if not unit.inbox.finish(row.id, at):
        return False
    before = unit.conversations.get(row.conversation_id)
    if before.open_ticket_id is not None and not (reply.outcome is Outcome.RATING and reply.messages):
        # an officer took the conversation while the bot was thinking: the bot stays silent
        queue.hear_contact(unit, before, at, reply.unit)
        return True
    turn_id = 0
    if reply.outcome is Outcome.RATING:
        unit.messages.mark_rating(row.message_id or 0, is_rating=True)
    elif reply.is_logged:
        turn_id = unit.turns.add(row.conversation_id, row.message_id, row.text, row.channel, reply, at)
    conversation = _after(before, reply)
    unit.conversations.change(
        conversation.id,
        language=conversation.language,
        context=conversation.context,
        clarifications=conversation.clarifications,
    )
    reason = reason_for(reply.outcome, before.clarifications, reply.reason)
    if reason is not HandOffReason.CLARIFIED_IN_VAIN:
        for draft in reply.messages:
            thread.write(unit, policy, conversation, _numbered(draft, turn_id), at)
    if reply.outcome is Outcome.RATING and not reply.messages:
        queue.offer_rating(unit, policy, conversation, at, reply.article_id)
    if reason is not None:
        if reason is HandOffReason.CLARIFIED_IN_VAIN and turn_id:
            unit.turns.in_vain(row.conversation_id)
        if reason is HandOffReason.NOT_USEFUL:
            turn_id = feedback.object_to_last(unit, conversation)
        subject = reply.topic or conversation.context.get("article")
        queue.hand_off(unit, policy, conversation, reason, at, subject, turn_id)
    return True


def _after(before: Conversation, reply: Reply) -> Conversation:
    """The conversation once it has had a reply: its language, what was spoken of, how often the bot had to ask back.

    That somebody wanted to rate is not kept: officers would read it off the subject of the next ticket.
    """
    is_shown = reply.article_id is not None and reply.outcome is not Outcome.RATING
    shown = {"article": reply.article_id} if is_shown else {}
    return replace(
        before,
        language=reply.language,
        context=before.context | shown | reply.extra,
        clarifications=clarifications_after(reply.outcome, before.clarifications),
    )


def pass_to_people(unit: Unit, row: InboxRow, at: datetime, named: str | None = None) -> bool:
    """An officer or the queue holds the conversation: the message is theirs to see; False when already done.

    `named` is the unit of the branch that the message names.
    """
    if not unit.inbox.finish(row.id, at):
        return False
    queue.hear_contact(unit, unit.conversations.get(row.conversation_id), at, named)
    return True


def pass_with_notices(
    unit: Unit, policy: Policy, row: InboxRow, notices: Sequence[Draft], at: datetime, named: str | None = None
) -> None:
    """`pass_to_people`, and the contact is told which of the files could not be taken, if any."""
    if not pass_to_people(unit, row, at, named):
        return
    conversation = unit.conversations.get(row.conversation_id)
    for notice in notices:
        thread.write(unit, policy, conversation, notice, at, ticket_id=conversation.open_ticket_id)


def set_aside(unit: Unit, policy: Policy, row: InboxRow, error: str, at: datetime) -> Ticket | None:
    """Give up on an update that failed again and again: it is kept, and a person looks at the conversation."""
    if not unit.inbox.finish(row.id, at, SET_ASIDE, error[:300]):
        return None
    conversation = unit.conversations.get(row.conversation_id)
    return queue.hand_off(unit, policy, conversation, HandOffReason.FAILURE, at)


def failure(language: Language) -> Reply:
    """The reply when a turn broke for a reason that is ours."""
    return Reply(Outcome.ERROR, language, reason=HandOffReason.FAILURE)


def commented(unit: Unit, row: InboxRow, conversation: Conversation, reply: Reply) -> Reply:
    """Keep a text as the comment that a rating asked for; returns what to answer, all of it hidden from the desk.

    A clear question is still answered. Whoever asks for an officer speaks to the officer, who then reads it.
    """
    if reply.reason is HandOffReason.ASKED:
        unit.messages.mark_rating(row.message_id or 0, is_rating=False)
        return reply
    feedback.explain(unit, conversation, str(row.payload["comment_on"]), comment=row.text)
    if reply.outcome is Outcome.ANSWERED:
        hidden = tuple(replace(draft, extra=draft.extra | RATING_MARK) for draft in reply.messages)
        return replace(reply, messages=hidden, is_logged=False)
    return comment_thanks(reply.language)


def comment_thanks(language: Language) -> Reply:
    """What a comment on a rating is answered with."""
    thanks = Draft(say(language, "rating.comment_saved"), outcome=Outcome.RATING, extra=RATING_MARK)
    return Reply(Outcome.RATING, language, (thanks,), is_logged=False)


def greet(unit: Unit, policy: Policy, conversation: Conversation, at: datetime) -> None:
    """Say once who is speaking and what is kept about the contact."""
    if conversation.is_noticed:
        return
    text = f"{say(conversation.language, 'service.welcome')}\n\n{say(conversation.language, 'service.privacy')}"
    thread.notice(unit, policy, conversation, text, at)
    unit.conversations.change_contact(conversation.contact_id, notice_at=at)


def _numbered(draft: Draft, turn_id: int) -> Draft:
    """Put the turn's id where the buttons wait for it; a turn that is not logged cannot be judged."""
    buttons = []
    for button in draft.buttons:
        payload = parse(button.payload)
        if not turn_id and THIS_TURN in payload.arguments:
            continue
        arguments = tuple(str(turn_id) if value == THIS_TURN else value for value in payload.arguments)
        buttons.append(replace(button, payload=str(replace(payload, arguments=arguments))))
    return replace(draft, buttons=tuple(buttons))
