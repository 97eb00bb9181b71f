"""Vietnamese marks put back: "nop thue o dau" -> "nộp thuế ở đâu".

A trigram model over syllables, smoothed, searched with a beam. It decides by the neighbours, so marks already typed and
abbreviations already written out help; run it after `abbreviation.expand`.

Untouched: words that carry marks, codes, acronyms, numbers, single letters other than a, o, y, and words that are no
Vietnamese syllable once bare (invoice, container). English words that look like one (can, the, to) are the caller's to
keep away: restore Vietnamese text only, see `language`.

The model file is made by `python -m knowledge_base.text.training diacritic`; it is read on first use (about 0.15 s).
"""

from __future__ import annotations

import json
import lzma
import re
import sys
import unicodedata
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from itertools import accumulate

from knowledge_base.text.normal import MAX_LENGTH, strip_marks
from knowledge_base.text.syllable import is_syllable

MODEL = "diacritic.bin"

EDGE, NUMBER, FOREIGN = 0, 1, 2  # before and after a sentence; a number; any word that is no syllable
WORD_BITS = 13  # ids below 8192, so that a trigram is one whole number
STEP = 16  # stored whole numbers are sixteenths of a nat
_BEAM = 10
_MOST_READINGS = 12  # of one bare syllable; the rest are too rare to win

_LATIN = "A-Za-z\u00c0-\u024f\u1e00-\u1eff"
_PIECE = re.compile(
    rf"(?P<stop>[.;:?!\n]+(?!\S)|[\u3002\uff1f\uff01])|(?P<code>[{_LATIN}\d]*\d[{_LATIN}\d]*)|(?P<word>[{_LATIN}]+)"
)
_ATOM = re.compile(
    rf"(?<![{_LATIN}\d])(?:form|m[aẫ]u) [a-z](?![{_LATIN}])"
    rf"|(?<![{_LATIN}\d])[{_LATIN}\d]+(?:[/@&+][{_LATIN}\d.-]+)+|#&[{_LATIN}]+",
    re.IGNORECASE,
)
_LONE_LETTERS = frozenset("aoy")


@dataclass(frozen=True)
class Model:
    """Costs (sixteenths of a nat, less is likelier) and what a bare syllable may stand for.

    Keys are ids packed into one number, oldest first: word << 0, previous << 13, the one before << 26. A longer history
    that was not seen costs its back-off and is then read one word shorter.
    """

    words: tuple[str, ...]
    ids: dict[str, int]
    readings: dict[str, tuple[int, ...]]
    one: dict[int, int]
    two: dict[int, int]
    three: dict[int, int]
    back_one: dict[int, int]
    back_two: dict[int, int]


def restore(text: str, n: int = 3, language: str = "vi") -> list[str]:
    """Up to `n` likeliest versions of `text` with marks, best first; [text] when there is nothing to restore.

    Versions are in NFC, as long as `text` in NFC, in its letter case. `language` other than "vi" gives [text].
    """
    if language != "vi" or n < 1 or len(text) > MAX_LENGTH:
        return [text]
    return restore_with(_model(), text, n)


def restore_with(model: Model, text: str, n: int) -> list[str]:
    """`restore` with a given model."""
    text = unicodedata.normalize("NFC", text)
    slots = _slots(text, model)
    if not any(slot.is_open for slot in slots):
        return [text]
    return [_written(text, slots, path, model) for path in _search(slots, n, model)]


# --- reading a text ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Slot:
    """A token and the words it may stand for; start < 0 for the end of a sentence."""

    start: int
    end: int
    typed: str
    choices: tuple[int, ...]

    @property
    def is_open(self) -> bool:
        return self.choices[0] > FOREIGN and self.typed.isascii()


def _slots(text: str, model: Model) -> list[_Slot]:
    frozen = {place for match in _ATOM.finditer(text) for place in range(*match.span())}
    is_shouted = text.isupper() and " " in text.strip()
    slots: list[_Slot] = []
    for match in _PIECE.finditer(text):
        if match.lastgroup == "stop":
            slots.append(_Slot(-1, -1, "", (EDGE,)))
        elif match.lastgroup == "code":
            slots.append(_Slot(match.start(), match.end(), match[0].lower(), (NUMBER,)))
        else:
            lowered = match[0].lower()
            is_acronym = len(lowered) < 4 and match[0].isupper() and not is_shouted
            choices = (FOREIGN,) if is_acronym or match.start() in frozen else _choices(lowered, model)
            slots.append(_Slot(match.start(), match.end(), lowered, choices))
    return slots


_END = _Slot(-1, -1, "", (EDGE,))


def _choices(word: str, model: Model) -> tuple[int, ...]:
    if not word.isascii():
        return (model.ids.get(word, FOREIGN),)
    if len(word) == 1 and word not in _LONE_LETTERS:
        return (FOREIGN,)
    return model.readings.get(word, (FOREIGN,))


def pieces(text: str) -> Iterator[list[str]]:
    """Sentences of `text` as the model sees them: syllables in lower case, "#" for numbers, "@" for other words."""
    sentence: list[str] = []
    for match in _PIECE.finditer(text):
        if match.lastgroup == "stop":
            if sentence:
                yield sentence
            sentence = []
        elif match.lastgroup == "code":
            sentence.append("#")
        else:
            word = match[0].lower()
            sentence.append(word if is_syllable(word) else "@")
    if sentence:
        yield sentence


# --- search -----------------------------------------------------------------------------------------------------


def _search(slots: list[_Slot], n: int, model: Model) -> list[list[int]]:
    """The `n` cheapest ways to choose a word for every slot, by beam search."""
    beam = [(0, EDGE, EDGE)]  # cost so far, the word before the last, the last word
    steps: list[list[tuple[int, int]]] = []  # for each slot and each survivor: its parent, its word
    for slot in [*slots, _END]:
        grown = _grow(beam, slot.choices, model)
        beam, step = _survivors(sorted(grown), beam, n)
        steps.append(step)
    return [_trace(steps, place) for place in range(min(n, len(beam)))]


def _grow(beam: list[tuple[int, int, int]], choices: tuple[int, ...], model: Model) -> list[tuple[int, int, int]]:
    """Every survivor with every choice: what it costs by then, the survivor's place, the word."""
    grown: list[tuple[int, int, int]] = []
    three, two, one = model.three, model.two, model.one
    for place, (cost, first, second) in enumerate(beam):
        history = first << WORD_BITS | second
        back_two = cost + model.back_two.get(history, 0)
        back_one = back_two + model.back_one.get(second, 0)
        history <<= WORD_BITS
        shorter = second << WORD_BITS
        for word in choices:
            seen = three.get(history | word)
            if seen is not None:
                grown.append((cost + seen, place, word))
                continue
            seen = two.get(shorter | word)
            if seen is not None:
                grown.append((back_two + seen, place, word))
            else:
                grown.append((back_one + one[word], place, word))
    return grown


def _survivors(
    grown: list[tuple[int, int, int]], beam: list[tuple[int, int, int]], n: int
) -> tuple[list[tuple[int, int, int]], list[tuple[int, int]]]:
    """The cheapest few of `grown`, which is sorted; at most `n` that end in the same two words."""
    kept: list[tuple[int, int, int]] = []
    step: list[tuple[int, int]] = []
    ends: dict[tuple[int, int], int] = {}
    for cost, place, word in grown:
        state = (beam[place][2], word) if word != EDGE else (EDGE, EDGE)
        count = ends.get(state, 0)
        if count < n:
            ends[state] = count + 1
            kept.append((cost, *state))
            step.append((place, word))
            if len(kept) == _BEAM:
                break
    return kept, step


def _trace(steps: list[list[tuple[int, int]]], place: int) -> list[int]:
    words: list[int] = []
    for step in reversed(steps):
        place, word = step[place]
        words.append(word)
    return words[::-1]


def _written(text: str, slots: list[_Slot], path: list[int], model: Model) -> str:
    parts: list[str] = []
    done = 0
    for slot, word in zip(slots, path, strict=False):
        if word > FOREIGN and slot.start >= 0:
            parts += (text[done : slot.start], _cased(model.words[word], text[slot.start : slot.end]))
            done = slot.end
    return "".join(parts) + text[done:]


def _cased(word: str, typed: str) -> str:
    if typed.islower():
        return word
    return "".join(m.upper() if t.isupper() else m for m, t in zip(word, typed, strict=True))


# --- the model file ---------------------------------------------------------------------------------------------


@lru_cache(maxsize=1)
def _model() -> Model:
    return unpack((resources.files(__package__) / "data" / MODEL).read_bytes())


def pack(words: Iterable[str], tables: dict[str, dict[int, int]]) -> bytes:
    """A model file: the words in the order of their ids, and the tables one, two, three, back_one, back_two."""
    header = {"words": list(words), "sizes": {name: len(table) for name, table in tables.items()}}
    head = json.dumps(header, ensure_ascii=False).encode()
    parts = [len(head).to_bytes(4, "little"), head]
    for table in tables.values():
        keys = sorted(table)
        steps = array("Q", (key - before for before, key in zip([0, *keys], keys, strict=False)))
        if sys.byteorder == "big":
            steps.byteswap()
        parts += (_planes(steps.tobytes()), bytes(min(255, max(0, table[key])) for key in keys))
    return lzma.compress(b"".join(parts), preset=9 | lzma.PRESET_EXTREME)


def unpack(packed: bytes) -> Model:
    """The model in a file made by `pack`."""
    raw = lzma.decompress(packed)
    size = int.from_bytes(raw[:4], "little")
    header = json.loads(raw[4 : 4 + size])
    place = 4 + size
    tables: dict[str, dict[int, int]] = {}
    for name, count in header["sizes"].items():
        steps = array("Q")
        steps.frombytes(_rows(raw[place : place + 8 * count]))
        if sys.byteorder == "big":
            steps.byteswap()
        values = raw[place + 8 * count : place + 9 * count]
        tables[name] = dict(zip(accumulate(steps), values, strict=True))
        place += 9 * count
    words = tuple(header["words"])
    return Model(words, {word: i for i, word in enumerate(words)}, _readings(words, tables["one"]), **tables)


def _planes(rows: bytes) -> bytes:
    """Eight-byte numbers turned into all first bytes, all second bytes, ...: the high ones are nearly all zero."""
    return b"".join(rows[i::8] for i in range(8))


def _rows(planes: bytes) -> bytes:
    count = len(planes) // 8
    rows = bytearray(len(planes))
    for i in range(8):
        rows[i::8] = planes[i * count : (i + 1) * count]
    return bytes(rows)


def _readings(words: tuple[str, ...], one: dict[int, int]) -> dict[str, tuple[int, ...]]:
    readings: dict[str, list[int]] = {}
    for place, word in enumerate(words):
        if place > FOREIGN:
            readings.setdefault(strip_marks(word), []).append(place)
    return {bare: tuple(sorted(ids, key=one.__getitem__)[:_MOST_READINGS]) for bare, ids in readings.items()}
