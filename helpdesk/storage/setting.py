"""Settings that administrators change while the desk runs."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from helpdesk.storage.table import setting

SERVE_DRAFTS = "serve_drafts"
REVIEW_DAYS = "review_days"
"""How many days before an article or a law ends its review is opened."""
LIBRARY_STAMP = "library_stamp"
"""Changes whenever what may be answered changes; every desk compares it with the one it knows."""


class SettingRows:
    """Reads and writes live settings."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, key: str, default: Any = None) -> Any:
        """The stored value, or `default` when nobody has set it."""
        row = self._connection.execute(select(setting.c.value).where(setting.c.key == key)).one_or_none()
        return default if row is None else row.value

    def set(self, key: str, value: Any, at: datetime, officer_id: int | None) -> None:
        """Store a value."""
        self._connection.execute(delete(setting).where(setting.c.key == key))
        self._connection.execute(insert(setting).values(key=key, value=value, changed_at=at, changed_by=officer_id))
