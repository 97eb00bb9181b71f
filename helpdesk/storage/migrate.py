"""Bringing a database to the schema of this release, with Alembic, from code: there is no ini file to forget."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine
from sqlalchemy.exc import DatabaseError, OperationalError

from helpdesk.error import StorageUnavailable

SCRIPTS = Path(__file__).parent / "migration"


def upgrade(engine: Engine) -> None:
    """Apply every missing migration; raises StorageUnavailable with what to look at."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    try:
        with engine.connect() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
            connection.commit()
    except OperationalError as error:
        raise StorageUnavailable(f"the database cannot be opened ({error.orig}); check ISEC_DATABASE_URL") from error
    except DatabaseError as error:
        raise StorageUnavailable(
            f"the database file is not usable ({error.orig}); restore it from a backup or move it away"
        ) from error
