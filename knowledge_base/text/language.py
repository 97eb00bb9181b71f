"""Which language a message is in: Vietnamese (with marks or without), English or Chinese.

Rules, in this order:

1. Codes, numbers, addresses and emoji say nothing. What is left are Chinese characters and Latin words.
2. Chinese: at least as many Chinese characters as lower-case Latin words. Capitalised words beside Chinese are taken
   for names and trade terms ("FORM E还没拿到", "Bac Luan II 口岸开吗" are Chinese; "cho hỏi 报关 là làm gì" is not).
3. Vietnamese: a quarter of the Latin words or more carry Vietnamese marks - unless the unmarked ones are plainly
   English and outnumber them ("Where is the Hải quan Móng Cái office?").
4. Otherwise a character n-gram model weighs each word (trained on this repository's own text, see `training`).
5. When what is left is too little to tell ("ok", "form e", "20bb", an emoji), the language of the conversation stays;
   with no conversation yet, Vietnamese.
"""

from __future__ import annotations

import math
import re
import zlib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Literal

from knowledge_base.text.normal import MAX_LENGTH, strip_marks
from knowledge_base.text.syllable import is_syllable, listed

Code = Literal["vi", "en", "zh"]
DEFAULT: Code = "vi"

MODEL = "language.bin"
_LEAST_EVIDENCE = 1.0  # log-odds a message must show; below, the conversation's language stays
_LEAST_EVIDENCE_SHORT = 2.5  # the same for one or two words in a conversation that has a language
_LONGEST_WORD = 24

# Words that Vietnamese and English traders type alike.
_SHARED = listed(
    """
    admin agent bill booking catalog catalogue check cif code cont container deadline email exw feedback file fob form
    forwarder hello hi hs inbox incoterms invoice list manifest ok okay online packing pallet pdf phyto scan seal shop
    team test thank thanks token vat vnaccs zalo
    """
)

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_NOISE = re.compile(
    rf"https?://\S{{1,200}}|[^\s@]{{1,64}}@[^\s@]{{1,100}}"
    rf"|(?<![a-z\d.-])[a-z\d-]{{1,64}}(?:\.[a-z\d-]{{1,64}}){{0,4}}\.(?:vn|com|cn|net|org)(?![a-z\d])"
    rf"|(?<![{_LATIN}\d])(?:[{_LATIN}]{{0,24}}\d[{_LATIN}\d]{{0,24}})(?:[/.+-][{_LATIN}\d]{{1,24}}){{0,4}}"
    rf"|(?<![{_LATIN}])(?:form|[{_LATIN}]/[{_LATIN}])(?: [a-z](?![{_LATIN}]))?(?![{_LATIN}])",
    re.IGNORECASE,
)
_WORD = re.compile(rf"[{_LATIN}]+")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
_MARKED = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_FOREIGN = re.compile("[\u0370-\u109f\u1100-\u11ff\u1780-\u17ff\u3040-\u30ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
"""Greek to Burmese, Cyrillic, Arabic, Hindi and Thai among them, Khmer, kana, Korean."""
_FEWEST_FOREIGN, _FOREIGN_SHARE = 2, 0.25  # Japanese has more Chinese characters than kana; の alone is fashion


@dataclass(frozen=True)
class Language:
    """A language and how sure that is: confidence 0.5 (a guess) to 1.

    is_carried: the text did not say; the conversation's language (or the default) was kept.
    """

    code: Code
    confidence: float
    is_carried: bool = False


def detect(text: str, previous: Code | None = None) -> Language:
    """The language of `text`; `previous` is the one the conversation has been in, if any."""
    text = text[:MAX_LENGTH]
    words = latin_words(text)
    han = len(_HAN.findall(text))
    if han:
        spoken = sum(word[0].islower() for word in words)
        if han >= spoken:
            return Language("zh", 0.6 + 0.4 * (han - spoken) / (han + spoken))
    if len(words) == 1 and words[0].isupper() and len(words[0]) < 6:  # CO, HS, VAT
        return _carried(previous)
    marked = sum(1 for word in words if _MARKED.search(word) and is_syllable(word[:_LONGEST_WORD]))
    bare = [word for word in words if not _MARKED.search(word)]
    scores = [_word_score(word.lower()[:_LONGEST_WORD]) for word in bare if len(word) > 1]
    english = sum(score < -1 for score in scores)
    if marked and 4 * marked >= len(words) and (english < 2 or english <= marked):
        return Language("vi", 0.99)
    score = sum(scores) + marked
    least = _LEAST_EVIDENCE_SHORT if previous and len(words) < 3 else _LEAST_EVIDENCE
    if abs(score) < least:
        return _carried(previous)
    return Language("vi" if score > 0 else "en", 1 / (1 + math.exp(-min(abs(score), 20.0))))


def is_foreign(text: str) -> bool:
    """Whether a text is written in letters of none of the three languages, such as Korean, Russian or Thai."""
    letters = [char for char in text[:MAX_LENGTH] if char.isalpha()]
    foreign = sum(_FOREIGN.match(char) is not None for char in letters)
    return foreign >= _FEWEST_FOREIGN and foreign >= _FOREIGN_SHARE * len(letters)


def _carried(previous: Code | None) -> Language:
    return Language(previous or DEFAULT, 0.5, is_carried=True)


def latin_words(text: str) -> list[str]:
    """The Latin words of `text` that can tell a language: codes, numbers, addresses and C/O, form E left out."""
    return _WORD.findall(_NOISE.sub(" ", text))


@lru_cache(maxsize=16384)
def _word_score(word: str) -> float:
    """Log-odds of Vietnamese against English for one lower-case word."""
    if word in _SHARED:
        return 0.0
    weights = _weights()
    return sum(weights.get(gram, 0) for gram in grams(word)) / _SCALE


def grams(word: str) -> list[str]:
    """The features of a word: itself, and its pieces of two to four letters with its edges marked."""
    edged = f"<{strip_marks(word)}>"
    pieces = {edged[i : i + size] for size in (2, 3, 4) for i in range(len(edged) - size + 1)}
    pieces.add(edged)
    return sorted(pieces)


_SCALE = 32  # weights are stored as whole numbers of 1/32


@lru_cache(maxsize=1)
def _weights() -> dict[str, int]:
    packed = (resources.files(__package__) / "data" / MODEL).read_bytes()
    return unpack(packed)


def pack(weights: dict[str, float]) -> bytes:
    """A model file from weights in log-odds; those that round to nothing are left out."""
    rows = {gram: round(weight * _SCALE) for gram, weight in weights.items()}
    text = "\n".join(f"{gram}\t{rows[gram]}" for gram in sorted(rows) if rows[gram])
    return zlib.compress(text.encode(), 9)


def unpack(packed: bytes) -> dict[str, int]:
    """The whole-number weights in a model file."""
    rows = (row.split("\t") for row in zlib.decompress(packed).decode().split("\n"))
    return {gram: int(weight) for gram, weight in rows}
