"""Buttons and commands that concern the service itself: they work without the brain, whoever holds the conversation."""

from datetime import datetime
from typing import Any, get_args

from helpdesk.error import Conflict, InvalidInput, NotFound
from helpdesk.escalation import MAX_FAILED_CLARIFICATIONS
from helpdesk.inbox import IncomingFile
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Author, Button, Draft
from helpdesk.payload import RATING_ACTIONS, Payload
from helpdesk.policy import Policy
from helpdesk.rating import RatingReason, wants_reason
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import feedback, gap, privacy, queue, thread
from helpdesk.usecase.feedback import POOR_REASONS
from helpdesk.wording import say

LANGUAGE_NAMES: dict[Language, str] = {"vi": "Tiếng Việt", "en": "English", "zh": "中文"}
MAX_ROW_ID = 2**63 - 1
SERVICE_ACTIONS = frozenset(
    {"useful", "poor", "why", "none", "officer", "rate", "rate_why", "lang", "bot", "notify", "quiet"}
)
"""Button actions handled here; the others show articles."""


def press(unit: Unit, policy: Policy, conversation: Conversation, payload: Payload, at: datetime) -> None:
    """Do what a service button says; a button that no longer fits is answered, never ignored."""
    try:
        _press(unit, policy, conversation, payload, at)
    except (NotFound, InvalidInput, ValueError):
        told = _tell_rater if payload.action in RATING_ACTIONS else tell
        told(unit, policy, conversation, "service.unknown_button", at)


def command(
    unit: Unit, policy: Policy, conversation: Conversation, name: str, argument: str, at: datetime
) -> list[str]:
    """Run a command such as `/help`; returns ids of files whose bytes must be deleted (`/forget yes`)."""
    if name == "forget":
        return _forget(unit, policy, conversation, argument, at)
    if name == "officer":
        queue.hand_off(unit, policy, conversation, HandOffReason.ASKED, at, _subject(conversation))
    elif name in ("language", "start"):
        _welcome(unit, policy, conversation, name, at)
    else:
        tell(unit, policy, conversation, "service.help", at, thread.officer_button(conversation))
    return []


def my_data(
    unit: Unit, policy: Policy, conversation: Conversation, data: dict[str, Any], copy: IncomingFile, at: datetime
) -> None:
    """Answer `/mydata` with what there is and `copy`, a kept file that holds all of `data` (see `privacy.export`)."""
    numbers = ", ".join(ticket["number"] for ticket in data["tickets"]) or "-"
    counts = {"messages": len(data["messages"]), "tickets": len(data["tickets"]), "numbers": numbers}
    unit.messages.add_file(copy, at, conversation.id)
    text = say(conversation.language, "service.my_data", **counts)
    draft = Draft(text, Author.SYSTEM, attachment_ids=(copy.id,))
    thread.write(unit, policy, conversation, draft, at, ticket_id=conversation.open_ticket_id)


def tell(
    unit: Unit, policy: Policy, conversation: Conversation, key: str, at: datetime, *buttons: Button, **values: object
) -> None:
    """Say one of the fixed sentences."""
    thread.notice(unit, policy, conversation, say(conversation.language, key, **values), at, *buttons)


def _tell_rater(
    unit: Unit, policy: Policy, conversation: Conversation, key: str, at: datetime, *buttons: Button, **values: object
) -> None:
    """`tell`, hidden from the desk."""
    text = say(conversation.language, key, **values)
    thread.notice(unit, policy, conversation, text, at, *buttons, is_rating=True)


def _press(unit: Unit, policy: Policy, conversation: Conversation, payload: Payload, at: datetime) -> None:
    arguments = payload.arguments
    match payload.action:
        case "officer":
            queue.hand_off(unit, policy, conversation, HandOffReason.ASKED, at, _subject(conversation))
        case "bot":
            queue.withdraw(unit, policy, conversation, at)
        case "none":
            _none_fits(unit, policy, conversation, at)
        case "lang":
            _set_language(unit, policy, conversation, arguments[0], at)
        case "notify":
            gap.ask_to_be_told(unit, conversation, _row_id(arguments[0]), at)
            tell(unit, policy, conversation, "gap.noted", at)
        case "quiet":
            unit.recalls.opt_out(conversation.contact_id, at)
            tell(unit, policy, conversation, "recall.quiet", at)
        case "useful":
            feedback.judge(unit, conversation, _row_id(arguments[0]), is_useful=True)
            tell(unit, policy, conversation, "feedback.thanks", at)
        case "poor":
            _poor(unit, policy, conversation, arguments[0], at)
        case "why":
            _why(unit, policy, conversation, arguments[0], arguments[1], at)
        case "rate":
            _rate(unit, policy, conversation, arguments[0], int(arguments[1]), at)
        case "rate_why":
            _rate_why(unit, policy, conversation, arguments[0], arguments[1], at)


def _row_id(text: str) -> int:
    """A number that came back from outside; one that no row can have is refused before a database chokes on it."""
    found = int(text)
    if not 0 < found <= MAX_ROW_ID:
        raise NotFound("this answer is not part of your conversation")
    return found


def _subject(conversation: Conversation) -> str | None:
    """The article that was shown last: most likely what the officer will be asked about."""
    article_id = conversation.context.get("article")
    return str(article_id) if article_id else None


def _none_fits(unit: Unit, policy: Policy, conversation: Conversation, at: datetime) -> None:
    if conversation.open_ticket_id is not None:  # a late press: people hold the conversation, nobody looks again
        queue.hand_off(unit, policy, conversation, HandOffReason.ASKED, at)
        return
    if conversation.clarifications:
        # the likeliest choice counted as spoken of; now it is known not to be meant
        context = {key: value for key, value in conversation.context.items() if key != "article"}
        unit.conversations.change(conversation.id, context=context)
    if conversation.clarifications >= MAX_FAILED_CLARIFICATIONS:
        turn_id = unit.turns.in_vain(conversation.id)
        queue.hand_off(unit, policy, conversation, HandOffReason.CLARIFIED_IN_VAIN, at, turn_id=turn_id)
    else:
        tell(unit, policy, conversation, "service.rephrase", at, thread.officer_button(conversation))


def _set_language(unit: Unit, policy: Policy, conversation: Conversation, language: str, at: datetime) -> None:
    if language not in get_args(Language):
        raise InvalidInput("this language is not served")
    unit.conversations.change(conversation.id, language=language)
    tell(unit, policy, unit.conversations.get(conversation.id), "service.language_set", at)


def _poor(unit: Unit, policy: Policy, conversation: Conversation, turn: str, at: datetime) -> None:
    feedback.judge(unit, conversation, _row_id(turn), is_useful=False)
    buttons = [
        Button(say(conversation.language, f"feedback.{reason}"), str(Payload("why", (turn, reason))))
        for reason in POOR_REASONS
    ]
    tell(unit, policy, conversation, "feedback.why", at, *buttons)


def _why(unit: Unit, policy: Policy, conversation: Conversation, turn: str, reason: str, at: datetime) -> None:
    feedback.judge(unit, conversation, _row_id(turn), is_useful=False, reason=reason)
    subject, turn_id = _subject(conversation), _row_id(turn)
    queue.hand_off(unit, policy, conversation, HandOffReason.NOT_USEFUL, at, subject, turn_id)


def _rate(unit: Unit, policy: Policy, conversation: Conversation, number: str, level: int, at: datetime) -> None:
    if not feedback.rate(unit, conversation, number, level, at):
        _tell_rater(unit, policy, conversation, "rating.once", at)
        return
    title = say(conversation.language, f"rating.level_{level}")
    _tell_rater(unit, policy, conversation, "rating.thanks", at, level=title)
    if wants_reason(level):
        buttons = [
            Button(say(conversation.language, f"rating.reason_{reason}"), str(Payload("rate_why", (number, reason))))
            for reason in RatingReason
        ]
        _tell_rater(unit, policy, conversation, "rating.why", at, *buttons)


def _rate_why(unit: Unit, policy: Policy, conversation: Conversation, number: str, reason: str, at: datetime) -> None:
    if not feedback.explain(unit, conversation, number, reason=reason):
        raise NotFound("this ticket has no rating yet")
    feedback.ask_comment(unit, conversation, number, at)
    _tell_rater(unit, policy, conversation, "rating.comment", at)


def _welcome(unit: Unit, policy: Policy, conversation: Conversation, name: str, at: datetime) -> None:
    buttons = [Button(LANGUAGE_NAMES[language], str(Payload("lang", (language,)))) for language in LANGUAGES]
    if name == "start" and conversation.is_noticed:
        tell(unit, policy, conversation, "service.welcome", at)
    tell(unit, policy, conversation, "service.language_ask", at, *buttons)


def _forget(unit: Unit, policy: Policy, conversation: Conversation, argument: str, at: datetime) -> list[str]:
    if argument.strip().lower() != "yes":
        tell(unit, policy, conversation, "service.forget_ask", at)
        return []
    try:
        files = privacy.forget(unit, conversation, at)
    except Conflict as conflict:
        withdraw = Button(say(conversation.language, "button.bot"), str(Payload("bot")))
        tell(unit, policy, conversation, "service.forget_open", at, withdraw, number=conflict)
        return []
    tell(unit, policy, conversation, "service.forgotten", at)
    return files
