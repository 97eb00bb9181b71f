"""Which unit of the branch a message is about, by the places and office codes that it names."""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import get_args

from knowledge_base.article import UnitName
from knowledge_base.text.entity import find
from knowledge_base.text.normal import fold, strip_marks

UNITS = tuple(name for name in get_args(UnitName) if name != "all")
_LATIN = re.compile(r"[a-zà-ỹ]")


def unit_of(text: str) -> str | None:
    """The one unit that a text names; None when it names none, or several: then nothing tells which one it is about."""
    folded = fold(text)
    found = {unit for unit, pattern in _names() if pattern.search(folded)}
    found |= {_codes()[code.value] for code in find(text) if code.value in _codes()}
    return found.pop() if len(found) == 1 else None


@cache
def _names() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((unit, re.compile("|".join(map(_spelt, facts["names"])))) for unit, facts in _data().items())


@cache
def _codes() -> dict[str, str]:
    return {code: unit for unit, facts in _data().items() for code in facts["codes"]}


@cache
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files(__package__).joinpath("place.toml").read_text(encoding="utf-8"))


def _spelt(name: str) -> str:
    """Words stand alone, with or without spaces and hyphens between them; Chinese has neither."""
    if not _LATIN.search(name):
        return re.escape(name)
    spellings = (r"[ \-]?".join(map(re.escape, spelling.split())) for spelling in (name, strip_marks(name)))
    return rf"(?<!\w)(?:{'|'.join(spellings)})(?!\w)"
