"""Gaps: questions that got no good answer, grouped by meaning; and askers who want to be told."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, FromClause, Row, and_, case, func, insert, or_, select, update

from helpdesk.error import NotFound
from helpdesk.storage.table import asker, gap, gap_turn, inserted_id, message, officer, opt_out, ticket, turn
from helpdesk.storage.table import conversation as conversation_table

UNANSWERED, DECLINED, IN_VAIN, NOT_USEFUL = "unanswered", "declined", "in_vain", "not_useful"
UNANSWERED_REASONS = ("nothing_found", "brain_down", "not_in_force")
ENDED = ("closed", "declined")
ERASED = "[erased]"
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Miss:
    """A logged question that was not answered well; `article_id` is what came nearest, or what was shown."""

    turn_id: int
    conversation_id: str
    kind: str
    language: str
    question: str
    article_id: str | None
    score: float
    at: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """What a gap is recognised by: its words by language and the article it comes nearest to."""

    id: int
    words: dict[str, list[str]]
    article_id: str | None
    state: str


@dataclass(frozen=True, slots=True)
class Gap:
    """A gap as the list shows it; `note` is what askers are told, by language, of one that no article closes."""

    id: int
    title: str
    article_id: str | None
    state: str
    owner_id: int | None
    owner: str
    closed_by_article: str | None
    note: dict[str, str] | None
    questions: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True)
class Spread:
    """How a gap's questions are spread: this week and the week before, by language, kind and unit of the branch.

    `waiting` is how many of the askers are yet to be told.
    """

    week: int = 0
    week_before: int = 0
    languages: tuple[tuple[str, int], ...] = ()
    kinds: tuple[tuple[str, int], ...] = ()
    units: tuple[tuple[str, int], ...] = ()
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """An asker to tell of a gap that was closed: by an article, or by a note in each language."""

    conversation_id: str
    gap_id: int
    article_id: str | None


@dataclass(frozen=True, slots=True)
class Answer:
    """What an officer answered after one of a gap's questions."""

    message_id: int
    conversation_id: str
    officer: str
    text: str
    at: datetime


_KIND = case(
    (turn.c.is_useful.is_(False), NOT_USEFUL),
    (turn.c.reason == "clarified_in_vain", IN_VAIN),
    (and_(turn.c.outcome == "handoff", turn.c.reason.in_(UNANSWERED_REASONS)), UNANSWERED),
    (turn.c.outcome == "out_of_scope", DECLINED),
)
_WAITS = (asker.c.told_at.is_(None), opt_out.c.contact_id.is_(None))


class GapRows:
    """Reads and writes gaps."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    # -- sorting questions in

    def unsorted(self, limit: int = 200) -> list[Miss]:
        """Questions without a good answer that belong to no gap yet, the oldest first."""
        wanted = or_(
            turn.c.is_useful.is_(False),
            turn.c.reason == "clarified_in_vain",
            and_(turn.c.outcome == "handoff", turn.c.reason.in_(UNANSWERED_REASONS)),
            turn.c.outcome == "out_of_scope",
        )
        statement = (
            select(turn, _KIND.label("kind"))
            .outerjoin(gap_turn, gap_turn.c.turn_id == turn.c.id)
            .where(gap_turn.c.turn_id.is_(None), turn.c.question != ERASED, wanted)
            .order_by(turn.c.id)
            .limit(limit)
        )
        return [_miss(row) for row in self._connection.execute(statement)]

    def groups(self) -> list[Group]:
        """What every gap is recognised by."""
        statement = select(gap.c.id, gap.c.words, gap.c.article_id, gap.c.state).order_by(gap.c.id)
        return [Group(row.id, row.words, row.article_id, row.state) for row in self._connection.execute(statement)]

    def open(self, title: str, words: dict[str, list[str]], article_id: str | None, at: datetime) -> int:
        """A new gap."""
        values = {"title": title[:300], "words": words, "article_id": article_id, "first_at": at, "last_at": at}
        return inserted_id(self._connection.execute(insert(gap).values(**values, state="open", questions=0)))

    def put(self, gap_id: int, miss: Miss) -> None:
        """Sort a question into a gap."""
        self._connection.execute(
            insert(gap_turn).values(
                turn_id=miss.turn_id,
                gap_id=gap_id,
                conversation_id=miss.conversation_id,
                kind=miss.kind,
                language=miss.language,
                at=miss.at,
            )
        )
        newest = case((gap.c.last_at < miss.at, miss.at), else_=gap.c.last_at)
        self._connection.execute(
            update(gap).where(gap.c.id == gap_id).values(questions=gap.c.questions + 1, last_at=newest)
        )

    def change(self, gap_id: int, **values: Any) -> None:
        """Set columns."""
        self._connection.execute(update(gap).where(gap.c.id == gap_id).values(**values))

    def join(self, gap_id: int, into_id: int) -> None:
        """Give a gap's questions to another, which is from then on recognised by both one's languages; it is gone."""
        rows = self._connection.execute(select(gap).where(gap.c.id.in_((gap_id, into_id)))).all()
        one, into = sorted(rows, key=lambda row: row.id == into_id)
        self._connection.execute(update(gap_turn).where(gap_turn.c.gap_id == gap_id).values(gap_id=into_id))
        self.change(
            into_id,
            words=one.words | into.words,
            questions=one.questions + into.questions,
            first_at=min(one.first_at, into.first_at),
            last_at=max(one.last_at, into.last_at),
        )
        self._connection.execute(gap.delete().where(gap.c.id == gap_id))

    def untitled(self, limit: int = 50) -> list[tuple[int, str]]:
        """Gaps whose title went with somebody's data, and another question of each (empty when none is left)."""
        found = self._connection.execute(select(gap.c.id).where(gap.c.title == "").limit(limit)).scalars()
        return [(gap_id, next((one.question for one in self.questions(gap_id, 20)), "")) for gap_id in list(found)]

    def erase(self, conversation_id: str) -> None:
        """Forget a contact's wish to be told, and titles that may be the contact's words."""
        of_contact = select(gap_turn.c.gap_id).where(gap_turn.c.conversation_id == conversation_id)
        self._connection.execute(update(gap).where(gap.c.id.in_(of_contact)).values(title=""))
        self._connection.execute(asker.delete().where(asker.c.conversation_id == conversation_id))

    # -- looking

    def get(self, gap_id: int) -> Gap:
        """Raises NotFound."""
        row = self._connection.execute(self._query().where(gap.c.id == gap_id)).one_or_none()
        if row is None:
            raise NotFound("this gap does not exist")
        return _gap(row)

    def find(self, state: str | None, owner_id: int | None, limit: int, offset: int) -> tuple[list[Gap], int]:
        """Gaps of a state and an owner, the most asked first, and how many there are."""
        conditions = [
            *([gap.c.state == state] if state else []),
            *([gap.c.owner_id == owner_id] if owner_id else []),
        ]
        total = self._connection.execute(select(func.count()).select_from(gap).where(*conditions)).scalar_one()
        statement = self._query().where(*conditions).order_by(gap.c.questions.desc(), gap.c.last_at.desc())
        rows = self._connection.execute(statement.limit(limit).offset(offset))
        return [_gap(row) for row in rows], int(total)

    def spread(self, gap_ids: Sequence[int], now: datetime) -> dict[int, Spread]:
        """How the questions of some gaps are spread; three queries however many gaps."""
        week = func.sum(case((gap_turn.c.at > now - WEEK, 1), else_=0))
        before = func.sum(case((and_(gap_turn.c.at <= now - WEEK, gap_turn.c.at > now - 2 * WEEK), 1), else_=0))
        statement = (
            select(gap_turn.c.gap_id, gap_turn.c.language, gap_turn.c.kind, func.count(), week, before)
            .where(gap_turn.c.gap_id.in_(gap_ids))
            .group_by(gap_turn.c.gap_id, gap_turn.c.language, gap_turn.c.kind)
        )
        rows = list(self._connection.execute(statement))
        units, waiting = self._units(gap_ids), self._waiting(gap_ids)
        return {
            gap_id: _spread([row[1:] for row in rows if row[0] == gap_id], units[gap_id], waiting.get(gap_id, 0))
            for gap_id in gap_ids
        }

    def questions(self, gap_id: int, limit: int = 50) -> list[Any]:
        """The newest questions of a gap: turn id, conversation, question, language, kind, at."""
        statement = (
            select(
                turn.c.id, turn.c.conversation_id, turn.c.question, gap_turn.c.language, gap_turn.c.kind, gap_turn.c.at
            )
            .join(gap_turn, gap_turn.c.turn_id == turn.c.id)
            .where(gap_turn.c.gap_id == gap_id, turn.c.question != ERASED)
            .order_by(turn.c.id.desc())
            .limit(limit)
        )
        return list(self._connection.execute(statement))

    def answers(self, gap_id: int, limit: int = 10) -> list[Answer]:
        """What officers answered where a gap's questions were asked, after they were, the newest first."""
        statement = (
            select(message.c.id, message.c.conversation_id, officer.c.name, message.c.text, message.c.created_at)
            .join(gap_turn, gap_turn.c.conversation_id == message.c.conversation_id)
            .join(officer, officer.c.id == message.c.officer_id)
            .where(
                gap_turn.c.gap_id == gap_id,
                message.c.author == "officer",
                message.c.is_private.is_(False),
                message.c.created_at >= gap_turn.c.at,
                message.c.text != ERASED,
            )
            .distinct()
            .order_by(message.c.id.desc())
            .limit(limit)
        )
        return [Answer(*row) for row in self._connection.execute(statement)]

    # -- telling

    def agree(self, turn_id: int, conversation_id: str, at: datetime) -> bool:
        """Remember that an asker wants to be told; False when that is known."""
        if self._connection.execute(select(asker).where(asker.c.turn_id == turn_id)).first() is not None:
            return False
        self._connection.execute(insert(asker).values(turn_id=turn_id, conversation_id=conversation_id, agreed_at=at))
        return True

    def untold(self, limit: int) -> list[News]:
        """Whom to tell of a gap that ended with an article or a note; who opted out is left out."""
        statement = (
            select(asker.c.conversation_id, gap.c.id, gap.c.closed_by_article)
            .select_from(self._askers())
            .join(gap, gap.c.id == gap_turn.c.gap_id)
            .where(*_WAITS, gap.c.state.in_(ENDED), or_(gap.c.closed_by_article.is_not(None), gap.c.note.is_not(None)))
            .distinct()
            .order_by(asker.c.conversation_id, gap.c.id)
            .limit(limit)
        )
        return [News(*row) for row in self._connection.execute(statement)]

    def tell(self, news: News, at: datetime) -> list[str]:
        """Mark what an asker waits for as told: what this article answers, else the one gap; returns the questions."""
        is_answered = gap.c.closed_by_article == news.article_id if news.article_id else gap.c.id == news.gap_id
        statement = (
            select(asker.c.turn_id, turn.c.question)
            .join(turn, turn.c.id == asker.c.turn_id)
            .join(gap_turn, gap_turn.c.turn_id == asker.c.turn_id)
            .join(gap, gap.c.id == gap_turn.c.gap_id)
            .where(asker.c.conversation_id == news.conversation_id, asker.c.told_at.is_(None))
            .where(is_answered, gap.c.state.in_(ENDED))
            .order_by(asker.c.turn_id)
        )
        waiting = self._connection.execute(statement).all()
        told = update(asker).where(asker.c.turn_id.in_([row.turn_id for row in waiting]), asker.c.told_at.is_(None))
        is_first = bool(waiting) and self._connection.execute(told.values(told_at=at)).rowcount == len(waiting)
        return [row.question for row in waiting] if is_first else []

    @staticmethod
    def _askers() -> FromClause:
        """Askers with the gap that their question belongs to, and whether they want no news."""
        return (
            asker.join(gap_turn, gap_turn.c.turn_id == asker.c.turn_id)
            .join(conversation_table, conversation_table.c.id == asker.c.conversation_id)
            .outerjoin(opt_out, opt_out.c.contact_id == conversation_table.c.contact_id)
        )

    @staticmethod
    def _query() -> Any:
        return select(gap, officer.c.name).outerjoin(officer, officer.c.id == gap.c.owner_id)

    def _units(self, gap_ids: Sequence[int]) -> defaultdict[int, list[tuple[str, int]]]:
        """Questions by the unit that each names, else that of its conversation's newest ticket; most asked first."""
        newest = (
            select(ticket.c.unit)
            .where(ticket.c.conversation_id == gap_turn.c.conversation_id, ticket.c.unit.is_not(None))
            .order_by(ticket.c.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        asked = (
            select(gap_turn.c.gap_id, func.coalesce(turn.c.unit, newest).label("unit"))
            .join(turn, turn.c.id == gap_turn.c.turn_id)
            .where(gap_turn.c.gap_id.in_(gap_ids))
            .subquery()
        )
        count = func.count().label("count")
        statement = (
            select(asked.c.gap_id, asked.c.unit, count)
            .where(asked.c.unit.is_not(None))
            .group_by(asked.c.gap_id, asked.c.unit)
            .order_by(count.desc(), asked.c.unit)
        )
        found: defaultdict[int, list[tuple[str, int]]] = defaultdict(list)
        for gap_id, name, number in self._connection.execute(statement):
            found[gap_id].append((name, int(number)))
        return found

    def _waiting(self, gap_ids: Sequence[int]) -> dict[int, int]:
        statement = (
            select(gap_turn.c.gap_id, func.count(asker.c.conversation_id.distinct()))
            .select_from(self._askers())
            .where(gap_turn.c.gap_id.in_(gap_ids), *_WAITS)
            .group_by(gap_turn.c.gap_id)
        )
        return {gap_id: int(count) for gap_id, count in self._connection.execute(statement)}


def _miss(row: Row[Any]) -> Miss:
    best = row.candidates[0] if row.candidates else {}
    article_id = row.article_id or best.get("article_id")
    score = 1.0 if row.article_id else float(best.get("score", 0.0))
    return Miss(row.id, row.conversation_id, row.kind, row.language, row.question, article_id, score, row.created_at)


def _gap(row: Row[Any]) -> Gap:
    return Gap(
        row.id,
        row.title,
        row.article_id,
        row.state,
        row.owner_id,
        row.name or "",
        row.closed_by_article,
        row.note,
        row.questions,
        row.first_at,
        row.last_at,
    )


def _spread(rows: Iterable[Any], units: list[tuple[str, int]], waiting: int) -> Spread:
    languages: defaultdict[str, int] = defaultdict(int)
    kinds: defaultdict[str, int] = defaultdict(int)
    week = week_before = 0
    for language, kind, count, in_week, in_week_before in rows:
        languages[language] += int(count)
        kinds[kind] += int(count)
        week += int(in_week)
        week_before += int(in_week_before)
    ordered = [tuple(sorted(found.items(), key=lambda item: -item[1])) for found in (languages, kinds)]
    return Spread(week, week_before, ordered[0], ordered[1], tuple(units), waiting)
