"""A correction to ten thousand businesses while the desk that sends it is killed with -9: each is told, each once."""

import asyncio
import random
from collections import Counter
from pathlib import Path

import aiohttp
from sqlalchemy import func, insert, or_, select

from helpdesk.language import LANGUAGES
from helpdesk.message import Author, Delivery, Draft
from helpdesk.officer import Officer, Role
from helpdesk.storage import table
from helpdesk.storage.database import Database
from helpdesk.storage.recall import DONE
from helpdesk.storage.unit import Unit
from helpdesk.usecase import recall
from tests.conftest import NOON, hired, opened
from tests.e2e.survival.desk import Mortal, Visitor, is_up, local_headers
from tests.waiting import until

PEOPLE, VISITORS = 10_000, 3
KILLED_AFTER = (0, 1, 2500, 6000, 9950)
"""How many have been told, at least, when the desk is killed."""
TEXTS = {"vi": "Mức phí đúng là 20.000 đồng.", "en": "The right fee is VND 20,000.", "zh": "正确的费用为2万越南盾。"}


async def test_ten_thousand_are_told_once_each_by_a_desk_that_is_killed_on_the_way(
    desk: Mortal, session: aiohttp.ClientSession, tmp_path: Path
) -> None:
    desk.environment["TEST_HASTE"] = "1"
    chance = random.Random(20261122)
    database = opened(f"sqlite:///{tmp_path / 'isec.db'}")
    _fill(database)
    desk.start()
    await is_up(session)
    session.headers.update(local_headers(tmp_path))
    visitors = [Visitor(session, f"khách {number}") for number in range(VISITORS)]
    for visitor in visitors:
        await visitor.open()
        database.write_now(lambda unit, here=visitor.conversation_id: _show(unit, here))
    author, boss = hired(database, "Lê Ngọc", Role.SUPERVISOR), hired(database, "Phạm Long", Role.ADMINISTRATOR)
    recall_id = database.write_now(lambda unit: _approved(unit, author, boss))
    for count in KILLED_AFTER:
        await until(lambda least=count: _told(database, recall_id) >= least, 60)
        # anywhere in a batch, its transaction included
        await asyncio.sleep(chance.uniform(0, 0.06))
        desk.kill()
        desk.start()
    await until(lambda: database.read_now(lambda unit: unit.recalls.get(recall_id).state) == DONE, 60)
    await is_up(session)
    assert _told(database, recall_id) == PEOPLE + VISITORS
    assert Counter(database.read_now(_corrections).values()) == {1: PEOPLE + VISITORS}
    for visitor in visitors:
        heard = [message["text"] for message in await visitor.read() if TEXTS["vi"] in message["text"]]
        assert len(heard) == 1
    database.close()
    assert "Traceback" not in (tmp_path / "desk.log").read_text(encoding="utf-8")


def _fill(database: Database) -> None:
    """An article, and so many businesses that were shown its first version."""
    names = [f"khach-{number}" for number in range(PEOPLE)]
    contacts = [
        {"id": number, "channel": "web", "external_id": name, "created_at": NOON}
        for number, name in enumerate(names, 1)
    ]
    talks = [
        {"id": name, "channel": "web", "address": name, "contact_id": number, "language": LANGUAGES[number % 3]}
        for number, name in enumerate(names, 1)
    ]
    shown = {"seq": 1, "author": Author.BOT, "text": "sai", "article_id": "fee", "article_version": 1}
    with database.engine.begin() as connection:
        connection.execute(insert(table.contact), contacts)
        times = {"last_seq": 1, "created_at": NOON, "last_at": NOON}
        connection.execute(insert(table.conversation), [talk | times for talk in talks])
        connection.execute(
            insert(table.message), [shown | {"conversation_id": name, "created_at": NOON} for name in names]
        )
        document = {"id": "fee", "topic": "tax", **{one: {"title": f"Fee {one}"} for one in LANGUAGES}}
        Unit(connection).articles.add("fee", document, "d", NOON)


def _show(unit: Unit, conversation_id: str) -> None:
    seq = unit.conversations.next_seq(conversation_id, NOON)
    unit.messages.add(conversation_id, seq, Draft("sai", article_id="fee", article_version=1), NOON, Delivery.PULLED)


def _approved(unit: Unit, author: Officer, boss: Officer) -> int:
    recall_id = recall.propose(unit, "fee", [1], "the fee was wrong", TEXTS, author, NOON)
    recall.approve(unit, recall_id, boss, NOON)
    return recall_id


def _told(database: Database, recall_id: int) -> int:
    return database.read_now(lambda unit: unit.recalls.told(recall_id))


def _corrections(unit: Unit) -> dict[str, int]:
    """How many corrections stand in each conversation that has any."""
    here, text = table.message.c.conversation_id, table.message.c.text
    is_correction = or_(*(text.contains(words) for words in TEXTS.values()))
    statement = select(here, func.count()).where(is_correction).group_by(here)
    return {row[0]: row[1] for row in unit.connection.execute(statement)}
