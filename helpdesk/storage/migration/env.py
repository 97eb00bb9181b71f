"""Runs migrations on the connection that `helpdesk.storage.migrate` hands over."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import BigInteger

from helpdesk.storage.table import Moment, metadata


def render(kind: str, item: Any, _: AutogenContext) -> str | Literal[False]:
    """Write our own column types by their names when a migration is generated."""
    if kind == "type" and isinstance(item, Moment):
        return "Moment()"
    if kind == "type" and isinstance(item, BigInteger) and item._variant_mapping:
        return "Id"
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    render_item=render,
)
with context.begin_transaction():
    context.run_migrations()
