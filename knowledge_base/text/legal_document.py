"""Numbers of legal documents: 39/2018/TT-BTC, thông tư 38/2015, 第121号通知."""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge_base.text.code import Entity
from knowledge_base.text.syllable import listed

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


def full_documents(shadow: str) -> Iterator[Entity]:
    """Number/year/TYPE-ISSUER."""
    for match in _FULL.finditer(shadow):
        number, year, kind, digits, issuer = match.groups()
        if kind not in _TYPES and not _is_issuer(issuer):
            continue
        end = match.end()
        if issuer is None and (loose := _LOOSE_ISSUER.match(shadow, end)):
            issuer, end = loose[1], loose.end()
        yield _document(number, year, kind + digits, issuer, match.start(), end)


def yearless_documents(shadow: str) -> Iterator[Entity]:
    """Number/TYPE-ISSUER, as older decisions and letters are cited."""
    for match in _YEARLESS.finditer(shadow):
        number, kind, issuer = match.groups()
        if kind in _TYPES or _is_issuer(kind) or _is_issuer(issuer):
            yield _document(number, None, kind, issuer, match.start(), match.end())


def _is_issuer(name: str | None) -> bool:
    return name is not None and any(part in _ISSUERS for part in re.split("[.-]", name))


def named_documents(shadow: str) -> Iterator[Entity]:
    """A kind of document in words and its number."""
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
