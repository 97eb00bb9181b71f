"""Telling apart the questions of one message: "1. giờ làm việc? 2. phí bao nhiêu?" asks twice.

Only what is marked as a question counts: its line or place is numbered, or it ends with a question mark and there are
at least three of them, for two are mostly one matter told in two breaths. What stands before a question (where somebody
is, what goods they have) stays with it.
"""

import re

from knowledge_base.text.normal import tokenize

MOST = 12
"""Questions taken from one message; nobody means more."""

_NUMBER = re.compile(
    r"(?:^|(?<=[\s.;?!。？！；]))(?:(?:câu|cau|question|q|thứ|thu|第)\s*)?(?:\(?\d{1,2}\s*[.)/:、]|[①-⑫]|[一二三四五六七八九十]、)"
    r"(?=\s*[^\d\s.,/:])",
    re.IGNORECASE | re.MULTILINE,
)
_ASKED = re.compile(r"[^?？]*[?？]+")
_CLAUSE_END = re.compile(r"(?<=[^\W\d_])\s*(?:[,.!?;…:~)]+(?=\s)|[，。！？；～]+)\s*")
_FEWEST_WORDS = 2
_FEWEST_ASKING = 3
_FEWEST_MARKED = 3


def split(text: str) -> list[str]:
    """The questions of `text` in their order, at most MOST; [text] when it is one."""
    numbered = _numbered(text)
    if len(numbered) > 1:
        return numbered[:MOST]
    marked = _marked(text)
    return marked[:MOST] if len(marked) >= _FEWEST_MARKED else [text]


def pair(text: str) -> list[str]:
    """The two pieces of a text with two question marks, which may or may not be one matter; [] for any other text."""
    if len(_numbered(text)) > 1:
        return []
    marked = _marked(text)
    return marked if len(marked) == _FEWEST_MARKED - 1 else []


def after_courtesy(text: str) -> str:
    """What follows the first clause of a clean text ("cảm ơn bạn, cho hỏi ..."); "" when it is too short to ask."""
    _, *rest = _CLAUSE_END.split(text, maxsplit=1)
    return rest[0].strip() if rest and len(tokenize(rest[0])) >= _FEWEST_ASKING else ""


def _numbered(text: str) -> list[str]:
    """Pieces that carry a number, without it; what stands before the first one is no question."""
    marks = list(_NUMBER.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    pieces = [text[mark.end() : end].strip() for mark, end in zip(marks, ends, strict=False)]
    return [piece for piece in pieces if _is_question(piece)]


def _marked(text: str) -> list[str]:
    """Pieces up to a question mark; one too short to ask anything belongs to the piece before it."""
    found: list[str] = []
    for match in _ASKED.finditer(text):
        piece = match.group().strip()
        if _is_question(piece):
            found.append(piece)
        elif found:
            found[-1] = f"{found[-1]} {piece}"
    return found


def _is_question(piece: str) -> bool:
    return len(tokenize(piece)) >= _FEWEST_WORDS
