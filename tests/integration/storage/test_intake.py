import pytest

from helpdesk.inbox import Incoming, Kind
from helpdesk.message import Author
from helpdesk.storage.database import Database
from helpdesk.storage.unit import Unit
from helpdesk.usecase import intake
from tests.conftest import incoming, met


def test_a_redelivered_update_is_one_row_and_gets_the_same_receipt(database: Database) -> None:
    first = database.write_now(lambda unit: intake.receive(unit, incoming(number=1)))
    again = [database.write_now(lambda unit: intake.receive(unit, incoming(number=1))) for _ in range(20)]
    assert first.is_new
    assert {(receipt.inbox_id, receipt.seq, receipt.is_new) for receipt in again} == {(first.inbox_id, 1, False)}
    assert len(database.read_now(lambda unit: unit.messages.of(first.conversation_id))) == 1


def test_a_hundred_thousand_redeliveries_make_no_duplicate(sqlite: Database) -> None:
    updates = [incoming(f"câu {number}", number, address=str(number % 7)) for number in range(1, 101)]
    receipts = set()
    for _ in range(10):  # each time in a transaction of its own, as another day's retry would be
        receipts |= set(sqlite.write_now(lambda unit: {_seen(unit, one) for _ in range(100) for one in updates}))
    conversations = {conversation_id for conversation_id, _, _ in receipts}
    stored = [sqlite.read_now(lambda unit, c=c: unit.messages.of(c)) for c in conversations]
    assert (len(receipts), sum(map(len, stored))) == (100, 100)


def _seen(unit: Unit, update: Incoming) -> tuple[str, int, int]:
    receipt = intake.receive(unit, update)
    return receipt.conversation_id, receipt.inbox_id, receipt.seq


def test_messages_of_one_conversation_are_numbered_in_order(database: Database) -> None:
    receipts = [
        database.write_now(lambda unit, n=n: intake.receive(unit, incoming(f"câu {n}", number=n))) for n in range(1, 6)
    ]
    assert [receipt.seq for receipt in receipts] == [1, 2, 3, 4, 5]
    row = database.read_now(lambda unit: unit.inbox.next_of(receipts[0].conversation_id))
    assert row is not None
    assert row.text == "câu 1"


def test_an_edit_changes_what_officers_see_and_asks_for_no_turn(database: Database) -> None:
    first = database.write_now(lambda unit: intake.receive(unit, incoming("huy tk", external_id="m7.1")))
    database.write_now(lambda unit: unit.inbox.finish(first.inbox_id, incoming().received_at))
    edit = incoming("hủy tờ khai", external_id="u2", kind=Kind.EDIT, edits="m7.1")
    database.write_now(lambda unit: intake.receive(unit, edit))
    [shown] = database.read_now(lambda unit: unit.messages.of(first.conversation_id))
    assert shown.text == "hủy tờ khai"
    assert shown.edited_at is not None
    assert database.read_now(lambda unit: unit.inbox.waiting_conversations()) == []


@pytest.mark.parametrize("kind", [Kind.OTHER, Kind.BLOCKED, Kind.UNBLOCKED])
def test_updates_that_are_no_message_are_kept_and_done(database: Database, kind: Kind) -> None:
    database.write_now(lambda unit: intake.receive(unit, incoming(external_id="u9", kind=kind)))
    assert database.read_now(lambda unit: unit.inbox.waiting_conversations()) == []
    assert database.read_now(lambda unit: unit.inbox.receipt_of("telegram", "u9")) is not None


def test_an_update_without_a_chat_is_shelved(database: Database) -> None:
    receipt = database.write_now(
        lambda unit: intake.receive(unit, incoming(external_id="u9", kind=Kind.OTHER, address=""))
    )
    assert receipt.conversation_id == ""


def test_a_contact_who_blocks_us_gets_nothing_more_and_one_who_returns_does(database: Database) -> None:
    first = database.write_now(lambda unit: intake.receive(unit, incoming(number=1)))
    for kind, is_blocked in ((Kind.BLOCKED, True), (Kind.UNBLOCKED, False)):
        database.write_now(lambda unit, k=kind: intake.receive(unit, incoming(external_id=f"u{k}", kind=k)))
        found = database.read_now(lambda unit: unit.conversations.get(first.conversation_id))
        assert found.is_blocked is is_blocked


def test_the_contact_is_the_author(database: Database) -> None:
    receipt = database.write_now(lambda unit: intake.receive(unit, incoming()))
    [message] = database.read_now(lambda unit: unit.messages.of(receipt.conversation_id))
    assert message.author is Author.CONTACT


def test_erasure_blanks_a_rating_and_still_hides_it(database: Database) -> None:
    conversation = met(database)
    pressed = incoming("Chậm", kind=Kind.BUTTON, payload={"button": "rate_why:26-0001-3:delay"})
    database.write_now(lambda unit: intake.receive(unit, pressed))
    database.write_now(lambda unit: unit.messages.erase(conversation.id, "[erased]"))
    found = database.read_now(lambda unit: unit.messages.of(conversation.id))
    assert [(one.text, one.is_rating) for one in found] == [("[erased]", False), ("[erased]", True)]
