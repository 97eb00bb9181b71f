"""HTML parse mode, by the server's own rules.

Bot API, "HTML style": only the listed tags exist, every tag must be closed in order, ``&lt;``,
``&gt;``, ``&amp;``, ``&quot;`` and numeric references are the only character references. Anything
else is "Bad Request: can't parse entities: ..." with a byte offset. The wording and the order of
the checks follow the published parser (tdlib, ``parse_html``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from .entity import Entity, FormattedText, finish

_SPACE = frozenset(b" \t\r\n\0\v")
_NAMED = {b"lt": 0x3C, b"gt": 0x3E, b"amp": 0x26, b"quot": 0x22}
_STYLE = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "span": "spoiler",
    "tg-spoiler": "spoiler",
}
_TAGS = frozenset({*_STYLE, "a", "tg-emoji", "tg-time", "pre", "code", "blockquote"})
_NAME_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_ATTRIBUTE_NAME = re.compile(rb"[^ \t\r\n\0\v=>/\"']*")
_REFERENCE = re.compile(rb"&(?:#x([0-9A-Fa-f]*)|#([0-9]*)|([A-Za-z]*))")
_DATE_FORMAT = re.compile(r"r|w?[dD]?[tT]?")
_USER_LINK = re.compile(r"tg://user\?id=(\d+)", re.IGNORECASE)
_OPENED_SCHEMES = frozenset({"http", "https", "tg", "ton", "tonsite"})


class MarkupError(ValueError):
    """The reason after "can't parse entities: "."""


@dataclass(slots=True)
class _Tag:
    name: str
    offset: int
    start: int
    attributes: dict[str, str] = field(default_factory=dict)


def parse_html(text: str) -> FormattedText:
    return finish(*_Parser(text).parse())


def checked_link(url: str) -> str:
    """The link as the server would open it, or nothing for one it ignores."""
    full = url.strip() if "://" in url else f"http://{url.strip()}"
    try:
        parts = urlsplit(full)
        host = parts.hostname or ""
    except ValueError:
        return ""
    if parts.scheme.lower() not in _OPENED_SCHEMES or not host or " " in full:
        return ""
    if parts.scheme.lower() not in {"http", "https"}:
        return full
    return parts._replace(path=parts.path or "/").geturl() if "." in host.strip(".") else ""


class _Parser:
    """One pass over the bytes; a NUL closes the text, as in the C++ original."""

    def __init__(self, text: str) -> None:
        self._data = text.encode("utf-8", "surrogatepass") + b"\0"
        self._size = len(self._data) - 1
        self._at = 0
        self._out = bytearray()
        self._offset = 0
        self._open: list[_Tag] = []
        self._entities: list[Entity] = []

    def parse(self) -> tuple[str, list[Entity]]:
        while self._at < self._size:
            self._step(self._data[self._at])
        if self._open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return self._text(), [_without_stray_language(entity) for entity in self._entities]

    def _text(self) -> str:
        try:
            return self._out.decode("utf-8")
        except UnicodeDecodeError as error:
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            ) from error

    def _step(self, byte: int) -> None:
        if byte == 0x26 and (char := self._reference()):
            self._out += char.encode("utf-8", "surrogatepass")
            self._offset += 2 if char > "\uffff" else 1
        elif byte == 0x3C:
            self._tag()
        else:
            if byte & 0xC0 != 0x80:
                self._offset += 2 if byte >= 0xF0 else 1
            self._out.append(byte)
            self._at += 1

    def _reference(self) -> str:
        """The character a reference stands for; empty, and nothing read, if it stands for none."""
        match = _REFERENCE.match(self._data, self._at)
        if match is None:
            return ""
        code = _code_point(match)
        if not code:
            return ""
        self._at = match.end() + (self._data[match.end()] == 0x3B)
        return chr(code)

    def _tag(self) -> None:
        begin = self._at
        self._at += 1
        if self._data[self._at] == 0x2F:
            self._at += 1
            self._end_tag(begin)
        else:
            self._start_tag(begin)

    def _word(self) -> str:
        """Up to a space or ``>``; tag names are not case sensitive."""
        start = self._at
        while self._data[self._at] not in _SPACE and self._data[self._at] != 0x3E:
            self._at += 1
        return self._data[start : self._at].decode("utf-8", "replace").lower()

    def _skip_space(self) -> int:
        while self._data[self._at] and self._data[self._at] in _SPACE:
            self._at += 1
        return self._data[self._at]

    def _start_tag(self, begin: int) -> None:
        name = self._word()
        if self._data[self._at] == 0:
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        if name not in _TAGS:
            raise MarkupError(f'Unsupported start tag "{name}" at byte offset {begin}')
        tag = _Tag(name, self._offset, len(self._out))
        while self._skip_space() != 0x3E:
            self._attribute(tag, begin)
        self._at += 1
        if name == "span" and tag.attributes.get("class") != "tg-spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self._open.append(tag)

    def _attribute(self, tag: _Tag, begin: int) -> None:
        match = _ATTRIBUTE_NAME.match(self._data, self._at)
        raw = match.group() if match else b""
        if not raw:
            raise MarkupError(f'Empty attribute name in the tag "{tag.name}" at byte offset {begin}')
        name = raw.decode("utf-8", "replace")
        self._at += len(raw)
        following = self._skip_space()
        if following == 0x3D:
            self._at += 1
            following = self._skip_space()
            if following:
                tag.attributes[name] = self._value(following, begin)
                return
        if following == 0:
            raise MarkupError(f'Unclosed start tag "{tag.name}" at byte offset {begin}')
        tag.attributes[name] = ""

    def _value(self, first: int, begin: int) -> str:
        value = self._quoted(first) if first in b"'\"" else self._name_token()
        if self._data[self._at] == 0:
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        return value

    def _name_token(self) -> str:
        start = self._at
        match = _NAME_TOKEN.match(self._data, start)
        token = match.group() if match else b""
        self._at += len(token)
        if self._data[self._at] not in _SPACE and self._data[self._at] != 0x3E:
            raise MarkupError(f"Unexpected end of name token at byte offset {start}")
        return token.decode().lower()

    def _quoted(self, quote: int) -> str:
        self._at += 1
        value = bytearray()
        while (byte := self._data[self._at]) not in (quote, 0):
            if byte == 0x26 and (char := self._reference()):
                value += char.encode("utf-8", "surrogatepass")
                continue
            value.append(byte)
            self._at += 1
        if byte == quote:
            self._at += 1
        return value.decode("utf-8", "replace")

    def _end_tag(self, begin: int) -> None:
        if not self._open:
            raise MarkupError(f"Unexpected end tag at byte offset {begin}")
        name = self._word()
        if self._skip_space() != 0x3E:
            raise MarkupError(f"Unclosed end tag at byte offset {begin}")
        tag = self._open[-1]
        if name and name != tag.name:
            raise MarkupError(f'Unmatched end tag at byte offset {begin}, expected "</{tag.name}>", found "</{name}>"')
        self._at += 1
        self._open.pop()
        if self._offset > tag.offset:
            self._close(tag)

    def _close(self, tag: _Tag) -> None:
        if tag.name in _STYLE:
            self._add(_STYLE[tag.name], tag)
        elif tag.name == "blockquote":
            expandable = "expandable" in tag.attributes
            self._add("expandable_blockquote" if expandable else "blockquote", tag)
        elif tag.name in {"pre", "code"}:
            self._close_fixed_width(tag)
        else:
            self._close_special(tag)

    def _close_special(self, tag: _Tag) -> None:
        if tag.name == "a":
            self._close_link(tag)
        elif tag.name == "tg-emoji":
            emoji = tag.attributes.get("emoji-id", "")
            if not re.fullmatch(r"-?\d{1,19}", emoji) or int(emoji) == 0:
                raise MarkupError("Invalid custom emoji identifier specified")
            self._add("custom_emoji", tag, custom_emoji_id=emoji)
        else:
            self._close_time(tag)

    def _close_link(self, tag: _Tag) -> None:
        shown = self._out[tag.start :].decode("utf-8", "replace")
        url = tag.attributes.get("href") or shown
        if user := _USER_LINK.match(url):
            self._add("text_mention", tag, user={"id": int(user.group(1))})
        elif link := checked_link(url):
            self._add("text_link", tag, url=link)

    def _close_time(self, tag: _Tag) -> None:
        shape = tag.attributes.get("format", "")
        if not _DATE_FORMAT.fullmatch(shape):
            raise MarkupError("Invalid date format specified")
        number = re.match(r"\d{1,10}", tag.attributes.get("unix", ""))
        if number and int(number.group()) > 0:
            extra = {"date_time_format": shape} if shape else {}
            self._add("date_time", tag, unix_time=int(number.group()), **extra)

    def _close_fixed_width(self, tag: _Tag) -> None:
        """``pre`` and ``code`` around the same text become one block with a language."""
        style = tag.attributes.get("class", "")
        language = style[9:] if tag.name == "code" and style.startswith("language-") else ""
        last = self._entities[-1] if self._entities else None
        same = last is not None and (last.offset, last.end) == (tag.offset, self._offset)
        if last is not None and same and {last.type, tag.name} == {"pre", "code"}:
            language = language or last.extra.get("language", "")
            if language:
                self._entities[-1] = Entity("pre", last.offset, last.length, {"language": language})
                return
        self._add(tag.name, tag, **({"language": language} if language else {}))

    def _add(self, kind: str, tag: _Tag, **extra: object) -> None:
        self._entities.append(Entity(kind, tag.offset, self._offset - tag.offset, dict(extra)))


def _without_stray_language(entity: Entity) -> Entity:
    """Programming language can't be specified for standalone ``code`` tags."""
    return Entity("code", entity.offset, entity.length) if entity.type == "code" else entity


def _code_point(match: re.Match[bytes]) -> int:
    hexadecimal, decimal, name = match.groups()
    if name is not None:
        return _NAMED.get(name, 0)
    digits, base = (hexadecimal, 16) if hexadecimal is not None else (decimal, 10)
    code = int(digits, base) if digits else 0
    too_long = match.end() - match.start() >= 10
    return 0 if too_long or code >= 0x10FFFF else code
