"""What stands in a desk's database once everything is worked off."""

from sqlalchemy import func, select

from helpdesk.storage.database import Database, create
from helpdesk.storage.table import inbox, turn
from helpdesk.storage.unit import Unit
from tests.waiting import until


async def drained(url: str, seconds: float = 240.0) -> dict[str, int]:
    """Wait until no update waits; how many rows and turns there are then."""
    database = Database(create(url))
    try:
        await until(lambda: database.read_now(lambda unit: unit.inbox.waiting_conversations()) == [], seconds)
        return database.read_now(_counts)
    finally:
        database.close()


def _counts(unit: Unit) -> dict[str, int]:
    tables = {"rows": inbox, "turns": turn}
    return {
        name: unit.connection.execute(select(func.count()).select_from(table)).scalar_one()
        for name, table in tables.items()
    }
