"""Gaps: each has an owner and a state; whoever asked and agreed is told once when it is closed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from helpdesk.error import InvalidInput, NotFound
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Author, Button, Draft
from helpdesk.officer import Officer, Role
from helpdesk.payload import Payload
from helpdesk.policy import Policy
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.gap import ENDED, News
from helpdesk.storage.unit import Unit
from helpdesk.usecase import library, thread
from helpdesk.wording import say

OPEN, WORKING, CLOSED, DECLINED = "open", "working", "closed", "declined"
STATES = (OPEN, WORKING, CLOSED, DECLINED)
BATCH = 20
MAX_NOTE, MAX_QUOTED = 1000, 160


@dataclass(frozen=True, slots=True)
class Decision:
    """What is decided on a gap.

    Attributes:
        article_id: the article that answers it now, "" for none.
        note: where no article does, what askers are told by language; empty = nothing.
    """

    state: str
    owner_id: int | None = None
    article_id: str = ""
    note: Mapping[str, str] = field(default_factory=dict)


def move(
    unit: Unit, gap_id: int, decision: Decision, officer: Officer, at: datetime, *, is_serving_drafts: bool = True
) -> None:
    """Give a gap its state and owner; with its end the askers who agreed are told, by an article or a note.

    The article has to be one that answers: whoever is told of it opens it at once.
    """
    officer.require(Role.SUPERVISOR)
    found = unit.gaps.get(gap_id)
    if decision.state not in STATES:
        raise InvalidInput("choose a state of the list")
    if decision.owner_id is not None:
        unit.officers.get(decision.owner_id)
    if decision.article_id and not unit.articles.versions(decision.article_id):
        raise NotFound("this article does not exist")
    closing = decision.article_id if decision.state == CLOSED and decision.article_id else None
    if closing and closing not in {one.id for one in library.living(unit, at, is_serving_drafts)}:
        raise InvalidInput("this article does not answer yet; have it approved first")
    note = _note(unit, gap_id, decision, at) if closing is None and decision.state in ENDED else None
    change = {"state": decision.state, "owner_id": decision.owner_id, "closed_by_article": closing, "note": note}
    unit.gaps.change(gap_id, **change, changed_at=at)
    state, article = decision.state, decision.article_id
    unit.audit.add(at, "gap.changed", officer.id, str(found.id), state=state, article=article, with_note=bool(note))


def join(unit: Unit, gap_id: int, into_id: int, officer: Officer, at: datetime) -> None:
    """Say that a gap means the same as another, in another language perhaps: from then on they are one."""
    officer.require(Role.SUPERVISOR)
    found, into = unit.gaps.get(gap_id), unit.gaps.get(into_id)
    if found.id == into.id:
        raise InvalidInput("a gap cannot be joined to itself; choose another")
    unit.gaps.join(found.id, into.id)
    unit.audit.add(at, "gap.joined", officer.id, str(into.id), joined=found.id)


def _note(unit: Unit, gap_id: int, decision: Decision, at: datetime) -> dict[str, str] | None:
    """What askers are told of a gap without an article; one that is closed owes them that."""
    told: dict[str, str] = {language: decision.note.get(language, "").strip() for language in LANGUAGES}
    if any(told.values()):
        if not all(told.values()):
            raise InvalidInput("write the note in all three languages; people are told in theirs")
        if max(len(text) for text in told.values()) > MAX_NOTE:
            raise InvalidInput(f"a note has at most {MAX_NOTE} characters; shorten it")
        return told
    if decision.state == CLOSED and unit.gaps.spread([gap_id], at)[gap_id].waiting:
        raise InvalidInput("people asked to be told; name the article that answers them or write them a note")
    return None


def ask_to_be_told(unit: Unit, conversation: Conversation, turn_id: int, at: datetime) -> None:
    """The asker wants to hear when a question can be answered; raises NotFound for another's question."""
    if unit.turns.get(turn_id, conversation.id) is None:
        raise NotFound("this answer is not part of your conversation")
    unit.gaps.agree(turn_id, conversation.id, at)


def tell_some(unit: Unit, policy: Policy, at: datetime, limit: int = BATCH) -> list[str]:
    """Tell the next askers of ended gaps, each once; returns the conversations that have a new message."""
    told = []
    for news in unit.gaps.untold(limit):
        questions = unit.gaps.tell(news, at)
        if not questions:
            continue
        conversation = unit.conversations.get(news.conversation_id)
        draft = (
            _answered(unit, news.article_id, conversation)
            if news.article_id
            else _noted(unit, news, conversation, questions)
        )
        thread.write(unit, policy, conversation, draft, at, ticket_id=conversation.open_ticket_id)
        told.append(news.conversation_id)
    return told


def _answered(unit: Unit, article_id: str, conversation: Conversation) -> Draft:
    """The article that there is now, to be opened by a button."""
    language = conversation.language
    title = unit.articles.titles([article_id], language).get(article_id) or article_id
    button = Button(say(language, "button.article"), str(Payload("article", (article_id,))))
    return Draft(say(language, "gap.answered", title=title), Author.SYSTEM, buttons=(button, _quiet(language)))


def _noted(unit: Unit, news: News, conversation: Conversation, questions: Sequence[str]) -> Draft:
    """What the officers say of the question, which was perhaps asked long ago."""
    language, note = conversation.language, unit.gaps.get(news.gap_id).note or {}
    asked = " ".join(questions[-1].split())
    question = asked if len(asked) <= MAX_QUOTED else f"{asked[: MAX_QUOTED - 1]}…"
    text = f"{say(language, 'gap.ended', question=question)}\n\n{note[language]}\n\n{say(language, 'recall.foot')}"
    return Draft(text, Author.SYSTEM, buttons=(thread.officer_button(conversation), _quiet(language)))


def _quiet(language: Language) -> Button:
    return Button(say(language, "button.quiet"), str(Payload("quiet")))
