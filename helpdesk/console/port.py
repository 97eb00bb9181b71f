"""What the console needs from outside, as narrow protocols."""

from collections.abc import Callable
from typing import Any, Protocol, Self

from helpdesk.language import Language
from helpdesk.message import Source


class Subscription(Protocol):
    """Listening to one key, as a context: whatever is notified while it is open ends the next `wait`."""

    def __enter__(self) -> Self: ...

    def __exit__(self, *_: object) -> None: ...

    async def wait(self, timeout_seconds: float) -> bool:
        """True when notified, False after the time is up."""


Notify = Callable[[str], None]
Subscribe = Callable[[str], Subscription]

QUEUE = "queue"
"""The key under which everything that changes the queue or who is on duty is notified."""


class ArticleReader(Protocol):
    """Understands article documents, which for the console are plain data."""

    def problem(self, document: dict[str, Any]) -> str | None:
        """Why a document cannot be served, naming field and mend; None when it can."""

    def preview(self, document: dict[str, Any], language: Language) -> str:
        """The answer as a contact would read it, plain text."""

    def sources(self, document: dict[str, Any]) -> list[Source]:
        """Legal basis and source pages, resolved for display."""


class PlainReader:
    """The twin of the knowledge base's reader for tests and for running the console alone."""

    def problem(self, document: dict[str, Any]) -> str | None:
        """Only asks for a title and an answer in each language."""
        for language in ("vi", "en", "zh"):
            for field in ("title", "answer"):
                if not document.get(language, {}).get(field):
                    return f"{language}.{field} is missing; write it"
        return None

    def preview(self, document: dict[str, Any], language: Language) -> str:
        """The plain answer."""
        return str(document[language]["answer"])

    def sources(self, document: dict[str, Any]) -> list[Source]:
        """The keys as they stand in the document."""
        basis = [Source(str(item["instrument"]), str(item.get("article", ""))) for item in document["legal_basis"]]
        return [*basis, *(Source(str(key)) for key in document.get("sources", ()))]
