"""How the bot asks back: what each article is called as a choice, and the questions that tell near misses apart.

`label.yaml` holds the choices, `distinction.yaml` the questions. Both are content like the articles: `isec kb check`
looks at them. An article made at the desk has no label; it is offered under its title.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter

from knowledge_base.article import LANGUAGES, ArticleProblem, Language, Slug
from knowledge_base.shelf import Trilingual, checked

ROOT = Path(__file__).parent
LABELS, DISTINCTIONS = "label.yaml", "distinction.yaml"

Short = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=48)]
ShortHan = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=18)]
Question = Annotated[str, StringConstraints(strip_whitespace=True, max_length=160, pattern=r"[?？]$")]


class Label(Trilingual):
    """What stands on a button, short enough for a narrow telephone."""

    vi: Short
    en: Short
    zh: ShortHan


class Asked(Trilingual):
    """A question in the three languages."""

    vi: Question
    en: Question
    zh: Question


class Distinction(BaseModel):
    """A question whose two answers lead to two articles that are easily taken for each other.

    The answers stand as the question names them, yes before no; that is how they are shown.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    question: Asked
    answers: Annotated[dict[Slug, Label], Field(min_length=2, max_length=2)]


@cache
def labels(root: Path = ROOT) -> dict[str, Label]:
    """The choices by article id; raises ArticleProblem."""
    read: dict[str, Label] = checked(root / LABELS, TypeAdapter(dict[Slug, Label]))
    return read


@cache
def distinctions(root: Path = ROOT) -> dict[frozenset[str], Distinction]:
    """The questions by the pair of articles they tell apart; raises ArticleProblem."""
    return {frozenset(entry.answers): entry for entry in _distinctions(root)}


def label_of(article_id: str, language: Language, title: str) -> str:
    """What to call an article as a choice: its label, or its title when it has none."""
    known = labels().get(article_id)
    return known.in_language(language) if known else title


def distinction(first: str, second: str) -> Distinction | None:
    """The question that tells two articles apart, None when there is none."""
    return distinctions().get(frozenset((first, second)))


def problems(articles: Iterable[str], root: Path = ROOT) -> list[str]:
    """Every line of complaint about the two files, given the ids there are; empty when all is well."""
    known = set(articles)
    try:
        named, asked = labels(root), _distinctions(root)
    except ArticleProblem as problem:
        return [str(problem)]
    return [*_label_problems(named, known), *_distinction_problems(asked, known)]


def _distinctions(root: Path) -> tuple[Distinction, ...]:
    return tuple(checked(root / DISTINCTIONS, TypeAdapter(list[Distinction])))


def _label_problems(named: dict[str, Label], known: set[str]) -> Iterator[str]:
    yield from (f"{LABELS}: there is no article {name!r}; mend the id" for name in sorted(named.keys() - known))
    yield from (f"{LABELS}: {name!r} has no label; add one" for name in sorted(known - named.keys()))
    for language in LANGUAGES:
        words = Counter(label.in_language(language).casefold() for label in named.values())
        yield from (
            f"{LABELS}: {name}.{language}: another article has the same words; tell them apart"
            for name, label in named.items()
            if words[label.in_language(language).casefold()] > 1
        )


def _distinction_problems(asked: tuple[Distinction, ...], known: set[str]) -> Iterator[str]:
    pairs = Counter(frozenset(entry.answers) for entry in asked)
    for entry in asked:
        where = f"{DISTINCTIONS}: {' / '.join(entry.answers)}"
        yield from (f"{where}: there is no article {name!r}; mend the id" for name in entry.answers.keys() - known)
        if pairs[frozenset(entry.answers)] > 1:
            yield f"{where}: the pair stands there twice; keep one"
        for language in LANGUAGES:
            if len({label.in_language(language).casefold() for label in entry.answers.values()}) == 1:
                yield f"{where}: {language}: both answers have the same words; tell them apart"
