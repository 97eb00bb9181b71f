"""Twelve weeks that lie behind the demonstration, so that charts have something to show."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from hashlib import sha256

from helpdesk.calendar import ZONE, day_of
from helpdesk.language import Language
from helpdesk.message import Draft, Outcome
from helpdesk.reply import Candidate, Reply
from helpdesk.ticket import HandOffReason

WEEKS, EACH = 12, 8
"""How many whole weeks, and how many conversations in the first of them; each later week has one more."""
MODEL = "demo"


@dataclass(frozen=True, slots=True)
class Past:
    """One conversation of then: who asked what, when, and what became of it.

    Attributes:
        is_useful: what the business thought of the answer, None = it did not say.
        wait: minutes until an officer answered; only for what was handed off.
        answer: what the officer wrote.
    """

    name: str
    language: Language
    question: str
    at: datetime
    reply: Reply
    is_useful: bool | None
    poor_reason: str | None
    wait: int
    answer: str


_QUESTIONS: tuple[tuple[Language, str, str], ...] = (
    ("vi", "hàng luồng đỏ thì kiểm hoá ở đâu", "channel-red"),
    ("vi", "to khai luong vang can nop nhung gi", "channel-yellow"),
    ("zh", "冷冻榴莲出口要什么证书", "frozen-durian"),
    ("vi", "muốn huỷ tờ khai đã đăng ký thì làm thế nào", "cancel"),
    ("vi", "lệ phí hải quan nộp ở đâu", "customs-fee"),
    ("en", "which papers for fresh fruit to China?", "fruit-china"),
    ("vi", "cửa khẩu Móng Cái mở cửa mấy giờ", "mongcai-hours"),
    ("vi", "tờ khai quá 15 ngày chưa nộp thuế", "declaration-15-days"),
    ("zh", "原产地证书E怎么办理", "co-e-issue"),
    ("vi", "cư dân biên giới được mua bán bao nhiêu tiền một ngày", "border-residents"),
    ("vi", "xin hoàn thuế nộp thừa", "refund-overpaid"),
    ("en", "how do I amend a declaration after clearance?", "amend-after-clearance"),
)
_ASKED_ELSE: tuple[tuple[Language, str, Outcome], ...] = (
    ("vi", "phí bến bãi xe container qua đêm ở Km3+4", Outcome.OUT_OF_SCOPE),
    ("vi", "tờ khai 301234567890 đã thông quan chưa", Outcome.NEEDS_ACCOUNT_DATA),
    ("vi", "khai thấp giá thế nào cho khỏi bị bác", Outcome.REFUSED),
    ("zh", "请转人工", Outcome.HANDOFF),
    ("vi", "cho tôi gặp cán bộ", Outcome.HANDOFF),
    ("en", "is the bridge closed tomorrow?", Outcome.OUT_OF_SCOPE),
)
_SAID = {"vi": "Câu trả lời minh hoạ.", "en": "An answer for demonstration.", "zh": "演示用的答复。"}
_NAMES = (
    "Công ty TNHH An Phú",
    "Công ty XNK Hồng Hà",
    "东兴顺达",
    "HTX Hải Xuân",
    "Delta Freight Ltd",
    "Cơ sở Minh Tâm",
)
_OFFICER_SAID = {
    "vi": "Dạ, cán bộ đã xem và trả lời anh/chị. (minh hoạ)",
    "en": "An officer has looked at it and answered. (demo)",
    "zh": "关员已查看并答复您。（演示）",
}
_GATES = ("mong-cai", "mong-cai", "mong-cai", "hoanh-mo", "bac-phong-sinh", "cam-pha", "hon-gai", None)
"""Where those who asked clear their goods; some do not say."""
_POOR = ("off_point", "unclear", "wrong", "outdated")


def past(now: datetime, mark: str) -> list[Past]:
    """Every conversation of the weeks before this one and of this one's days before today; always the same ones."""
    today = day_of(now)
    first = today - timedelta(weeks=WEEKS, days=today.weekday())
    found = []
    for week in range(WEEKS + 1):
        for number in range(EACH + week):
            dice = _dice(week, number)
            day = first + timedelta(weeks=week, days=dice(6))
            if day < today:
                at = datetime.combine(day, time(8), ZONE).astimezone(UTC)
                found.append(_one(week, dice, at + timedelta(minutes=dice(540)), mark))
    return found


def _one(week: int, dice: Callable[[int], int], at: datetime, mark: str) -> Past:
    """What was asked grows easier for the bot from week to week, as it does when people teach it."""
    name = f"{_NAMES[dice(len(_NAMES))]} {mark}"
    if dice(100) < 12:
        language, text, outcome = _ASKED_ELSE[dice(len(_ASKED_ELSE))]
        reply = reply_to(language, outcome, None, 0.35, (), _GATES[dice(len(_GATES))])
        if outcome is Outcome.HANDOFF:
            reply = replace(reply, reason=HandOffReason.ASKED, intent="officer")
        return Past(name, language, text, at, reply, None, None, _wait(week, dice), _OFFICER_SAID[language])
    language, text, article_id = _QUESTIONS[dice(len(_QUESTIONS))]
    luck = dice(100)
    knows, guesses = 58 + 2 * week, 76 + week
    outcome = Outcome.ANSWERED if luck < knows else Outcome.CLARIFY if luck < guesses else Outcome.HANDOFF
    confidence = 0.9 if outcome is Outcome.ANSWERED else 0.45
    candidates, gate = (Candidate(article_id, confidence),), _GATES[dice(len(_GATES))]
    reply = reply_to(language, outcome, article_id, confidence, candidates, gate)
    is_judged = outcome is Outcome.ANSWERED and dice(100) < 55
    is_useful = (dice(100) < 66 + 2 * week) if is_judged else None
    poor_reason = _POOR[dice(len(_POOR))] if is_useful is False else None
    return Past(name, language, text, at, reply, is_useful, poor_reason, _wait(week, dice), _OFFICER_SAID[language])


def reply_to(
    language: Language,
    outcome: Outcome,
    article_id: str | None,
    confidence: float,
    candidates: tuple[Candidate, ...],
    gate: str | None,
) -> Reply:
    """What the bot said then; `article_id` is what it took the question for, and showed if it answered."""
    is_shown = outcome is Outcome.ANSWERED
    draft = Draft(_SAID[language], outcome=outcome, article_id=article_id if is_shown else None)
    return Reply(
        outcome,
        language,
        () if outcome is Outcome.HANDOFF else (draft,),
        intent=f"procedure/{article_id}" if article_id else None,
        confidence=confidence,
        candidates=candidates,
        article_id=article_id if is_shown else None,
        reason=HandOffReason.NOTHING_FOUND if outcome is Outcome.HANDOFF else None,
        topic=article_id if outcome is Outcome.HANDOFF else None,
        unit=gate,
        model=MODEL,
        latency_ms=40.0,
    )


def _wait(week: int, dice: Callable[[int], int]) -> int:
    return 6 + dice(90 - 4 * week) + (240 if dice(10) == 0 else 0)


def _dice(week: int, number: int) -> Callable[[int], int]:
    """Throws that look random and come out the same every time."""
    throws = 0

    def throw(sides: int) -> int:
        nonlocal throws
        throws += 1
        return int.from_bytes(sha256(f"{week}/{number}/{throws}".encode()).digest()[:4]) % sides

    return throw
