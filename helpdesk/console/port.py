"""What the console needs from outside, as narrow protocols."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, Self

from helpdesk.error import InvalidInput
from helpdesk.explanation import Explanation, Forms, Limits, Question, Spoken, Verdict
from helpdesk.language import DEFAULT_LANGUAGE, LANGUAGES, Language
from helpdesk.message import Outcome, Source
from helpdesk.reply import Reply
from helpdesk.ticket import HandOffReason


class Subscription(Protocol):
    """Listening to one key, as a context: whatever is notified while it is open ends the next `wait`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    async def wait(self, timeout_seconds: float) -> bool:
        """True when notified, False after the time is up."""


Notify = Callable[[str], None]
Subscribe = Callable[[str], Subscription]

MODELS = "models"
"""The key under which everything about models and training is notified."""

QUEUE = "queue"
"""The key under which everything that changes the queue or who is on duty is notified."""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one field of a document; `message` is English, `kind` finds the console's own words."""

    field: str
    kind: str
    message: str


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer exactly as it goes out: the chat page's text, buttons and sources, and Telegram's messages.

    `is_halted`: on that day the article is not in force, so this is what is said instead.
    """

    text: str
    buttons: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    telegram: tuple[str, ...] = ()
    is_halted: bool = False


@dataclass(frozen=True, slots=True)
class Terms:
    """How a version stands when it goes out: marked as a draft or approved, and from when to when it is in force."""

    is_draft: bool = False
    effective_from: date | None = None
    effective_to: date | None = None


AS_APPROVED = Terms()


@dataclass(frozen=True, slots=True)
class Instrument:
    """A legal text and the days it is in force, as far as they are known."""

    key: str
    title: str
    in_force_from: date | None = None
    in_force_to: date | None = None
    replaced_by: str | None = None


class ArticleReader(Protocol):
    """Understands article documents, which for the console are plain data."""

    def problem(self, document: dict[str, Any]) -> str | None:
        """Why a document cannot be served, naming field and mend; None when it can."""

    def sources(self, document: dict[str, Any]) -> list[Source]:
        """Legal basis and source pages, resolved for display."""

    def complaints(self, document: dict[str, Any]) -> list[Complaint]:
        """Everything that keeps a document from being approved, field by field; empty when it can be."""

    def shown(
        self, document: dict[str, Any], language: Language, on: date | None = None, terms: Terms = AS_APPROVED
    ) -> Shown | None:
        """The answer as it goes out on a day (today by default), None while this language is not complete."""

    def instruments(self) -> list[Instrument]:
        """Every legal text that articles may rest on."""

    def mask(self, text: str) -> str:
        """A text without personal data."""


class Explainer(Protocol):
    """Understands messages, and can say why it does as it does."""

    async def explain(self, text: str, language: Language | None = None, after: str | None = None) -> Explanation:
        """Why `text` gets the reply that it would get now, without a trace of it anywhere.

        `language` is what the conversation has been in, `after` the article that it was about. Raises InvalidInput
        for an empty text and for an article that is not served.
        """


class PlainReader:
    """The twin of the knowledge base's reader for tests and for running the console alone."""

    def problem(self, document: dict[str, Any]) -> str | None:
        """Only asks for a title and an answer in each language."""
        for language in LANGUAGES:
            for field in ("title", "answer"):
                if not document.get(language, {}).get(field):
                    return f"{language}.{field} is missing; write it"
        return None

    def sources(self, document: dict[str, Any]) -> list[Source]:
        """The keys as they stand in the document."""
        basis = [Source(str(item["instrument"]), str(item.get("article", ""))) for item in document["legal_basis"]]
        return [*basis, *(Source(str(key)) for key in document.get("sources", ()))]

    def complaints(self, document: dict[str, Any]) -> list[Complaint]:
        """Every title and answer that is missing."""
        return [
            Complaint(f"{language}.{field}", "string_too_short", "write it")
            for language in LANGUAGES
            for field in ("title", "answer")
            if not document.get(language, {}).get(field)
        ]

    def shown(
        self, document: dict[str, Any], language: Language, on: date | None = None, terms: Terms = AS_APPROVED
    ) -> Shown | None:
        """The plain answer."""
        text = str(document[language]["answer"])
        return Shown(text, telegram=(text,)) if text else None

    def instruments(self) -> list[Instrument]:
        """None."""
        return []

    def mask(self, text: str) -> str:
        """The text as it is."""
        return text


class PlainExplainer:
    """The twin of the desk's explainer for tests and for running the console alone: it finds nothing."""

    async def explain(self, text: str, language: Language | None = None, after: str | None = None) -> Explanation:
        """The text as it is, which goes to an officer."""
        if not text.strip():
            raise InvalidInput("write something first")
        forms = Forms(text, text.lower(), (text,), (), (text,), (text,), None)
        question = Question(text, forms, (), None, 0.0, False, (), (), None, Verdict("alone", "not_found"))
        code = language or DEFAULT_LANGUAGE
        reply = Reply(Outcome.HANDOFF, code, reason=HandOffReason.NOTHING_FOUND)
        spoken, limits = Spoken(code, 0.5, is_carried=True), Limits(0.0, 0.0, 0.0, 0.0, 0.0)
        return Explanation(text, False, spoken, after, (question,), limits, reply, "there is none")
