"""Turning an article into what a person reads: only what the article says, and what it does not know said so."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources
from typing import Any

from knowledge_base.article import PARTS, Content, Language, LegalReference, Part
from knowledge_base.edition import Edition, Halt
from knowledge_base.shelf import Reference

SHORT = 300
"""Time limits and fees up to this many characters stand in the first message; longer ones fold into a button."""


@dataclass(frozen=True, slots=True)
class Citation:
    """A legal instrument (with article) or a public page, as shown under an answer."""

    title: str
    article: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """A finished text, the parts that can be asked for next, and what it rests on."""

    text: str
    parts: tuple[Part, ...]
    citations: tuple[Citation, ...]


@cache
def _labels(language: Language) -> dict[str, str]:
    data = tomllib.loads(resources.files(__package__).joinpath("label.toml").read_text(encoding="utf-8"))
    labels: dict[str, str] = data[language]
    return labels


def label(language: Language, key: str, **values: Any) -> str:
    """A fixed word or sentence of the answers."""
    return _labels(language)[key].format(**values)


def compose(
    edition: Edition,
    reference: Reference,
    language: Language,
    today: date,
    part: Part | None = None,
    is_whole: bool = True,
) -> Composed:
    """The article's answer, or one part of it, in a language.

    The whole holds the part that was asked for first, then the plain answer, short facts, the legal basis in one line
    and how far it can be relied on; the other parts are offered. Without `is_whole` only `part` is said.
    """
    content = edition.article.content(language)
    blocks = [content.title]
    if part is not None:
        blocks.append(_part(edition, reference, language, part, today))
    if part is None or is_whole:
        blocks.append(content.answer)
        blocks.extend(_headed(language, name, text) for name, text in _short_facts(content) if name != part)
    if content.note and (part is None or is_whole or part in ("fee", "time")):
        blocks.append(_headed(language, "note", content.note))
    blocks.append(_trust(edition, reference, language, today, with_law=part != "law"))
    shown = {part} | ({name for name, _ in _short_facts(content)} if part is None or is_whole else set())
    offered = tuple(name for name in PARTS if name not in shown and _has(edition, content, name))
    return Composed("\n\n".join(blocks), offered, citations(edition, reference, language))


def halted(edition: Edition, halt: Halt, reference: Reference, language: Language) -> str:
    """What an asker is told about an article that is not in force; empty when it was only switched off."""
    if halt.day is None:
        return ""
    law = _instrument(reference, halt.law, language) if halt.law else ""
    title = edition.article.content(language).title
    return label(language, f"halt_{halt.cause}", title=title, day=day(halt.day, language), law=law)


def citations(edition: Edition, reference: Reference, language: Language) -> tuple[Citation, ...]:
    """The instruments an article rests on, then the public pages it was written from."""
    law = [
        Citation(
            _instrument(reference, basis.instrument, language),
            label(language, "article", number=basis.article) if basis.article else "",
        )
        for basis in edition.article.legal_basis
    ]
    pages = (reference.sources[key].url if key in reference.sources else key for key in edition.article.sources)
    # editors name a page by its address; the files by a key of `sources.yaml`
    return (*law, *(Citation(url.split("/")[2], "", url) for url in pages if url.startswith(("https://", "http://"))))


def _headed(language: Language, name: str, text: str) -> str:
    """A text behind the word that says what it is."""
    return f"{label(language, name)}{label(language, 'colon')}{text}"


def _part(edition: Edition, reference: Reference, language: Language, part: Part, today: date) -> str:
    content = edition.article.content(language)
    body = {
        "documents": lambda: "\n".join(f"• {item}" for item in content.documents),
        "steps": lambda: "\n".join(f"{number}. {item}" for number, item in enumerate(content.steps, 1)),
        "time": lambda: content.time_limit or "",
        "fee": lambda: content.fee or "",
        "who": lambda: content.who,
        "law": lambda: _law(edition, reference, language, today),
    }[part]()
    return f"{label(language, part)}{label(language, 'colon').rstrip()}\n{body or label(language, f'unknown_{part}')}"


def _short_facts(content: Content) -> list[tuple[Part, str]]:
    facts: dict[Part, str | None] = {"time": content.time_limit, "fee": content.fee}
    return [(name, text) for name, text in facts.items() if text and len(text) <= SHORT]


def _has(edition: Edition, content: Content, part: Part) -> bool:
    return {
        "documents": bool(content.documents),
        "steps": bool(content.steps),
        "time": content.time_limit is not None,
        "fee": content.fee is not None,
        "law": bool(edition.article.legal_basis),
        "who": bool(content.who),
    }[part]


def _law(edition: Edition, reference: Reference, language: Language, today: date) -> str:
    return "\n".join(f"• {_basis(reference, basis, language, today)}" for basis in edition.article.legal_basis)


def _basis(reference: Reference, basis: LegalReference, language: Language, today: date) -> str:
    """A provision in words, with what is known of since when, until when, and by what it was replaced."""
    said = [_instrument(reference, basis.instrument, language)]
    if basis.article:
        said.append(label(language, "article", number=basis.article))
    said += _force(reference, basis, language, today)
    return ", ".join(said) if language != "zh" else "，".join(said)


def _force(reference: Reference, basis: LegalReference, language: Language, today: date) -> list[str]:
    instrument = reference.instruments.get(basis.instrument)
    begins = basis.effective_from or (instrument.in_force_from if instrument else None)
    lasts = basis.effective_to or (instrument.in_force_to if instrument else None)
    said = [label(language, "in_force_from", day=day(begins, language))] if begins else []
    if lasts and lasts < today:
        said.append(label(language, "ended", day=day(lasts + timedelta(days=1), language)))
    elif lasts:
        said.append(label(language, "in_force_to", day=day(lasts, language)))
    if instrument is not None and instrument.replaced_by:
        said.append(label(language, "replaced", by=instrument.replaced_by))
    return said


def _instrument(reference: Reference, key: str, language: Language) -> str:
    instrument = reference.instruments.get(key)
    return instrument.title.in_language(language) if instrument else key


def _trust(edition: Edition, reference: Reference, language: Language, today: date, with_law: bool) -> str:
    """How far the answer can be relied on: law, units, dates, draft mark, reference line."""
    article = edition.article
    lines = []
    if with_law and article.legal_basis:
        bases = label(language, "parted").join(
            _basis(reference, basis, language, today) for basis in article.legal_basis[:3]
        )
        lines.append(_headed(language, "law", bases))
    elif with_law:
        lines.append(label(language, "unknown_law"))
    if "all" not in article.units:
        units = label(language, "listed").join(label(language, name) for name in article.units)
        lines.append(label(language, "unit", units=units))
    lines.append(_dates(edition, reference, language))
    if edition.is_overdue(today) and article.review_by:
        lines.append(label(language, "overdue", day=day(article.review_by, language)))
    if edition.is_draft:
        lines.append(label(language, "draft"))
    if article.topic in ("classification", "valuation", "origin"):
        lines.append(label(language, "ruling"))
    lines.append(label(language, "reference"))
    return "\n".join(line for line in lines if line)


def _dates(edition: Edition, reference: Reference, language: Language) -> str:
    checked = [page.checked_on for key in edition.article.sources if (page := reference.sources.get(key))]
    said = []
    if edition.effective_from and not edition.is_draft:
        said.append(label(language, "effective", day=day(edition.effective_from, language)))
    if checked:
        said.append(label(language, "checked", day=day(min(checked), language)))
    return label(language, "space").join(said)


def day(value: date, language: Language) -> str:
    """A date as people of the language write it."""
    if language == "zh":
        return f"{value.year}年{value.month}月{value.day}日"
    if language == "en":
        return f"{value.day} {value:%b %Y}"
    return f"{value:%d/%m/%Y}"


_GUIDES = {"declaration-type": "type-codes", "office": "office-codes"}
"""The article on a kind of codes."""
TARIFF_LENGTHS = (4, 6, 8, 10)


def guide_to(reference: Reference, codes: Sequence[str]) -> str | None:
    """The id of the article that says more about codes of this kind, None when there is none."""
    kinds = [codes_of.kind for code in codes for codes_of, _ in reference.code(code)]
    if kinds:
        return next((_GUIDES[kind] for kind in kinds if kind in _GUIDES), None)
    return "hs-classification" if any(_is_tariff(code) for code in codes) else "type-codes"


def explain_document(reference: Reference, number: str, language: Language, today: date) -> tuple[str, bool]:
    """What is known of a legal text and its days in force, and whether it is known at all; its content is not told.

    `number` may lack its end ("38/2015/TT" for 38/2015/TT-BTC).
    """
    key = next((key for key in reference.instruments if key == number or key.startswith(f"{number}-")), None)
    if key is None:
        return label(language, "document_unknown", number=number), False
    instrument = reference.instruments[key]
    force = _force(reference, LegalReference(instrument=key), language, today)
    if not force:
        force = [label(language, "force_unknown")]
    if instrument.amended_by:
        force.append(label(language, "amended", by=label(language, "listed").join(instrument.amended_by)))
    known = label(language, "parted").join(force)
    facts = label(language, "document_known", title=_instrument(reference, key, language), force=known)
    return "\n".join((facts, label(language, "document_text"), label(language, "reference"))), True


def _is_tariff(code: str) -> bool:
    digits = code.replace(".", "")
    return digits.isdigit() and len(digits) in TARIFF_LENGTHS


def explain_code(reference: Reference, code: str, language: Language) -> tuple[str, bool]:
    """What a customs code means in every list that has it, and whether any list has it; never a guess."""
    found = reference.code(code)
    if not found:
        shape = "code_hs" if _is_tariff(code) else "code_unknown"
        return label(language, shape, code=code), False
    lines = []
    for codes, entry in found:
        name = entry.name.in_language(language)
        lines.append(label(language, "code_known", code=entry.code, list=codes.title.in_language(language), name=name))
        if entry.note is not None:
            lines.append(entry.note.in_language(language))
        if entry.status != "active":
            lines.append(label(language, f"code_{entry.status}"))
    lines.append(label(language, "reference"))
    return "\n".join(lines), True
