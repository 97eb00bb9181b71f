"""What a code found in a text is, and the shadow of the text in which codes are looked for.

A shadow has the text's length (upper case, no marks, plain width, simplified characters), so a span in it is a span in
the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from knowledge_base.text.normal import simplify, strip_marks

EntityType = Literal[
    "declaration",
    "tax_code",
    "hs_code",
    "container",
    "legal_document",
    "licence_plate",
    "office_code",
]


@dataclass(frozen=True)
class Entity:
    """A code in a text: text[start:end] as typed, `value` as filed (upper case, no separators).

    value by type: declaration 12 digits; tax_code 10 digits or 10-3; hs_code 4, 6, 8 or 10 digits; container
    ABCU1234567; legal_document number/year/TYPE-ISSUER as far as known; licence_plate 14C12345 or 桂F12345;
    office_code 20BB.
    is_valid: whether its check holds (container and tax check digits; a declaration begins with 1 or 3); None where
    the type has no check. A failed check is worth telling the person; the code is kept.
    """

    type: EntityType
    value: str
    start: int
    end: int
    is_valid: bool | None = None


DIGIT = re.compile("[0-9\uff10-\uff19]")
_SHADOW: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF41)},
    **{code: chr(code - 0xFEE0).upper() for code in range(0xFF41, 0xFF5F)},
    **{code: chr(code).upper() for code in range(ord("a"), ord("z") + 1)},
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x005F), "-"),
    **dict.fromkeys((0x2022, 0x2027, 0x30FB, 0x22C5, 0x2E31, 0xFF65), "\u00b7"),
    **dict.fromkeys((0x0009, 0x000A, 0x000D, 0x00A0, 0x2009, 0x202F, 0x3000), " "),
    0x3002: ".",
    0xFF61: ".",
}


def shadow_of(text: str) -> str:
    """The shadow of a text."""
    return simplify(strip_marks_in_place(text)).translate(_SHADOW)


def strip_marks_in_place(text: str) -> str:
    """`text` with marks off and its length kept: loose combining marks, which `strip_marks` drops, stay."""
    bare = strip_marks(text)
    return bare if len(bare) == len(text) else text


def blank(shadow: str, entities: list[Entity]) -> str:
    """The shadow with what was found taken out, its length kept."""
    for entity in entities:
        shadow = shadow[: entity.start] + "\x00" * (entity.end - entity.start) + shadow[entity.end :]
    return shadow


def word_before(shadow: str, place: int) -> str:
    """The letters that touch `place` from the left ("" when a space, a digit or a Chinese character does)."""
    start = place
    while start > 0 and place - start < 12 and "A" <= shadow[start - 1] <= "Z":
        start -= 1
    return shadow[start:place]


def follows(shadow: str, place: int, pattern: re.Pattern[str]) -> bool:
    """Whether the words right before `place` match `pattern`, which is tied to their end."""
    return pattern.search(shadow[max(0, place - 36) : place]) is not None
