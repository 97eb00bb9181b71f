import asyncio
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.answerer import MESSAGES_PER_SESSION
from bot.brain import BrainTurn, ScriptedBrain, simple_turn
from bot.filestore import InMemoryFileStore
from bot.gateway import Gateway
from bot.interpreter import pack
from bot.responder import Responder
from bot.signal import Signal
from helpdesk.inbox import Kind
from helpdesk.message import Author, Button, Draft, Outcome
from helpdesk.reply import Reply
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database
from helpdesk.storage.inbox import SET_ASIDE
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import queue
from helpdesk.wording import say
from knowledge_base import shelf
from knowledge_base.edition import Edition, Library
from tests.conftest import POLICY, Clock, hired, incoming
from tests.integration.desk.channel import Channel
from tests.waiting import until

RED = "Luồng đỏ (luồng 3): kiểm tra thực tế hàng hóa"


@pytest.fixture(scope="module")
def library() -> Library:
    return Library.of([Edition(article, 1, is_draft=True) for article in shelf.articles()], shelf.reference())


def repeat(text: str) -> BrainTurn:
    return simple_turn("greet", f"nghe: {text}")


class GatewayDesk:
    """A gateway over a real database with a scripted brain."""

    def __init__(self, database: Database, library: Library, clock: Clock, files: InMemoryFileStore) -> None:
        self.database, self.clock = database, clock
        self.brain = ScriptedBrain(repeat)
        self.channel = Channel()
        self.files = files
        self._responder = Responder(lambda: library, clock)
        self.gateway = self.restarted()

    def restarted(self) -> Gateway:
        """A gateway as a new process would have it."""
        signal = Signal()
        made = Gateway(self.database, self.brain, self._responder, self.files, signal, POLICY, self.clock)
        made.connect(self.channel)
        self.gateway = made
        return made

    async def hear(self, text: str = "xin chào", **values: object) -> str:
        receipt = await self.gateway.receive(incoming(text, **values))
        await self.settled()
        return receipt.conversation_id

    async def settled(self) -> None:
        await until(lambda: self.database.read_now(lambda unit: unit.inbox.waiting_conversations()) == [])

    def conversation(self, conversation_id: str) -> Conversation:
        return self.database.read_now(lambda unit: unit.conversations.get(conversation_id))

    def said(self, conversation_id: str, author: Author = Author.BOT) -> list[str]:
        found = self.database.read_now(lambda unit: unit.messages.of(conversation_id))
        return [message.text for message in found if message.author is author]


@pytest.fixture
def files() -> Iterator[InMemoryFileStore]:
    with InMemoryFileStore() as made:
        yield made


@pytest.fixture
async def desk(
    sqlite: Database, library: Library, clock: Clock, files: InMemoryFileStore
) -> AsyncIterator[GatewayDesk]:
    made = GatewayDesk(sqlite, library, clock, files)
    yield made
    await made.gateway.stop()


async def test_messages_of_one_chat_are_answered_in_order_and_once(desk: GatewayDesk) -> None:
    updates = [incoming(f"câu {number}", 500 + number) for number in range(10)]
    receipts = [await desk.gateway.receive(update) for update in (*updates, *updates)]
    await desk.settled()
    assert [receipt.is_new for receipt in receipts] == [True] * 10 + [False] * 10
    assert desk.said(receipts[0].conversation_id) == [f"nghe: câu {number}" for number in range(10)]


async def test_two_deliveries_at_once_are_one_message(database: Database, library: Library, clock: Clock) -> None:
    with InMemoryFileStore() as files:
        desk = GatewayDesk(database, library, clock, files)
        update = incoming("một lần thôi", 900)
        receipts = await asyncio.gather(*(desk.gateway.receive(update) for _ in range(8)))
        await desk.settled()
        await desk.gateway.stop()
    assert sum(receipt.is_new for receipt in receipts) == 1
    assert len({(receipt.conversation_id, receipt.seq) for receipt in receipts}) == 1
    assert desk.said(receipts[0].conversation_id) == ["nghe: một lần thôi"]


async def test_what_waited_is_taken_up_by_the_next_process(desk: GatewayDesk) -> None:
    await desk.gateway.stop()
    receipts = [await desk.gateway.receive(incoming(f"câu {number}")) for number in range(3)]
    assert desk.said(receipts[0].conversation_id) == []
    await desk.restarted().start()
    await desk.settled()
    assert desk.said(receipts[0].conversation_id) == [f"nghe: câu {number}" for number in range(3)]


async def test_a_desk_that_comes_up_stores_before_it_can_answer(desk: GatewayDesk) -> None:
    desk.gateway.hold()
    receipts = [await desk.gateway.receive(incoming(f"câu {number}")) for number in range(3)]
    await asyncio.sleep(0.05)
    assert desk.brain.heard == []
    await desk.gateway.start()
    await desk.settled()
    assert desk.said(receipts[0].conversation_id) == [f"nghe: câu {number}" for number in range(3)]


async def test_without_the_brain_what_is_certain_is_answered_and_the_rest_is_queued(desk: GatewayDesk) -> None:
    desk.brain.is_away = True
    known = await desk.hear(RED, address="1")
    unknown = await desk.hear("bò có bay được không nhỉ", address="2")
    [answer] = desk.said(known)
    assert answer.startswith("Trợ lý đang chạy ở chế độ rút gọn")
    assert desk.conversation(known).open_ticket_id is None
    ticket_id = desk.conversation(unknown).open_ticket_id
    assert ticket_id is not None
    ticket = desk.database.read_now(lambda unit: unit.tickets.get(ticket_id))
    assert ticket.reason is HandOffReason.BRAIN_DOWN
    assert ticket.number in desk.said(unknown, Author.SYSTEM)[-1]


async def test_a_turn_that_breaks_again_and_again_is_set_aside_and_a_person_looks(
    desk: GatewayDesk,
) -> None:
    def broken(_: str) -> BrainTurn:
        raise ValueError("a fault of ours")

    desk.brain._answer = broken
    conversation_id = await desk.hear("gây lỗi")
    desk.brain._answer = repeat
    ticket_id = desk.conversation(conversation_id).open_ticket_id
    assert ticket_id is not None
    ticket = desk.database.read_now(lambda unit: unit.tickets.get(ticket_id))
    [(_, status)] = [desk.database.read_now(lambda unit: unit.inbox.status_at(conversation_id, 1))]
    assert (ticket.reason, status) == (HandOffReason.FAILURE, SET_ASIDE)


async def test_the_bot_is_silent_while_people_hold_the_conversation(desk: GatewayDesk) -> None:
    conversation_id = await desk.hear("/officer", kind=Kind.COMMAND, payload={"command": "officer", "argument": ""})
    await desk.hear("còn đó không")
    assert desk.said(conversation_id) == []
    assert desk.brain.heard == []


async def test_the_place_that_a_question_names_goes_to_the_ticket_and_a_later_one_outweighs_it(
    desk: GatewayDesk,
) -> None:
    conversation_id = await desk.hear("xe tôi ở cửa khẩu Hoành Mô")
    await desk.hear("/officer", kind=Kind.COMMAND, payload={"command": "officer", "argument": ""})

    def named() -> str | None:
        return desk.database.read_now(lambda unit: unit.tickets.of(conversation_id))[0].unit

    assert named() == "hoanh-mo"
    await desk.hear("à không, 芒街")
    assert named() == "mong-cai"


async def test_an_officer_who_steps_in_while_the_bot_thinks_silences_it(desk: GatewayDesk) -> None:
    officer = hired(desk.database, "An")
    conversation_id = await desk.hear("mở đầu")

    def answer(text: str) -> BrainTurn:
        desk.database.write_now(lambda unit: queue.take(unit, POLICY, conversation_id, officer, desk.clock()))
        return repeat(text)

    desk.brain._answer = answer
    await desk.hear("đang nghĩ")
    assert desk.said(conversation_id) == ["nghe: mở đầu"]


@pytest.mark.parametrize(
    "payload",
    [
        "useful:99999999999999999999999",
        "useful:-1",
        "poor:0",
        "useful:x",
        "why:1:wrong",
        "rate:26-0001-1:5",
        "rate:26-0001-1:99",
        "lang:xx",
        "nonsense",
        "useful:1:2",
        "useful:" + "9" * 80,
        "useful:\ud800",
    ],
)
async def test_a_button_that_does_not_fit_is_answered_at_once(desk: GatewayDesk, payload: str) -> None:
    conversation_id = await desk.hear("▫", kind=Kind.BUTTON, payload={"button": payload})
    assert "Nút này không còn dùng được" in desk.said(conversation_id, Author.SYSTEM)[-1]
    assert desk.conversation(conversation_id).open_ticket_id is None


async def test_the_brain_gets_a_fresh_dialogue_now_and_then_and_never_more_than_it_bears(desk: GatewayDesk) -> None:
    for number in range(MESSAGES_PER_SESSION // 2 + 1):
        await desk.hear(f"câu {number}")
    await desk.hear("a" * 50_000)
    senders = {sender for sender, *_ in desk.brain.heard}
    assert len(senders) == 2
    assert max(len(text) for _, text, *_ in desk.brain.heard) <= 4096


async def test_the_brain_is_told_what_was_shown_last(desk: GatewayDesk) -> None:
    shown = Reply(Outcome.ANSWERED, "vi", (Draft("đây"),), article_id="cancel")
    desk.brain._answer = lambda _: simple_turn("procedure", custom=pack(shown))
    await desk.hear("huỷ tờ khai")
    await desk.hear("còn phí thì sao")
    assert [context for *_, context in desk.brain.heard] == [{}, {"article": "cancel"}]


async def test_files_that_cannot_be_had_for_a_moment_are_tried_again(desk: GatewayDesk) -> None:
    remote = {"remote": [{"id": "away-1", "name": "a.pdf"}]}
    conversation_id = await desk.hear("", kind=Kind.FILE, payload=remote)
    assert "Không tải được tệp" in desk.said(conversation_id, Author.SYSTEM)[1]
    ticket_id = desk.conversation(conversation_id).open_ticket_id
    assert ticket_id is not None
    assert desk.database.read_now(lambda unit: unit.tickets.get(ticket_id)).reason is HandOffReason.FILE_RECEIVED


async def test_a_comment_after_a_rating_is_kept_and_a_question_still_answered(desk: GatewayDesk) -> None:
    officer = hired(desk.database, "An")
    conversation_id = await desk.hear("mở đầu")

    def resolved(unit: object) -> int:
        ticket = queue.take(unit, POLICY, conversation_id, officer, desk.clock())  # type: ignore[arg-type]
        return queue.resolve(unit, POLICY, ticket.id, officer, desk.clock()).id  # type: ignore[arg-type]

    ticket_id = desk.database.write_now(resolved)
    number = desk.database.read_now(lambda unit: unit.tickets.get(ticket_id)).number
    for button in (f"rate:{number}:2", f"rate_why:{number}:delay"):
        await desk.hear("▫", kind=Kind.BUTTON, payload={"button": button})
    await desk.hear("đợi lâu quá")
    rating = desk.database.read_now(lambda unit: unit.ratings.get(ticket_id))
    assert rating is not None
    assert (rating.level, rating.reason, rating.comment) == (2, "delay", "đợi lâu quá")
    assert desk.said(conversation_id)[-1].startswith("Đã lưu góp ý")
    await desk.hear("câu mới")
    assert desk.said(conversation_id)[-1] == "nghe: câu mới"


def by_words(text: str) -> BrainTurn:
    """Answers "A..." and "B..." from an article each, anything else with small talk."""
    article = {"A": "cancel", "B": "channel-red", "C": "channel-green"}.get(text[:1])
    if article is None:
        return repeat(text)
    reply = Reply(Outcome.ANSWERED, "en", (Draft(f"about {article}"),), article_id=article, confidence=0.9)
    return simple_turn("procedure", language="en", custom=pack(reply))


async def test_of_several_questions_two_are_answered_and_the_rest_offered(desk: GatewayDesk) -> None:
    desk.brain = ScriptedBrain(by_words)
    desk.restarted()
    there = await desk.hear("1. A one thing 2. B another 3. C a third")
    about, other, rest = (
        message
        for message in desk.database.read_now(lambda unit: unit.messages.of(there))
        if message.author is Author.BOT
    )
    assert (about.text, other.text) == ("about cancel", "about channel-red")
    assert [button.title for button in rest.buttons] == ["C a third"]
    await desk.hear(kind=Kind.BUTTON, payload={"button": rest.buttons[0].payload})
    assert desk.said(there)[-1] == "about channel-green"


async def test_questions_that_are_not_all_answered_stay_one_message(desk: GatewayDesk) -> None:
    desk.brain = ScriptedBrain(by_words)
    desk.restarted()
    text = "1. A one thing 2. nothing known"
    assert desk.said(await desk.hear(text)) == [f"nghe: {text}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A thing? B another?", ["about cancel", "about channel-red"]),
        ("A thing? A again?", ["about cancel"]),
        ("A thing? nothing known?", ["about cancel"]),
    ],
)
async def test_two_question_marks_are_two_questions_when_both_are_surely_different(
    desk: GatewayDesk, text: str, said: list[str]
) -> None:
    desk.brain = ScriptedBrain(by_words)
    desk.restarted()
    assert desk.said(await desk.hear(text)) == said


def choosing(text: str) -> BrainTurn:
    buttons = (Button("Luồng đỏ", "pick:channel-red"), Button("Hủy tờ khai", "pick:cancel"), Button("Khác", "none"))
    asked = Draft("việc nào ạ?", buttons=buttons, outcome=Outcome.CLARIFY)
    reply = Reply(Outcome.CLARIFY, "vi", (asked,), extra={"article": "channel-red"})
    return simple_turn("procedure", custom=pack(reply)) if text == "hỏi chút" else repeat(text)


async def test_a_choice_made_in_words_is_the_button(desk: GatewayDesk) -> None:
    desk.brain = ScriptedBrain(choosing)
    desk.restarted()
    there = await desk.hear("hỏi chút")
    await desk.hear("cái thứ hai ạ")
    assert desk.said(there)[-1].startswith("Hủy tờ khai hải quan")
    await desk.hear("cái thứ nhất")  # no choice is open any more
    assert desk.said(there)[-1] == "nghe: cái thứ nhất"


async def test_choices_turned_down_in_words_are_not_spoken_of_any_more(desk: GatewayDesk) -> None:
    desk.brain = ScriptedBrain(choosing)
    desk.restarted()
    there = await desk.hear("hỏi chút")
    assert desk.conversation(there).context == {"article": "channel-red"}
    await desk.hear("không phải mấy cái đó")
    assert desk.said(there, Author.SYSTEM)[-1] == say("vi", "service.rephrase")
    assert desk.conversation(there).context == {}


async def test_turning_choices_down_late_leaves_the_conversation_with_people(desk: GatewayDesk) -> None:
    desk.brain = ScriptedBrain(choosing)
    desk.restarted()
    there = await desk.hear("hỏi chút")
    await desk.hear(kind=Kind.BUTTON, payload={"button": "officer"})
    await desk.hear(kind=Kind.BUTTON, payload={"button": "none"})
    assert say("vi", "service.rephrase") not in desk.said(there, Author.SYSTEM)
    assert "vẫn đang chờ" in desk.said(there, Author.SYSTEM)[-1]


def thanking(text: str) -> BrainTurn:
    return by_words("A") if text.startswith("cho hỏi") else simple_turn("thanks", "không có gì")


async def test_a_question_behind_thanks_is_answered(desk: GatewayDesk) -> None:
    desk.brain = ScriptedBrain(thanking)
    desk.restarted()
    assert desk.said(await desk.hear("cảm ơn bạn, cho hỏi hủy tờ khai")) == ["about cancel"]
    assert desk.said(await desk.hear("cảm ơn bạn, bạn giúp em nhiều quá", address="another")) == ["không có gì"]


async def test_a_container_whose_check_digit_does_not_fit_is_told(desk: GatewayDesk) -> None:
    there = await desk.hear("cont MSKU1234567 và cont CSQU3054383 ở đâu")
    doubt, answer = desk.said(there)
    assert ("MSKU1234567" in doubt, "CSQU3054383" in doubt) == (True, False)
    assert answer.startswith("nghe:")


async def test_a_question_of_somebody_elses_message_is_not_known_here(desk: GatewayDesk) -> None:
    desk.brain = ScriptedBrain(by_words)
    desk.restarted()
    theirs = await desk.hear("1. A one thing 2. B another 3. C a third")
    button = desk.database.read_now(lambda unit: unit.messages.of(theirs))[-1].buttons[0].payload
    for payload in (button, "ask:999999:2", "ask:99999999999999999999999:1", "ask:1:x"):
        mine = await desk.hear(address="somebody-else", kind=Kind.BUTTON, payload={"button": payload})
        assert not any(said.startswith("about") for said in desk.said(mine))
