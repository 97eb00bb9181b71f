"""What changed between two versions of an article, field by field, for a person who has to approve it."""

import json
import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_TOKEN = re.compile(r"[\u2e80-\u9fff\uff00-\uffef]|\s+|[^\s\u2e80-\u9fff\uff00-\uffef]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of words; `kind` is same, removed or added."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class Change:
    """One field that differs, as words kept, removed and added."""

    field: str
    pieces: list[Piece]


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[Change]:
    """Every field that differs, in the order of the fields; nested fields have dotted names."""
    old, new = _flat(before), _flat(after)
    return [
        Change(field, pieces(old.get(field, ""), new.get(field, "")))
        for field in dict.fromkeys([*old, *new])
        if old.get(field, "") != new.get(field, "")
    ]


def pieces(before: str, after: str) -> list[Piece]:
    """The words of two texts, told apart."""
    old, new = _words(before), _words(after)
    found: list[Piece] = []
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(Piece("same", "".join(old[i:j])))
            continue
        found += [Piece("removed", "".join(old[i:j]))] if i < j else []
        found += [Piece("added", "".join(new[k:m]))] if k < m else []
    return found


def _words(text: str) -> list[str]:
    """Words and the gaps between them; Chinese text is compared sign by sign."""
    return _TOKEN.findall(text)


def _flat(document: dict[str, Any], prefix: str = "") -> dict[str, str]:
    found: dict[str, str] = {}
    for name, value in document.items():
        if isinstance(value, dict):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[f"{prefix}{name}"] = _text(value)
    return found


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, list | tuple):
        return "\n".join(_text(item) for item in value)
    if isinstance(value, dict):
        return " · ".join(_text(item) for item in value.values() if item)
    return value if isinstance(value, str) else json.dumps(value)
