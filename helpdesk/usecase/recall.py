"""Recall: a wrong answer is corrected with everybody who was shown it, once each, in their language.

A batch is one transaction: the row that says "told" and the message in the outbox are stored together or not at all,
and the row's key admits no second one, so a desk that is killed anywhere tells nobody twice and forgets nobody.
"""

from collections.abc import Sequence
from datetime import datetime

from helpdesk.error import Conflict, Forbidden, InvalidInput
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Author, Button, Draft
from helpdesk.officer import Officer, Role
from helpdesk.payload import Payload
from helpdesk.policy import Policy
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.recall import DONE, DRAFT, RUNNING, STOPPED, Recall
from helpdesk.storage.unit import Unit
from helpdesk.usecase import thread
from helpdesk.usecase.silence import checked_reason
from helpdesk.wording import say

MAX_TEXT = 1500
BATCH = 20
"""Conversations told in one transaction; with a batch a second a thousand are told in under a minute, and the outbox
never holds answers up behind more than these."""


def propose(
    unit: Unit,
    article_id: str,
    versions: list[int],
    reason: str,
    texts: dict[str, str],
    officer: Officer,
    at: datetime,
) -> int:
    """Write a correction for those who were shown some versions; somebody else approves it."""
    officer.require(Role.SUPERVISOR)
    words = checked_reason(reason)
    known = {one.version for one in unit.articles.versions(article_id)}
    if not versions or not set(versions) <= known:
        raise InvalidInput("choose the versions that were wrong")
    told: dict[str, str] = {language: texts.get(language, "").strip() for language in LANGUAGES}
    if not all(told.values()):
        raise InvalidInput("write the correction in all three languages; people are told in theirs")
    if max(len(text) for text in told.values()) > MAX_TEXT:
        raise InvalidInput(f"a correction has at most {MAX_TEXT} characters; shorten it")
    recall_id = unit.recalls.add(article_id, sorted(set(versions)), words, told, at, officer.id)
    unit.audit.add(at, "recall.proposed", officer.id, article_id, versions=sorted(set(versions)), why=words)
    return recall_id


def approve(unit: Unit, recall_id: int, officer: Officer, at: datetime) -> None:
    """Send a correction out; its author cannot."""
    officer.require(Role.ADMINISTRATOR)
    found = unit.recalls.get(recall_id)
    if found.created_by == officer.id:
        raise Forbidden("you wrote this correction; a second person approves it")
    if not unit.recalls.change(recall_id, DRAFT, state=RUNNING, approved_at=at, approved_by=officer.id):
        raise Conflict("this correction is no longer waiting for approval; reload the page")
    unit.audit.add(at, "recall.approved", officer.id, found.article_id, versions=found.versions)


def stop(unit: Unit, recall_id: int, officer: Officer, at: datetime) -> None:
    """Send it to nobody else."""
    officer.require(Role.SUPERVISOR)
    found = unit.recalls.get(recall_id)
    is_stopped = any(unit.recalls.change(recall_id, state, state=STOPPED, ended_at=at) for state in (DRAFT, RUNNING))
    if not is_stopped:
        raise Conflict("this correction has ended; reload the page")
    unit.audit.add(at, "recall.stopped", officer.id, found.article_id)


def send_some(unit: Unit, policy: Policy, at: datetime, limit: int = BATCH) -> list[str]:
    """Tell the next few; returns the conversations that have a new message, and ends recalls that are through."""
    told: list[str] = []
    for one in unit.recalls.running():
        waiting = unit.recalls.untold(one, limit - len(told))
        told += _tell_each(unit, policy, one, waiting, at)
        if not waiting:
            unit.recalls.change(one.id, RUNNING, state=DONE, ended_at=at)
            unit.audit.add(at, "recall.finished", None, one.article_id, people=unit.recalls.told(one.id))
        if len(told) >= limit:
            break
    return told


def _tell_each(unit: Unit, policy: Policy, one: Recall, waiting: Sequence[tuple[str, bool]], at: datetime) -> list[str]:
    """Deal with conversations, of which some want nothing; returns those that were told."""
    conversations = unit.conversations.many([conversation_id for conversation_id, _ in waiting])
    titles = {name: _title(unit, one.article_id, name) for name in {one.language for one in conversations.values()}}
    told = []
    for conversation_id, is_out in waiting:
        message_id = None
        if not is_out:
            conversation = conversations[conversation_id]
            draft = _draft(one, conversation, titles[conversation.language])
            message_id = thread.write(unit, policy, conversation, draft, at, ticket_id=conversation.open_ticket_id)
            told.append(conversation_id)
        unit.recalls.copy(one.id, conversation_id, message_id, at)
    return told


def _title(unit: Unit, article_id: str, language: Language) -> str:
    return unit.articles.titles([article_id], language).get(article_id) or article_id


def _draft(one: Recall, conversation: Conversation, title: str) -> Draft:
    language = conversation.language
    text = f"{say(language, 'recall.head', title=title)}\n\n{one.texts[language]}\n\n{say(language, 'recall.foot')}"
    buttons = (
        Button(say(language, "button.article"), str(Payload("article", (one.article_id,)))),
        thread.officer_button(conversation),
        Button(say(language, "button.quiet"), str(Payload("quiet"))),
    )
    return Draft(text, Author.SYSTEM, buttons=buttons)
