"""A correction reaches everybody who was shown the wrong version, once, also when the desk is killed on the way."""

import pytest

from helpdesk.error import Conflict, Forbidden, InvalidInput
from helpdesk.language import LANGUAGES
from helpdesk.message import Author, Delivery, Draft
from helpdesk.officer import Officer, Role
from helpdesk.payload import Payload
from helpdesk.storage.database import Database
from helpdesk.storage.unit import Unit
from helpdesk.usecase import command, privacy, recall
from tests.conftest import NOON, POLICY, hired

PEOPLE = 230
TEXTS = {"vi": "Mức phí đúng là 20.000 đồng.", "en": "The right fee is VND 20,000.", "zh": "正确的费用为2万越南盾。"}


class Killed(Exception):
    """The desk dies inside a transaction."""


@pytest.fixture
def people(database: Database) -> tuple[Officer, Officer]:
    return hired(database, "Lê Ngọc", Role.SUPERVISOR), hired(database, "Phạm Long", Role.ADMINISTRATOR)


def shown(database: Database, count: int = PEOPLE, version: int = 1) -> None:
    """So many businesses were shown a version, in three languages, every seventh twice."""

    def case(unit: Unit) -> None:
        if not unit.articles.versions("fee"):
            document = {"id": "fee", "topic": "tax", **{one: {"title": f"Fee {one}"} for one in LANGUAGES}}
            unit.articles.add("fee", document, "d", NOON)
        for number in range(count):
            name = f"v{version}-{number}"
            unit.conversations.open(name, "telegram", name, LANGUAGES[number % 3], "", NOON)
            for _ in range(2 if number % 7 == 0 else 1):
                seq = unit.conversations.next_seq(name, NOON)
                unit.messages.add(
                    name, seq, Draft("wrong", article_id="fee", article_version=version), NOON, Delivery.SENT
                )

    database.write_now(case)


def running(database: Database, people: tuple[Officer, Officer]) -> int:
    author, boss = people

    def case(unit: Unit) -> int:
        recall_id = recall.propose(unit, "fee", [1], "the fee was wrong", TEXTS, author, NOON)
        recall.approve(unit, recall_id, boss, NOON)
        return recall_id

    return database.write_now(case)


def corrections(database: Database, prefix: str = "v1-") -> dict[str, list[str]]:
    """What each conversation was told."""

    def look(unit: Unit) -> dict[str, list[str]]:
        return {
            f"{prefix}{number}": [
                one.text for one in unit.messages.of(f"{prefix}{number}") if one.author is Author.SYSTEM
            ]
            for number in range(PEOPLE)
        }

    return database.read_now(look)


def test_killed_again_and_again_everybody_is_told_once_in_their_language(
    database: Database, people: tuple[Officer, Officer]
) -> None:
    shown(database)
    recall_id = running(database, people)
    rounds = 0
    while database.read_now(lambda unit: unit.recalls.get(recall_id).state) == "running":
        rounds += 1

        def some(unit: Unit, is_killed: bool = rounds % 3 == 0) -> None:
            recall.send_some(unit, POLICY, NOON)
            if is_killed:
                raise Killed

        try:
            database.write_now(some)
        except Killed:
            continue
    told = corrections(database)
    assert {len(texts) for texts in told.values()} == {1}
    assert all(TEXTS[LANGUAGES[number % 3]] in told[f"v1-{number}"][0] for number in range(PEOPLE))
    assert database.read_now(lambda unit: unit.recalls.told(recall_id)) == PEOPLE
    assert rounds > PEOPLE / recall.BATCH


def test_a_second_copy_is_refused_by_the_database_itself(database: Database, people: tuple[Officer, Officer]) -> None:
    shown(database, 3)
    recall_id = running(database, people)
    database.write_now(lambda unit: recall.send_some(unit, POLICY, NOON))
    with pytest.raises(Exception, match=r"(?i)unique"):
        database.write_now(lambda unit: unit.recalls.copy(recall_id, "v1-0", None, NOON))


def test_who_opted_out_or_was_erased_or_saw_another_version_is_not_told(
    database: Database, people: tuple[Officer, Officer]
) -> None:
    shown(database, 3)
    shown(database, 1, version=2)

    def leave(unit: Unit) -> None:
        command.press(unit, POLICY, unit.conversations.get("v1-0"), Payload("quiet"), NOON)
        privacy.forget(unit, unit.conversations.get("v1-1"), NOON)

    database.write_now(leave)
    recall_id = running(database, people)
    for _ in range(2):
        database.write_now(lambda unit: recall.send_some(unit, POLICY, NOON))
    assert database.read_now(lambda unit: unit.recalls.told(recall_id)) == 1
    assert any(
        TEXTS["zh"] in text for text in database.read_now(lambda unit: [one.text for one in unit.messages.of("v1-2")])
    )
    listed = database.read_now(lambda unit: unit.recalls.receivers("fee", [1], recall_id))
    assert [(one.conversation_id, one.is_out) for one in listed] == [("v1-0", True), ("v1-2", False)]


def test_who_received_what_since_when_is_listed(database: Database) -> None:
    shown(database, 8)
    listed = database.read_now(lambda unit: unit.recalls.receivers("fee", [1]))
    assert [(one.conversation_id, one.times, one.first_at) for one in listed if one.times > 1] == [
        ("v1-0", 2, NOON),
        ("v1-7", 2, NOON),
    ]
    assert database.read_now(lambda unit: unit.recalls.shown_counts("fee")) == {1: (8, NOON)}


def test_a_correction_needs_a_second_person_and_all_three_languages(
    database: Database, people: tuple[Officer, Officer]
) -> None:
    shown(database, 1)
    _, boss = people

    def alone(unit: Unit) -> None:
        recall_id = recall.propose(unit, "fee", [1], "the fee was wrong", TEXTS, boss, NOON)
        recall.approve(unit, recall_id, boss, NOON)

    with pytest.raises(Forbidden, match="second person"):
        database.write_now(alone)
    with pytest.raises(InvalidInput, match="three languages"):
        database.write_now(
            lambda unit: recall.propose(unit, "fee", [1], "the fee was wrong", TEXTS | {"zh": " "}, boss, NOON)
        )
    with pytest.raises(InvalidInput, match="versions"):
        database.write_now(lambda unit: recall.propose(unit, "fee", [9], "the fee was wrong", TEXTS, boss, NOON))


def test_stopped_it_tells_nobody_else(database: Database, people: tuple[Officer, Officer]) -> None:
    shown(database, 50)
    recall_id = running(database, people)
    database.write_now(lambda unit: recall.send_some(unit, POLICY, NOON))
    database.write_now(lambda unit: recall.stop(unit, recall_id, people[0], NOON))
    assert database.write_now(lambda unit: recall.send_some(unit, POLICY, NOON)) == []
    assert database.read_now(lambda unit: unit.recalls.told(recall_id)) == recall.BATCH
    with pytest.raises(Conflict):
        database.write_now(lambda unit: recall.stop(unit, recall_id, people[0], NOON))
