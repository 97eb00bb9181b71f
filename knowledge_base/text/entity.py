"""Codes that customs work turns on, found in text of any of the three languages.

Seven types: declaration, tax_code, hs_code, container, legal_document, licence_plate, office_code. They are recognised
before anything is masked as personal data, because a phone-number pattern also fits most of them.

How it works: the text gets a shadow of the same length (upper case, no marks, plain width, simplified characters), so a
span in the shadow is a span in the text. Shapes that cannot be anything else are taken first and blanked out; numbers
that fit several types are then decided by length, separators, check digit and the words beside them.
Cost is linear: every pattern is bounded, and digit runs are walked once.
"""

from __future__ import annotations

from knowledge_base.text.code import DIGIT, Entity, blank, shadow_of
from knowledge_base.text.identifier import chinese_plates, containers, offices, plates
from knowledge_base.text.legal_document import full_documents, named_documents, yearless_documents
from knowledge_base.text.number import numbers

_FINDERS = (
    full_documents,
    yearless_documents,
    containers,
    plates,
    chinese_plates,
    offices,
    named_documents,
)


def find(text: str) -> list[Entity]:
    """The codes in `text`, in order, without overlap. Works on raw text; spans are those of `text`."""
    if not DIGIT.search(text):
        return []
    shadow = shadow_of(text)
    found: list[Entity] = []
    for finder in _FINDERS:
        entities = list(finder(shadow))
        found += entities
        shadow = blank(shadow, entities)
    found += numbers(shadow)
    return sorted(found, key=lambda entity: entity.start)
