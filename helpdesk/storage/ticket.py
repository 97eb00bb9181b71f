"""Tickets and the queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, insert, select, update

from helpdesk.error import NotFound
from helpdesk.storage.table import counter, inserted_id, officer, ticket
from helpdesk.ticket import HandOffReason, Ticket, TicketState, number


def _query() -> Select[Any]:
    return select(ticket, officer.c.name.label("officer_name")).outerjoin_from(
        ticket, officer, officer.c.id == ticket.c.officer_id
    )


def _ticket(row: Row[Any]) -> Ticket:
    return Ticket(
        id=row.id,
        number=row.number,
        conversation_id=row.conversation_id,
        state=TicketState(row.state),
        reason=HandOffReason(row.reason),
        language=row.language,
        opened_at=row.opened_at,
        queued_at=row.queued_at,
        topic=row.topic,
        unit=row.unit,
        officer_id=row.officer_id,
        officer_name=row.officer_name,
        previous_number=row.previous_number,
        claimed_at=row.claimed_at,
        first_reply_at=row.first_reply_at,
        resolved_at=row.resolved_at,
        reopened_count=row.reopened_count,
        is_unit_named=row.is_unit_named,
    )


class TicketRows:
    """Reads and writes tickets."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, ticket_id: int) -> Ticket:
        """Raises NotFound."""
        row = self._connection.execute(_query().where(ticket.c.id == ticket_id)).one_or_none()
        if row is None:
            raise NotFound("this ticket does not exist")
        return _ticket(row)

    def latest_of(self, conversation_id: str) -> Ticket | None:
        """The newest ticket of a conversation, open or not."""
        statement = _query().where(ticket.c.conversation_id == conversation_id).order_by(ticket.c.id.desc()).limit(1)
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _ticket(row)

    def of(self, conversation_id: str) -> list[Ticket]:
        """Every ticket of a conversation, oldest first."""
        statement = _query().where(ticket.c.conversation_id == conversation_id).order_by(ticket.c.id)
        return [_ticket(row) for row in self._connection.execute(statement)]

    def in_states(
        self, states: Sequence[TicketState], officer_id: int | None = None, unit: str | None = None, limit: int = 200
    ) -> list[Ticket]:
        """Tickets in any of `states`, longest waiting first."""
        statement = _query().where(ticket.c.state.in_([str(state) for state in states]))
        if officer_id is not None:
            statement = statement.where(ticket.c.officer_id == officer_id)
        if unit is not None:
            statement = statement.where(ticket.c.unit == unit)
        statement = statement.order_by(ticket.c.queued_at, ticket.c.id).limit(limit)
        return [_ticket(row) for row in self._connection.execute(statement)]

    def open(
        self,
        conversation_id: str,
        reason: HandOffReason,
        language: str,
        at: datetime,
        topic: str | None = None,
        unit: str | None = None,
        previous_number: str | None = None,
    ) -> Ticket:
        """Create a queued ticket with the next number of the year; `unit` is one that the contact named."""
        statement = insert(ticket).values(
            number=number(at.year, self._count(f"ticket-{at.year}")),
            conversation_id=conversation_id,
            state=TicketState.QUEUED,
            reason=reason,
            topic=topic,
            unit=unit,
            is_unit_named=unit is not None,
            language=language,
            previous_number=previous_number,
            opened_at=at,
            queued_at=at,
            contact_waits_since=at,
        )
        return self.get(inserted_id(self._connection.execute(statement)))

    def move(self, before: Ticket, **values: Any) -> bool:
        """Change a ticket only if it is still as `before` was read; False when somebody was faster.

        This one conditional UPDATE is what makes a claim have exactly one winner.
        """
        holder = (
            ticket.c.officer_id.is_(None) if before.officer_id is None else ticket.c.officer_id == before.officer_id
        )
        statement = update(ticket).where(ticket.c.id == before.id, ticket.c.state == before.state, holder)
        return self._connection.execute(statement.values(**values)).rowcount == 1

    def name_unit(self, ticket_id: int, unit: str) -> None:
        """Remember the unit that the contact named; the last one named counts."""
        statement = update(ticket).where(ticket.c.id == ticket_id)
        self._connection.execute(statement.values(unit=unit, is_unit_named=True))

    def place(self, waiting: Ticket) -> int:
        """Place in the queue, 1 = next; 0 when the ticket is not queued."""
        if waiting.state is not TicketState.QUEUED:
            return 0
        ahead = (
            select(func.count())
            .select_from(ticket)
            .where(
                ticket.c.state == TicketState.QUEUED,
                (ticket.c.queued_at < waiting.queued_at)
                | ((ticket.c.queued_at == waiting.queued_at) & (ticket.c.id < waiting.id)),
            )
        )
        return int(self._connection.execute(ahead).scalar_one()) + 1

    def unclaimed_since(self, moment: datetime, alerts: int) -> list[Ticket]:
        """Queued tickets that wait since before `moment` and were alerted fewer than `alerts` times."""
        statement = _query().where(
            ticket.c.state == TicketState.QUEUED, ticket.c.queued_at < moment, ticket.c.alerts < alerts
        )
        return [_ticket(row) for row in self._connection.execute(statement)]

    def silent_since(self, moment: datetime) -> list[Ticket]:
        """Assigned tickets whose contact waits for the officer since before `moment`."""
        statement = _query().where(ticket.c.state == TicketState.ASSIGNED, ticket.c.contact_waits_since < moment)
        return [_ticket(row) for row in self._connection.execute(statement)]

    def start_waiting(self, ticket_id: int, at: datetime) -> None:
        """Remember since when the contact waits; a second message does not restart the clock."""
        statement = update(ticket).where(ticket.c.id == ticket_id, ticket.c.contact_waits_since.is_(None))
        self._connection.execute(statement.values(contact_waits_since=at))

    def set_alerts(self, ticket_id: int, alerts: int) -> None:
        """Remember how often a ticket was alerted."""
        self._connection.execute(update(ticket).where(ticket.c.id == ticket_id).values(alerts=alerts))

    def alerts(self, ticket_ids: Sequence[int]) -> dict[int, int]:
        """How often each ticket was alerted."""
        statement = select(ticket.c.id, ticket.c.alerts).where(ticket.c.id.in_(list(ticket_ids)))
        return {row.id: row.alerts for row in self._connection.execute(statement)}

    def counts(self) -> dict[TicketState, int]:
        """How many tickets are in each state."""
        statement = select(ticket.c.state, func.count()).group_by(ticket.c.state)
        return {TicketState(state): count for state, count in self._connection.execute(statement).all()}

    def _count(self, name: str) -> int:
        statement = update(counter).where(counter.c.name == name).values(value=counter.c.value + 1)
        value = self._connection.execute(statement.returning(counter.c.value)).scalar_one_or_none()
        if value is None:
            self._connection.execute(insert(counter).values(name=name, value=1))
            return 1
        return int(value)
