"""Vietnamese syllables: what may be one, and where its tone mark stands.

A written Vietnamese word is one syllable: an initial, a rhyme, and one of six tones. That is a small closed set (about
3,600 shapes without tones), so "is this token Vietnamese at all?" is a table look-up, not a guess. Everything here is
about one token, without spaces; case does not matter.

Tone marks follow the older, still commoner printing habit: hòa, khỏe, thủy (not hoà, khoẻ, thuỷ).
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


def listed(words: str) -> frozenset[str]:
    """The words of a list written as one string with spaces and line ends between them."""
    return frozenset(words.split())


TONES = "\u0300\u0301\u0309\u0303\u0323"  # grave, acute, hook above, tilde, dot below
_QUALITIES = "\u0302\u0306\u031b"  # circumflex, breve, horn
_QUALITY_VOWELS = frozenset("âăêôơư")
_VOWELS = frozenset("aeiouyâăêôơư")
_FRONT = frozenset("eêiy")
_STOPS = ("ch", "c", "p", "t")

_INITIALS = listed("b c ch d đ g gh gi h k kh l m n ng ngh nh p ph qu r s t th tr v x") | {""}
_FRONT_ONLY = frozenset(("k", "gh", "ngh"))
_NEVER_FRONT = frozenset(("c", "g", "ng"))

_RHYMES = listed(
    """
    a ac ach ai am an ang anh ao ap at au ay ăc ăm ăn ăng ăp ăt âc âm ân âng âp ât âu ây
    e ec em en eng eo ep et ê êch êm ên ênh êp êt êu
    i ia ich iêc iêm iên iêng iêp iêt iêu im in inh ip it iu
    o oa oac oach oai oam oan oang oanh oao oap oat oay oăc oăm oăn oăng oăt
    oc oe oen oeo oet oi om on ong ooc oong op ot ô ôc ôi ôm ôn ông ôp ôt ơ ơi ơm ơn ơp ơt
    u ua uân uâng uât uây uc uê uêch uênh ui um un ung uô uôc uôi uôm uôn uông uôt uơ up ut uy
    uya uych uyên uyêt uyn uynh uyp uyt uyu ư ưa ưc ưi ưm ưn ưng ươc ươi ươm ươn ương ươp ươt ươu
    ưt ưu y ych yêm yên yêng yêt yêu ynh yt
    """
)
# After qu- the glide belongs to the initial, so only part of the table applies; y-rhymes need h/k/l/m/t/qu or nothing.
_Y_INITIALS = frozenset(("", "h", "k", "l", "m", "qu", "s", "t", "v"))


@lru_cache(maxsize=8192)
def is_syllable(word: str) -> bool:
    """Whether `word`, with the marks it carries, is a well-formed Vietnamese syllable ("thuế", "km" is not)."""
    toneless, tone = split_tone(word)
    return _is_shape(toneless, tone) if toneless else False


@lru_cache(maxsize=8192)
def is_bare_syllable(word: str) -> bool:
    """Whether some Vietnamese syllable looks like `word` once all its marks are taken off ("thue", "duoc")."""
    return word.lower() in _bare_shapes()


@lru_cache(maxsize=8192)
def place_tone(word: str) -> str:
    """Put the tone mark of `word` where it belongs ("hoà" -> "hòa", "hòan" -> "hoàn").

    Words that are not one syllable with exactly one tone mark come back as they are. Case and length are kept.
    """
    lowered = word.lower()
    if len(lowered) != len(word):
        return word
    toneless, tone = split_tone(lowered)
    if not tone or len(toneless) != len(word) or not _is_shape(toneless, tone):
        return word
    place = _tone_place(toneless)
    marked = toneless[:place] + compose(toneless[place], tone) + toneless[place + 1 :]
    return "".join(m.upper() if w.isupper() else m for m, w in zip(marked, word, strict=True))


def split_tone(word: str) -> tuple[str, str]:
    """Lower-case `word` without its tone, and the tone as a combining character ("" for none).

    A word with two or more tone marks is no syllable: it gives ("", "").
    """
    decomposed = unicodedata.normalize("NFD", word.lower())
    tones = [char for char in decomposed if char in TONES]
    if len(tones) > 1:
        return "", ""
    rest = "".join(char for char in decomposed if char not in TONES)
    return unicodedata.normalize("NFC", rest), "".join(tones)


def compose(vowel: str, tone: str) -> str:
    """`vowel` carrying the combining `tone`, as one character."""
    return unicodedata.normalize("NFC", vowel + tone)


def _is_shape(toneless: str, tone: str) -> bool:
    return any(_fits(initial, rhyme, tone) for initial, rhyme in _splits(toneless))


def _splits(toneless: str) -> list[tuple[str, str]]:
    splits = [
        (toneless[:size], toneless[size:])
        for size in range(4)
        if toneless[:size] in _INITIALS and toneless[size:] in _RHYMES
    ]
    if toneless.startswith("gi") and toneless[2:] and "i" + toneless[2:] in _RHYMES:
        splits.append(("gi", "i" + toneless[2:]))  # giếng, gìn: one i is written for two
    return splits


def _fits(initial: str, rhyme: str, tone: str) -> bool:
    if rhyme.endswith(_STOPS) and tone not in ("\u0301", "\u0323"):
        return False
    if initial == "qu" and rhyme[0] in "ouư":
        return False
    if initial in _FRONT_ONLY or initial in _NEVER_FRONT:
        is_gi = initial == "g" and rhyme[0] == "i"
        return is_gi or (rhyme[0] in _FRONT) == (initial in _FRONT_ONLY)
    if rhyme[0] == "y":
        return initial in _Y_INITIALS
    return not (initial == "" and rhyme.startswith("iê"))


def _tone_place(toneless: str) -> int:
    """Index of the letter that takes the tone in a well-formed syllable."""
    for place in range(len(toneless) - 1, -1, -1):
        if toneless[place] in _QUALITY_VOWELS:
            return place
    start = 0
    if toneless.startswith("qu") or (toneless.startswith("gi") and toneless[2:3] in _VOWELS):
        start = 2
    vowels = [i for i in range(start, len(toneless)) if toneless[i] in _VOWELS]
    if not vowels:  # "gi", "gin"
        return next(i for i, char in enumerate(toneless) if char in _VOWELS)
    if len(vowels) == 1:
        return vowels[0]
    is_closed = vowels[-1] < len(toneless) - 1
    return vowels[1] if len(vowels) > 2 or is_closed else vowels[0]


@lru_cache(maxsize=1)
def _bare_shapes() -> frozenset[str]:
    shapes: set[str] = set()
    for initial in _INITIALS:
        for rhyme in _RHYMES:
            if _fits(initial, rhyme, "\u0301"):
                shapes.add(_bare(initial + rhyme))
                if initial == "gi" and rhyme[0] == "i":
                    shapes.add(_bare("g" + rhyme))
    return frozenset(shapes)


def _bare(word: str) -> str:
    decomposed = unicodedata.normalize("NFD", word.replace("đ", "d"))
    return "".join(char for char in decomposed if char not in _QUALITIES)
