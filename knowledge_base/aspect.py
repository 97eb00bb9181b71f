"""Which side of a procedure a question is about, and whether it names a subject of its own at all.

"còn phí thì sao", "那要多久", "and where?" ask about what was spoken of before: they name a part, or nothing, and no
subject. Words are compared without Vietnamese marks, the way half of the askers type.
"""

import re
import tomllib
from functools import cache
from importlib import resources
from typing import Any

from knowledge_base.text.normal import fold, tokenize

PLACE = "place"


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile("|".join(parts))) for name, parts in _data()["part"].items())


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(_data()["empty"]["words"].split())


def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("aspect.toml").read_text(encoding="utf-8"))


_LINK = re.compile(r"^(the con|vay con|and|also|what about|how about|but if|那么|那如果|要是|如果|那)")
_SURE, _LIKELY = 0.9, 0.45


def aspect_of(text: str) -> str | None:
    """The part that is asked for: a name of `article.PARTS`, or "place"; None when the question is about the whole."""
    bare = fold(text, keep_marks=False)
    found = [(match.start(), name) for name, pattern in _patterns() for match in pattern.finditer(bare)]
    # "what papers, and how long": the first thing asked is answered first
    return min(found)[1] if found else None


def own_words(text: str) -> int:
    """How many words are left that could name a subject, once parts and empty words are taken away."""
    bare = fold(text, keep_marks=False)
    for _, pattern in _patterns():
        bare = pattern.sub(" ", bare)
    bare = _LINK.sub(" ", bare.strip())
    return sum(token.text not in _empty_words() for token in tokenize(bare))


def is_follow_up(text: str, confidence: float) -> bool:
    """True when a question must be about what was spoken of before.

    It names no subject of its own, or so few words that could be one that the classifier is not sure of any.

    `confidence` is the classifier's for its best article, in [0, 1].
    """
    left = own_words(text)
    return left == 0 or (left == 1 and confidence < _SURE) or (left <= 3 and confidence < _LIKELY)
