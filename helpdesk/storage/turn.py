"""The log of questions: what was asked, what was understood, what became of it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from helpdesk.message import Outcome
from helpdesk.reply import Reply
from helpdesk.storage.record import plain
from helpdesk.storage.table import inserted_id, turn


@dataclass(frozen=True, slots=True)
class Turn:
    """One logged question."""

    id: int
    conversation_id: str
    message_id: int | None
    question: str
    channel: str
    language: str
    outcome: Outcome
    intent: str | None
    confidence: float
    candidates: list[dict[str, Any]]
    entities: list[dict[str, Any]]
    article_id: str | None
    article_version: int | None
    reason: str | None
    model: str | None
    is_reduced: bool
    latency_ms: float
    is_useful: bool | None
    poor_reason: str | None
    unit: str | None
    created_at: datetime


def _turn(row: Row[Any]) -> Turn:
    values = dict(row._mapping)
    values["outcome"] = Outcome(values["outcome"])
    return Turn(**values)


# every message runs these; built once, because building a statement costs as much as running it
_ADD = insert(turn)
_OF_MESSAGES = select(turn).where(turn.c.message_id.in_(bindparam("message_ids", expanding=True)))

_UNIT_NAMED = (
    select(turn.c.unit)
    .where(
        turn.c.conversation_id == bindparam("conversation_id_"),
        turn.c.unit.is_not(None),
        turn.c.created_at >= bindparam("since_"),
    )
    .order_by(turn.c.id.desc())
    .limit(1)
)


class TurnRows:
    """Reads and writes the question log."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(
        self, conversation_id: str, message_id: int | None, question: str, channel: str, reply: Reply, at: datetime
    ) -> int:
        """Log a turn; returns its id."""
        values = {
            "conversation_id": conversation_id,
            "message_id": message_id,
            "question": question,
            "channel": channel,
            "language": reply.language,
            "outcome": reply.outcome,
            "intent": reply.intent,
            "confidence": reply.confidence,
            "candidates": plain(reply.candidates),
            "entities": plain(reply.entities),
            "article_id": reply.article_id,
            "article_version": reply.article_version,
            "reason": reply.reason,
            "model": reply.model,
            "is_reduced": reply.is_reduced,
            "latency_ms": reply.latency_ms,
            "unit": reply.unit,
            "created_at": at,
        }
        return inserted_id(self._connection.execute(_ADD, values))

    def get(self, turn_id: int, conversation_id: str) -> Turn | None:
        """A turn of this conversation, None for any other's."""
        statement = select(turn).where(turn.c.id == turn_id, turn.c.conversation_id == conversation_id)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _turn(row)

    def of_message(self, message_ids: list[int]) -> dict[int, Turn]:
        """The turns that contact messages led to."""
        rows = self._connection.execute(_OF_MESSAGES, {"message_ids": message_ids})
        return {row.message_id: _turn(row) for row in rows}

    def outcomes(self, since: datetime) -> dict[Outcome, int]:
        """How many questions since a moment came to which outcome."""
        statement = select(turn.c.outcome, func.count()).where(turn.c.created_at >= since).group_by(turn.c.outcome)
        return {Outcome(outcome): count for outcome, count in self._connection.execute(statement).all()}

    def judge(self, turn_id: int, is_useful: bool, poor_reason: str | None = None) -> None:
        """Store what the person thought of the answer; the last word counts."""
        self._connection.execute(
            update(turn).where(turn.c.id == turn_id).values(is_useful=is_useful, poor_reason=poor_reason)
        )

    def last_answered(self, conversation_id: str) -> int | None:
        """The id of a conversation's last question that was answered."""
        asked = (turn.c.conversation_id == conversation_id, turn.c.outcome == Outcome.ANSWERED)
        found: int | None = self._connection.execute(select(func.max(turn.c.id)).where(*asked)).scalar()
        return found

    def unit_named(self, conversation_id: str, since: datetime) -> str | None:
        """The unit that a conversation's questions named last, None when none has since that moment."""
        row = self._connection.execute(_UNIT_NAMED, {"conversation_id_": conversation_id, "since_": since}).first()
        return None if row is None else str(row.unit)

    def in_vain(self, conversation_id: str) -> int:
        """Note on a conversation's last question that asking back led nowhere; returns its id, 0 for none."""
        last = select(func.max(turn.c.id)).where(turn.c.conversation_id == conversation_id)
        turn_id = self._connection.execute(last).scalar()
        if turn_id is None:
            return 0
        self._connection.execute(update(turn).where(turn.c.id == turn_id).values(reason="clarified_in_vain"))
        return int(turn_id)

    def find(
        self,
        outcome: str | None = None,
        language: str | None = None,
        below: float | None = None,
        article_id: str | None = None,
        words: str | None = None,
        limit: int = 50,
        offset: int = 0,
    ) -> tuple[list[Turn], int]:
        """Logged questions that match, newest first, and how many there are in all."""
        conditions = [
            *([turn.c.outcome == outcome] if outcome else []),
            *([turn.c.language == language] if language else []),
            *([turn.c.confidence < below] if below is not None else []),
            *([turn.c.article_id == article_id] if article_id else []),
            *([turn.c.question.icontains(words, autoescape=True)] if words else []),
        ]
        total = self._connection.execute(select(func.count()).select_from(turn).where(*conditions)).scalar_one()
        statement = select(turn).where(*conditions).order_by(turn.c.id.desc()).limit(limit).offset(offset)
        return [_turn(row) for row in self._connection.execute(statement)], int(total)

    def erase(self, conversation_id: str, mark: str) -> None:
        """Blank the questions of a conversation; outcomes stay for the statistics."""
        self._connection.execute(
            update(turn).where(turn.c.conversation_id == conversation_id).values(question=mark, entities=[])
        )
