"""Several questions in one message: the first two are answered one after the other, the rest are offered as buttons."""

from collections.abc import Sequence
from dataclasses import replace

from helpdesk.error import NotFound
from helpdesk.language import Language
from helpdesk.message import Author, Button, Draft, Outcome
from helpdesk.payload import Payload
from helpdesk.reply import Reply
from helpdesk.storage.unit import Unit
from helpdesk.usecase.command import MAX_ROW_ID
from helpdesk.wording import say
from knowledge_base.text.normal import clean
from knowledge_base.text.question import split

AT_ONCE = 2
"""Answers to one message; more is a wall of text."""

SURE = 0.85
"""Confidence from which half a message is a question of its own; two question marks are mostly one matter."""

LIKELY = 0.5
"""The same where the whole message is no surer of what it is about."""

OFFERED = 4
_LONGEST_TITLE = 60  # characters of a button


def combine(replies: Sequence[Reply], questions: Sequence[str], message_id: int, language: Language) -> Reply | None:
    """One reply out of the replies to the first AT_ONCE of `questions`; None unless each was answered on its own.

    The log keeps the first answer's article; what is asked next is about the last one's.
    """
    if not all(reply.outcome is Outcome.ANSWERED for reply in replies):
        return None
    shown = tuple(draft for reply in replies for draft in reply.messages)
    rest = _rest(questions, message_id, language)
    last = replies[-1]
    extra = {"article": last.article_id} if last.article_id else {}
    confidence = min(reply.confidence for reply in replies)
    return replace(replies[0], messages=(*shown, *rest), confidence=confidence, extra=replies[0].extra | extra)


def both(
    replies: Sequence[Reply], questions: Sequence[str], message_id: int, language: Language, least: float = SURE
) -> Reply | None:
    """The replies to the two halves of a message as one; None unless they are about two different articles.

    `least` is how sure each has to be of its own.
    """
    if len({reply.article_id for reply in replies} - {None}) < len(replies):
        return None
    if any(reply.confidence < least for reply in replies):
        return None
    return combine(replies, questions, message_id, language)


def question(unit: Unit, conversation_id: str, payload: Payload) -> str | None:
    """The question that a button names, None when this conversation has no such message or question."""
    message_id, place = (int(value) if value.isdigit() else -1 for value in payload.arguments)
    if not 0 < message_id <= MAX_ROW_ID:
        return None
    try:
        message = unit.messages.get(message_id)
    except NotFound:
        return None
    questions = split(clean(message.text))
    is_theirs = message.conversation_id == conversation_id and message.author is Author.CONTACT
    return questions[place] if is_theirs and 0 <= place < len(questions) else None


def _rest(questions: Sequence[str], message_id: int, language: Language) -> list[Draft]:
    left = list(enumerate(questions))[AT_ONCE:]
    if not left:
        return []
    buttons = tuple(
        Button(_title(question), str(Payload("ask", (str(message_id), str(place)))))
        for place, question in left[:OFFERED]
    )
    return [Draft(say(language, "service.several", count=len(left)), buttons=buttons, outcome=Outcome.ANSWERED)]


def _title(question: str) -> str:
    spoken = " ".join(question.split())
    return spoken if len(spoken) <= _LONGEST_TITLE else f"{spoken[: _LONGEST_TITLE - 1]}…"
