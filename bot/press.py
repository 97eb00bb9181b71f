"""A button that is pressed in words: "cái thứ hai", "the first one", "第二个", "không phải", or what it says.

Only a message that holds nothing else counts; everything else is for the brain.
"""

import re
from collections.abc import Sequence
from itertools import takewhile

from helpdesk.message import Author, Button
from helpdesk.payload import RATING_ACTIONS, Payload, parse
from helpdesk.storage.unit import Unit
from knowledge_base.text.normal import fold
from knowledge_base.text.syllable import listed

MOST_WORDS = 10
LONGEST = 60
"""Characters of a message that may be a press."""

_LOOKED_BACK = 8  # messages; a turn has fewer

_WORD = re.compile(r"[a-z]+|\d+|[\u3400-\u9fff]|[👍👌✅👎]")
_DOWN = "👎"
_LAST = -1
_ORDINALS = {
    **dict.fromkeys(("1", "nhat", "dau", "mot", "first", "st", "一"), 0),
    **dict.fromkeys(("2", "hai", "second", "nd", "二"), 1),
    **dict.fromkeys(("3", "ba", "third", "rd", "三"), 2),
    **dict.fromkeys(("cuoi", "last", "后"), _LAST),
}
_POLITE = listed("da a ah nhe nha em ad admin oi vay please pls 吧 啊 呢 哦 了")
_CHOOSING = _POLITE | listed(
    """
    cai y so thu muc cau dieu phuong an lua chon toi minh anh chi la o tien cung viec nay do hoi muon
    the one option number no choice item it is i mean want would like that
    第 个 选 我 是 项 条 要 那 的 就 最 这 问
    """
)
_YES = listed(
    "dung phai u uh um vang co ok oke okay chinh xac yes yeah yep right correct exactly sure 对 是 嗯 好 👍 👌 ✅"
)
_WITH_YES = _POLITE | listed("roi the day do that s it is the one 的 没 错 就 这 个")
_NO = listed(f"khong ko k hong sai khac no nope none not neither wrong other t 不 别 {_DOWN}")
_WITH_NO = _POLITE | listed(
    """
    phai dung y cai nao may do nay het ca tren cac viec roi toi minh hoi dau ma la chua
    of these them those that it is isn the s what i asked meant mean right correct my question else something
    是 都 对 这 些 个 我 问 的 以 上
    """
)
_Offered = tuple[list[str], Payload]


def offered(unit: Unit, conversation_id: str, seq: int) -> list[Button]:
    """The buttons of what was said last before the message `seq` of a conversation."""
    before = [message for message in unit.messages.of(conversation_id, seq - _LOOKED_BACK) if message.seq < seq]
    last = takewhile(lambda message: message.author is not Author.CONTACT, reversed(before))
    return [button for message in last for button in message.buttons]


def pressed(text: str, buttons: Sequence[Button]) -> Payload | None:
    """The button of the last message that `text` presses, None when it says something else.

    Ordinals, yes and no are about the choices that were offered. Saying in words that an answer is not right is another
    matter (`knowledge_base.objection`); a thumb that is down is the button that says so.
    """
    words = _words(text)
    open_ = [(_words(button.title), payload) for button in buttons if (payload := _open(button))]
    if not open_ or not 0 < len(words) <= MOST_WORDS:
        return None
    by_title = next((payload for title, payload in open_ if title == words), None)
    picks = [one for one in open_ if one[1].action == "pick"]
    if by_title or not picks:
        return by_title or (_button("poor", open_) if set(words) == {_DOWN} else None)
    return _picked(words, picks) or (_button("none", open_) if _is_no(words) else None)


def _open(button: Button) -> Payload | None:
    """What a button sends; a rating is given by its button alone, because its words must not be shown to officers."""
    payload = parse(button.payload)
    return None if payload.action in RATING_ACTIONS else payload


def _button(action: str, offered: Sequence[_Offered]) -> Payload | None:
    return next((payload for _, payload in offered if payload.action == action), None)


def _picked(words: list[str], picks: Sequence[_Offered]) -> Payload | None:
    place = _ordinal(words)
    if place is not None:
        return picks[place][1] if place < len(picks) else None
    if len(picks) == 1 and _is_yes(words):
        return picks[0][1]
    said = [word for word in words if word not in _POLITE]
    near = [payload for title, payload in picks if said and said in (title[: len(said)], title[-len(said) :])]
    return near[0] if len(near) == 1 else None


def _ordinal(words: list[str]) -> int | None:
    found = {_ORDINALS[word] for word in words if word in _ORDINALS}
    if _LAST in found:
        found.discard(0)  # 最后一个
    is_all = all(word in _ORDINALS or word in _CHOOSING for word in words)
    return found.pop() if is_all and len(found) == 1 else None


def _is_yes(words: list[str]) -> bool:
    return not _YES.isdisjoint(words) and all(word in _YES or word in _WITH_YES for word in words)


def _is_no(words: list[str]) -> bool:
    return not _NO.isdisjoint(words) and all(word in _NO or word in _WITH_NO for word in words)


def _words(text: str) -> list[str]:
    return _WORD.findall(fold(text, keep_marks=False))
