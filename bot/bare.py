"""Messages without a sentence that we could read: a gesture, a lone number, a bare code, a wish for a language.

What such a message says is certain or nothing, and a model that has learnt sentences would guess.
"""

import re
from dataclasses import replace

from bot.interpreter import BARE_CODE
from bot.responder import Responder
from helpdesk.language import LANGUAGES, Language
from helpdesk.message import Button, Draft, Outcome
from helpdesk.payload import Payload
from helpdesk.reply import FoundEntity, Reply
from helpdesk.wording import say
from knowledge_base.text.entity import find
from knowledge_base.text.language import is_foreign
from knowledge_base.text.normal import fold
from knowledge_base.text.syllable import listed

LONGEST = 120
"""Characters; who writes more says something."""
MOST_DIGITS = 4
"""A longer number may be a code."""
FEWEST_LABELS = 3
"""From so many labels with a value on, a text is taken for a form and not for a sentence."""

STATUS = "status-lookup"

_PRIVATE = frozenset({"declaration", "container", "tax_code", "licence_plate"})
_GLAD = re.compile("[👍🙏❤♥👌💯🌹🤝👏💪🥰😍🎉✅😊☺]")
_TELLING = listed("0 88 886 10/10 9/10 5/5")  # a telephone's officer, good-bye in Chinese, marks
_YEAR = re.compile(r"/(?:19|20)\d\d(?:/|$)|/(?!NĐ-CP$)\w+-\w+$")
_LABEL = re.compile(r"[^\W\d_][ ]?[:：][ ]?(?=\w)")
_WORD = re.compile(r"[a-z]+|\d+|[\u3400-\u9fff]")
ASKING = listed(
    """
    ma so code loai hinh la gi con the thi sao a ah ad nhe voi va hay nghia y
    what is s and about mean means the of or
    那 呢 是 什 么 意 思 代 码 和 还 有 啥 的 类 型
    """
)
"""What stands around a code by somebody who only asks what it is; bare words."""
_ASKING_OF_LAW = ASKING | listed(
    """
    thong tu nghi dinh quyet luat cong van nay hieu luc khong ko k chua hien gio bay vay het duoc bi dung
    cho hoi xem toi em minh muon biet da co khi nao tu ngay ke bao luc may bat dau
    circular decree decision law letter in force still valid now has been it effective no when since from which start
    starts replaced repealed
    通 知 议 定 令 法 律 决 号 效 吗 第 了 现 在 请 问 时 候 从 几 起 何 日 开 始 废 止
    """
)


_NAMING = listed(
    """
    so to khai tk mst ma thue cont container xe bien bks cua toi em minh la day nay no number my is it a ad
    declaration tax code plate truck the 号 码 报 关 单 我 的 是 箱 柜 车 牌 税
    """
)
_LANGUAGES: dict[frozenset[str], Language] = {
    listed("tieng viet"): "vi",
    listed("vietnamese"): "vi",
    listed("越 南"): "vi",
    listed("tieng anh"): "en",
    listed("english"): "en",
    listed("英 文"): "en",
    listed("英 语"): "en",
    listed("tieng trung"): "zh",
    listed("chinese"): "zh",
    listed("中 文"): "zh",
    listed("汉 语"): "zh",
}
_WISHING = listed(
    """
    noi di nhe a ad em oi tra loi bang dung cho toi minh giup duoc khong ko lai quay ve
    in please pls speak to can you switch reply answer back use i want language
    说 用 请 讲 回 复 答 可 以 吗 吧 语 文 换 成
    """
)


def answered(responder: Responder, text: str, language: Language, entities: tuple[FoundEntity, ...]) -> Reply | None:
    """The reply to a message that is no sentence, None for any other."""
    if is_wordless(text):
        return _wordless(text, language)
    if is_foreign(text):
        return _foreign(language)
    if len(text) > LONGEST:
        return None
    if wanted := language_wanted(text):
        return _said(wanted, "service.language_set", Outcome.SMALLTALK)
    if codes := codes_alone(text):
        return responder.code(codes, language, entities)
    if documents := documents_alone(text):
        return responder.documents(documents, language, entities)
    if number := number_alone(text):
        return asked_about(responder, number, language, entities)
    return None


def asked_about(responder: Responder, number: str, language: Language, entities: tuple[FoundEntity, ...]) -> Reply:
    """The question what somebody wants to know about the number of their own that they sent."""
    guide = _guide(responder, language)
    asked = _said(language, "service.number", Outcome.NEEDS_ACCOUNT_DATA, guide, number=number)
    return replace(asked, entities=entities)


def language_wanted(text: str) -> Language | None:
    """The language that a message asks for and says nothing else ("tiếng Việt đi", "English please", "说中文")."""
    words = _rest(text, [])
    found = {language for words_of, language in _LANGUAGES.items() if words_of <= words}
    return found.pop() if len(found) == 1 and words <= _WISHING.union(*_LANGUAGES) else None


def codes_alone(text: str) -> list[str]:
    """The customs codes of a message that only asks about them ("E62", "còn A11?"), and a tariff number on its own."""
    spans = [(match.start(), match.end(), match[0].upper()) for match in BARE_CODE.finditer(text)]
    found = [entity for entity in find(text) if entity.type in ("office_code", "hs_code")]
    offices = [(entity.start, entity.end, entity.value) for entity in found if entity.type == "office_code"]
    tariff = [entity for entity in found if entity.type == "hs_code"]
    if len(tariff) == 1 and not _rest(text, [(tariff[0].start, tariff[0].end)]):
        return [tariff[0].value]
    asked = {start: (start, end, value) for start, end, value in (*spans, *offices)}
    rest = _rest(text, [(start, end) for start, end, _ in asked.values()])
    return [value for _, _, value in sorted(asked.values())] if asked and rest <= ASKING else []


def documents_alone(text: str) -> list[str]:
    """The legal texts of a message that asks about nothing but them ("Thông tư 39/2018/TT-BTC còn hiệu lực không").

    A number without a year may be several texts, and who asks what one says may be told by an article.
    """
    found = [entity for entity in find(text) if entity.type == "legal_document"]
    rest = _rest(text, [(entity.start, entity.end) for entity in found])
    is_clear = bool(found) and all(_YEAR.search(entity.value) for entity in found)
    return [entity.value for entity in found] if is_clear and rest <= _ASKING_OF_LAW else []


def number_alone(text: str) -> str | None:
    """A declaration, container, tax code or plate of which a message says nothing but the number."""
    found = [entity for entity in find(text) if entity.type in _PRIVATE]
    rest = _rest(text, [(entity.start, entity.end) for entity in found])
    return found[0].value if len(found) == 1 and rest <= _NAMING else None


def pasted_number(text: str) -> str | None:
    """The first declaration, container, tax code or plate of a pasted form, which is mostly labels and values."""
    if len(_LABEL.findall(text)) < FEWEST_LABELS:
        return None
    return next((entity.value for entity in find(text) if entity.type in _PRIVATE), None)


def is_wordless(text: str) -> bool:
    """Whether there is neither a word nor a number that could be a code in a message."""
    has_word = any(char.isalpha() for char in text) or text.strip() in _TELLING
    return not has_word and sum(char.isdigit() for char in text) <= MOST_DIGITS


def _rest(text: str, spans: list[tuple[int, int]]) -> set[str]:
    """The words of a text beside what stands in `spans`."""
    for start, end in spans:
        text = f"{text[:start]}{' ' * (end - start)}{text[end:]}"
    return set(_WORD.findall(fold(text, keep_marks=False)))


def _wordless(text: str, language: Language) -> Reply:
    """Thanks for a thumb that is up; otherwise the question what is meant."""
    if _GLAD.search(text):
        return replace(_said(language, "service.glad", Outcome.SMALLTALK), intent="thanks", confidence=1.0)
    return _said(language, "service.wordless", Outcome.CLARIFY, (_button(language, "officer", Payload("officer")),))


def _foreign(language: Language) -> Reply:
    """Which languages can be used here, in each of them: the asker may read one."""
    told = "\n\n".join(say(spoken, "service.foreign") for spoken in LANGUAGES)
    officer = Button(" / ".join(say(spoken, "button.officer") for spoken in LANGUAGES), str(Payload("officer")))
    return Reply(Outcome.CLARIFY, language, (Draft(told, buttons=(officer,), outcome=Outcome.CLARIFY),))


def _said(language: Language, key: str, outcome: Outcome, buttons: tuple[Button, ...] = (), **values: str) -> Reply:
    draft = Draft(say(language, key, **values), buttons=buttons, outcome=outcome)
    return Reply(outcome, language, (draft,))


def _guide(responder: Responder, language: Language) -> tuple[Button, ...]:
    """How to look up a declaration oneself, and an officer who can."""
    officer = _button(language, "officer", Payload("officer"))
    guide = _button(language, "article", Payload("article", (STATUS,)))
    return (guide, officer) if responder.serves(STATUS) else (officer,)


def _button(language: Language, name: str, payload: Payload) -> Button:
    return Button(say(language, f"button.{name}"), str(payload))
