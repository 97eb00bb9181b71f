"""Codes that customs work turns on, found in text of any of the three languages.

Seven types: declaration, tax_code, hs_code, container, legal_document, licence_plate, office_code. They are recognised
before anything is masked as personal data, because a phone-number pattern also fits most of them.

How it works: the text gets a shadow of the same length (upper case, no marks, plain width, simplified characters), so a
span in the shadow is a span in the text. Shapes that cannot be anything else are taken first and blanked out; numbers
that fit several types are then decided by length, separators, check digit and the words beside them.
Cost is linear: every pattern is bounded, and digit runs are walked once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from knowledge_base.text.normal import simplify, strip_marks
from knowledge_base.text.syllable import listed

EntityType = Literal[
    "declaration",
    "tax_code",
    "hs_code",
    "container",
    "legal_document",
    "licence_plate",
    "office_code",
]

OFFICE_CODES = frozenset(
    (
        *("20BB", "20B1", "20B2", "20B3", "20BC", "20BD", "20CD", "20CE", "20CF", "20CG"),
        *("20K1", "20K2", "20K3", "20K4", "20QK"),
    )
)
"""Customs offices of Quang Ninh (list from before 2025); recognised without a word beside them."""


@dataclass(frozen=True)
class Entity:
    """A code in a text: text[start:end] as typed, `value` as filed (upper case, no separators).

    value by type: declaration 12 digits; tax_code 10 digits or 10-3; hs_code 4, 6, 8 or 10 digits; container
    ABCU1234567; legal_document number/year/TYPE-ISSUER as far as known; licence_plate 14C12345 or 桂F12345;
    office_code 20BB.
    is_valid: whether its check holds (container and tax check digits; a declaration begins with 1 or 3); None where
    the type has no check. A failed check is worth telling the person; the code is kept.
    """

    type: EntityType
    value: str
    start: int
    end: int
    is_valid: bool | None = None


def find(text: str) -> list[Entity]:
    """The codes in `text`, in order, without overlap. Works on raw text; spans are those of `text`."""
    if not _DIGIT.search(text):
        return []
    shadow = _shadow(text)
    found: list[Entity] = []
    for finder in _FINDERS:
        entities = list(finder(shadow))
        found += entities
        shadow = _blank(shadow, entities)
    found += _numbers(shadow)
    return sorted(found, key=lambda entity: entity.start)


def is_container_valid(code: str) -> bool:
    """Whether the last digit of `code` (4 letters, 7 digits) is its ISO 6346 check digit."""
    total = sum(_LETTER_VALUES.get(char, ord(char) - ord("0")) << place for place, char in enumerate(code[:10]))
    return total % 11 % 10 == int(code[10])


def is_tax_code_valid(digits: str) -> bool:
    """Whether the tenth of `digits` is the check digit of a Vietnamese tax code."""
    total = sum(int(digit) * weight for digit, weight in zip(digits, (31, 29, 23, 19, 17, 13, 7, 5, 3), strict=False))
    return 10 - total % 11 == int(digits[9])


# --- shadow -----------------------------------------------------------------------------------------------------

_DIGIT = re.compile("[0-9\uff10-\uff19]")
_SHADOW: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF41)},
    **{code: chr(code - 0xFEE0).upper() for code in range(0xFF41, 0xFF5F)},
    **{code: chr(code).upper() for code in range(ord("a"), ord("z") + 1)},
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0x005F), "-"),
    **dict.fromkeys((0x2022, 0x2027, 0x30FB, 0x22C5, 0x2E31, 0xFF65), "\u00b7"),
    **dict.fromkeys((0x0009, 0x000A, 0x000D, 0x00A0, 0x2009, 0x202F, 0x3000), " "),
    0x3002: ".",
    0xFF61: ".",
}


def _shadow(text: str) -> str:
    return simplify(strip_marks_in_place(text)).translate(_SHADOW)


def strip_marks_in_place(text: str) -> str:
    """`text` with marks off and its length kept: loose combining marks, which `strip_marks` drops, stay."""
    bare = strip_marks(text)
    return bare if len(bare) == len(text) else text


def _blank(shadow: str, entities: list[Entity]) -> str:
    for entity in entities:
        shadow = shadow[: entity.start] + "\x00" * (entity.end - entity.start) + shadow[entity.end :]
    return shadow


def _word_before(shadow: str, place: int) -> str:
    """The letters that touch `place` from the left ("" when a space, a digit or a Chinese character does)."""
    start = place
    while start > 0 and place - start < 12 and "A" <= shadow[start - 1] <= "Z":
        start -= 1
    return shadow[start:place]


def _follows(shadow: str, place: int, pattern: re.Pattern[str]) -> bool:
    """Whether the words right before `place` match `pattern`, which is tied to their end."""
    return pattern.search(shadow[max(0, place - 36) : place]) is not None


# --- legal documents --------------------------------------------------------------------------------------------

_YEAR = "(?:19|20)[0-9]{2}"
_ISSUER = "[A-Z]{2,12}(?:[.-][A-Z]{2,12})?[0-9]{0,2}"
_FULL = re.compile(
    rf"(?<![0-9/])([0-9]{{1,6}}) ?/ ?({_YEAR}) ?/ ?([A-Z]{{1,10}})([0-9]{{0,2}})(?: ?- ?({_ISSUER}))?(?![A-Z])"
)
_LOOSE_ISSUER = re.compile(r" (BTC|BCT|CP|TTG|TCHQ|CHQ|BNNPTNT|BNNMT|BYT|BKHCN|BGTVT|UBND|NHNN)(?![A-Z0-9])")
_YEARLESS = re.compile(rf"(?<![0-9/])([0-9]{{1,6}}) ?/ ?([A-Z]{{2,6}}(?:\.[A-Z]{{2,6}})?) ?- ?({_ISSUER})(?![A-Z])")
_TYPES = listed("TT TTLT ND QD QH NQ CT CD PL UBTVQH VBHN TB L LCTN KH CV SL")
_ISSUERS = listed(
    """
    TCHQ CHQ HQ HQQN HQMC KVVIII BTC BCT BNN BNNPTNT BNNMT BYT BKHCN BGTVT BTNMT BVHTTDL BTTTT BCA BQP BXD BTP NHNN
    UBND TTG CP VPCP TCT QLTTG GSQL TXNK KTSTQ PC QLRR DTCBL CNTT XNK VP QH15 BKHDT GSQL1 GSQL2 GSQL3
    """
)
_OFFICIAL = {"ND": "NĐ", "QD": "QĐ", "CD": "CĐ"}

_NAME = (
    "THONG TU LIEN TICH|THONG TU|NGHI DINH|QUYET DINH|NGHI QUYET|CONG VAN|LUAT|LENH|"
    "CIRCULAR|DECREE|DECISION|RESOLUTION|OFFICIAL LETTER|OFFICIAL DISPATCH|LAW|ORDER|"
    "通知|通告|议定|法令|决定|决议|公文"
)
_NAMED = re.compile(
    rf"(?:(?<![A-Z])({_NAME})|(?<![A-Z])(TT|ND|QD|NQ|CV))"
    rf"(?: ?(?:SO|NO\.?|NUMBER|第|:|#))? ?([0-9]{{1,6}})(?![0-9]|[.,][0-9])"
    rf"(?: ?/ ?({_YEAR})(?![0-9])| (?:NAM|OF|YEAR) ({_YEAR})(?![0-9]))?(号)?"
)
_CHINESE = re.compile(
    rf"(?:({_YEAR})年)?第? ?([0-9]{{1,6}})(?: ?/ ?({_YEAR}))?"
    rf"(?: ?/ ?([A-Z]{{1,10}}[0-9]{{0,2}})(?:-({_ISSUER}))?)? ?号 ?"
    "(通知|通告|议定|法令|决定|决议|公文|公告|法律|法|令)"
)
_NAME_TYPES = {
    **dict.fromkeys(("THONG TU", "CIRCULAR", "TT", "通知", "通告"), "TT"),
    "THONG TU LIEN TICH": "TTLT",
    **dict.fromkeys(("NGHI DINH", "DECREE", "ND", "议定", "法令"), "NĐ-CP"),
    **dict.fromkeys(("QUYET DINH", "DECISION", "QD", "决定"), "QĐ"),
    **dict.fromkeys(("NGHI QUYET", "RESOLUTION", "NQ", "决议"), "NQ"),
    **dict.fromkeys(("CONG VAN", "OFFICIAL LETTER", "OFFICIAL DISPATCH", "CV", "公文"), "CV"),
    **dict.fromkeys(("LUAT", "LAW", "法律", "法"), "QH"),
    **dict.fromkeys(("LENH", "ORDER", "令"), "LỆNH"),
    "公告": "公告",
}
_COUNTED = re.compile(
    r" ?(?:NGAY|THANG|NAM|TRIEU|TY|LAN|BUOC|TO\b|CAI|NGUOI|GIO|TUAN|LO\b|BO\b|MUC|LOAI|VND|USD|KG|TAN|CONT|XE\b|DONG|"
    r"DAYS?|WEEKS?|MONTHS?|YEARS?|TIMES|TONS?|BOXES|PIECES|PCS|%|天|个|元|万)"
)


def _full_documents(shadow: str) -> Iterator[Entity]:
    for match in _FULL.finditer(shadow):
        number, year, kind, digits, issuer = match.groups()
        if kind not in _TYPES and not _is_issuer(issuer):
            continue
        end = match.end()
        if issuer is None and (loose := _LOOSE_ISSUER.match(shadow, end)):
            issuer, end = loose[1], loose.end()
        yield _document(number, year, kind + digits, issuer, match.start(), end)


def _yearless_documents(shadow: str) -> Iterator[Entity]:
    for match in _YEARLESS.finditer(shadow):
        number, kind, issuer = match.groups()
        if kind in _TYPES or _is_issuer(kind) or _is_issuer(issuer):
            yield _document(number, None, kind, issuer, match.start(), match.end())


def _is_issuer(name: str | None) -> bool:
    return name is not None and any(part in _ISSUERS for part in re.split("[.-]", name))


def _named_documents(shadow: str) -> Iterator[Entity]:
    taken: list[tuple[int, int]] = []
    for match in _CHINESE.finditer(shadow):
        year_before, number, year, kind, issuer, name = match.groups()
        taken.append(match.span())
        yield _document(number, year or year_before, kind or _NAME_TYPES[name], issuer, *match.span())
    for match in _NAMED.finditer(shadow):
        name, short, number, year, other_year, _ = match.groups()
        year = year or other_year
        if _is_document_number(shadow, match, number, year) and not _overlaps(match.span(), taken):
            yield _document(number, year, _NAME_TYPES[name or short], None, *match.span())


def _is_document_number(shadow: str, match: re.Match[str], number: str, year: str | None) -> bool:
    if year:
        return True
    is_year = len(number) == 4 and number[:2] in ("19", "20") and match[1] != "CONG VAN"
    return len(number) > 1 and not is_year and not _COUNTED.match(shadow, match.end())


def _overlaps(span: tuple[int, int], taken: list[tuple[int, int]]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in taken)


def _document(number: str, year: str | None, kind: str, issuer: str | None, start: int, end: int) -> Entity:
    kind = _OFFICIAL.get(kind, kind)
    if kind == "QH" and year:
        kind += _legislature(int(year))
    if kind == "NĐ" and issuer is None:
        issuer = "CP"
    tail = f"{kind}-{issuer}" if issuer else kind
    padded = number.lstrip("0").zfill(2)
    value = "/".join(part for part in (padded, year, tail) if part)
    return Entity("legal_document", value, start, end)


def _legislature(year: int) -> str:
    """Number of the National Assembly that passed laws in `year`; "" in a year with two or an unknown one."""
    terms = {13: (2012, 2015), 14: (2017, 2020), 15: (2022, 2025)}
    return next((str(term) for term, (first, last) in terms.items() if first <= year <= last), "")


# --- containers, plates, offices --------------------------------------------------------------------------------

# Letters count 10 to 38, leaving out multiples of 11 (ISO 6346).
_LETTER_VALUES = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", (n for n in range(10, 39) if n % 11), strict=True))
_CONTAINER = re.compile(
    r"(?<![A-Z0-9])(?:CONT(?:AINER)?|SO)?([A-Z]{3}[UJZ])[ .-]?([0-9]{3})[ .]?([0-9]{3})[ ./-]?([0-9])(?![0-9])"
)


def _containers(shadow: str) -> Iterator[Entity]:
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


def _plates(shadow: str) -> Iterator[Entity]:
    for match in _PLATE.finditer(shadow):
        province, series, gap, number = match.groups()
        if province not in _NO_PROVINCE and _is_plate(shadow, match.start(), series, gap, number):
            value = province + series + re.sub("[ .]", "", number)
            yield Entity("licence_plate", value, match.start(), match.end())


def _is_plate(shadow: str, start: int, series: str, gap: str, number: str) -> bool:
    touching = _word_before(shadow, start)
    if touching:
        return touching in _PLATE_WORDS
    if "-" in gap or _follows(shadow, start, _PLATE_BEFORE):
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


def _chinese_plates(shadow: str) -> Iterator[Entity]:
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


def _offices(shadow: str) -> Iterator[Entity]:
    for match in _OFFICE.finditer(shadow):
        code = match[1]
        touching = _word_before(shadow, match.start())
        if touching and touching not in _OFFICE_WORDS:
            continue
        is_named = _follows(shadow, match.start(), _OFFICE_BEFORE) and code[2:] not in _NOT_OFFICE
        if code in OFFICE_CODES or is_named:
            yield Entity("office_code", code, match.start(), match.end())


# --- numbers ----------------------------------------------------------------------------------------------------

# Shapes that cannot be anything else, surest first; each sees the text without what was found before it.
_FINDERS = (
    _full_documents,
    _yearless_documents,
    _containers,
    _plates,
    _chinese_plates,
    _offices,
    _named_documents,
)

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


def _numbers(shadow: str) -> Iterator[Entity]:
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
    touching = _word_before(shadow, groups[place][0])
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
    if _follows(shadow, number.start, _PERSON_BEFORE):
        return None
    if length == 12:
        return _declaration(shadow, number, is_part=is_part)
    if length in (10, 13):
        return _tax_code(shadow, number) or (_hs_code(shadow, number, last) if length == 10 else None)
    return None if is_part else _hs_code(shadow, number, last)


def _declaration(shadow: str, number: _Number, *, is_part: bool) -> Entity | None:
    is_plausible = number.digits[0] in "13"
    if not _follows(shadow, number.start, _DECLARATION_BEFORE):
        is_amount = number.gaps and _MONEY_AFTER.match(shadow, number.end)
        if not is_plausible or is_part or is_amount or min(number.sizes) < 3 or "-" in number.gaps:
            return None
    return Entity("declaration", number.digits, number.start, number.end, is_plausible)


def _tax_code(shadow: str, number: _Number) -> Entity | None:
    digits = number.digits
    is_named = _follows(shadow, number.start, _TAX_BEFORE)
    is_valid = is_tax_code_valid(digits)
    if is_named and digits.endswith("00") and _is_heading(digits) and _follows(shadow, number.start, _TARIFF_NUMBER):
        return None  # 税号 is a tax number or a tariff line; Chinese tariff lines have ten digits, the last mostly 00
    is_branch = number.sizes == (10, 3) and number.gaps == "-"
    if not (is_named or is_branch or number.sizes == (10,)):
        return None
    if not is_named:
        is_hs = _follows(shadow, number.start, _HS_BEFORE)
        is_phone = _MOBILE.match(digits) or _follows(shadow, number.start, _PHONE_BEFORE)
        if is_hs or (is_phone and not is_branch) or _MONEY_AFTER.match(shadow, number.end):
            return None
    value = digits if len(digits) == 10 else f"{digits[:10]}-{digits[10:]}"
    return Entity("tax_code", value, number.start, number.end, is_valid)


def _hs_code(shadow: str, number: _Number, last: Entity | None) -> Entity | None:
    if not _is_heading(number.digits):
        return None
    is_named = (
        _follows(shadow, number.start, _HS_BEFORE)
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
        or _follows(shadow, number.start, _PHONE_BEFORE)
        or _follows(shadow, number.start, _DECLARATION_BEFORE)
    )


def _is_date(digits: str) -> bool:
    """Whether eight digits read as a day (18022025, 20250218)."""
    day_first = digits[4:6] in ("19", "20") and 1 <= int(digits[:2]) <= 31 and 1 <= int(digits[2:4]) <= 12
    year_first = digits[:2] in ("19", "20") and 1 <= int(digits[4:6]) <= 12 and 1 <= int(digits[6:]) <= 31
    return day_first or year_first


def _is_joined(shadow: str, end: int, start: int) -> bool:
    gap = shadow[end:start]
    return len(gap) <= 6 and _ALSO.fullmatch(gap) is not None
