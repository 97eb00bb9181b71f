"""Which side of a procedure a question is about, and whether it names a subject of its own at all.

"còn phí thì sao", "那要多久", "and where?" ask about what was spoken of before: they name a part, or nothing, and no
subject. Words are compared without Vietnamese marks, the way half of the askers type.
"""

import re
import tomllib
from collections.abc import Iterable
from functools import cache
from importlib import resources
from typing import Any

from knowledge_base.text.normal import fold, tokenize


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((name, re.compile("|".join(parts))) for name, parts in _data()["part"].items())


@cache
def _empty_words() -> frozenset[str]:
    return frozenset(_data()["empty"]["words"].split())


def _data() -> dict[str, Any]:
    return tomllib.loads(resources.files(__package__).joinpath("aspect.toml").read_text(encoding="utf-8"))


_LINK = re.compile(r"^(the con|vay con|and|also|what about|how about|but if|那么|那如果|要是|如果|那)")
_SURE, _LIKELY, _UNSURE = 0.9, 0.45, 0.3
_FEW = 3


def aspect_of(text: str) -> str | None:
    """The part that is asked for: a name of `article.PARTS`, or "place"; None when the question is about the whole."""
    bare = fold(text, keep_marks=False)
    found = [(match.start(), name) for name, pattern in _patterns() for match in pattern.finditer(bare)]
    # "what papers, and how long": the first thing asked is answered first
    return min(found)[1] if found else None


def own_words(text: str) -> list[str]:
    """The words left that could name a subject, once parts and empty words are taken away; without marks."""
    bare = fold(text, keep_marks=False)
    for _, pattern in _patterns():
        bare = pattern.sub(" ", bare)
    bare = _LINK.sub(" ", bare.strip())
    return [token.text for token in tokenize(bare) if token.text not in _empty_words()]


def subjects(texts: Iterable[str]) -> frozenset[str]:
    """The words by which articles are named: one of them in a question makes it a question of its own."""
    words = (token.text for text in texts for token in tokenize(fold(text, keep_marks=False)))
    return frozenset(words) - _empty_words()


def is_follow_up(text: str, confidence: float, named: frozenset[str]) -> bool:
    """True when a question must be about what was spoken of before.

    It names no subject of its own, or so few words that could be one, none of them a word that names an article, that
    the classifier is not sure of any. A text without words (an emoji) asks nothing.

    Args:
        text: the question.
        confidence: the classifier's for its best article, in [0, 1].
        named: the words of `subjects`.
    """
    left = own_words(text)
    if not left:
        return bool(tokenize(fold(text)))
    is_named = any(word in named for word in left)
    if len(left) == 1 and confidence < _SURE:
        return not is_named or confidence < _UNSURE
    return len(left) <= _FEW and confidence < _LIKELY and not is_named
