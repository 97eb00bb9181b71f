"""Work on articles: comments on versions, and reviews that are due."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, Select, func, insert, select, update

from helpdesk.storage.table import article_comment, article_review, officer


@dataclass(frozen=True, slots=True)
class Comment:
    """A remark of a colleague on a version."""

    id: int
    version: int
    author: str
    text: str
    created_at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True)
class Due:
    """Why and by when an article has to be looked at: it ends, a law it rests on ends, or its own review date."""

    article_id: str
    version: int
    cause: str
    due_on: date
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Review:
    """A review that was opened; `owner` is empty while nobody has taken it."""

    id: int
    due: Due
    opened_at: datetime
    owner_id: int | None
    owner: str


class CommentRows:
    """Reads and writes comments."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, article_id: str) -> list[Comment]:
        """Every comment on an article, newest first."""
        statement = (
            select(article_comment, officer.c.name)
            .join(officer, officer.c.id == article_comment.c.officer_id)
            .where(article_comment.c.article_id == article_id)
            .order_by(article_comment.c.id.desc())
        )
        return [
            Comment(row.id, row.version, row.name, row.text, row.created_at, row.settled_at)
            for row in self._connection.execute(statement)
        ]

    def add(self, article_id: str, version: int, officer_id: int, text: str, at: datetime) -> None:
        """Store a comment."""
        self._connection.execute(
            insert(article_comment).values(
                article_id=article_id, version=version, officer_id=officer_id, text=text, created_at=at
            )
        )

    def settle(self, article_id: str, comment_id: int, at: datetime, officer_id: int) -> bool:
        """Mark a comment as dealt with; False when it is already, or not of this article."""
        statement = update(article_comment).where(
            article_comment.c.id == comment_id,
            article_comment.c.article_id == article_id,
            article_comment.c.settled_at.is_(None),
        )
        return self._connection.execute(statement.values(settled_at=at, settled_by=officer_id)).rowcount == 1

    def unsettled(self) -> dict[str, int]:
        """How many comments wait, by article."""
        statement = select(article_comment.c.article_id, func.count()).where(article_comment.c.settled_at.is_(None))
        rows = self._connection.execute(statement.group_by(article_comment.c.article_id)).all()
        return {article_id: int(count) for article_id, count in rows}


class ReviewRows:
    """Reads and writes reviews."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def open(self, dues: Iterable[Due], at: datetime) -> list[Due]:
        """Open what is not open yet; returns what was new."""
        known = {
            (row.article_id, row.version, row.cause, row.subject, row.due_on)
            for row in self._connection.execute(select(article_review))
        }
        new = [due for due in dues if (due.article_id, due.version, due.cause, due.subject, due.due_on) not in known]
        for due in dict.fromkeys(new):
            self._connection.execute(
                insert(article_review).values(
                    article_id=due.article_id,
                    version=due.version,
                    cause=due.cause,
                    subject=due.subject,
                    due_on=due.due_on,
                    opened_at=at,
                )
            )
        return new

    def waiting(self) -> list[Review]:
        """Reviews that nobody has finished, the most urgent first."""
        statement = self._query().where(article_review.c.done_at.is_(None))
        return [
            Review(
                row.id,
                Due(row.article_id, row.version, row.cause, row.due_on, row.subject),
                row.opened_at,
                row.owner_id,
                row.name or "",
            )
            for row in self._connection.execute(statement.order_by(article_review.c.due_on, article_review.c.id))
        ]

    def take(self, review_id: int, officer_id: int | None) -> bool:
        """Give a review an owner, or none; False when it is done."""
        statement = update(article_review).where(article_review.c.id == review_id, article_review.c.done_at.is_(None))
        return self._connection.execute(statement.values(owner_id=officer_id)).rowcount == 1

    def finish(self, review_id: int, at: datetime, officer_id: int, next_on: date | None = None) -> bool:
        """Mark a review as done, and when to look next; False when it is."""
        statement = update(article_review).where(article_review.c.id == review_id, article_review.c.done_at.is_(None))
        values = {"done_at": at, "done_by": officer_id, "next_on": next_on}
        return self._connection.execute(statement.values(**values)).rowcount == 1

    def next_days(self) -> dict[tuple[str, int], date]:
        """Until when versions that were looked at hold, by article and version; it outweighs their own review date."""
        newest = func.max(article_review.c.next_on)
        statement = (
            select(article_review.c.article_id, article_review.c.version, newest)
            .where(article_review.c.next_on.is_not(None))
            .group_by(article_review.c.article_id, article_review.c.version)
        )
        return {(row[0], row[1]): row[2] for row in self._connection.execute(statement)}

    def settle(self, article_id: str, below_version: int, at: datetime, officer_id: int) -> None:
        """Finish the reviews of an article's versions before one that has been approved."""
        self._connection.execute(
            update(article_review)
            .where(
                article_review.c.article_id == article_id,
                article_review.c.version < below_version,
                article_review.c.done_at.is_(None),
            )
            .values(done_at=at, done_by=officer_id)
        )

    @staticmethod
    def _query() -> Select[tuple[object, ...]]:
        return select(article_review, officer.c.name).outerjoin(officer, officer.c.id == article_review.c.owner_id)
