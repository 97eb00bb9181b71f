"""The files of the knowledge base: procedures, legal instruments, sources and code lists, read and checked."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from knowledge_base.article import Article, ArticleProblem, complaints, dump, parse

ROOT = Path(__file__).parent
PROCEDURES = ROOT / "procedures"


class Trilingual(BaseModel):
    """A short text in the three languages."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    vi: str
    en: str
    zh: str

    def in_language(self, language: str) -> str:
        """The text in one language."""
        found: str = getattr(self, language)
        return found


class Instrument(BaseModel):
    """A law, decree, circular, decision or other text that articles rest on.

    `in_force_from` / `in_force_to` are None when no source states them.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str
    title: Trilingual
    in_force_from: date | None = None
    in_force_to: date | None = None
    amended_by: tuple[str, ...] = ()
    replaced_by: str | None = None
    note: str = ""


class SourcePage(BaseModel):
    """A public page or file that an article was written from, and the day it was looked at."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    key: str
    kind: Literal["web", "repository"]
    url: str = ""
    note: str = ""
    checked_on: date


class Code(BaseModel):
    """One entry of a code list."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    code: str
    name: Trilingual
    status: Literal["active", "unconfirmed", "abolished"] = "active"
    confidence: Literal["V", "T", "P", "M"]
    note: Trilingual | None = None


class CodeList(BaseModel):
    """A list of codes of one kind, with where it comes from."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    kind: str
    title: Trilingual
    basis: str = ""
    is_confirmed: bool = True
    codes: Annotated[tuple[Code, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Reference:
    """Everything articles refer to by key."""

    instruments: dict[str, Instrument]
    sources: dict[str, SourcePage]
    code_lists: tuple[CodeList, ...]

    def code(self, text: str) -> list[tuple[CodeList, Code]]:
        """Every meaning of a code, in any list; empty when no list knows it."""
        wanted = text.strip().upper()
        return [(codes, code) for codes in self.code_lists for code in codes.codes if code.code.upper() == wanted]


def read_yaml(path: Path) -> Any:
    """Read one YAML file; raises ArticleProblem naming file, line and mend."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 0
        raise ArticleProblem(f"{path.name}: line {line}: {error.problem}; correct the YAML there") from None
    except (OSError, UnicodeDecodeError) as error:
        raise ArticleProblem(f"{path.name}: cannot be read ({error}); restore the file as UTF-8") from None


@cache
def reference(root: Path = ROOT) -> Reference:
    """The instruments, sources and code lists; raises ArticleProblem."""
    instruments = checked(root / "instruments.yaml", TypeAdapter(list[Instrument]))
    sources = checked(root / "sources.yaml", TypeAdapter(list[SourcePage]))
    codes = checked(root / "codes.yaml", TypeAdapter(list[CodeList]))
    return Reference({item.key: item for item in instruments}, {item.key: item for item in sources}, tuple(codes))


def checked(path: Path, adapter: TypeAdapter[Any]) -> Any:
    """What one YAML file holds, in the shape of `adapter`; raises ArticleProblem naming file, field and mend."""
    try:
        return adapter.validate_python(read_yaml(path))
    except ValidationError as error:
        first = error.errors()[0]
        field = ".".join(str(step) for step in first["loc"])
        raise ArticleProblem(f"{path.name}: {field}: {first['msg']}; mend the field and run isec kb check") from None


def articles(folder: Path = PROCEDURES) -> Iterator[Article]:
    """Every article file, by id; raises ArticleProblem at the first that does not fit."""
    for path in sorted(folder.glob("*.yaml")):
        article = parse(read_yaml(path), path.name)
        if article.id != path.stem:
            raise ArticleProblem(f"{path.name}: id: is {article.id!r}; name the file {article.id}.yaml or mend the id")
        yield article


def problems(folder: Path = PROCEDURES, root: Path = ROOT) -> list[str]:
    """Every line of complaint about the files: schema, unknown keys, dangling links; empty when all is well."""
    found: list[str] = []
    read: dict[str, Article] = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            article = parse(read_yaml(path), path.name)
            read[path.stem] = article
        except ArticleProblem as problem:
            found.append(str(problem))
    try:
        known = reference(root)
    except ArticleProblem as problem:
        return [*found, str(problem)]
    return [*found, *(line for stem, article in read.items() for line in _dangling(stem, article, read, known))]


def _dangling(stem: str, article: Article, read: dict[str, Article], known: Reference) -> Iterator[str]:
    if article.id != stem:
        yield f"{stem}.yaml: id: is {article.id!r}; name the file {article.id}.yaml or mend the id"
    for wrong in complaints(dump(article)):
        yield f"{stem}.yaml: {wrong.field}: {wrong.message}"
    for basis in article.legal_basis:
        if basis.instrument not in known.instruments:
            yield f"{stem}.yaml: legal_basis: {basis.instrument!r} is not in instruments.yaml; add it or mend the key"
    for key in article.sources:
        if key not in known.sources:
            yield f"{stem}.yaml: sources: {key!r} is not in sources.yaml; add it there or mend the key"
    for other in article.related:
        if other not in read:
            yield f"{stem}.yaml: related: there is no article {other!r}; mend the id"
