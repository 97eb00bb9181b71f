"""Which part of a procedure a question asks for, by the words of three languages.

Words are compared without Vietnamese marks, the way half of the askers type.
"""

import re
import tomllib
from functools import cache
from importlib import resources

from knowledge_base.text.normal import fold


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    data = tomllib.loads(resources.files(__package__).joinpath("aspect.toml").read_text(encoding="utf-8"))
    return tuple((name, re.compile("|".join(parts))) for name, parts in data["part"].items())


def aspect_of(text: str) -> str | None:
    """The part that is asked for: a name of `article.PARTS`, or "place"; None when the question is about the whole."""
    # "what papers, and how long": the first thing asked is answered first
    return next(iter(parts_named(fold(text, keep_marks=False))), None)


def parts_named(bare: str) -> list[str]:
    """The parts that a text, folded without marks, has words for, in the order of its words."""
    found = sorted((match.start(), name) for name, pattern in _patterns() for match in pattern.finditer(bare))
    return [name for _, name in found]
