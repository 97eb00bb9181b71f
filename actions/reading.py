"""What actions read from a tracker: the question, its language, the classifier's ranking, what was asked about."""

from collections.abc import Sequence
from typing import Any

from rasa_sdk.interfaces import Tracker

from helpdesk.language import DEFAULT_LANGUAGE, Language, as_language
from helpdesk.reply import FoundEntity
from knowledge_base.search import Hit

CODE_TYPES = frozenset(
    {"declaration", "tax_code", "hs_code", "container", "legal_document", "licence_plate", "office_code"}
)


def language_of(tracker: Tracker) -> Language:
    """The language to answer in."""
    return as_language(tracker.get_slot("language")) or DEFAULT_LANGUAGE


def text_of(tracker: Tracker) -> str:
    """The question as it was sent."""
    return str(tracker.latest_message.get("text") or "")


def ranking_of(tracker: Tracker) -> list[Hit]:
    """The classifier's ranking of articles, best first."""
    rows: Sequence[dict[str, Any]] = tracker.latest_message.get("procedures") or ()
    return [Hit(str(row["id"]), float(row["confidence"])) for row in rows]


def entities_of(tracker: Tracker) -> tuple[FoundEntity, ...]:
    """The customs codes found in the question."""
    found = tracker.latest_message.get("entities") or ()
    return tuple(FoundEntity(row["entity"], str(row["value"])) for row in found if row["entity"] in CODE_TYPES)
