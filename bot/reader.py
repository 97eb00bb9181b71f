"""Showing the console what an article says: checked, as the chat page shows it, and as Telegram does."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

from bot.connectors.telegram.text import LIMITS, as_plain
from bot.responder import Responder
from bot.split import split
from helpdesk.calendar import ZONE, day_of
from helpdesk.connector import Outgoing
from helpdesk.console.port import AS_APPROVED, Complaint, Instrument, Shown, Terms
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Source
from helpdesk.reply import Reply
from knowledge_base import shelf
from knowledge_base.answer import citations
from knowledge_base.article import ArticleProblem, complaints, is_link, parse
from knowledge_base.edition import Edition, Library
from knowledge_base.shelf import Reference
from knowledge_base.text.privacy import mask


class Reader:
    """Implements `helpdesk.console.port.ArticleReader`; `reference` gives the laws as the desk knows them now."""

    def __init__(self, clock: Callable[[], datetime], reference: Callable[[], Reference] = shelf.reference) -> None:
        self._clock = clock
        self._reference = reference

    def problem(self, document: dict[str, Any]) -> str | None:
        """Why a document cannot be served, naming field and mend; None when it can."""
        try:
            parse(document, str(document.get("id", "article")))
        except ArticleProblem as problem:
            return str(problem)
        return None

    def complaints(self, document: dict[str, Any]) -> list[Complaint]:
        """Everything that keeps a document from being approved, field by field."""
        found = [Complaint(one.field, one.kind, one.message) for one in complaints(document)]
        known = self._reference().sources
        unknown = [key for key in document.get("sources", ()) if key not in known and not is_link(str(key))]
        return [
            *found,
            *(Complaint("sources", "unknown_source", f"{key} is no source; write an address") for key in unknown),
        ]

    def shown(
        self, document: dict[str, Any], language: Language, on: date | None = None, terms: Terms = AS_APPROVED
    ) -> Shown | None:
        """The whole message as it goes out on a day, None while this language is not complete."""
        try:
            article = parse(document | dict.fromkeys(LANGUAGES, document[language]), "article")
        except ArticleProblem:
            return None
        edition = Edition(article, 0, terms.is_draft, terms.effective_from, terms.effective_to)
        day = on or day_of(self._clock())
        library = Library.of([edition], self._reference())
        halt = library.halt(edition.article.id, day)
        noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)
        reply = Responder(lambda: library, lambda: noon).article(edition.article.id, language)
        text = "\n\n".join(draft.text for draft in reply.messages)
        return Shown(
            text,
            tuple(button.title for draft in reply.messages for button in draft.buttons),
            tuple(source for draft in reply.messages for source in draft.sources),
            tuple(_in_telegram(reply)),
            is_halted=halt is not None,
        )

    def sources(self, document: dict[str, Any]) -> list[Source]:
        """Legal basis and source pages, resolved for display."""
        found = citations(self._draft(document), self._reference(), "vi")
        return [Source(citation.title, citation.article, citation.url) for citation in found]

    def instruments(self) -> list[Instrument]:
        """Every legal text that articles may rest on, with the days it is in force."""
        return [
            Instrument(one.key, one.title.vi, one.in_force_from, one.in_force_to, one.replaced_by)
            for one in self._reference().instruments.values()
        ]

    def mask(self, text: str) -> str:
        """A text without personal data."""
        return mask(text)

    @staticmethod
    def _draft(document: dict[str, Any]) -> Edition:
        return Edition(parse(document, str(document.get("id", "article"))), 0, is_draft=True)


def _in_telegram(reply: Reply) -> Iterator[str]:
    for draft in reply.messages:
        yield from (as_plain(Outgoing("", draft.author, part)) for part in split(draft.text, LIMITS.text))
