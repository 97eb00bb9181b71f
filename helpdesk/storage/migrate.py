"""Bringing a database to the schema of this release, with Alembic, from code: there is no ini file to forget."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
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
        raise StorageUnavailable(
            f"the database cannot be opened ({_first_line(error)}); check ISEC_DATABASE_URL"
        ) from error
    except DatabaseError as error:
        raise StorageUnavailable(
            f"the database file is not usable ({_first_line(error)}); restore it from a backup or move it away"
        ) from error
    except CommandError as error:
        raise StorageUnavailable(
            "the database was written by a newer release; start that release or restore a backup"
        ) from error


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).partition("\n")[0]
