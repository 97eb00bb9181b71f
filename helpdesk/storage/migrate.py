"""Bringing a database to the schema of this release, with Alembic, from code: there is no ini file to forget."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError

from helpdesk.error import StorageUnavailable

SCRIPTS = Path(__file__).parent / "migration"


def upgrade(engine: Engine) -> None:
    """Apply every missing migration; raises StorageUnavailable with what to look at."""
    try:
        with engine.connect() as connection:
            if not _is_current(connection):
                _apply(connection)
    except OperationalError as error:
        raise StorageUnavailable(
            f"the database cannot be opened ({_first_line(error)}); check ISEC_DATABASE_URL"
        ) from error
    except DatabaseError as error:
        raise StorageUnavailable(
            f"the database file is not usable ({_first_line(error)}); restore it from a backup or move it away"
        ) from error


def newest() -> str:
    """The revision that this release's code needs; migrations are numbered in their file names."""
    return max(path.name for path in (SCRIPTS / "versions").glob("[0-9]*.py")).partition("_")[0]


def _is_current(connection: Connection) -> bool:
    if not inspect(connection).has_table("alembic_version"):
        return False
    return connection.scalars(text("SELECT version_num FROM alembic_version")).all() == [newest()]


def _apply(connection: Connection) -> None:
    # loaded where it is used: a desk that restarts with the schema it left has no time to lose
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        raise StorageUnavailable(
            "the database was written by a newer release; start that release or restore a backup"
        ) from error
    connection.commit()


def _first_line(error: DatabaseError) -> str:
    return str(error.orig).partition("\n")[0]
