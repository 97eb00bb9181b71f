"""A desk that was asked tens of thousands of different questions, and how many queries a page makes of it."""

import hashlib
import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from sqlalchemy import Engine, Table, event, insert

from helpdesk.review import worth
from helpdesk.storage import table
from helpdesk.storage.asking import facet
from helpdesk.storage.database import Database
from tests.conftest import NOON
from tests.integration.console.test_page import document

ARTICLES = [f"article-{number}" for number in range(110)]
WORDS = (
    *("to", "khai", "hai", "quan", "xuat", "khau", "nhap", "hang", "hoa", "luong", "do", "vang", "xanh", "kiem"),
    *("container", "cua", "mong", "cai", "bac", "luan", "thue", "le", "phi", "giay", "chung", "nhan", "xu", "sau"),
    *("rieng", "dong", "lanh", "huy", "sua", "bo", "sung", "thoi", "han", "mien", "giam", "hoan", "ke"),
)
PER_CLUSTER = 4
PART = 5000


def fill(database: Database, count: int) -> None:
    """Store `count` questions, each asked once, a tenth labelled, in clusters of four that resemble each other."""
    dice = random.Random(4)
    _add(database, table.article, [_article(name) for name in ARTICLES])
    contact = {"id": 1, "channel": "web", "external_id": "storm", "display_name": "", "created_at": NOON}
    _add(database, table.contact, [contact | {"is_blocked": False, "is_demo": False}])
    talk: dict[str, object] = {
        "id": "storm",
        "channel": "web",
        "address": "storm",
        "contact_id": 1,
        "language": "vi",
        "last_seq": 0,
    }
    _add(
        database, table.conversation, [talk | {"clarifications": 0, "context": {}, "created_at": NOON, "last_at": NOON}]
    )
    for start in range(1, count + 1, PART):
        numbers = range(start, min(start + PART, count + 1))
        questions = [_question(number, dice) for number in numbers]
        _add(database, table.turn, [_turn(question) for question in questions])
        _add(database, table.question, questions)
        _add(database, table.asking, [{"turn_id": number, "question_id": number} for number in numbers])
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not database.is_sqlite:
            for name in ("question", "turn"):
                connection.exec_driver_sql(f"select setval(pg_get_serial_sequence('{name}', 'id'), {count + 1})")
        # what the database does by itself while nobody looks
        connection.exec_driver_sql("analyze" if database.is_sqlite else "vacuum analyze")


def _add(database: Database, into: Table, rows: list[dict[str, object]]) -> None:
    with database.engine.begin() as connection:
        connection.execute(insert(into), rows)


def _article(name: str) -> dict[str, object]:
    content = document(name, "An answer of some length. " * 60)
    return {
        "id": name,
        "version": 1,
        "state": "draft",
        "document": content,
        "digest": hashlib.sha256(name.encode()).hexdigest(),
        "created_at": NOON,
    }


def _question(number: int, dice: random.Random) -> dict[str, object]:
    words = " ".join(dice.choices(WORDS, k=dice.randint(6, 20))) + f" {number}"
    article, outcome = dice.choice(ARTICLES), dice.choice(("answered", "clarify", "handoff"))
    target = f"procedure/{dice.choice(ARTICLES)}" if number % 10 == 0 else ""
    confidence, poor = dice.random(), int(dice.random() < 0.1)
    asked_at = NOON - timedelta(minutes=number % 100_000)
    return {
        "id": number,
        "key": hashlib.sha256(words.encode()).hexdigest(),
        "text": words,
        "folded": words,
        "language": dice.choice(("vi", "en", "zh")),
        "facets": "".join(facet(*one) for one in (("article_id", article), ("channel", "web"), ("outcome", outcome))),
        "suggested": f"procedure/{article}",
        "candidates": dice.sample(ARTICLES, 3),
        "meaning": target or f"procedure/{article}",
        "cluster_id": number - number % PER_CLUSTER,
        "asked": 1,
        "useful": 0,
        "poor": poor,
        "escalated": 0,
        "corrected": 0,
        "confidence": confidence,
        "worth": worth(confidence, 1, poor, 0, 0),
        "first_at": asked_at,
        "last_at": asked_at,
        "last_turn_id": number,
        "state": "reviewed" if target else "new",
        "target": target,
        "proposed": "",
        "is_imported": False,
        "version": 1,
    }


def _turn(question: dict[str, object]) -> dict[str, object]:
    return {
        "id": question["id"],
        "conversation_id": "storm",
        "question": question["text"],
        "channel": "web",
        "language": question["language"],
        "outcome": "answered",
        "intent": question["suggested"],
        "confidence": question["confidence"],
        "candidates": [],
        "entities": [],
        "is_reduced": False,
        "latency_ms": 1.0,
        "created_at": question["last_at"],
    }


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    """Every statement that runs meanwhile."""
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


PAGES = (
    "/review",
    "/review?view=list",
    "/review?view=list&order=asked",
    "/review?view=list&order=newest&page=40",
    "/review?state=all&words=container+mong+cai",
    "/review?state=all&view=list&words=khongcochunao",
    "/review?view=list&least=20&most=60&language=vi&channel=web&outcome=clarify&judged=poor",
    "/review?state=reviewed&article=article-7",
    "/review?page=9",
)
"""The lists that are measured: first pages, deep ones, full-text search with and without hits, many filters at once."""
