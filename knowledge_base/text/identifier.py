"""Containers (ISO 6346), licence plates of both countries, customs office codes."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge_base.text.code import Entity, follows, word_before
from knowledge_base.text.syllable import listed

OFFICE_CODES = frozenset(
    (
        *("20BB", "20B1", "20B2", "20B3", "20BC", "20BD", "20CD", "20CE", "20CF", "20CG"),
        *("20K1", "20K2", "20K3", "20K4", "20QK"),
    )
)
"""Customs offices of Quang Ninh (list from before 2025); recognised without a word beside them."""


def is_container_valid(code: str) -> bool:
    """Whether the last digit of `code` (4 letters, 7 digits) is its ISO 6346 check digit."""
    total = sum(_LETTER_VALUES.get(char, ord(char) - ord("0")) << place for place, char in enumerate(code[:10]))
    return total % 11 % 10 == int(code[10])


# Letters count 10 to 38, leaving out multiples of 11 (ISO 6346).
_LETTER_VALUES = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))
_CONTAINER = re.compile(
    r"(?<![A-Z0-9])(?:CONT(?:AINER)?|SO)?([A-Z]{3}[UJZ])[ .-]?([0-9]{3})[ .]?([0-9]{3})[ ./-]?([0-9])(?![0-9])"
)


def containers(shadow: str) -> Iterator[Entity]:
    """Containers, with whether their check digit holds."""
    for match in _CONTAINER.finditer(shadow):
        code = "".join(match.groups())
        yield Entity("container", code, match.start(1), match.end(), is_container_valid(code))


_PLATE = re.compile(
    r"(?<![0-9])([1-9][0-9])[ .-]?([A-Z]{1,2}|[A-Z][0-9])([ .-]{0,3})([0-9]{3}[ .]?[0-9]{2}|[0-9]{4})(?![0-9A-Z])"
)
_NO_PROVINCE = frozenset(("10", "13", "42", "44", "45", "46", "87", "91", "96"))
_PLATE_WORDS = listed("XE BKS BSX BS BIEN SO PLATE TRUCK KEO MOOC ROMOOC")
_PLATE_BEFORE = re.compile(
    r"(?:BIEN (?:SO|KIEM SOAT)(?: XE)?|BKS|BSX|BS|XE|XE (?:TAI|CONT|DAU KEO)|DAU KEO|MOOC|PLATE|TRUCK|VEHICLE|"
    r"车牌号?|牌号|车号|货车|卡车)(?: ?(?:SO|LA|NO\.?|NUMBER|IS|为|是|:))? ?\Z"
)
_UNIT_LETTERS = frozenset("HKMTGL")  # 24H, 20K, 10T: a number with its unit, unless something says plate


def plates(shadow: str) -> Iterator[Entity]:
    """Vietnamese licence plates."""
    for match in _PLATE.finditer(shadow):
        province, series, gap, number = match.groups()
        if province not in _NO_PROVINCE and _is_plate(shadow, match.start(), series, gap, number):
            value = province + series + re.sub("[ .]", "", number)
            yield Entity("licence_plate", value, match.start(), match.end())


def _is_plate(shadow: str, start: int, series: str, gap: str, number: str) -> bool:
    touching = word_before(shadow, start)
    if touching:
        return touching in _PLATE_WORDS
    if "-" in gap or follows(shadow, start, _PLATE_BEFORE):
        return True
    if len(number) == 4:
        return False
    is_dotted = "." in number
    if len(series) == 2:
        return is_dotted or (series[1].isdigit() and not gap)
    return is_dotted or not gap or series not in _UNIT_LETTERS


_CHINESE_PLATE = re.compile(
    "([京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]) ?([A-Z])[ \u00b7.-]?"
    "([A-Z0-9]{4}[挂学警港澳]|[A-Z0-9]{5,6}(?![A-Z0-9]))"
)


def chinese_plates(shadow: str) -> Iterator[Entity]:
    """Chinese licence plates."""
    for match in _CHINESE_PLATE.finditer(shadow):
        if sum(char.isdigit() for char in match[3]) >= 3:
            yield Entity("licence_plate", "".join(match.groups()), match.start(), match.end())


_OFFICE = re.compile(r"(?<![0-9])([0-9]{2}[A-Z][A-Z0-9])(?![A-Z0-9])")
_OFFICE_WORDS = listed("MA HQ CODE SO OFFICE CUC")
_OFFICE_BEFORE = re.compile(
    r"(?:MA (?:SO )?(?:DON VI|HAI QUAN|HQ|CHI CUC|CUC|CO QUAN)(?: HAI QUAN| HQ)?|CHI CUC(?: HAI QUAN| HQ)?|"
    r"CUSTOMS (?:OFFICE|BRANCH|STATION|UNIT)(?: CODE)?|CUSTOMS CODE|OFFICE CODE|BRANCH CODE|"
    r"海关(?:单位)?代码|关区(?:代码)?|海关代号|口岸代码)(?: ?(?:SO|LA|IS|NO\.?|为|是|:|=))? ?\Z"
)
_NOT_OFFICE = frozenset(("FT", "GP", "DC", "HC", "HQ", "RF", "OT", "FR", "TK", "RH"))  # container sizes: 40HC


def offices(shadow: str) -> Iterator[Entity]:
    """Office codes: those of Quang Ninh, and others with a word beside them."""
    for match in _OFFICE.finditer(shadow):
        code = match[1]
        touching = word_before(shadow, match.start())
        if touching and touching not in _OFFICE_WORDS:
            continue
        is_named = follows(shadow, match.start(), _OFFICE_BEFORE) and code[2:] not in _NOT_OFFICE
        if code in OFFICE_CODES or is_named:
            yield Entity("office_code", code, match.start(), match.end())
