"""Trade shorthand written out: "huy TK NK" -> "huy tờ khai nhập khẩu".

The table (data/abbreviation.tsv) says what a short form may stand for and which neighbours speak for which reading. A
reading is taken when the neighbours agree, or when there is only one. When they do not ("TQ" is both thông quan and
Trung Quốc) nothing is guessed: the short form stays, and the result names the readings so that the bot can ask.
Single letters are never written out without a neighbour that calls for it: "form e" stays "form e".
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import product

from knowledge_base.text.normal import strip_marks

_MOST_CANDIDATES = 4
_MOST_ASKED = 2  # undecided short forms that are spelled out in candidates; more would only add noise
_REACH = 5  # pieces on each side that count as near

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
# Not inside #&VN, an address or a web name; each run of letters and digits is looked at from its beginning only.
_PIECE = re.compile(rf"(?<![&#@{_LATIN}\d])(?!(?<=\.)(?:vn|com)\b)[{_LATIN}\d]+(?:[/&-][{_LATIN}\d]+)*", re.IGNORECASE)
_STOP = re.compile(r"[,.;:?!()\n]")
_HAN = re.compile("[\u3400-\u9fff]")
_AMOUNT = re.compile(r"(\d{1,9}(?:[.,]\d{1,3})?)(k|tr|ty|h)(\d{1,2})?\Z")
_UNITS = {"k": "nghìn", "tr": "triệu", "ty": "tỷ"}
_TYPE_CODE = re.compile(r"[a-h]\d\d\Z")


@dataclass(frozen=True)
class Ambiguity:
    """A short form that may mean several things: where it stands in the given text, and the readings to offer."""

    short: str
    readings: tuple[str, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Expansion:
    """What `expand` made of a text.

    text: every decided short form written out, undecided ones as typed.
    candidates: full versions to search with, likeliest first; just `text` when nothing is undecided.
    ambiguous: the undecided ones.
    """

    text: str
    candidates: tuple[str, ...]
    ambiguous: tuple[Ambiguity, ...]


def expand(text: str, language: str = "vi") -> Expansion:
    """Write out the short forms of `text`, which is in `language` ("vi", "en", "zh"; others come back as they are)."""
    table = _table().get(language)
    if table is None:
        return Expansion(text, (text,), ())
    return _expand(text, table, has_amounts=language == "vi")


# --- the table --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    text: str
    before: frozenset[str]
    after: frozenset[str]
    near: frozenset[str]
    is_default: bool
    is_caps: bool
    is_cued: bool

    @property
    def is_free(self) -> bool:
        return not (self.before or self.after or self.near or self.is_caps or self.is_cued)


@dataclass(frozen=True)
class _Table:
    shorts: dict[str, tuple[_Reading, ...]]
    han: re.Pattern[str] | None  # Chinese short forms, found inside longer runs


@lru_cache(maxsize=1)
def _table() -> dict[str, _Table]:
    source = resources.files(__package__) / "data" / "abbreviation.tsv"
    rows: dict[str, dict[str, tuple[_Reading, ...]]] = {}
    for line in source.read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            language, short, *rest = line.split("\t")
            shorts = rows.setdefault(language, {})
            shorts[short] = (*shorts.get(short, ()), _reading(rest))
    return {language: _Table(shorts, _han_pattern(shorts)) for language, shorts in rows.items()}


def _reading(columns: list[str]) -> _Reading:
    text, before, after, near, flags = (columns + [""] * 5)[:5]
    return _Reading(
        text,
        frozenset(before.split("|")) - {""},
        frozenset(after.split("|")) - {""},
        frozenset(near.split("|")) - {""},
        "default" in flags,
        "caps" in flags,
        "cued" in flags,
    )


def _han_pattern(shorts: dict[str, tuple[_Reading, ...]]) -> re.Pattern[str] | None:
    forms = sorted((short for short in shorts if _HAN.match(short)), key=len, reverse=True)
    return re.compile("|".join(forms)) if forms else None


# --- expanding --------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    start: int
    end: int
    typed: str
    lowered: str
    readings: tuple[_Reading, ...]
    words: tuple[str, ...]  # what it says to its neighbours, bare


def _expand(text: str, table: _Table, *, has_amounts: bool) -> Expansion:
    pieces = [_piece(text, match, table) for match in _PIECE.finditer(text)]
    is_shouted = text.isupper()
    edits: list[tuple[int, int, str]] = []
    asked: list[Ambiguity] = []
    for place, piece in enumerate(pieces):
        if piece.readings:
            chosen = _choose(text, pieces, place, is_shouted)
            if chosen is None:
                continue
            if isinstance(chosen, Ambiguity):
                asked.append(chosen)
            elif chosen != "=":
                edits.append((piece.start, piece.end, chosen))
        else:
            written = _written_out(piece, table, has_amounts)
            if written:
                edits.append((piece.start, piece.end, written))
    edits.extend(_han_edits(text, table))
    return Expansion(_apply(text, edits), _candidates(text, edits, asked), tuple(asked))


def _piece(text: str, match: re.Match[str], table: _Table) -> _Piece:
    typed = match[0]
    lowered = typed.lower()
    is_address = text.startswith("@", match.end())
    readings = () if is_address else table.shorts.get(lowered) or table.shorts.get(lowered.replace("đ", "d"), ())
    if len(readings) == 1 and readings[0].is_free:
        words = tuple(strip_marks(readings[0].text).lower().split())
    else:
        words = (strip_marks(lowered),)
    return _Piece(match.start(), match.end(), typed, lowered, readings, words)


def _choose(text: str, pieces: list[_Piece], place: int, is_shouted: bool) -> str | Ambiguity | None:
    """The reading the neighbours call for; an Ambiguity when they do not agree; None to leave it alone."""
    piece = pieces[place]
    if len(piece.readings) == 1 and piece.readings[0].is_free:
        return piece.readings[0].text
    is_caps = piece.typed.isupper() and len(piece.typed) > 1 and not is_shouted
    before, after, near = _neighbours(text, pieces, place)
    scores = [
        2 * bool(before & reading.before)
        + 2 * bool(after & reading.after)
        + bool(near & reading.near)
        + (reading.is_caps and is_caps)
        for reading in piece.readings
    ]
    best = max(scores)
    if best and scores.count(best) == 1:
        return piece.readings[scores.index(best)].text
    for reading in piece.readings:
        if reading.is_default:
            return reading.text
    if len(piece.readings) == 1 or any(reading.is_cued for reading in piece.readings):
        return None
    readings = tuple(reading.text for reading in piece.readings if reading.text != "=")
    return Ambiguity(piece.typed, readings, piece.start, piece.end)


def _neighbours(text: str, pieces: list[_Piece], place: int) -> tuple[set[str], set[str], set[str]]:
    """Cues standing right before, right after, and near a piece: runs of up to three words, and # @ ^ $."""
    left = [word for piece in pieces[max(0, place - _REACH) : place] for word in piece.words]
    right = [word for piece in pieces[place + 1 : place + 1 + _REACH] for word in piece.words]
    before: set[str] = set()
    after: set[str] = set()
    if place == 0 or _STOP.search(text, pieces[place - 1].end, pieces[place].start):
        before.add("^")
    else:
        before.update(" ".join(left[-size:]) for size in (1, 2, 3))
        before.update(_kinds(pieces[place - 1].lowered))
    if place + 1 == len(pieces) or _STOP.search(text, pieces[place].end, pieces[place + 1].start):
        after.add("$")
    else:
        after.update(" ".join(right[:size]) for size in (1, 2, 3))
        after.update(_kinds(pieces[place + 1].lowered))
    return before, after, {*_runs(left), *_runs(right)}


def _kinds(word: str) -> set[str]:
    kinds = {word}
    if word[0].isdigit():
        kinds.add("#")
    if _TYPE_CODE.match(word):
        kinds.add("@")
    return kinds


def _runs(words: list[str]) -> list[str]:
    return words + [" ".join(words[i : i + size]) for size in (2, 3) for i in range(len(words) - size + 1)]


def _written_out(piece: _Piece, table: _Table, has_amounts: bool) -> str | None:
    """Amounts and hours ("20k", "1tr5", "8h30"), and short forms joined by a stroke ("NK/XK")."""
    if has_amounts and piece.lowered[0].isdigit():
        amount = _AMOUNT.match(piece.lowered)
        return _amount(amount) if amount else None
    parts = re.split(r"([/&-])", piece.lowered)
    if len(parts) < 3 or len(parts) > 7:
        return None
    written = [_free_text(part, table) if part not in "/&-" else part for part in parts]
    return "".join(part for part in written if part) if all(written) else None


def _amount(match: re.Match[str]) -> str:
    number, unit, rest = match.groups()
    if unit == "h":
        return f"{number} giờ {rest}" if rest else f"{number} giờ"
    return f"{number},{rest} {_UNITS[unit]}" if rest else f"{number} {_UNITS[unit]}"


def _free_text(part: str, table: _Table) -> str | None:
    readings = table.shorts.get(part, ()) if len(part) > 1 else ()
    return next((r.text for r in readings if r.is_default or (len(readings) == 1 and r.is_free)), None)


def _han_edits(text: str, table: _Table) -> list[tuple[int, int, str]]:
    if table.han is None:
        return []
    edits = []
    for match in table.han.finditer(text):
        full = table.shorts[match[0]][0].text
        offset = full.find(match[0])
        is_full = offset >= 0 and text.startswith(full, max(0, match.start() - offset))
        if not is_full:
            edits.append((match.start(), match.end(), full))
    return edits


def _candidates(text: str, edits: list[tuple[int, int, str]], asked: list[Ambiguity]) -> tuple[str, ...]:
    open_forms = asked[:_MOST_ASKED]
    versions: list[str] = []
    for readings in product(*(ambiguity.readings for ambiguity in open_forms)):
        chosen = [(a.start, a.end, reading) for a, reading in zip(open_forms, readings, strict=True)]
        versions.append(_apply(text, edits + chosen))
        if len(versions) == _MOST_CANDIDATES:
            break
    return tuple(dict.fromkeys(versions))


def _apply(text: str, edits: list[tuple[int, int, str]]) -> str:
    parts: list[str] = []
    done = 0
    for start, end, replacement in sorted(edits):
        parts += (text[done:start], replacement)
        done = end
    return "".join(parts) + text[done:]
