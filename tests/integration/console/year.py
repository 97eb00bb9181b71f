"""A desk with a year behind it: turns, tickets, gaps, questions and labels, as the pages about its work count them."""

import hashlib
import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import Table, insert

from helpdesk.message import Outcome
from helpdesk.storage import table
from helpdesk.storage.database import Database
from tests.conftest import NOON
from tests.integration.console.storm import ARTICLES

DAYS, PART = 365, 5000
UNITS = ("mong-cai", "mong-cai", "mong-cai", "hoanh-mo", "hon-gai", None, None)
LANGUAGES, CHANNELS = ("vi", "vi", "vi", "en", "zh"), ("web", "web", "telegram")
OUTCOMES = (*[Outcome.ANSWERED] * 6, *Outcome)
TURNS_A_TALK, TURNS_A_TICKET, TURNS_A_QUESTION, TURNS_A_LABEL, TURNS_A_GAP, TURNS_A_MISS = 3, 10, 5, 15, 100, 5

Row = dict[str, Any]


def fill(database: Database, turns: int) -> None:
    """Store so many turns, evenly over the year before noon, and what such a year leaves beside them."""
    dice = random.Random(2026)
    officers = {"name": "Ha", "password_hash": "x", "language": "vi", "created_at": NOON, "role": "officer"}
    _add(database, table.officer, ({"id": 900 + n, "login": f"o{n}", "unit": UNITS[n]} | officers for n in range(5)))
    document = {language: {"title": f"Tiêu đề {language}"} for language in ("vi", "en", "zh")}
    article = {"version": 1, "state": "approved", "document": document, "digest": "d", "created_at": NOON}
    _add(database, table.article, ({"id": name} | article for name in ARTICLES))
    made = {"archive": "m", "sha256": "s", "fingerprint": "f", "origin": "console", "rasa": "3", "state": "candidate"}
    _add(database, table.model, iter([{"name": "m", "trained_at": NOON, "seconds": 1.0} | made]))
    talks = turns // TURNS_A_TALK + 1
    _add(database, table.contact, (_contact(number) for number in range(1, talks + 1)))
    _add(database, table.conversation, (_talk(number) for number in range(1, talks + 1)))
    _add(database, table.turn, (_turn(number, turns, dice) for number in range(1, turns + 1)))
    for of, one, every in (
        (table.ticket, _ticket, TURNS_A_TICKET),
        (table.question, _question, TURNS_A_QUESTION),
        (table.label, _label, TURNS_A_LABEL),
        (table.gap, _gap, TURNS_A_GAP),
        (table.gap_turn, _miss, TURNS_A_MISS),
        (table.promotion, _promotion, turns // 12),
    ):
        _add(database, of, (one(number, _moment(number, turns), dice) for number in range(every, turns + 1, every)))
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        # what the database does by itself while nobody looks
        connection.exec_driver_sql("analyze" if database.is_sqlite else "vacuum analyze")


def _add(database: Database, into: Table, rows: Iterator[Row]) -> None:
    with database.engine.begin() as connection:
        while part := list(islice(rows, PART)):
            connection.execute(insert(into), part)


def _moment(number: int, turns: int) -> datetime:
    return NOON - timedelta(days=DAYS) * (1 - number / turns)


def _talk_of(number: int) -> str:
    return f"talk-{number // TURNS_A_TALK + 1}"


def _contact(number: int) -> Row:
    return {"id": number, "channel": "web", "external_id": str(number), "created_at": NOON}


def _talk(number: int) -> Row:
    facts = {"id": f"talk-{number}", "address": str(number), "contact_id": number, "language": "vi"}
    return facts | {"channel": CHANNELS[number % 3], "created_at": NOON, "last_at": NOON}


def _turn(number: int, turns: int, dice: random.Random) -> Row:
    outcome, judged = dice.choice(OUTCOMES), dice.random()
    return {
        "id": number,
        "conversation_id": _talk_of(number),
        "question": "hàng luồng đỏ thì kiểm hoá ở đâu, cần mang theo những giấy tờ gì khi đến cửa khẩu",
        "channel": dice.choice(CHANNELS),
        "language": dice.choice(LANGUAGES),
        "outcome": outcome,
        "article_id": dice.choice(ARTICLES) if outcome is Outcome.ANSWERED else None,
        "candidates": [{"article_id": name, "score": 0.5} for name in ARTICLES[:5]],
        "is_useful": None if judged < 0.8 else judged < 0.95,
        "poor_reason": "outdated" if judged > 0.98 else None,
        "unit": dice.choice(UNITS) if dice.random() < 0.3 else None,
        "created_at": _moment(number, turns),
    }


def _ticket(number: int, at: datetime, dice: random.Random) -> Row:
    return {
        "number": f"Q-{number}",
        "conversation_id": _talk_of(number),
        "state": "resolved",
        "reason": "asked",
        "language": dice.choice(LANGUAGES),
        "unit": dice.choice(UNITS),
        "officer_id": 900 + number % 5,
        "opened_at": at,
        "queued_at": at,
        "first_reply_at": at + timedelta(seconds=dice.expovariate(1 / 900)),
    }


def _question(number: int, at: datetime, dice: random.Random) -> Row:
    key = hashlib.sha256(str(number).encode()).hexdigest()
    state = dice.choice(("new", "reviewed", "later"))
    facts = {"id": number, "key": key, "text": "hỏi", "folded": "hoi", "state": state}
    return facts | {"language": dice.choice(LANGUAGES), "first_at": at, "last_at": at}


def _label(number: int, at: datetime, dice: random.Random) -> Row:
    steps = dice.choice((("new", "reviewed"), ("reviewed", "new"), ("new", "later")))
    facts = {"question_id": number, "action": "confirm", "previous_state": steps[0], "state": steps[1]}
    return facts | {"at": at, "officer_id": 900}


def _gap(number: int, at: datetime, dice: random.Random) -> Row:
    return {"id": number // TURNS_A_GAP, "title": f"gap {number}", "words": [], "first_at": at, "last_at": at}


def _miss(number: int, at: datetime, dice: random.Random) -> Row:
    gap = dice.randint(1, max(1, number // TURNS_A_GAP))
    facts = {"turn_id": number, "gap_id": gap, "conversation_id": _talk_of(number), "kind": "declined"}
    return facts | {"language": dice.choice(LANGUAGES), "at": at}


def _promotion(number: int, at: datetime, dice: random.Random) -> Row:
    return {"state": "done", "kind": "promote", "model": "m", "asked_at": at, "ended_at": at}


PAGES = tuple(
    f"/insight/{page}?range=52w{more}"
    for page in ("answers", "officers", "knowledge", "learning")
    for more in ("", "&language=vi&channel=web")
)
"""The pages over a whole year, and narrowed."""
