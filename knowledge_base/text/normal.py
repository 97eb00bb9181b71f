"""One form for text that is typed in a hundred ways.

    clean     what a person meant to type: same words, same case, safe characters; shown, stored, searched for codes
    fold      what is compared: clean, simplified Chinese, lower case, with or without Vietnamese marks
    tokens    what is counted: syllables, codes kept whole, Chinese characters and their pairs

Everything is pure, never raises, and takes linear time whatever it is given.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import pairwise

from knowledge_base.text.syllable import is_bare_syllable
from knowledge_base.text.typo import part, repair

MAX_LENGTH = 4096
"""Characters of a message that are looked at; longer ones stall the brain."""

_RAW_LENGTH = 2 * MAX_LENGTH  # decomposed text and invisible padding shrink on the way
_MARK_RUN = 3  # combining marks in a row; Vietnamese needs two


@dataclass(frozen=True)
class Capped:
    """`text`, at most the asked length, and whether something was cut off."""

    text: str
    is_cut: bool


@dataclass(frozen=True)
class Token:
    """A token and where it stands in the text that was given: text[start:end], before lower-casing."""

    text: str
    start: int
    end: int


def cap(text: str, limit: int = MAX_LENGTH) -> Capped:
    """The first `limit` characters of `text`, without a space at the end when it was cut."""
    if len(text) <= limit:
        return Capped(text, False)
    return Capped(text[:limit].rstrip(), True)


def clean(text: str) -> str:
    """`text` as it was meant: NFC, plain width, no invisible or control characters, single spaces, at most 4096.

    Tone marks stand in one place (hoà -> hòa); certain slips of the keyboard are undone (module `typo`). Superscripts
    keep their sense (m² stays m²). Cleaning twice is cleaning once.
    """
    text = _CONTROL.sub("", text[:_RAW_LENGTH])
    if not text.isascii():
        text = _plain(text)
    text = cap(" ".join(text.split())).text
    # Only a space that was left out makes text longer; a text so long that this could matter keeps it out.
    return _WORD.sub(_repaired_and_parted if 2 * len(text) < MAX_LENGTH else _repaired, text)


def fold(text: str, *, keep_marks: bool = True) -> str:
    """The form for indexing and comparing: clean, lower case, simplified Chinese; marks off unless `keep_marks`."""
    folded = simplify(clean(text).lower())
    return folded if keep_marks else strip_marks(folded)


def strip_marks(text: str) -> str:
    """`text` without Vietnamese (and other Latin) marks, đ as d. Text in NFC keeps its length, so spans stay true."""
    if text.isascii():
        return text
    return _MARK.sub("", text.translate(_BARE))


def simplify(text: str) -> str:
    """Traditional Chinese characters as simplified ones, one for one; anything else as it is."""
    return text.translate(_simplified()) if _HAN.search(text) else text


def tokens(text: str) -> list[str]:
    """The tokens that everything here counts: those of `tokenize` over the folded text, Chinese pairs included.

    >>> tokens("Nộp C/O form E ở Km3+4, 报关单")
    ['nộp', 'c/o', 'form_e', 'ở', 'km3+4', '报', '关', '单', '报关', '关单']
    """
    found = tokenize(fold(text))
    words = [token.text for token in found]
    pairs = pairwise(found)
    words += [a.text + b.text for a, b in pairs if a.end == b.start and _is_han(a) and _is_han(b)]
    return words


def tokenize(text: str) -> list[Token]:
    """Tokens of `text` as they stand, lower-cased, in order, without overlap.

    Codes and trade shorthand stay whole (C/O, form E -> form_e, E31, 20BB, Km3+4, 24/7, 39/2018/TT-BTC); a number
    glued to a word comes apart (60ngay); each Chinese character is a token.
    """
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        if match.lastgroup == "mixed":
            found.extend(_parts(match))
        else:
            found.append(_token(match))
    return found


# --- characters -------------------------------------------------------------------------------------------------


def _plain(text: str) -> str:
    text = _GARBAGE.sub("", text).translate(_PLAIN)
    text = _compose(text)
    if _LEFTOVER.search(text):
        text = _compose(_LEFTOVER.sub("", text))
    return text


def _compose(text: str) -> str:
    """NFC in linear time: sorting a long run of combining marks is what makes it quadratic, so runs are cut first."""
    if unicodedata.is_normalized("NFC", text):
        return text
    kept: list[str] = []
    run = 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) else 0
        if run <= _MARK_RUN:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


def _compatible(*ranges: tuple[int, int]) -> dict[int, str]:
    """Characters of `ranges` that NFKC turns into plain ones (full width, ligatures, styled letters)."""
    table: dict[int, str] = {}
    for first, last in ranges:
        for code in range(first, last + 1):
            plain = unicodedata.normalize("NFKC", chr(code))
            if plain != chr(code):
                table[code] = plain
    return table


def _bare_letters() -> dict[int, str]:
    table = {ord("đ"): "d", ord("Đ"): "D"}
    for first, last in ((0x00C0, 0x024F), (0x1E00, 0x1EFF)):
        for code in range(first, last + 1):
            letter = unicodedata.normalize("NFD", chr(code))[0]
            if letter.isascii():
                table[code] = letter
    return table


_PLAIN: dict[int, str] = {
    **_compatible(
        (0xFF01, 0xFF5E),  # full width
        (0xFFE0, 0xFFE6),
        (0xFB00, 0xFB06),  # ligatures
        (0x2160, 0x217F),  # Roman numbers
        (0x2F00, 0x2FDF),  # radicals that PDF files put in place of characters
        (0x1D400, 0x1D7FF),  # styled letters
    ),
    # Letters that look like a Vietnamese one and come from old fonts; İ grows when lower-cased.
    0x00D0: "Đ",
    0x00F0: "đ",
    0x0189: "Đ",
    0x0130: "I",
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212), "-"),
    **dict.fromkeys((0x2018, 0x2019, 0x201B, 0x02BC, 0x00B4), "'"),
    **dict.fromkeys((0x201C, 0x201D, 0x201F), '"'),
    0x2026: "...",
    0x2116: "No.",
    0x338F: "kg",
    0x33A1: "m²",
    0x33A5: "m³",
    0x3000: " ",
}
_BARE = _bare_letters()

# Nothing a person types on purpose: zero width, bidi control, variation selectors, fillers, tags, private use, lone
# surrogates, non-characters.
_GARBAGE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\ud800-\udfff\ue000-\uf8ff"
    "\U000e0000-\U000e0fff\U000f0000-\U0010ffff]+"
)
_CONTROL = re.compile("[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f]+")
_LEFTOVER = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_MARK = re.compile("[\u0300-\u036f]+")
_HAN = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_WORD = re.compile("[0-9A-Za-z\u00c0-\u024f\u1e00-\u1eff]{2,}")


def _repaired(match: re.Match[str]) -> str:
    return repair(match[0])


def _repaired_and_parted(match: re.Match[str]) -> str:
    return part(repair(match[0]))


@lru_cache(maxsize=1)
def _simplified() -> dict[int, str]:
    source = resources.files(__package__) / "data" / "simplified.tsv"
    rows = source.read_text(encoding="utf-8").splitlines()
    return {ord(row[0]): row[2] for row in rows if not row.startswith("#")}


# --- tokens -----------------------------------------------------------------------------------------------------

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_TOKEN = re.compile(
    rf"""
    (?P<document> \d{{1,6}}/\d{{4}}/[{_LATIN}]{{1,10}}\d{{0,2}} (?:[-.][{_LATIN}]{{1,12}}\d{{0,2}}){{0,3}}
                | \d{{1,6}}/[{_LATIN}]{{2,6}} (?:\.[{_LATIN}]{{2,6}})? -[{_LATIN}]{{2,12}}\d{{0,2}} )
  | (?P<form> (?<![{_LATIN}\d]) (?:form|m[ẫa]u) [ _]? (?P<letters>
              a[ijk] | v[cjkn] | eur\.?1 | rcep | cptpp | [abdestx] ) (?![{_LATIN}\d]) )
  | (?P<shorthand> (?<![{_LATIN}\d/]) (?: [{_LATIN}]/[{_LATIN}]{{1,2}} | \#&[{_LATIN}]{{2}} ) (?![{_LATIN}\d/]) )
  | (?P<place> (?<![{_LATIN}\d]) km\d{{1,4}} (?:\+\d{{1,4}})? (?![{_LATIN}\d]) )
  | (?P<number> \d+ (?:[.,/:-]\d+)* %? (?![{_LATIN}\d]) )
  | (?P<mixed> (?= \d*[{_LATIN}]+\d | \d+[{_LATIN}] ) [{_LATIN}\d]+ )
  | (?P<word> [{_LATIN}]+ (?: '[a-z]{{1,2}}(?![{_LATIN}]) | [²³] )? )
  | (?P<han> {_HAN.pattern} )
  | (?P<other> [^\W\d_] )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_RUN = re.compile(r"\d+|\D+")
_CODE = re.compile(
    r"""
    [a-z]\d{1,3}                  # E31
  | [a-z]{3}[ujz]\d{7}           # a container
  | \d{2}[a-z]{1,2}\d{4,5}       # a Vietnamese plate
  | \d+[a-z](?:\d{1,3}[a-z]?)?   # 20k, 8h, 2h30p, 20b1
  | (?:ecus|eur|windows)\d+
    """,
    re.VERBOSE,
)
_GLUED = frozenset(("cv", "hs", "kl", "nd", "qd", "sl", "stt", "tk", "tt"))  # words that people glue a number to


def _token(match: re.Match[str]) -> Token:
    text = "form_" + match["letters"] if match.lastgroup == "form" else match[0]
    return Token(text.lower().removesuffix("'s"), match.start(), match.end())


def _parts(match: re.Match[str]) -> list[Token]:
    """A run of letters and digits: one code, or words and numbers that were typed without a space."""
    text = match[0].lower()
    start = match.start()
    if len(text) != len(match[0]) or _is_code(text):
        return [Token(text, start, match.end())]
    return [Token(run[0], start + run.start(), start + run.end()) for run in _RUN.finditer(text)]


def _is_code(text: str) -> bool:
    bare = strip_marks(text)
    if _CODE.fullmatch(bare):
        return True
    runs = _RUN.findall(bare)
    return len(runs) <= 4 and not any(_is_wordlike(run) for run in runs)


def _is_wordlike(run: str) -> bool:
    if run.isdigit():
        return len(run) > 3
    return len(run) > 3 or run in _GLUED or (len(run) > 1 and is_bare_syllable(run))


def _is_han(token: Token) -> bool:
    return _HAN.match(token.text) is not None
