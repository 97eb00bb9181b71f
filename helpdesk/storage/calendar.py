"""Office hours and closures of each unit."""

from sqlalchemy import Connection, delete, insert, select

from helpdesk.calendar import Closure, OfficeCalendar, Slot
from helpdesk.storage.table import closure, office_slot

EVERYWHERE = "all"
"""The unit name of records that hold for every unit without records of its own."""


class CalendarRows:
    """Reads and writes office hours."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def of(self, unit: str | None) -> OfficeCalendar:
        """The calendar of a unit; its own slots if it has any, else those of `EVERYWHERE`."""
        own = self.slots(unit) if unit else []
        days = [day for name in {unit, EVERYWHERE} - {None} for day in self.closures(str(name))]
        return OfficeCalendar(own or self.slots(EVERYWHERE), days)

    def slots(self, unit: str) -> list[Slot]:
        """The recorded slots of exactly this unit."""
        statement = select(office_slot).where(office_slot.c.unit == unit)
        statement = statement.order_by(office_slot.c.weekday, office_slot.c.opens)
        return [
            Slot(row.weekday, row.opens, row.closes, row.valid_from, row.valid_to)
            for row in self._connection.execute(statement)
        ]

    def closures(self, unit: str) -> list[Closure]:
        """The recorded closures of exactly this unit."""
        statement = select(closure).where(closure.c.unit == unit).order_by(closure.c.day)
        return [Closure(row.day, row.name) for row in self._connection.execute(statement)]

    def replace(self, unit: str, slots: list[Slot], closures: list[Closure]) -> None:
        """Set the hours and closures of a unit."""
        self._connection.execute(delete(office_slot).where(office_slot.c.unit == unit))
        self._connection.execute(delete(closure).where(closure.c.unit == unit))
        for slot in slots:
            self._connection.execute(
                insert(office_slot).values(
                    unit=unit,
                    weekday=slot.weekday,
                    opens=slot.opens,
                    closes=slot.closes,
                    valid_from=slot.valid_from,
                    valid_to=slot.valid_to,
                )
            )
        for day in {item.day: item for item in closures}.values():
            self._connection.execute(insert(closure).values(unit=unit, day=day.day, name=day.name))
