"""Numbers that fit several codes (declaration, tax code, HS code), told apart by length, separators and neighbours."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from knowledge_base.text.code import Entity, follows, word_before
from knowledge_base.text.syllable import listed


def is_tax_code_valid(digits: str) -> bool:
    """Whether the tenth of `digits` is the check digit of a Vietnamese tax code."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=False))
    return 10 - total % 11 == int(digits[9])


_RUN = re.compile(r"[0-9]+(?:[ .-][0-9]+)*")
_GROUP = re.compile(r"[0-9]+")
_MOST_GROUPS = 5
_LENGTHS = frozenset((4, 6, 8, 10, 12, 13))
_FILLER = r"(?: ?(?:SO|LA|NO\.?|NUMBER|IS|OF|CUA|CHO|NHAP|XUAT|NK|XK|号码?|是|为|:|=|#|-))*[ (]?\Z"
_DECLARATION_BEFORE = re.compile(
    rf"(?:TKHQ|TKNK|TKXK|TK|TO KHAI(?: HAI QUAN)?|DECLARATIONS?|DECL|CUSTOMS ENTRY|报关单|关单|申报单|单号){_FILLER}"
)
_TAX_BEFORE = re.compile(
    rf"(?:MST|MSDN|MA SO THUE|MA SO (?:DN|DOANH NGHIEP)|TAX ?(?:CODE|ID|NO|NUMBER)|TIN|税号|税务(?:登记)?号){_FILLER}"
)
_HS_BEFORE = re.compile(
    rf"(?:MA (?:SO )?HS|HS ?CODES?|(?<![A-Z])HS|(?:SUB)?HEADING|TARIFF (?:CODE|LINE)|"
    rf"税号|税则号列?|海关编码|商品编码|HS编码|编码){_FILLER}"
)
_TARIFF_NUMBER = re.compile(rf"税号{_FILLER}")
_HS_AFTER = re.compile(r" ?\(?(?:HS\b|MA HS|这个税号|税号|的?HS)")
_ALSO = re.compile(r" ?(?:[,;/&、]|VA|HAY|HOAC|AND|OR|WITH|VOI|和|或|与|跟) ?\Z")
_PHONE_BEFORE = re.compile(
    rf"(?:SDT|DT|DIEN THOAI|PHONE|TEL|MOBILE|ZALO|CALL(?: ME)?(?: ON| AT)?|GOI|HOTLINE|LIEN HE|LH|WHATSAPP|WECHAT|"
    rf"VIBER|电话|手机|热线|微信|联系){_FILLER}"
)
_PERSON_BEFORE = re.compile(
    rf"(?:CCCD|CMND|CMT|CAN CUOC(?: CONG DAN)?|CHUNG MINH(?: THU| NHAN DAN)?|ID ?CARD|IDENTITY(?: CARD)?|PASSPORT|"
    rf"HO CHIEU|身份证|护照|TAI KHOAN(?: NGAN HANG)?|ACCOUNT|BANK ACC|账号|账户|帐号|卡号|SO THE){_FILLER}"
)
_MONEY_AFTER = re.compile(r" ?(?:D(?![A-Z])|DONG|VND|USD|CNY|RMB|NDT|TE(?![A-Z])|KG|TAN|元|块|越南盾|盾|公斤|吨|%)")
_GLUED = listed("TK TKHQ TKNK TKXK SO KHAI MST THUE HS CODE NO MA DECLARATION LA NUMBER")
_MOBILE = re.compile(r"0(?:3[2-9]|5[25689]|7[06-9]|8[1-9]|9[0-9])")
# Last heading in each chapter of the Harmonised System, 01 to 98 (77 is empty), two digits each.
_LAST_HEADINGS = (
    "0610091011041414100809140204220504060509060909043021165342060515070707060727261715060421040207231107"
    "131211081609051111061717100607030415142018292619081600060707131511874909160708331409070608200653"
)


@dataclass(frozen=True)
class _Number:
    """Neighbouring digit groups read as one number."""

    digits: str
    sizes: tuple[int, ...]
    gaps: str  # the separators, "" for one group
    start: int
    end: int


def numbers(shadow: str) -> Iterator[Entity]:
    """Declarations, tax codes and HS codes."""
    last: Entity | None = None
    for run in _RUN.finditer(shadow):
        if shadow[max(0, run.start() - 1) : run.start()] == "+":  # an international phone number
            continue
        groups = [match.span() for match in _GROUP.finditer(shadow, run.start(), run.end())]
        place = 0
        while place < len(groups):
            entity, size = _read(shadow, groups, place, last)
            if entity:
                last = entity
                yield entity
            place += size


def _read(shadow: str, groups: list[tuple[int, int]], place: int, last: Entity | None) -> tuple[Entity | None, int]:
    """The code that begins with group `place`, and how many groups it takes (1 when there is none)."""
    touching = word_before(shadow, groups[place][0])
    if touching and touching not in _GLUED:
        return None, 1
    for size in range(min(_MOST_GROUPS, len(groups) - place), 0, -1):
        spans = groups[place : place + size]
        if sum(end - start for start, end in spans) not in _LENGTHS:
            continue
        number = _Number(
            "".join(shadow[start:end] for start, end in spans),
            tuple(end - start for start, end in spans),
            "".join(shadow[spans[i][1]] for i in range(size - 1)),
            spans[0][0],
            spans[-1][1],
        )
        is_part = size > 1 and _is_part(shadow, groups, place, size, number.gaps[0])
        entity = _decide(shadow, number, last, is_part=is_part)
        if entity:
            return entity, size
    return None, 1


def _is_part(shadow: str, groups: list[tuple[int, int]], place: int, size: int, gap: str) -> bool:
    """Whether the same separator goes on to another group on either side, as in a bank card."""
    has_before = place > 0 and shadow[groups[place - 1][1]] == gap
    has_after = place + size < len(groups) and shadow[groups[place + size - 1][1]] == gap
    return has_before or has_after


def _decide(shadow: str, number: _Number, last: Entity | None, *, is_part: bool) -> Entity | None:
    length = len(number.digits)
    if follows(shadow, number.start, _PERSON_BEFORE):
        return None
    if length == 12:
        return _declaration(shadow, number, is_part=is_part)
    if length in (10, 13):
        return _tax_code(shadow, number) or (_hs_code(shadow, number, last) if length == 10 else None)
    return None if is_part else _hs_code(shadow, number, last)


def _declaration(shadow: str, number: _Number, *, is_part: bool) -> Entity | None:
    is_plausible = number.digits[0] in "13"
    if not follows(shadow, number.start, _DECLARATION_BEFORE):
        is_amount = number.gaps and _MONEY_AFTER.match(shadow, number.end)
        if not is_plausible or is_part or is_amount or min(number.sizes) < 3 or "-" in number.gaps:
            return None
    return Entity("declaration", number.digits, number.start, number.end, is_plausible)


def _tax_code(shadow: str, number: _Number) -> Entity | None:
    digits = number.digits
    is_named = follows(shadow, number.start, _TAX_BEFORE)
    is_valid = is_tax_code_valid(digits)
    if is_named and digits.endswith("00") and _is_heading(digits) and follows(shadow, number.start, _TARIFF_NUMBER):
        return None  # 税号 is a tax number or a tariff line; Chinese tariff lines have ten digits, the last mostly 00
    is_branch = number.sizes == (10, 3) and number.gaps == "-"
    if not (is_named or is_branch or number.sizes == (10,)):
        return None
    if not is_named:
        is_hs = follows(shadow, number.start, _HS_BEFORE)
        is_phone = _MOBILE.match(digits) or follows(shadow, number.start, _PHONE_BEFORE)
        if is_hs or (is_phone and not is_branch) or _MONEY_AFTER.match(shadow, number.end):
            return None
    value = digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"
    return Entity("tax_code", value, number.start, number.end, is_valid)


def _hs_code(shadow: str, number: _Number, last: Entity | None) -> Entity | None:
    if not _is_heading(number.digits):
        return None
    is_named = (
        follows(shadow, number.start, _HS_BEFORE)
        or _HS_AFTER.match(shadow, number.end) is not None
        or (last is not None and last.type == "hs_code" and _is_joined(shadow, last.end, number.start))
    )
    is_dotted = number.gaps in ("..", ".", "...") and number.sizes in ((4, 2, 2), (4, 4), (6, 2), (4, 2, 2, 2))
    is_plain = number.sizes == (8,) and not _is_date(number.digits)
    if is_named:
        is_code = number.sizes[0] in (2, 4, 6, 8, 10)
    else:
        is_code = (is_dotted or is_plain) and not _is_other(shadow, number)
    return Entity("hs_code", number.digits, number.start, number.end) if is_code else None


def _is_heading(digits: str) -> bool:
    place = 2 * int(digits[:2]) - 2
    return 0 <= place < len(_LAST_HEADINGS) and 1 <= int(digits[2:4]) <= int(_LAST_HEADINGS[place : place + 2])


def _is_other(shadow: str, number: _Number) -> bool:
    return (
        _MONEY_AFTER.match(shadow, number.end) is not None
        or follows(shadow, number.start, _PHONE_BEFORE)
        or follows(shadow, number.start, _DECLARATION_BEFORE)
    )


def _is_date(digits: str) -> bool:
    """Whether eight digits read as a day (18022025, 20250218)."""
    day_first = digits[4:6] in ("19", "20") and 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12
    year_first = digits[:2] in ("19", "20") and 1 <= int(digits[4:6]) <= 12 and 1 <= int(digits[6:]) <= 31
    return day_first or year_first


def _is_joined(shadow: str, end: int, start: int) -> bool:
    gap = shadow[end:start]
    return len(gap) <= 6 and _ALSO.fullmatch(gap) is not None
