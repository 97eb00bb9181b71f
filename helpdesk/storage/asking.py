"""From logged turns to questions: which turn asked what, and how often, how well and with what help it was answered."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Integer, Row, bindparam, case, cast, delete, func, insert, select, update

from helpdesk.message import Author, Outcome
from helpdesk.review import NEAR_DUPLICATE, overlap, suggestion, worth
from helpdesk.storage.table import asking, inserted_id, message, question, resemblance, turn

OVERLAP = 1000
"""How far behind the newest turn that was taken in one is still looked for that was stored later."""
LATE = 50
"""The same for messages, which are looked at again only while new ones come."""
CANDIDATES = 8
_FACETS = ("channel", "outcome", "article_id", "intent", "poor_reason")

_NEVER_ASKED: dict[str, Any] = {
    **dict.fromkeys(("asked", "useful", "poor", "escalated", "corrected", "worth"), 0),
    **dict.fromkeys(("last_turn_id", "answer_id")),
    "facets": "",
}


@dataclass(frozen=True, slots=True)
class FreshTurn:
    """A logged turn that no question counts yet."""

    id: int
    conversation_id: str
    text: str
    language: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question as it is stored first: masked, and under the key by which the same text is found again."""

    key: str
    text: str
    folded: str
    language: str
    bands: tuple[int, ...] = ()


class _Works:
    """What people of the desk wrote in one conversation, in order."""

    def __init__(self) -> None:
        self._rows: list[Row[Any]] = []
        self._seqs: list[int] = []

    def add(self, row: Row[Any]) -> None:
        self._rows.append(row)
        self._seqs.append(row.seq)

    def between(self, start: int, end: int | None) -> list[Row[Any]]:
        """Those after one message and before another."""
        stop = len(self._rows) if end is None else bisect_left(self._seqs, end)
        return self._rows[bisect_right(self._seqs, start) : stop]


def facet(name: str, value: str) -> str:
    """How one fact of a question stands among its facets, and is looked for there."""
    return f" {name}:{value.replace(' ', '_')} "


class AskingRows:
    """Reads turns, writes what they ask."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- turns

    def fresh(self, limit: int) -> list[FreshTurn]:
        """The oldest turns that no question counts yet."""
        newest = self._connection.execute(select(func.max(asking.c.turn_id))).scalar_one() or 0
        return self._turns(turn.c.id > newest - OVERLAP, limit)

    def among(self, turn_ids: Collection[int]) -> list[FreshTurn]:
        """Those of these turns that no question counts yet, as they are now."""
        return self._turns(turn.c.id.in_(turn_ids), len(turn_ids))

    def _turns(self, condition: Any, limit: int) -> list[FreshTurn]:
        statement: Any = (
            select(turn.c.id, turn.c.conversation_id, turn.c.question, turn.c.language, turn.c.created_at)
            .outerjoin_from(turn, asking, asking.c.turn_id == turn.c.id)
            .where(condition, asking.c.turn_id.is_(None))
            .order_by(turn.c.id)
            .limit(limit)
        )
        return [FreshTurn(*row) for row in self._connection.execute(statement)]

    def ask(self, question_by_turn: dict[int, int | None]) -> None:
        """Store which question each turn asks; None for a turn that asks nothing any more."""
        rows = [{"turn_id": turn_id, "question_id": found} for turn_id, found in question_by_turn.items()]
        if rows:
            self._connection.execute(insert(asking), rows)

    def touch(self, turn_id: int) -> None:
        """A turn has changed: its question is counted again."""
        self._connection.execute(update(asking).where(asking.c.turn_id == turn_id).values(is_stale=True))

    def stale(self, limit: int) -> dict[int, int | None]:
        """Turns that changed, with the question each asks; they are no longer stale."""
        statement = select(asking.c.turn_id, asking.c.question_id).where(asking.c.is_stale.is_(True)).limit(limit)
        found = {row.turn_id: row.question_id for row in self._connection.execute(statement)}
        if found:
            self._connection.execute(update(asking).where(asking.c.turn_id.in_(found)).values(is_stale=False))
        return found

    def desk_work(self, after_message_id: int, limit: int) -> tuple[int, set[str]]:
        """The newest message looked at, and conversations in which people of the desk have since been at work."""
        statement: Any = (
            select(message.c.id, message.c.conversation_id, message.c.ticket_id)
            .where(message.c.id > after_message_id - LATE)
            .order_by(message.c.id)
            .limit(limit)
        )
        rows = self._connection.execute(statement).all()
        newest = max((row.id for row in rows), default=0)
        if newest <= after_message_id:
            return after_message_id, set()
        return newest, {row.conversation_id for row in rows if row.ticket_id is not None}

    def follow(self, conversation_ids: Collection[str]) -> set[int]:
        """Note for each turn of these conversations whether it went to the officers and what they answered.

        What people of the desk wrote belongs to the last turn before it. Returns the questions this concerns.
        """
        if not conversation_ids:
            return set()
        turns, works = self._turns_of(conversation_ids), self._works_of(conversation_ids)
        changed: list[dict[str, Any]] = []
        for row, after in zip_longest(turns, turns[1:]):
            is_last = after is None or after.conversation_id != row.conversation_id
            own = works[row.conversation_id].between(row.seq, None if is_last or after is None else after.seq)
            answer = next((work.id for work in own if work.author == Author.OFFICER), None)
            if (bool(own), answer) != (row.is_escalated, row.answer_id):
                changed.append({"turn_id_": row.id, "is_escalated": bool(own), "answer_id": answer})
        if changed:
            self._connection.execute(update(asking).where(asking.c.turn_id == bindparam("turn_id_")), changed)
        return {row.question_id for row in turns if row.question_id is not None}

    def _turns_of(self, conversation_ids: Collection[str]) -> Sequence[Row[Any]]:
        statement: Any = (
            select(
                turn.c.id,
                turn.c.conversation_id,
                message.c.seq,
                asking.c.question_id,
                asking.c.is_escalated,
                asking.c.answer_id,
            )
            .join_from(turn, message, message.c.id == turn.c.message_id)
            .join(asking, asking.c.turn_id == turn.c.id)
            .where(turn.c.conversation_id.in_(conversation_ids))
            .order_by(turn.c.conversation_id, message.c.seq)
        )
        return self._connection.execute(statement).all()

    def _works_of(self, conversation_ids: Collection[str]) -> defaultdict[str, "_Works"]:
        statement: Any = (
            select(message.c.id, message.c.conversation_id, message.c.seq, message.c.author)
            .where(
                message.c.conversation_id.in_(conversation_ids),
                message.c.ticket_id.is_not(None),
                message.c.author.in_((Author.OFFICER, Author.SYSTEM)),
                message.c.is_private.is_(False),
            )
            .order_by(message.c.seq)
        )
        found: defaultdict[str, _Works] = defaultdict(_Works)
        for row in self._connection.execute(statement):
            found[row.conversation_id].add(row)
        return found

    # -- questions

    def known(self, keys: Collection[str]) -> dict[str, int]:
        """The questions that exist under these keys."""
        statement = select(question.c.key, question.c.id).where(question.c.key.in_(keys))
        return {row.key: row.id for row in self._connection.execute(statement)}

    def add(self, new: NewQuestion, at: datetime, is_imported: bool = False) -> int:
        """Store a question that is new; it joins the nearest one's cluster or begins its own. Returns its id."""
        values = {
            "key": new.key,
            "text": new.text,
            "folded": new.folded,
            "language": new.language,
            "first_at": at,
            "last_at": at,
            "is_imported": is_imported,
        }
        question_id = inserted_id(self._connection.execute(insert(question).values(**values)))
        cluster_id = self._nearest(new)
        if cluster_id is None and new.bands:
            rows = [{"band": band, "question_id": question_id} for band in dict.fromkeys(new.bands)]
            self._connection.execute(insert(resemblance), rows)
        self._connection.execute(
            update(question).where(question.c.id == question_id).values(cluster_id=cluster_id or question_id)
        )
        return question_id

    def _nearest(self, new: NewQuestion) -> int | None:
        """The most alike of the questions that share bands; only the first of each cluster stands there."""
        shared = (
            select(resemblance.c.question_id, func.count().label("bands"))
            .where(resemblance.c.band.in_(new.bands))
            .group_by(resemblance.c.question_id)
            .order_by(func.count().desc(), resemblance.c.question_id)
            .limit(CANDIDATES)
            .subquery()
        )
        statement = select(question.c.id, question.c.folded).join_from(shared, question, question.c.id == shared.c[0])
        found = [(overlap(new.folded, row.folded), -row.id) for row in self._connection.execute(statement)]
        best, place = max(found, default=(0.0, 0))
        return -place if best >= NEAR_DUPLICATE else None

    def recount(self, question_ids: Collection[int]) -> None:
        """Bring counts, facets, suggestion and worth of questions in line with the turns that ask them."""
        if not question_ids:
            return
        sums = self._sums(question_ids)
        facets = self._facets(question_ids)
        last = self._last([row.last_turn_id for row in sums])
        changes = [_counted(row, facets[row.question_id], last[row.last_turn_id]) for row in sums]
        if changes:
            meaning = case((question.c.target != "", question.c.target), else_=bindparam("suggested_"))
            statement = update(question).where(question.c.id == bindparam("question_id")).values(meaning=meaning)
            self._connection.execute(statement, changes)

    def _sums(self, question_ids: Collection[int]) -> Sequence[Row[Any]]:
        def count(column: Any, value: bool) -> Any:
            return func.sum(case((column.is_(value), 1), else_=0))

        statement: Any = (
            select(
                asking.c.question_id,
                func.count().label("asked"),
                count(turn.c.is_useful, True).label("useful"),
                count(turn.c.is_useful, False).label("poor"),
                count(asking.c.is_escalated, True).label("escalated"),
                func.count(asking.c.answer_id).label("corrected"),
                func.min(turn.c.confidence).label("confidence"),
                func.min(turn.c.created_at).label("first_at"),
                func.max(turn.c.created_at).label("last_at"),
                cast(func.max(turn.c.id), Integer).label("last_turn_id"),
                func.max(asking.c.answer_id).label("answer_id"),
            )
            .join_from(asking, turn, turn.c.id == asking.c.turn_id)
            .where(asking.c.question_id.in_(question_ids))
            .group_by(asking.c.question_id)
        )
        return self._connection.execute(statement).all()

    def _facets(self, question_ids: Collection[int]) -> defaultdict[int, str]:
        statement: Any = (
            select(asking.c.question_id, *(turn.c[name] for name in _FACETS))
            .join_from(asking, turn, turn.c.id == asking.c.turn_id)
            .where(asking.c.question_id.in_(question_ids))
            .distinct()
        )
        found: defaultdict[int, set[str]] = defaultdict(set)
        for row in self._connection.execute(statement):
            found[row.question_id] |= {facet(name, row._mapping[name]) for name in _FACETS if row._mapping[name]}
        return defaultdict(str, {question_id: "".join(sorted(facets)) for question_id, facets in found.items()})

    def _last(self, turn_ids: Collection[int]) -> dict[int, Row[Any]]:
        columns = (turn.c.id, turn.c.language, turn.c.outcome, turn.c.intent, turn.c.article_id, turn.c.candidates)
        statement: Any = select(*columns).where(turn.c.id.in_(turn_ids))
        return {row.id: row for row in self._connection.execute(statement)}

    # -- erasure

    def forget(self, conversation_id: str) -> set[int]:
        """Take the turns of a conversation off their questions; returns the questions that nobody asks any more."""
        mine = select(turn.c.id).where(turn.c.conversation_id == conversation_id)
        statement = select(asking.c.question_id).where(asking.c.turn_id.in_(mine), asking.c.question_id.is_not(None))
        touched = set(self._connection.execute(statement.distinct()).scalars())
        self._connection.execute(
            update(asking).where(asking.c.turn_id.in_(mine)).values(question_id=None, answer_id=None)
        )
        asked = set(
            self._connection.execute(
                select(asking.c.question_id).where(asking.c.question_id.in_(touched)).distinct()
            ).scalars()
        )
        self.recount(asked)
        kept = set(
            self._connection.execute(
                select(question.c.id).where(question.c.id.in_(touched - asked), question.c.is_imported.is_(True))
            ).scalars()
        )
        self._connection.execute(update(question).where(question.c.id.in_(kept)).values(**_NEVER_ASKED))
        return touched - asked - kept

    def blank(self, question_ids: Iterable[int], mark: str) -> None:
        """Take the text out of questions for good; what was said about them stays, about nothing."""
        for question_id in question_ids:
            values = {"key": f"{mark}{question_id}", "text": mark, "folded": "", "candidates": []}
            state = {"state": "erased", "target": "", "proposed": "", "suggested": "", "meaning": ""}
            self._connection.execute(
                update(question)
                .where(question.c.id == question_id)
                .values(**values, **state, **_NEVER_ASKED, version=question.c.version + 1)
            )
            self._connection.execute(delete(resemblance).where(resemblance.c.question_id == question_id))


def _counted(row: Row[Any], facets: str, last: Row[Any]) -> dict[str, Any]:
    candidates = tuple(str(one["article_id"]) for one in last.candidates)[:3]
    suggested = suggestion(last.intent, last.article_id, candidates, Outcome(last.outcome))
    values = {name: value for name, value in row._mapping.items() if name != "question_id"}
    return values | {
        "question_id": row.question_id,
        "facets": facets,
        "language": last.language,
        "candidates": list(candidates),
        "suggested": suggested,
        "suggested_": suggested,
        "worth": worth(row.confidence, row.asked, row.poor, row.escalated, row.corrected),
    }
