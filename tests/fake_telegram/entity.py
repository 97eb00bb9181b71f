"""Message entities: what the server does with them after a text was parsed.

Bot API, "Formatting options" and MessageEntity: offsets and lengths count UTF-16 code units;
bold, italic, underline, strikethrough and spoiler may contain and be part of anything except
``pre`` and ``code``; block quotations do not nest; other entities do not contain each other. The
server does not refuse a message that breaks these rules, it drops the offending entity. It also
trims the text and finds commands, mentions, hashtags, links and addresses by itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from .wire import JsonObject

SPLITTABLE = frozenset({"bold", "italic", "underline", "strikethrough", "spoiler"})
QUOTES = frozenset({"blockquote", "expandable_blockquote"})
FIXED_WIDTH = frozenset({"pre", "code"})
MAX_ENTITIES = 100

# Line separators and the marks that would draw over neighbouring lines.
_REMOVED = frozenset("\r\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u0333\u033f\u030a")

_DETECTED = (
    (
        "bot_command",
        re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/])"),
    ),
    ("url", re.compile(r"(?<![\w@.])(?:https?://|www\.)[^\s<>\"]*[^\s<>\".,;:!?)\]]")),
    ("email", re.compile(r"(?<![\w.])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")),
    ("mention", re.compile(r"(?<![\w@.])@[A-Za-z0-9_]{2,32}(?!\w)")),
    ("hashtag", re.compile(r"(?<![\w#])#(?=\d*[^\W\d])\w{1,256}")),
)


@dataclass(frozen=True, slots=True)
class Entity:
    type: str
    offset: int
    length: int
    extra: JsonObject = field(default_factory=dict)

    @property
    def end(self) -> int:
        return self.offset + self.length

    def to_json(self) -> JsonObject:
        return {"offset": self.offset, "length": self.length, "type": self.type, **self.extra}

    def between(self, start: int, end: int) -> Entity:
        return replace(self, offset=start, length=end - start)


@dataclass(frozen=True, slots=True)
class FormattedText:
    text: str
    entities: tuple[Entity, ...] = ()

    def entities_json(self) -> list[JsonObject]:
        return [entity.to_json() for entity in self.entities]


def utf16_length(text: str) -> int:
    return len(text) + sum(char > "\uffff" for char in text)


def finish(text: str, entities: Iterable[Entity]) -> FormattedText:
    """Clean, trim, fix and complete, in the server's order; the text may come out empty."""
    cleaned, moved = _clean(text, entities)
    trimmed, kept = _trim(cleaned, fix(moved))
    merged = _sorted([*kept, *_detect(trimmed, kept)])
    return FormattedText(trimmed, tuple(merged[:MAX_ENTITIES]))


def fix(entities: Iterable[Entity]) -> list[Entity]:
    """Drop what must not nest; cut styles out of fixed-width text."""
    ordered = _sorted(entities)
    quotes = list(_disjoint(e for e in ordered if e.type in QUOTES))
    solid = [
        entity
        for entity in _disjoint(e for e in ordered if e.type not in QUOTES | SPLITTABLE)
        if not any(_breaks(entity, quote) for quote in quotes)
    ]
    fixed_width = [entity for entity in solid if entity.type in FIXED_WIDTH]
    styles: list[Entity] = []
    for kind in sorted(SPLITTABLE):
        merged = _merged(e for e in ordered if e.type == kind)
        styles += [part for style in merged for part in _outside(style, fixed_width)]
    return _sorted([*quotes, *solid, *styles])


def _sorted(entities: Iterable[Entity]) -> list[Entity]:
    return sorted(entities, key=lambda e: (e.offset, -e.length, e.type))


def _disjoint(entities: Iterable[Entity]) -> Iterator[Entity]:
    end = 0
    for entity in entities:
        if entity.offset >= end:
            end = entity.end
            yield entity


def _breaks(entity: Entity, quote: Entity) -> bool:
    """A quotation may contain other entities, but not cross or be inside them."""
    apart = entity.end <= quote.offset or quote.end <= entity.offset
    inside = quote.offset <= entity.offset and entity.end <= quote.end
    return not (apart or inside)


def _merged(entities: Iterable[Entity]) -> list[Entity]:
    result: list[Entity] = []
    for entity in entities:
        if result and entity.offset <= result[-1].end:
            last = result[-1]
            result[-1] = last.between(last.offset, max(last.end, entity.end))
        else:
            result.append(entity)
    return result


def _outside(style: Entity, holes: Iterable[Entity]) -> Iterator[Entity]:
    start = style.offset
    for hole in holes:
        if hole.end <= start or hole.offset >= style.end:
            continue
        if hole.offset > start:
            yield style.between(start, hole.offset)
        start = hole.end
    if start < style.end:
        yield style.between(start, style.end)


def _clean(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    kept: list[str] = []
    moved_to = [0]
    for char in text:
        shown = "" if char in _REMOVED else " " if char < " " and char != "\n" else char
        kept.append(shown)
        units = 2 if char > "\uffff" else 1
        moved_to += [moved_to[-1] + (units if shown else 0)] * units
    spans = ((e, moved_to[min(e.offset, len(moved_to) - 1)], e.end) for e in entities)
    moved = [e.between(start, moved_to[min(end, len(moved_to) - 1)]) for e, start, end in spans]
    return "".join(kept), [entity for entity in moved if entity.length > 0]


def _trim(text: str, entities: Iterable[Entity]) -> tuple[str, list[Entity]]:
    units = text.rstrip(" \n").encode("utf-16-le")
    kept = [entity for e in entities if (entity := _without_margin(e, units)) is not None]
    lead = len(text) - len(text.lstrip(" \n"))
    return text.strip(" \n"), [replace(entity, offset=entity.offset - lead) for entity in kept]


def _without_margin(entity: Entity, units: bytes) -> Entity | None:
    """An entity starts at a visible character, ends inside the text and is never only blank."""
    start, end = entity.offset, min(entity.end, len(units) // 2)
    covered = units[2 * start : 2 * end].decode("utf-16-le", "replace")
    if not covered.strip(" \n"):
        return None
    start += len(covered) - len(covered.lstrip(" \n"))
    return entity.between(start, end)


def _detect(text: str, taken: Iterable[Entity]) -> Iterator[Entity]:
    busy = [e for e in taken if e.type not in SPLITTABLE | QUOTES]
    for kind, pattern in _DETECTED:
        for match in pattern.finditer(text):
            start = utf16_length(text[: match.start()])
            found = Entity(kind, start, utf16_length(match.group()))
            if all(found.end <= e.offset or e.end <= found.offset for e in busy):
                busy.append(found)
                yield found
