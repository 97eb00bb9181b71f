"""Cutting long replies into what a channel can carry: at paragraphs, lines, then sentences, never inside a link."""

import re
from collections.abc import Iterator

_BREAKS = (
    re.compile(r"\n{2,}"),
    re.compile(r"\n"),
    re.compile(r"(?<=[.!?;])\s+|(?<=[。！？；])"),
    re.compile(r"\s+"),
)
_LINK = re.compile(r"https?://\S+")


def split(text: str, limit: int) -> list[str]:
    """Pieces of at most `limit` UTF-16 code units (Telegram's way of counting), in order, none empty.

    Nothing but white space at the cuts is lost. A link is only cut when it alone is longer than the limit.
    """
    return list(_pieces(text.strip(), limit)) if text.strip() else []


def length(text: str) -> int:
    """Length in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2


def _pieces(text: str, limit: int) -> Iterator[str]:
    while length(text) > limit:
        head, tail = _cut(text, limit)
        yield head
        text = tail
    if text:
        yield text


def _cut(text: str, limit: int) -> tuple[str, str]:
    window = _prefix(text, limit)
    links = [match.span() for match in _LINK.finditer(text, 0, len(window) + 1)]
    for pattern in _BREAKS:
        # white space right behind the window is a fair cut, so one character more is looked at
        cuts = [match for match in pattern.finditer(text, 0, len(window) + 1) if match.start() <= len(window)]
        for match in reversed(cuts):
            head, tail = text[: match.start()].rstrip(), text[match.end() :].lstrip()
            if head and tail and not any(start < match.start() < end for start, end in links):
                return head, tail
    straddling = next((start for start, end in links if start > 0 and end > len(window)), len(window))
    return text[:straddling], text[straddling:]


def _prefix(text: str, limit: int) -> str:
    """The longest prefix of at most `limit` code units; a surrogate pair is never cut."""
    end = min(len(text), limit)
    while length(text[:end]) > limit:
        end -= max(1, (length(text[:end]) - limit) // 2)
    return text[:end]
