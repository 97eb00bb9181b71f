import asyncio
import contextlib
import itertools
import tempfile
import threading
from collections import Counter
from collections.abc import AsyncIterator, Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from bot import delivery
from bot.delivery import Sender
from bot.filestore import InMemoryFileStore
from bot.gateway import OUTBOX_KEY
from bot.signal import Signal
from helpdesk.inbox import IncomingFile
from helpdesk.message import Author, Button, Delivery, Draft, Message
from helpdesk.storage.conversation import Conversation
from helpdesk.storage.database import Database
from helpdesk.storage.unit import Unit
from helpdesk.usecase import thread
from tests.conftest import POLICY, Clock, met, opened
from tests.integration.desk.channel import FAULTS, Channel
from tests.waiting import eventually, until

addresses = itertools.count(1000)


@pytest.fixture(scope="module")
def desk_database() -> Iterator[Database]:
    """One database for every example; each example has conversations of its own."""
    with tempfile.TemporaryDirectory() as folder:
        database = opened(f"sqlite:///{folder}/isec.db")
        yield database
        database.close()


class Outbox:
    """A sender over a database, and what a test asks of it."""

    def __init__(self, database: Database, channel: Channel, clock: Clock, files: InMemoryFileStore) -> None:
        self.database, self.channel, self.clock, self.files = database, channel, clock, files
        self.signal = Signal()
        self.sender = self._new()

    def _new(self) -> Sender:
        sender = Sender(self.database, self.files, self.signal, self.clock)
        sender.connect(self.channel)
        return sender

    def write(self, conversation: Conversation, *drafts: Draft) -> list[int]:
        """Put messages of the bot into the outbox."""

        def case(unit: Unit) -> list[int]:
            return [thread.write(unit, POLICY, conversation, draft, self.clock()) for draft in drafts]

        return self.database.write_now(case)

    def of(self, conversation: Conversation) -> list[Message]:
        found = self.database.read_now(lambda unit: unit.messages.of(conversation.id))
        return [message for message in found if message.author is not Author.CONTACT]

    async def crash(self) -> None:
        """The process ends without a word; another one starts."""
        with contextlib.ExitStack() as stack:
            stack.callback(setattr, delivery, "STOP_SECONDS", delivery.STOP_SECONDS)
            delivery.STOP_SECONDS = 0.0
            await self.sender.stop()
        self.channel.crashed.clear()
        self.sender = self._new()
        await self.sender.start()

    async def drain(self, *conversations: Conversation) -> None:
        """Let time pass until nothing waits, starting again whenever the desk dies."""
        while any(message.delivery is Delivery.PENDING for one in conversations for message in self.of(one)):
            if self.channel.crashed.is_set():
                await self.crash()
            self.clock.pass_(seconds=400)
            self.signal.notify(OUTBOX_KEY)
            await asyncio.sleep(0.005)


@contextlib.asynccontextmanager
async def outbox(database: Database, channel: Channel, clock: Clock | None = None) -> AsyncIterator[Outbox]:
    with InMemoryFileStore() as files:
        made = Outbox(database, channel, clock or Clock(), files)
        await made.sender.start()
        yield made
        await made.sender.stop()


STEPS = some.sampled_from(["ok", "ok", "ok", "lost_answer", "crash", *FAULTS])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    script=some.lists(STEPS, max_size=14),
    plan=some.lists(some.tuples(some.integers(0, 2), some.integers(1, 3)), min_size=1, max_size=7),
)
def test_whatever_a_channel_does_order_is_kept_nothing_is_lost_and_repeats_have_a_cause(
    desk_database: Database, script: list[str], plan: list[tuple[int, int]]
) -> None:
    """`plan`: for each message its conversation and how many pieces it is long."""
    asyncio.run(_whatever_a_channel_does(desk_database, list(script), plan))


async def _whatever_a_channel_does(database: Database, script: list[str], plan: list[tuple[int, int]]) -> None:
    channel = Channel(script)
    people = [met(database, str(next(addresses))) for _ in range(3)]
    told: list[list[str]] = [[], [], []]
    async with outbox(database, channel) as desk:
        planned = list(script)
        for number, (who, pieces) in enumerate(plan):
            parts = [f"m{number}.{piece} {'x' * 30}" for piece in range(pieces)]
            told[who] += parts
            desk.write(people[who], Draft("\n\n".join(parts)))
        async with asyncio.timeout(60):
            await desk.drain(*people)
        used = Counter(planned[: channel.calls])
        repeats = 0
        for person, wanted in zip(people, told, strict=True):
            got = [outgoing.text for outgoing in channel.arrived if outgoing.address == person.address]
            seen = list(dict.fromkeys(got))
            repeats += len(got) - len(seen)
            assert [text for text in wanted if text in seen] == seen, "out of order"
            gone = [m for m in desk.of(person) if m.delivery is Delivery.FAILED]
            missing = [text for text in wanted if text not in seen]
            assert all(any(text in message.text for message in gone) for text in missing), "lost"
            assert not gone or used["refused"] + used["blocked"]
        # a crash may catch every conversation between its send and its mark
        assert repeats <= used["lost_answer"] + used["crash"] * len(people)


async def test_a_crash_between_send_and_mark_sends_once_more_and_only_that_part(sqlite: Database) -> None:
    channel = Channel(["ok", "crash"])
    person = met(sqlite)
    async with outbox(sqlite, channel) as desk:
        first, second = f"one {'x' * 30}", f"two {'x' * 30}"
        desk.write(person, Draft(f"{first}\n\n{second}"))
        await desk.drain(person)
    assert [outgoing.text for outgoing in channel.arrived] == [first, second, second]


@pytest.mark.parametrize("step", ["ok", "later"])
async def test_a_locked_database_does_not_make_a_sent_message_go_out_again(sqlite: Database, step: str) -> None:
    channel, person = Channel([step]), met(sqlite)
    async with outbox(sqlite, channel) as desk:
        desk.write(person, Draft("chỉ một lần"))
        with locked(sqlite):
            desk.signal.notify(OUTBOX_KEY)
            await until(lambda: channel.calls)
            await asyncio.sleep(3.5)  # longer than one try of the database and the pause after it
            assert channel.calls == 1
        await eventually(lambda: _is_noted(desk, person))
    assert channel.calls == 1


async def _is_noted(desk: Outbox, person: Conversation) -> bool:
    def case(unit: Unit) -> bool:
        [row] = unit.messages.pending(desk.clock(), 9) or [None]
        return row is None

    return await desk.database.read(case)


@contextlib.contextmanager
def locked(database: Database) -> Iterator[None]:
    """Somebody else holds SQLite's write lock."""
    with contextlib.closing(database.engine.raw_connection()) as connection:
        connection.execute("BEGIN EXCLUSIVE")  # type: ignore[attr-defined]
        yield
        connection.rollback()


async def test_a_connector_that_breaks_is_tried_with_pauses_and_the_others_go_on(sqlite: Database) -> None:
    channel = Channel(["broken", "broken"])
    one, other = met(sqlite, "1"), met(sqlite, "2")
    async with outbox(sqlite, channel) as desk:
        desk.write(one, Draft("hai lần hỏng"))
        desk.signal.notify(OUTBOX_KEY)
        await until(lambda: channel.calls == 1)
        await asyncio.sleep(0.2)
        assert channel.calls == 1
        desk.write(other, Draft("người khác"))
        channel.script.insert(0, "ok")
        desk.signal.notify(OUTBOX_KEY)
        await until(lambda: channel.arrived)
        assert channel.arrived[0].address == "2"
        await desk.drain(one, other)
    assert [outgoing.address for outgoing in channel.arrived] == ["2", "1"]


async def test_a_blocked_contact_gets_nothing_more_and_it_shows(sqlite: Database) -> None:
    channel, person = Channel(["blocked"]), met(sqlite)
    async with outbox(sqlite, channel) as desk:
        desk.write(person, *(Draft(f"tin {number}") for number in range(3)))
        await desk.drain(person)
        assert channel.calls == 1
        assert {message.delivery for message in desk.of(person)} == {Delivery.FAILED}
        again = sqlite.read_now(lambda unit: unit.conversations.get(person.id))
        assert again.is_blocked


async def test_buttons_stand_under_the_last_piece_and_files_follow_one_by_one(sqlite: Database) -> None:
    channel, person = Channel(["ok", "ok", "away"]), met(sqlite)
    async with outbox(sqlite, channel) as desk:

        async def content() -> AsyncIterator[bytes]:
            yield b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"

        kept: list[IncomingFile] = [await desk.files.keep(f"{name}.pdf", content()) for name in "ab"]
        for file in kept:
            sqlite.write_now(lambda unit, file=file: unit.messages.add_file(file, desk.clock(), person.id))
        button = Button("Hữu ích", "useful:1")
        text = f"một {'x' * 30}\n\nhai {'x' * 30}"
        desk.write(person, Draft(text, buttons=(button,), attachment_ids=tuple(file.id for file in kept)))
        await desk.drain(person)
    assert [(bool(one.text), bool(one.buttons), len(one.files)) for one in channel.arrived] == [
        (True, False, 0),
        (True, True, 0),
        (False, False, 1),
        (False, False, 1),
    ]


async def test_a_channel_that_is_switched_off_fails_its_messages(sqlite: Database) -> None:
    channel, person = Channel(name="elsewhere"), met(sqlite)
    async with outbox(sqlite, channel) as desk:
        desk.write(person, Draft("không tới"))
        await desk.drain(person)
        [message] = desk.of(person)
    assert (message.delivery, channel.calls) == (Delivery.FAILED, 0)


async def test_stopping_lets_a_message_on_its_way_be_marked(sqlite: Database) -> None:
    gate = threading.Event()

    class Slow(Channel):
        async def send(self, outgoing: object) -> str:
            self.calls += 1
            await asyncio.to_thread(gate.wait)
            return "1"

    channel, person = Slow(), met(sqlite)
    async with outbox(sqlite, channel) as desk:
        desk.write(person, Draft("đang đi"))
        desk.signal.notify(OUTBOX_KEY)
        await until(lambda: channel.calls)
        stopping = asyncio.create_task(desk.sender.stop())
        await asyncio.sleep(0.05)
        gate.set()
        await stopping
        [message] = desk.of(person)
    assert message.delivery is Delivery.SENT


async def test_it_gives_up_in_the_end_and_shows_why(sqlite: Database) -> None:
    channel, person = Channel(["away"] * 100), met(sqlite)
    async with outbox(sqlite, channel) as desk:
        desk.write(person, Draft("mãi không tới"))
        await desk.drain(person)
        [message] = desk.of(person)
    assert (message.delivery, message.delivery_error, channel.calls) == (Delivery.FAILED, "away", delivery.MAX_ATTEMPTS)
