"""Personal data taken out of text that is kept: logs, training data, exports.

Customs codes are recognised first (module `entity`) and left as they are: a declaration number must survive, although
it looks like a phone or identity number. What is masked: e-mail addresses, phone numbers, identity cards and passports,
bank cards and accounts, chat names, and the name a person gives for themselves. Each becomes a word in square brackets
that says what stood there, so a masked text still reads. Masking twice is masking once.

This is a filter, not a proof: a name without an introduction, or a street address, stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge_base.text.code import strip_marks_in_place
from knowledge_base.text.entity import find
from knowledge_base.text.syllable import listed

EMAIL = "[EMAIL]"
PHONE = "[PHONE]"
IDENTITY = "[ID]"
CARD = "[CARD]"
ACCOUNT = "[ACCOUNT]"
CHAT = "[CHAT]"
NAME = "[NAME]"

_MOST_PASSES = 4  # taking one thing out can lay another bare; two passes are the rule
Span = tuple[int, int]


def mask(text: str) -> str:
    """`text` with personal data replaced by [EMAIL], [PHONE], [ID], [CARD], [ACCOUNT], [CHAT] and [NAME].

    Every code that `entity.find` sees in `text` is still there afterwards, as it was typed.
    """
    for _ in range(_MOST_PASSES):
        masked = _mask_once(text)
        if masked == text:
            break
        text = masked
    return text


def _mask_once(text: str) -> str:
    shadow = strip_marks_in_place(text).translate(_PLAIN)
    kept: list[Span] = [(entity.start, entity.end) for entity in find(text)]
    found: list[tuple[int, int, str]] = []
    for finder, label in _FINDERS:
        for start, end in finder(shadow):
            if not any(start < kept_end and kept_start < end for kept_start, kept_end in kept):
                found.append((start, end, label))
                kept.append((start, end))
    parts: list[str] = []
    done = 0
    for start, end, label in sorted(found):
        parts += (text[done:start], label)
        done = end
    return "".join(parts) + text[done:]


# --- numbers and addresses --------------------------------------------------------------------------------------

# Plain width only: case tells names from words, so the shadow keeps it.
_PLAIN: dict[int, str] = {
    **{code: chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)},
    **dict.fromkeys((0x00A0, 0x2009, 0x202F, 0x3000), " "),
    **dict.fromkeys((0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2212), "-"),
    0x2019: "'",
}
_AFTER_WORD = r"[ :.#()=-]{0,3}(?:(?:so|la|no|number|is|em|minh|toi|my|our|cua|号码?|是|为)[ :.#()=-]{0,3}){0,3}"

_EMAIL = re.compile(r"[a-z0-9._%+-]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{2,63}){1,4}", re.IGNORECASE)
_PHONE = re.compile(
    r"""
    (?<![0-9]) (?:
        (?: \(?\+?84\)? [ .-]? 0? | 0 ) (?: 3[2-9] | 5[25689] | 7[06-9] | 8[1-9] | 9[0-9] ) (?: [ .-]?[0-9] ){7}
      | \(? 02[0-9]{1,2} \)? [ .-]? [0-9]{3,4} [ .-]? [0-9]{3,4}
      | (?: \+?86 [ -]? )? 1[3-9][0-9] [ -]? [0-9]{4} [ -]? [0-9]{4}
      | 0[0-9]{2,3}-[0-9]{7,8}
      | \+ [0-9]{1,3} (?: [ .()-]{0,2}[0-9] ){7,12}
    ) (?![0-9])
    """,
    re.VERBOSE,
)
_NAMED_PHONE = re.compile(
    rf"(?:(?<![a-z])(?:sdt|dt|dien thoai|phone|tel|mobile|zalo|whatsapp|viber|goi)|电话|手机){_AFTER_WORD}"
    r"(?!1[89]00)([0-9](?:[ .-]?[0-9]){6,11})(?![0-9])",
    re.IGNORECASE,
)
_IDENTITY = re.compile(
    r"(?<![0-9])(?:0(?:0[1-9]|[1-8][0-9]|9[0-6])[0-3][0-9]{8}"
    r"|[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx])(?![0-9])"
)
_NAMED_IDENTITY = re.compile(
    rf"(?:(?<![a-z])(?:cccd|cmnd|cmt|can cuoc(?: cong dan)?|chung minh(?: thu| nhan dan)?|id ?card|identity(?: card)?|"
    rf"passport|ho chieu|gplx|bang lai|driving licen[cs]e)|身份证|护照|驾驶证|驾照){_AFTER_WORD}"
    r"([a-z]{0,2}[0-9](?:[ .]?[0-9]){6,17}x?)(?![a-z0-9])",
    re.IGNORECASE,
)
_CARD = re.compile(r"(?<![0-9])[0-9](?:[ -]?[0-9]){12,18}(?![0-9])")
_ACCOUNT = re.compile(
    rf"(?:(?<![a-z])(?:stk|so tai khoan|tai khoan(?: ngan hang)?|tk ngan hang|account(?: no| number)?|so the)|"
    rf"账号|账户|帐号|银行卡){_AFTER_WORD}([0-9](?:[ .-]?[0-9]){{5,18}})(?![0-9])",
    re.IGNORECASE,
)
_CHAT = re.compile(
    rf"(?:(?<![a-z])(?:wechat|weixin|wx|vx|telegram|skype|zalo|qq)|微信|加我)(?: ?id)?{_AFTER_WORD}"
    r"(?=[a-z_-]{0,20}[0-9])([a-z0-9_-]{5,32})|(?<![a-z0-9_.])(@[a-z][a-z0-9_]{4,31})",
    re.IGNORECASE,
)


def _emails(shadow: str) -> Iterator[Span]:
    return (match.span() for match in _EMAIL.finditer(shadow)) if "@" in shadow else iter(())


def _phones(shadow: str) -> Iterator[Span]:
    yield from (match.span() for match in _PHONE.finditer(shadow))
    yield from (match.span(1) for match in _NAMED_PHONE.finditer(shadow))


def _identities(shadow: str) -> Iterator[Span]:
    yield from (match.span(1) for match in _NAMED_IDENTITY.finditer(shadow))
    yield from (match.span() for match in _IDENTITY.finditer(shadow))


def _cards(shadow: str) -> Iterator[Span]:
    for match in _CARD.finditer(shadow):
        digits = re.sub("[ -]", "", match[0])
        if digits.startswith("9704") or _is_luhn(digits):
            yield match.span()


def _is_luhn(digits: str) -> bool:
    doubled = (int(d) * (2 if place % 2 else 1) for place, d in enumerate(reversed(digits)))
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def _accounts(shadow: str) -> Iterator[Span]:
    return (match.span(1) for match in _ACCOUNT.finditer(shadow))


def _chats(shadow: str) -> Iterator[Span]:
    return (match.span(1 if match[1] else 2) for match in _CHAT.finditer(shadow))


# --- names ------------------------------------------------------------------------------------------------------

_SURE_INTRODUCTION = re.compile(
    r"(?<![a-z])(?:(?:toi|em|minh|anh|chi|chau|tui) ten(?: la)?"
    r"|(?:ho (?:va )?)?ten (?:toi|em|minh|day du|cua (?:toi|em|minh))(?: la| ?:)"
    r"|ho (?:va )?ten(?: la| ?:)|ten ?:|nguoi (?:lien he|dai dien|gui)(?: la| ?:)"
    r"|my name(?: is|'s)|name ?:|contact person ?:) ",
    re.IGNORECASE,
)
_WEAK_INTRODUCTION = re.compile(
    r"(?<![a-z])(?:(?:toi|em|minh|chau|tui) la|i am|i'm|im|this is|it's|call me) ", re.IGNORECASE
)
_WORD = re.compile(r"[^\W\d_]+(?:[.'-][^\W\d_]+)?\.?")
_MOST_WORDS = 5
_SURNAMES = listed("nguyen tran pham huynh hoang phan bui vu")  # those that are no common word unmarked
_OTHER_SURNAMES = listed("le dang do ho ngo duong ly vo truong dinh doan trinh mai dao lam ha luong cao luu ta")
_NOT_NAMES = listed(
    """
    a ad ai anh and at ban ben bi boss broker business buyer but calling can cannot chi chinese chinh cho chu co cong
    con container cty company customs dai dang de declaration di dn doanh driver duoc em exporter form forwarder from
    gap giam here hien ho hoi i if importer in invoice ke khach khong la lai lam looking me minh mong muon nguoi nhan
    nhap nhe not nv o of oi on our owner phai planning please quan so sdt seller sure tai tam tax that the thi to toi
    trying tu unable urgent va van ve vietnamese was we who with working xin xuat chua da roi dt sale sales manager
    back later asap today soon now bac cang cua hai hang kho luong xe thu thong nay day gi nao sao ta new very just
    still
    """
)
_HAN_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏"
    "薛叶阎余潘杜戴夏钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文阮覃韦莫農农"
)
_HAN_END = "(?=[,，.。!！?？、;； ]|是|在|来自|的|想|要|请|有|从|电话|手机|$)"
_HAN_NAME = re.compile(
    r"(?:我叫|我的名字[叫是]|姓名[:： ]?|联系人[:： ]?)"
    rf"(?:([\u4e00-\u9fff]{{2,4}}?){_HAN_END}|([\u4e00-\u9fff]{{2,3}}))"
    rf"|(?:我是|本人)([{_HAN_SURNAMES}][\u4e00-\u9fff]{{1,2}})(?=[,，.。!！?？、;； ]|$)"
    rf"|我姓([{_HAN_SURNAMES}])"
)
_HAN_ROLE = re.compile("[人员工商司机主家通货车板客理]$")


def _names(shadow: str) -> Iterator[Span]:
    for match in _SURE_INTRODUCTION.finditer(shadow):
        yield from _latin_name(shadow, match.end(), is_sure=True)
    for match in _WEAK_INTRODUCTION.finditer(shadow):
        yield from _latin_name(shadow, match.end(), is_sure=False)
    for match in _HAN_NAME.finditer(shadow):
        group = next(number for number in (1, 2, 3, 4) if match[number])
        if group != 3 or not _HAN_ROLE.search(match[3]):
            yield match.span(group)


def _latin_name(shadow: str, start: int, *, is_sure: bool) -> Iterator[Span]:
    """The name that begins at `start`, if one does. An unsure introduction ("I am ...") needs more to go by."""
    words = _words(shadow, start)
    if not words:
        return
    first = words[0][0]
    is_lower = first.islower() or (first.isupper() and len(first) > 1)
    if is_lower:
        name = _until_stop(words)
        is_name = is_sure or (first.lower() in _SURNAMES and len(name) > 1)
    else:
        name = _capitalised(words)
        is_name = is_sure or len(name) > 1 or first.lower() in _SURNAMES | _OTHER_SURNAMES or _ends(shadow, name)
    if name and is_name:
        yield name[0][1], name[-1][2]


def _words(shadow: str, start: int) -> list[tuple[str, int, int]]:
    words: list[tuple[str, int, int]] = []
    while len(words) < _MOST_WORDS and (match := _WORD.match(shadow, start)):
        words.append((match[0], match.start(), match.end()))
        start = match.end() + 1
        if shadow[match.end() : start] != " " or match[0].endswith("."):
            break
    return words


def _until_stop(words: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    name = words[:4]
    for place, (word, _, _) in enumerate(name):
        # "nguyen van a": after the surname a stop word may be part of the name
        if word.lower().rstrip(".") in _NOT_NAMES and not _is_given(word, place):
            return name[:place]
    return name


def _is_given(word: str, place: int) -> bool:
    return (place == 1 and word.lower() in ("van", "thi")) or (place >= 2 and word.lower() in ("a", "b", "c"))


def _capitalised(words: list[tuple[str, int, int]]) -> list[tuple[str, int, int]]:
    name: list[tuple[str, int, int]] = []
    for word in words[:4]:
        is_stop = word[0].lower().rstrip(".") in _NOT_NAMES and not (
            name and word[0] in ("Van", "Thi", "A", "Ho", "Anh")
        )
        if is_stop or not word[0][0].isupper():
            break
        name.append(word)
    return name


def _ends(shadow: str, name: list[tuple[str, int, int]]) -> bool:
    return bool(name) and _NAME_END.match(shadow, name[-1][2]) is not None


_NAME_END = re.compile(r" ?(?:[,.;!?]|$|(?:from|at|of|with|here|speaking|calling|ben|cty|cong ty|o|tu)\b)")

_FINDERS = (
    (_emails, EMAIL),
    (_identities, IDENTITY),
    (_accounts, ACCOUNT),
    (_phones, PHONE),
    (_cards, CARD),
    (_chats, CHAT),
    (_names, NAME),
)
