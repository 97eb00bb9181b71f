"""Slips of the keyboard that can be put right from the word alone.

Letters held down ("okkkk", "khôngggg"), and what a Vietnamese keyboard leaves behind when its input method is off:
Telex ("khoong", "dduowcj") and VNI ("thue61", "d9u7o7c5"); each only where the result is a well-formed Vietnamese
syllable and the word is not English. Last, a space left out of the commonest pairs of this trade ("tokhai"): pairs
learned from text were tried, and found eight such words in 3,200 messages, so the list is short and certain.

Words that merely look odd are left alone: a code, a name or
an English word damaged here could never be recognised again further down.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from knowledge_base.text.syllable import TONES, compose, is_bare_syllable, is_syllable, listed, place_tone

_LONGEST = 24  # letters in a word worth looking at; "nghiêng" in Telex with every slip stays below
_RUN = re.compile(r"([^\W\d_])\1{2,}", re.IGNORECASE)
_ROMAN = re.compile(r"[IVXLCDM]+\Z", re.IGNORECASE)
_DOUBLED_TAIL = re.compile(r"([^\W\d_])([a-z])\Z", re.IGNORECASE)

_TELEX_HINT = re.compile(r"aa|ee|oo|[aou]w|dd|[fj]\Z", re.IGNORECASE)
_TELEX_TONES = {"f": TONES[0], "s": TONES[1], "r": TONES[2], "x": TONES[3], "j": TONES[4]}
_TELEX_PAIRS = (
    ("uow", "ươ"),
    ("uwo", "ươ"),
    ("aa", "â"),
    ("ee", "ê"),
    ("oo", "ô"),
    ("aw", "ă"),
    ("ow", "ơ"),
    ("uw", "ư"),
    ("dd", "đ"),
)
_LATE_HORN = re.compile(r"uo([a-z]{1,2})w")
_REAL_OO = frozenset(("boong", "coong", "goong", "soong", "xoong", "cooc", "mooc", "sooc", "xooc"))
_VNI_WORD = re.compile(r"[A-Za-z]{2,7}[1-9]{1,3}\Z|[A-Za-z]{1,6}[1-9](?:[A-Za-z]{1,3}[1-9]{0,2}){1,3}\Z")
_VNI_TONES = {"2": TONES[0], "1": TONES[1], "3": TONES[2], "4": TONES[3], "5": TONES[4]}
_VNI_QUALITIES = {
    "6": {"a": "â", "e": "ê", "o": "ô"},
    "7": {"o": "ơ", "u": "ư"},
    "8": {"a": "ă"},
    "9": {"d": "đ"},
}
_VNI_ORDER = re.compile(r"\D*[6-9]?\d?\Z")

# English words (and words English shares with trade Vietnamese) that the Telex rules would otherwise turn into a
# Vietnamese syllable. Found by running the rules over the 60,000 commonest English words.
_NOT_TELEX = listed(
    """
    auf baf bee beef been beer bees beets boo boom booms boon boos boost boots bow bows bree
    breen broom brow brown caf cheer chef choo chow conf coo coon cow cows crow crown dawn dee
    deem deems deen deer def doj doo doom door dow down downs drawn drown een gif goo goof goon
    goons gown gowns groom grow grown hee hof hoo hoof hoon hoops how imf inf kee keen keeps
    lawn lawns lee lees loaf loo loom looms loon loops low lows maj mee meets moo moon moons
    moor mow nee noo noon noor now oof oops own owns pawn pawns pee peeps peer poo poof poor pow
    queen queens queer raf raj reef rees ref roo roof room rooms roost roots row rows see seem
    seems seen seer sees soo soon sow sown taj tee teen teens tees thee three throw thrown too
    toon tow town towns tree vee veer vow vows
    """
)


# Pairs that are also written without the space between them.
_PAIRS = """
    bac luan, bao cao, bao lanh, bien so, bo sung, can bo, cap phep, chi cuc, chung tu, chu ky, co quan, cong ty,
    cong van, cua khau, dang ky, danh muc, dieu kien, doanh nghiep, dong hung, gia cong, giam sat, giay phep, giay
    to, hai phong, hai quan, hang hoa, he thong, hoa don, hoan thue, hoanh mo, ho so, hop dong, ke khai, khai bao,
    khieu nai, kho bai, khu vuc, kiem dich, kiem hoa, kiem tra, lam sao, lao cai, le phi, lien he, loai hinh,
    luong do, luong vang, luong xanh, mien thue, mong cai, ngan hang, nghi dinh, nguyen lieu, nhap khau, nop thue,
    nop tien, phan luong, quang ninh, quy dinh, quyet toan, sau rieng, tai khoan, tai xuat, tam nhap, tham van,
    thoi gian, thong bao, thong quan, thong tu, thue suat, thu tuc, to khai, tri gia, trung quoc, van don, van
    tai, van chuyen, vi pham, xuat khau, xuat xu, xu ly, xu phat
"""
_JOINED = {first + second: len(first) for first, second in (pair.split() for pair in _PAIRS.split(","))}


def part(word: str) -> str:
    """`word` with the space that was left out ("tokhai" -> "to khai"); the same when it is no such pair."""
    if not 4 < len(word) < 14 or not word.isalpha():
        return word
    bare = unicodedata.normalize("NFD", word.lower().replace("đ", "d"))
    size = _JOINED.get("".join(char for char in bare if char.isascii()))
    return f"{word[:size]} {word[size:]}" if size else word


def repair(word: str) -> str:
    """`word` with keyboard slips undone and its tone mark in place; the same when nothing is certain.

    Repairing twice is repairing once. Never longer than `word`.
    """
    if len(word) > _LONGEST:
        word = _squeeze(word)
    return _repair(word) if len(word) <= _LONGEST else word


@lru_cache(maxsize=16384)
def _repair(word: str) -> str:
    for _ in range(3):
        repaired = place_tone(_undo_vni(_undo_telex(_squeeze(word))))
        if repaired == word:
            break
        word = repaired
    return word


def _squeeze(word: str) -> str:
    """Letters held down, three or more of one, become one. Roman numbers and codes such as AAA stay."""
    if not _RUN.search(word) or not word.isalpha() or len(set(word.lower())) == 1 or _ROMAN.match(word):
        return word
    squeezed = _RUN.sub(r"\1", word)
    tail = _DOUBLED_TAIL.search(squeezed)  # "dạaaa" leaves "dạa"
    if tail and not is_syllable(squeezed) and _is_same_letter(tail[1], tail[2]):
        squeezed = squeezed[:-1]
    return squeezed


def _is_same_letter(marked: str, plain: str) -> bool:
    return marked != plain and unicodedata.normalize("NFD", marked)[0].lower() == plain.lower()


def _undo_telex(word: str) -> str:
    if not word.isascii() or not _TELEX_HINT.search(word):
        return word
    lowered = word.lower()
    is_acronym = word.isupper() and len(word) < 5
    if len(word) < 3 or is_acronym or lowered in _NOT_TELEX or lowered in _REAL_OO:
        return word
    if is_bare_syllable(word) and "oo" not in lowered:
        return word
    typed = _LATE_HORN.sub(r"ươ\1", lowered)
    for keys, letter in _TELEX_PAIRS:
        typed = typed.replace(keys, letter, 1)
    is_marked = typed != lowered
    typed, tone = _take_telex_tone(typed, is_marked)
    if not tone and not is_marked:
        return word
    return _syllable_or(word, typed, tone)


def _take_telex_tone(typed: str, is_marked: bool) -> tuple[str, str]:
    """Take the tone key out of `typed`. With no other Telex sign only a last f or j counts: English ends in s, r, x."""
    keys = "fsrxj" if is_marked else "fj"
    places = [i for i, char in enumerate(typed) if i and char in keys]
    if len(places) != 1 or (not is_marked and places[0] != len(typed) - 1):
        return typed, ""
    place = places[0]
    return typed[:place] + typed[place + 1 :], _TELEX_TONES[typed[place]]


def _undo_vni(word: str) -> str:
    if not word.isascii() or word.isalpha() or not _VNI_WORD.match(word):
        return word
    digits = sum(char.isdigit() for char in word)
    is_inside = not word.rstrip("123456789").isalpha()
    # One digit at the end is far more often a number ("xe2", "so1"), and a tone key before a quality key is a date
    # ("ngay16"), so both stay.
    if is_inside and len(word) < 4 and not word.startswith(("d9", "D9")):  # h2o, m4a
        return word
    if not is_inside and (digits < 2 or not _VNI_ORDER.match(word)):
        return word
    letters: list[str] = []
    tones: list[str] = []
    for char in word.lower():
        if char in _VNI_TONES:
            tones.append(_VNI_TONES[char])
        elif char in _VNI_QUALITIES:
            if not _put_quality(letters, _VNI_QUALITIES[char]):
                return word
        else:
            letters.append(char)
    return _syllable_or(word, "".join(letters), "".join(tones)) if len(tones) < 2 else word


def _put_quality(letters: list[str], qualities: dict[str, str]) -> bool:
    for place in range(len(letters) - 1, -1, -1):
        if letters[place] in qualities:
            letters[place] = qualities[letters[place]]
            if letters[place] == "ơ" and place and letters[place - 1] == "u":
                letters[place - 1] = "ư"
            return True
    return False


def _syllable_or(word: str, toneless: str, tone: str) -> str:
    """The syllable `toneless` with `tone` in the letter case of `word`, or `word` when that is no syllable."""
    toneless = _horned(toneless)
    marked = place_tone(_toned(toneless, tone)) if tone else toneless
    if not is_syllable(marked):
        return word
    if word.isupper():
        return marked.upper()
    return marked.capitalize() if word[0].isupper() else marked


def _toned(toneless: str, tone: str) -> str:
    """`tone` on the first vowel that can carry it; `place_tone` then moves it where it belongs."""
    for place, char in enumerate(toneless):
        if compose(char, tone) != char + tone:
            return toneless[:place] + compose(char, tone) + toneless[place + 1 :]
    return toneless


def _horned(toneless: str) -> str:
    return toneless.replace("uơ", "ươ") if not toneless.endswith("uơ") else toneless
