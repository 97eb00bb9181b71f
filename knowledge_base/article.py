"""What an article is: one customs procedure in three languages, with the law it rests on and what is not known.

The models here are the schema. A file that does not fit is refused with a line that names file, field and mend.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SerializerFunctionWrapHandler,
    StringConstraints,
    ValidationError,
    model_serializer,
    model_validator,
)
from pydantic_core import PydanticCustomError

Language = Literal["vi", "en", "zh"]
LANGUAGES: tuple[Language, ...] = ("vi", "en", "zh")
Part = Literal["documents", "steps", "time", "fee", "law", "who"]
PARTS: tuple[Part, ...] = ("documents", "steps", "time", "fee", "law", "who")
Topic = Literal[
    "declaration", "tax", "classification", "valuation", "origin", "regime", "specialised", "border", "relations"
]
UnitName = Literal["all", "mong-cai", "hoanh-mo", "bac-phong-sinh", "hon-gai", "cam-pha", "van-gia"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=4000)]
LawKey = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64)]
Slug = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=40)]


class ArticleProblem(ValueError):
    """An article that cannot be used; the message names the file, the field and what to do."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LegalReference(_Strict):
    """A provision: the article in an instrument, with a remark.

    The instrument is named by its key in `instruments.yaml`, by its number when it is not there yet.
    The dates are the provision's own first and last day where they differ from the instrument's.
    """

    instrument: LawKey
    article: str = ""
    note: str = ""
    effective_from: date | None = None
    effective_to: date | None = None

    @model_serializer(mode="wrap")
    def _without_unknown_days(self, handler: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = handler(self)
        return {name: value for name, value in written.items() if value is not None}

    @model_validator(mode="after")
    def _is_in_order(self) -> Self:
        if self.effective_from and self.effective_to and self.effective_to < self.effective_from:
            raise PydanticCustomError("dates_order", "effective_to is before effective_from; correct the dates")
        return self


class Content(_Strict):
    """What people read, in one language.

    `time_limit` and `fee` are None when no source states them: then the answer says so.
    """

    title: Words
    answer: Words
    who: Words
    documents: tuple[Words, ...] = ()
    steps: tuple[Words, ...] = ()
    time_limit: Words | None = None
    fee: Words | None = None
    note: str = ""
    questions: Annotated[tuple[Words, ...], Field(min_length=3)]


class Article(_Strict):
    """One procedure.

    Attributes:
        confidence: V stated on a cited public page, T read in an official text, P partly checked, M unverified.
        recheck: Circular 121/2025/TT-BTC may have changed it.
        is_volatile: hours, fees, pilots, rates and foreign rules; always has a `review_by` date.
        human_only: an officer is always offered (classification, value, origin) or takes it at once (complaints).
    """

    id: Slug
    topic: Topic
    confidence: Literal["V", "T", "P", "M"]
    recheck: bool
    is_volatile: Annotated[bool, Field(alias="volatile")]
    review_by: date | None = None
    human_only: bool = False
    units: Annotated[tuple[UnitName, ...], Field(min_length=1)]
    legal_basis: tuple[LegalReference, ...]
    sources: tuple[str, ...]
    related: tuple[Slug, ...] = ()
    aliases: tuple[Words, ...] = ()
    vi: Content
    en: Content
    zh: Content

    def content(self, language: Language) -> Content:
        """The article in one language."""
        found: Content = getattr(self, language)
        return found

    @property
    def titles(self) -> tuple[str, ...]:
        """The title in every language."""
        return tuple(self.content(language).title for language in LANGUAGES)

    @model_validator(mode="after")
    def _is_consistent(self) -> Self:
        if self.is_volatile and self.review_by is None:
            raise PydanticCustomError(
                "review_by_missing",
                "a volatile article needs review_by: the date by which it must be looked at again",
            )
        for field in ("documents", "steps"):
            counts = {language: len(getattr(self.content(language), field)) for language in LANGUAGES}
            if len(set(counts.values())) > 1:
                message = "{field} must have as many items in every language, found {counts}"
                raise PydanticCustomError("uneven_items", message, {"field": field, "counts": str(counts)})
        for field in ("time_limit", "fee"):
            known = {language: getattr(self.content(language), field) is not None for language in LANGUAGES}
            if len(set(known.values())) > 1:
                message = "{field} must be known in every language or in none, found {known}"
                raise PydanticCustomError("uneven_facts", message, {"field": field, "known": str(known)})
        return self


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with one field; `kind` names the sort of mistake, `message` says it in English."""

    field: str
    kind: str
    message: str


def complaints(document: Any) -> list[Complaint]:
    """Everything that keeps a document from being an article, field by field; empty when it is one.

    The fields of each language are looked at even when the whole cannot be: a draft says all it lacks at once.
    """
    try:
        article = Article.model_validate(document)
    except ValidationError as error:
        return [
            Complaint(
                ".".join(str(step) for step in found["loc"]) or str(found.get("ctx", {}).get("field", "")),
                found["type"],
                found["msg"],
            )
            for found in error.errors()
        ]
    return list(_broken(article))


_LINK = re.compile(r"(?:https?:|www\.)[^\s，。；、）》」]*", re.IGNORECASE)
_WHOLE_LINK = re.compile(r"(?:https?://|www\.)[\w-]+(?:\.[\w-]+)+(?:[:/?#]\S*)?[.,;)]?", re.IGNORECASE)
_MARKUP = re.compile(
    r"</?[a-z][^<>]{0,200}>"  # HTML
    r"|\]\([^)\s]*\)?|\*\*|`|^#{1,6}\s"  # Markdown
    r"|&(?:amp|lt|gt|quot|nbsp|#\d{1,6});",
    re.IGNORECASE | re.MULTILINE,
)


def is_link(text: str) -> bool:
    """True for one whole address of a public page."""
    return text.startswith(("https://", "http://")) and _WHOLE_LINK.fullmatch(text) is not None


def _broken(article: Article) -> Iterator[Complaint]:
    """Links that lead nowhere, and markup: answers are plain text, so people would read its signs."""
    for language in LANGUAGES:
        for field, text in _prose(article.content(language)):
            links = [link for link in _LINK.findall(text) if not _WHOLE_LINK.fullmatch(link)]
            if links:
                yield Complaint(
                    f"{language}.{field}", "broken_link", f"the link {links[0]} is not complete; correct it"
                )
            if sign := _MARKUP.search(text):
                yield Complaint(f"{language}.{field}", "markup", f"people would read {sign[0]}; write plain text")


def _prose(content: Content) -> Iterator[tuple[str, str]]:
    for field in ("title", "answer", "who", "time_limit", "fee", "note"):
        yield field, getattr(content, field) or ""
    for field in ("documents", "steps"):
        yield field, "\n".join(getattr(content, field))


def parse(document: Any, where: str) -> Article:
    """Read an article from plain data; raises ArticleProblem naming `where`, the field and the mend."""
    try:
        return Article.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"]) or "article"
        more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
        raise ArticleProblem(f"{where}: {field}: {first['msg']}{more}; mend the field and run isec kb check") from None


def dump(article: Article) -> dict[str, Any]:
    """The article as plain JSON-able data, the way the database keeps it."""
    return article.model_dump(mode="json", by_alias=True)
