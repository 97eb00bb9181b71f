import asyncio
import itertools
from collections.abc import AsyncIterator, Iterator

import pytest

from bot.filestore import InMemoryFileStore
from bot.reception import Reception
from bot.signal import Signal
from helpdesk.error import Conflict, NotFound
from helpdesk.inbox import IncomingFile
from helpdesk.message import Author, Draft, Outcome
from helpdesk.reply import Reply
from helpdesk.storage.database import Database
from helpdesk.ticket import HandOffReason
from helpdesk.usecase import intake, queue, thread, turn
from helpdesk.visitor import Visitor
from tests.conftest import POLICY, Clock, hired, incoming

numbers = itertools.count(1)


class Front:
    """A reception, and the desk behind it reduced to its use cases."""

    def __init__(self, database: Database, clock: Clock, files: InMemoryFileStore) -> None:
        self.database, self.clock, self.signal, self.files = database, clock, Signal(), files
        self.is_typing = self.is_busy = False
        is_typing, is_busy = lambda _: self.is_typing, lambda _: self.is_busy
        self.reception = Reception(database, files, self.signal, clock, is_typing, is_busy, lambda: False)

    def hear(self, visitor: Visitor, text: str = "câu hỏi") -> int:
        update = incoming(text, channel="web", address=visitor.conversation_id, external_id=f"w{next(numbers)}")
        return self.database.write_now(lambda unit: intake.receive(unit, update)).seq

    def answer(self, visitor: Visitor, reply: Reply) -> None:
        row = self.database.read_now(lambda unit: unit.inbox.next_of(visitor.conversation_id))
        assert row is not None
        self.database.write_now(lambda unit: turn.complete(unit, POLICY, row, reply, self.clock()))
        self.signal.notify(visitor.conversation_id)


@pytest.fixture
def front(sqlite: Database, clock: Clock) -> Iterator[Front]:
    with InMemoryFileStore() as files:
        yield Front(sqlite, clock, files)


def said(text: str, outcome: Outcome = Outcome.ANSWERED) -> Reply:
    return Reply(outcome, "vi", (Draft(text, outcome=outcome),), article_id="cancel", confidence=0.9)


async def test_a_token_opens_its_own_conversation_and_no_guess_opens_any(front: Front) -> None:
    visitor, token = await front.reception.open("zh")
    assert (await front.reception.find(token), visitor.language) == (visitor, "zh")
    for guess in (visitor.conversation_id, token[:-1], token.lower() + "x", ""):
        with pytest.raises(NotFound):
            await front.reception.find(guess)


async def test_waiting_ends_with_the_first_new_message(front: Front) -> None:
    visitor, _ = await front.reception.open(None)
    seq = front.hear(visitor)
    waiting = asyncio.create_task(front.reception.messages(visitor, seq, 20))
    await asyncio.sleep(0.05)
    front.answer(visitor, said("đây"))
    assert [message.text for message in await waiting] == ["đây"]


async def test_while_a_turn_is_on_its_way_what_became_of_it_is_looked_up_when_it_ends(front: Front) -> None:
    visitor, _ = await front.reception.open("vi")
    seq, front.is_busy = front.hear(visitor), True
    waiting = asyncio.create_task(front.reception.understanding(visitor, seq, 20))
    await asyncio.sleep(0.05)
    front.answer(visitor, said("đây"))
    found = await waiting
    assert found is not None
    assert found.outcome is Outcome.ANSWERED
    assert await front.reception.understanding(visitor, seq, 0) == found


async def test_what_became_of_a_message_is_told_when_its_turn_ends_and_for_that_message_alone(front: Front) -> None:
    visitor, _ = await front.reception.open("vi")
    first, second = front.hear(visitor, "một"), front.hear(visitor, "hai")
    assert await front.reception.understanding(visitor, first, 0) is None
    front.answer(visitor, said("trả lời một"))
    front.answer(visitor, said("trả lời hai", Outcome.CLARIFY))
    understood = [await front.reception.understanding(visitor, seq, 0) for seq in (first, second)]
    assert [(found.outcome, found.article_id) for found in understood if found] == [
        (Outcome.ANSWERED, "cancel"),
        (Outcome.CLARIFY, "cancel"),
    ]
    with pytest.raises(NotFound):
        await front.reception.understanding(visitor, 999, 0)


async def test_the_standing_follows_the_ticket(front: Front) -> None:
    visitor, _ = await front.reception.open("vi")
    standing = front.reception.standing
    assert (await standing(visitor)).holder == "bot"
    front.hear(visitor)
    front.answer(visitor, Reply(Outcome.HANDOFF, "vi", reason=HandOffReason.ASKED))
    queued = await standing(visitor)
    assert (queued.holder, queued.place, bool(queued.ticket_number), bool(queued.hours)) == ("queue", 1, True, True)
    officer = hired(front.database, "An")
    conversation = front.database.read_now(lambda unit: unit.conversations.get(visitor.conversation_id))
    front.database.write_now(
        lambda unit: queue.claim(unit, POLICY, conversation.open_ticket_id or 0, officer, front.clock())
    )
    held = await standing(visitor)
    assert (held.holder, held.officer_name) == ("officer", "An")
    with pytest.raises(Conflict, match=held.ticket_number):
        await front.reception.forget(visitor)


async def test_a_file_is_given_to_the_owner_of_its_conversation_alone(front: Front) -> None:
    mine, _ = await front.reception.open("vi")
    other, _ = await front.reception.open("vi")

    async def content() -> AsyncIterator[bytes]:
        yield b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

    kept: IncomingFile = await front.files.keep("a.pdf", content())
    front.database.write_now(lambda unit: unit.messages.add_file(kept, front.clock(), mine.conversation_id))
    with pytest.raises(NotFound):  # not sent yet
        await front.reception.file(mine, kept.id)
    conversation = front.database.read_now(lambda unit: unit.conversations.get(mine.conversation_id))
    draft = Draft("tệp", Author.OFFICER, attachment_ids=(kept.id,))
    front.database.write_now(lambda unit: thread.write(unit, POLICY, conversation, draft, front.clock()))
    assert (await front.reception.file(mine, kept.id)).attachment.name == "a.pdf"
    with pytest.raises(NotFound):
        await front.reception.file(other, kept.id)


async def test_one_s_data_can_be_had_and_ended(front: Front) -> None:
    visitor, _ = await front.reception.open("vi")
    front.hear(visitor, "bí mật")
    front.answer(visitor, said("trả lời"))
    assert [message["text"] for message in (await front.reception.export(visitor))["messages"]] == ["bí mật", "trả lời"]
    await front.reception.forget(visitor)
    assert "bí mật" not in str(await front.reception.export(visitor))


async def test_the_language_can_be_changed(front: Front) -> None:
    visitor, token = await front.reception.open("vi")
    await front.reception.set_language(visitor, "en")
    assert (await front.reception.find(token)).language == "en"


async def test_a_page_that_waits_is_told_at_once_that_the_language_has_changed(front: Front) -> None:
    visitor, _ = await front.reception.open("vi")
    waiting = asyncio.create_task(front.reception.messages(visitor, 0, 20))
    await asyncio.sleep(0.05)
    await front.reception.set_language(visitor, "en")
    async with asyncio.timeout(10):
        assert await waiting == []


async def test_a_wish_to_rate_is_told_as_a_rating_though_the_question_log_has_none(front: Front) -> None:
    visitor, _ = await front.reception.open("vi")
    seq = front.hear(visitor, "em muốn chấm 5 sao")
    front.answer(visitor, Reply(Outcome.RATING, "vi"))
    told = await front.reception.understanding(visitor, seq, 0)
    assert told is not None
    assert told.outcome is Outcome.RATING
