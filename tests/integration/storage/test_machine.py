"""No sequence of events leaves a business waiting without an owner: random walks over the real storage."""

import tempfile
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule

from helpdesk.error import Conflict, Forbidden, InvalidInput
from helpdesk.language import DEFAULT_LANGUAGE
from helpdesk.message import Author, Draft, Outcome
from helpdesk.payload import Payload
from helpdesk.reply import Reply
from helpdesk.storage.unit import Unit
from helpdesk.ticket import HELD, OPEN, TicketState
from helpdesk.usecase import command, intake, queue, turn
from tests.conftest import NOON, POLICY, hired, incoming, opened

OUTCOMES = st.sampled_from([Outcome.ANSWERED, Outcome.CLARIFY, Outcome.HANDOFF, Outcome.ERROR, Outcome.SMALLTALK])
PEOPLE = st.integers(0, 2)


class Desk(RuleBasedStateMachine):
    """Contacts write, press and wait; the bot answers or gives up; officers do anything at any time."""

    addresses = Bundle("addresses")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        self.database = opened(f"sqlite:///{Path(self.folder.name) / 'isec.db'}")
        self.officers = [hired(self.database, name) for name in ("An", "Binh", "Chi")]
        self.at = NOON
        self.sent = 0

    def teardown(self) -> None:
        self.database.close()
        self.folder.cleanup()

    def later(self, minutes: int = 1) -> None:
        self.at += timedelta(minutes=minutes)

    @rule(target=addresses, name=st.sampled_from(["a", "b"]))
    def a_contact_appears(self, name: str) -> str:
        return name

    @rule(address=addresses, outcome=OUTCOMES)
    def a_contact_writes_and_has_a_turn(self, address: str, outcome: Outcome) -> None:
        self.later()
        self.sent += 1
        update = incoming(address=address, external_id=f"m{self.sent}", received_at=self.at)

        def case(unit: Unit) -> None:
            receipt = intake.receive(unit, update)
            row = unit.inbox.next_of(receipt.conversation_id)
            assert row is not None
            if unit.conversations.get(receipt.conversation_id).open_ticket_id is None:
                reply = Reply(outcome, DEFAULT_LANGUAGE, (Draft("..."),))
                assert turn.complete(unit, POLICY, row, reply, self.at)
            else:
                assert turn.pass_to_people(unit, row, self.at)

        self.database.write_now(case)

    @rule(address=addresses, action=st.sampled_from(["officer", "bot", "none"]))
    def a_contact_presses(self, address: str, action: str) -> None:
        self.later()

        def case(unit: Unit) -> None:
            conversation = unit.conversations.at("telegram", address)
            if conversation is not None:
                command.press(unit, POLICY, conversation, Payload(action), self.at)

        self.database.write_now(case)

    @rule(
        act=st.sampled_from(["claim", "release", "resolve", "hand_back", "reply", "transfer"]),
        who=PEOPLE,
        whom=PEOPLE,
        place=st.integers(0, 5),
    )
    def an_officer_acts(self, act: str, who: int, whom: int, place: int) -> None:
        self.later()
        tickets = self.database.read_now(lambda unit: unit.tickets.in_states(list(TicketState)))
        if not tickets:
            return
        ticket, officer = tickets[place % len(tickets)], self.officers[who]
        acts = {
            "claim": lambda unit: queue.claim(unit, POLICY, ticket.id, officer, self.at),
            "release": lambda unit: queue.release(unit, POLICY, ticket.id, officer, self.at),
            "resolve": lambda unit: queue.resolve(unit, POLICY, ticket.id, officer, self.at),
            "hand_back": lambda unit: queue.hand_back(unit, POLICY, ticket.id, officer, self.at),
            "reply": lambda unit: queue.reply(unit, POLICY, ticket.id, officer, "vâng", self.at),
            "transfer": lambda unit: queue.transfer(unit, POLICY, ticket.id, officer, self.officers[whom].id, self.at),
        }
        try:
            self.database.write_now(acts[act])
        except (Conflict, Forbidden, InvalidInput):
            return

    @rule(minutes=st.integers(1, 60))
    def time_passes_and_the_watch_looks(self, minutes: int) -> None:
        self.later(minutes)
        self.database.write_now(lambda unit: queue.alert_unclaimed(unit, POLICY, self.at))
        self.database.write_now(lambda unit: queue.return_stranded(unit, POLICY, self.at))

    @invariant()
    def every_open_ticket_has_an_owner_and_every_conversation_knows_its_ticket(self) -> None:
        def look(unit: Unit) -> None:
            for address in ("a", "b"):
                conversation = unit.conversations.at("telegram", address)
                if conversation is None:
                    continue
                tickets = unit.tickets.of(conversation.id)
                still_open = [ticket for ticket in tickets if ticket.state in OPEN]
                assert [ticket.id for ticket in still_open] == (
                    [conversation.open_ticket_id] if conversation.open_ticket_id else []
                )
                for ticket in still_open:
                    assert (ticket.officer_id is not None) == (ticket.state in HELD)

        self.database.read_now(look)

    @invariant()
    def whoever_was_promised_a_person_has_one_or_was_told_the_end(self) -> None:
        """A contact whose last message went to people is in the queue, with an officer, or was told it ended."""

        def look(unit: Unit) -> None:
            for address in ("a", "b"):
                conversation = unit.conversations.at("telegram", address)
                if conversation is None:
                    continue
                last = unit.tickets.latest_of(conversation.id)
                if last is not None and last.resolved_at is not None:
                    told = [
                        message
                        for message in unit.messages.of(conversation.id, limit=10_000)
                        if message.author is Author.SYSTEM and message.created_at >= last.resolved_at
                    ]
                    assert any(last.number in message.text for message in told)

        self.database.read_now(look)

    @invariant()
    def nothing_waits_in_the_inbox(self) -> None:
        assert self.database.read_now(lambda unit: unit.inbox.waiting_conversations()) == []

    @invariant()
    def messages_are_numbered_without_gaps(self) -> None:
        def look(unit: Unit) -> None:
            for address in ("a", "b"):
                conversation = unit.conversations.at("telegram", address)
                if conversation is not None:
                    seqs = [message.seq for message in unit.messages.of(conversation.id, limit=10_000)]
                    assert seqs == list(range(1, conversation.last_seq + 1))

        self.database.read_now(look)


TestDesk = Desk.TestCase
TestDesk.settings = settings(
    max_examples=25, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
