"""What the models see of a message: words, pairs of words, runs of letters, its length, and the patterns of parts."""

import re
from collections.abc import Iterator
from itertools import pairwise

from knowledge_base.aspect import parts_named
from knowledge_base.text.normal import fold, tokenize

_NUMBER = re.compile(r"\d+")
_LONGEST = 300  # characters; who leans on what was said before is brief
_RUNS = (3, 4)
_LENGTHS = (1, 2, 3, 4, 6, 8, 11, 15, 20)  # words


def features(text: str) -> list[str]:
    """The features of `text`, each once, in a fixed order; without Vietnamese marks, every number the same."""
    bare = fold(text[: 2 * _LONGEST], keep_marks=False)[:_LONGEST]
    words = [_NUMBER.sub("#", token.text) for token in tokenize(bare)]
    return sorted({*_words(words), *_runs(words), *_lengths(len(words)), *_patterns(bare)})


def _words(words: list[str]) -> Iterator[str]:
    yield from (f"w:{word}" for word in words)
    yield from (f"b:{first} {second}" for first, second in pairwise(["<", *words, ">"]))


def _runs(words: list[str]) -> Iterator[str]:
    """Runs within Latin words, so that a slip of the keyboard does not hide a word."""
    for word in words:
        if len(word) > 3 and word.isascii():
            edged = f" {word} "
            yield from (f"c:{edged[at : at + size]}" for size in _RUNS for at in range(len(edged) - size + 1))


def _lengths(count: int) -> Iterator[str]:
    yield from (f"n:{length}" for length in _LENGTHS if count >= length)


def _patterns(bare: str) -> Iterator[str]:
    named = parts_named(bare)
    if named:
        yield f"first:{named[0]}"
        yield f"last:{named[-1]}"
        yield from (f"names:{part}" for part in named)
