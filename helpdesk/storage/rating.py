"""Rating requests and what came back."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, insert, select, update

from helpdesk.rating import Rating, RatingReason
from helpdesk.storage.table import rating, ticket


class RatingRows:
    """Reads and writes ratings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def ask(self, ticket_id: int, officer_id: int | None, unit: str | None, at: datetime) -> bool:
        """Freeze the subjects of a rating; False when this ticket was asked about before."""
        if self.get(ticket_id) is not None:
            return False
        self._connection.execute(
            insert(rating).values(ticket_id=ticket_id, officer_id=officer_id, unit=unit, asked_at=at)
        )
        return True

    def get(self, ticket_id: int) -> Rating | None:
        """The rating of a ticket."""
        row = self._connection.execute(select(rating).where(rating.c.ticket_id == ticket_id)).one_or_none()
        if row is None:
            return None
        return Rating(
            ticket_id=row.ticket_id,
            officer_id=row.officer_id,
            unit=row.unit,
            asked_at=row.asked_at,
            level=row.level,
            reason=None if row.reason is None else RatingReason(row.reason),
            comment=row.comment,
            rated_at=row.rated_at,
        )

    def give(self, ticket_id: int, level: int, at: datetime) -> bool:
        """Store a level once; False when it was already given or never asked."""
        statement = (
            update(rating)
            .where(rating.c.ticket_id == ticket_id, rating.c.level.is_(None))
            .values(level=level, rated_at=at)
        )
        return self._connection.execute(statement).rowcount == 1

    def explain(self, ticket_id: int, **values: Any) -> bool:
        """Add the reason or comment to a level that was given; False when there is none."""
        statement = update(rating).where(rating.c.ticket_id == ticket_id, rating.c.level.is_not(None)).values(**values)
        return self._connection.execute(statement).rowcount == 1

    def given(self, since: datetime) -> list[tuple[str | None, datetime, int]]:
        """Unit, time and level of every rating given since a moment; nothing that names a person."""
        statement = select(rating.c.unit, rating.c.rated_at, rating.c.level).where(
            rating.c.level.is_not(None), rating.c.rated_at >= since
        )
        return [(row.unit, row.rated_at, row.level) for row in self._connection.execute(statement)]

    def ticket_id_of(self, conversation_id: str, number: str) -> int | None:
        """The ticket of this conversation with that number: nobody rates another's ticket."""
        statement = select(ticket.c.id).where(ticket.c.conversation_id == conversation_id, ticket.c.number == number)
        return self._connection.execute(statement).scalar_one_or_none()
