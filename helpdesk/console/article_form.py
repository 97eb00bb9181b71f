"""The editor's form: an article document as fields, and back."""

from collections.abc import Mapping
from typing import Any

from multidict import MultiDictProxy

from helpdesk.console import form
from helpdesk.error import InvalidInput
from helpdesk.language import LANGUAGES

TOPICS = ("declaration", "tax", "classification", "valuation", "origin", "regime", "specialised", "border", "relations")
LEVELS = ("V", "T", "P", "M")
LINES = ("documents", "steps", "questions")
PROSE = ("title", "answer", "who", "time_limit", "fee", "note")
OPTIONAL = ("time_limit", "fee")
MAX_LINES = 60
BASIS = ("instrument", "article", "note", "effective_from", "effective_to")

Fields = MultiDictProxy[Any]


def empty(article_id: str = "") -> dict[str, Any]:
    """A document in which nothing is written yet; every field is there, so that pages can show it."""
    return {
        "id": article_id,
        "topic": "declaration",
        "confidence": "M",
        "recheck": False,
        "volatile": False,
        "review_by": None,
        "human_only": False,
        "units": ["all"],
        "legal_basis": [],
        "sources": [],
        "related": [],
        "aliases": [],
        **{language: _content({}, language) for language in LANGUAGES},
    }


def document_of(fields: Fields, article_id: str) -> dict[str, Any]:
    """What was typed, as a document; whether it can be served is for the reader to say."""
    return {
        "id": article_id,
        "topic": form.text(fields, "topic"),
        "confidence": form.text(fields, "confidence"),
        "recheck": form.text(fields, "recheck") == "1",
        "volatile": form.text(fields, "volatile") == "1",
        "review_by": form.text(fields, "review_by") or None,
        "human_only": form.text(fields, "human_only") == "1",
        "units": [str(value) for value in fields.getall("units", [])][:10],
        "legal_basis": _basis(fields),
        "sources": _lines(fields, "sources"),
        "related": _lines(fields, "related"),
        "aliases": _lines(fields, "aliases"),
        **{language: _content(fields, language) for language in LANGUAGES},
    }


def missing(document: Mapping[str, Any]) -> list[str]:
    """The languages in which a document cannot answer yet, because title or answer is not written."""
    return [one for one in LANGUAGES if not (document[one].get("title") and document[one].get("answer"))]


def _content(fields: Mapping[str, Any], language: str) -> dict[str, Any]:
    typed: dict[str, Any] = {name: form.text(fields, f"{language}.{name}") for name in PROSE}
    for name in OPTIONAL:
        typed[name] = typed[name] or None
    return typed | {name: _lines(fields, f"{language}.{name}") for name in LINES}


def _lines(fields: Mapping[str, Any], name: str) -> list[str]:
    """One entry a line."""
    found = [line.strip() for line in form.text(fields, name).splitlines() if line.strip()]
    if len(found) > MAX_LINES:
        raise InvalidInput(f"a field has at most {MAX_LINES} lines; shorten it")
    return found


def _basis(fields: Fields) -> list[dict[str, Any]]:
    columns = {name: [str(value).strip() for value in fields.getall(f"basis_{name}", [])] for name in BASIS}
    rows = zip(*columns.values(), strict=False)
    found: list[dict[str, Any]] = []
    for row in rows:
        values = dict(zip(BASIS, row, strict=True))
        if not values["instrument"]:
            continue
        days = {name: values[name] for name in ("effective_from", "effective_to") if values[name]}
        found.append({"instrument": values["instrument"], "article": values["article"], "note": values["note"]} | days)
    if len(found) > MAX_LINES:
        raise InvalidInput(f"a field has at most {MAX_LINES} lines; shorten it")
    return found
