"""A living desk for newcomers: every officer and business says in its name that it is a demonstration.

Everything goes through the use cases that real messages take, so what is shown could have happened.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.inbox import Incoming, Kind
from helpdesk.language import Language
from helpdesk.message import Draft, Outcome
from helpdesk.officer import Officer, Role
from helpdesk.policy import Policy
from helpdesk.reply import Candidate, FoundEntity, Reply
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import account, feedback, intake, queue, turn
from helpdesk.usecase.demo_nickname import nicknamed
from helpdesk.usecase.demo_past import Past, past

MARK = "(demo)"
MODEL = "demo"


@dataclass(frozen=True, slots=True)
class _Person:
    login: str
    name: str
    role: Role
    unit: str | None


_PEOPLE = (
    _Person("demo-can-bo", f"Nguyễn Thu Hà {MARK}", Role.OFFICER, "mong-cai"),
    _Person("demo-can-bo-2", f"Trần Minh Quân {MARK}", Role.OFFICER, "mong-cai"),
    _Person("demo-phu-trach", f"Lê Bích Ngọc {MARK}", Role.SUPERVISOR, None),
    _Person("demo-quan-tri", f"Phạm Đức Long {MARK}", Role.ADMINISTRATOR, None),
)


def seed_demo(unit: Unit, policy: Policy, at: datetime, hashed: Callable[[str], str]) -> list[tuple[str, str]]:
    """Add the demonstration once; returns logins with their passwords, which are stored nowhere else.

    Returns an empty list, and changes nothing, when the demonstration is there already.
    """
    if unit.officers.by_login(_PEOPLE[0].login) is not None:
        return []
    passwords = [(person.login, secrets.token_urlsafe(12)) for person in _PEOPLE]
    staff = [
        unit.officers.add(person.login, person.name, hashed(password), person.role, at, person.unit, "", is_demo=True)
        for person, (_, password) in zip(_PEOPLE, passwords, strict=True)
    ]
    stage = _Stage(unit, policy, at)
    before = sorted([*past(at, MARK), *nicknamed(at, MARK)], key=lambda one: one.at)
    for number, one in enumerate(before):
        _played(stage, one, staff[number % 2])
    _resolved(stage, staff[0])
    _answered(stage)
    _waits_for_business(stage, staff[1])
    _assigned(stage, staff[0])
    _waiting(stage)
    for officer in staff[:3]:
        account.set_duty(unit, officer, True, at)
    return passwords


@dataclass(frozen=True, slots=True)
class _Stage:
    """Where the scenes are played; `ago` counts minutes back from now."""

    unit: Unit
    policy: Policy
    now: datetime

    def enter(self, name: str, language: Language, ago: float) -> str:
        """A business opens the chat page; returns the conversation's id."""
        conversation_id = intake.new_id()
        self.unit.conversations.open(
            conversation_id, "web", conversation_id, language, f"{name} {MARK}", self.at(ago), is_demo=True
        )
        turn.greet(self.unit, self.policy, self.conversation(conversation_id), self.at(ago))
        return conversation_id

    def ask(self, conversation_id: str, text: str, ago: float, reply: Reply | None = None) -> None:
        """The business writes; the bot replies, or people hold the conversation."""
        incoming = Incoming(
            "web", f"{conversation_id}:{intake.new_id()}", conversation_id, Kind.TEXT, self.at(ago), text
        )
        receipt = intake.receive(self.unit, incoming)
        row = self.unit.inbox.next_of(receipt.conversation_id)
        if row is None:
            return
        if reply is None:
            turn.pass_to_people(self.unit, row, self.at(ago))
        else:
            turn.complete(self.unit, self.policy, row, reply, self.at(ago - 0.05))

    def ticket_id(self, conversation_id: str) -> int:
        """The open ticket of a conversation."""
        ticket_id = self.conversation(conversation_id).open_ticket_id
        if ticket_id is None:
            raise AssertionError("this scene needs an open ticket")
        return ticket_id

    def claim(self, conversation_id: str, officer: Officer, ago: float) -> int:
        """An officer takes the ticket; returns its id."""
        ticket_id = self.ticket_id(conversation_id)
        queue.claim(self.unit, self.policy, ticket_id, officer, self.at(ago))
        return ticket_id

    def reply(self, ticket_id: int, officer: Officer, text: str, ago: float) -> None:
        """An officer answers."""
        queue.reply(self.unit, self.policy, ticket_id, officer, text, self.at(ago))

    def conversation(self, conversation_id: str) -> Conversation:
        """The conversation as it stands."""
        return self.unit.conversations.get(conversation_id)

    def at(self, ago: float) -> datetime:
        """The moment so many minutes back."""
        return self.now - timedelta(minutes=ago)


def _shown(language: Language, text: str, article_id: str, confidence: float, *others: tuple[str, float]) -> Reply:
    candidates = (Candidate(article_id, confidence), *(Candidate(*other) for other in others))
    draft = Draft(text, outcome=Outcome.ANSWERED, article_id=article_id)
    return Reply(
        Outcome.ANSWERED,
        language,
        (draft,),
        intent=f"procedure/{article_id}",
        confidence=confidence,
        candidates=candidates,
        article_id=article_id,
        model=MODEL,
        latency_ms=38.0,
    )


def _handed(
    language: Language, reason: HandOffReason, topic: str | None, confidence: float, *found: FoundEntity
) -> Reply:
    candidates = (Candidate(topic, confidence),) if topic else ()
    return Reply(
        Outcome.HANDOFF,
        language,
        intent="officer" if reason is HandOffReason.ASKED else None,
        confidence=confidence,
        candidates=candidates,
        entities=found,
        reason=reason,
        topic=topic,
        model=MODEL,
        latency_ms=41.0,
    )


def _played(stage: _Stage, one: Past, officer: Officer) -> None:
    """A conversation of the weeks before: asked, judged or answered by an officer, and over."""
    ago = (stage.now - one.at) / timedelta(minutes=1)
    here = stage.enter(one.name.removesuffix(f" {MARK}"), one.language, ago + 1)
    stage.ask(here, one.question, ago, one.reply)
    if one.is_useful is not None:
        questions, _ = stage.unit.turns.find(limit=1)
        feedback.judge(stage.unit, stage.conversation(here), questions[0].id, one.is_useful, one.poor_reason)
    if stage.conversation(here).open_ticket_id is not None:
        ticket_id = stage.claim(here, officer, ago - one.wait)
        stage.reply(ticket_id, officer, one.answer, ago - one.wait)
        queue.resolve(stage.unit, stage.policy, ticket_id, officer, stage.at(ago - one.wait - 30))


def _answered(stage: _Stage) -> None:
    """Answered by the bot, found useful, no officer needed."""
    here = stage.enter("Công ty TNHH Bình Minh", "vi", 95)
    text = "Hàng luồng đỏ được kiểm tra thực tế tại địa điểm mà cơ quan hải quan thông báo trên hệ thống."
    stage.ask(
        here, "hang luong do thi kiem hoa o dau", 94, _shown("vi", text, "channel-red", 0.91, ("channel-yellow", 0.22))
    )
    questions, _ = stage.unit.turns.find(limit=1)
    feedback.judge(stage.unit, stage.conversation(here), questions[0].id, is_useful=True)


def _waiting(stage: _Stage) -> None:
    """Three businesses wait, in three languages, one of them too long."""
    first = stage.enter("Công ty XNK Hải Hà", "vi", 27)
    stage.ask(
        first,
        "tờ khai 301234567890 phân luồng vàng từ sáng chưa ai duyệt",
        26,
        _handed("vi", HandOffReason.NOTHING_FOUND, "channel-yellow", 0.38, FoundEntity("declaration", "301234567890")),
    )
    stage.ask(first, "xe đang chờ ở cửa khẩu, nhờ cán bộ xem giúp", 24)
    second = stage.enter("东兴贸易", "zh", 9)
    stage.ask(
        second, "冷冻榴莲出口要什么证书？我要找关员", 8, _handed("zh", HandOffReason.ASKED, "frozen-durian", 0.66)
    )
    third = stage.enter("Halong Sourcing Ltd", "en", 4)
    stage.ask(
        third,
        "which HS code for a lithium battery pack?",
        3,
        _handed("en", HandOffReason.HUMAN_ONLY, "hs-classification", 0.83),
    )
    queue.alert_unclaimed(stage.unit, stage.policy, stage.now)


def _assigned(stage: _Stage, officer: Officer) -> None:
    """In an officer's hands, and it is the officer's move."""
    here = stage.enter("Cơ sở Thanh Tùng", "vi", 50)
    stage.ask(
        here,
        "muốn huỷ tờ khai vì không xuất hàng nữa",
        49,
        _shown(
            "vi",
            "Tờ khai chỉ được huỷ trong các trường hợp quy định liệt kê.",
            "cancel",
            0.88,
            ("declaration-15-days", 0.31),
        ),
    )
    stage.ask(
        here, "câu trả lời chưa đúng trường hợp của tôi", 47, _handed("vi", HandOffReason.NOT_USEFUL, "cancel", 0.41)
    )
    ticket_id = stage.claim(here, officer, 44)
    stage.reply(ticket_id, officer, "Chào anh/chị, lô hàng đã vào khu vực giám sát hải quan chưa ạ?", 43)
    queue.note(stage.unit, here, officer, "Đã hỏi Đội thủ tục, chờ xác nhận lô hàng chưa qua giám sát.", stage.at(42))
    stage.ask(here, "dạ hàng vẫn ở kho của bên em", 2)


def _waits_for_business(stage: _Stage, officer: Officer) -> None:
    """Answered by an officer; the business has the next move."""
    here = stage.enter("Pingxiang Fresh Fruit", "en", 70)
    stage.ask(
        here,
        "please let me talk to an officer about our fruit truck",
        69,
        _handed("en", HandOffReason.ASKED, "fruit-china", 0.58),
    )
    ticket_id = stage.claim(here, officer, 66)
    stage.reply(ticket_id, officer, "Good morning. Please send the number of the phytosanitary certificate.", 64)


def _resolved(stage: _Stage, officer: Officer) -> None:
    """Resolved and rated."""
    here = stage.enter("Công ty Logistics Vân Đồn", "vi", 300)
    stage.ask(
        here, "cho gặp cán bộ, hỏi về lệ phí hải quan", 299, _handed("vi", HandOffReason.ASKED, "customs-fee", 0.72)
    )
    ticket_id = stage.claim(here, officer, 295)
    stage.reply(
        ticket_id, officer, "Mức thu được nêu ở thông báo trên hệ thống; anh/chị nộp chung theo tháng được ạ.", 290
    )
    queue.resolve(stage.unit, stage.policy, ticket_id, officer, stage.at(270))
    number = stage.unit.tickets.get(ticket_id).number
    feedback.rate(stage.unit, stage.conversation(here), number, 5, stage.at(265))
