"""Small records inside JSON columns."""

from collections.abc import Iterable
from typing import Any, Protocol


class Record(Protocol):
    """A dataclass with slots and plain values."""

    __slots__: tuple[str, ...]


def plain(records: Iterable[Record]) -> list[dict[str, Any]]:
    """Each record as a dict of its fields; `dataclasses.asdict` also copies what cannot change."""
    return [{name: getattr(record, name) for name in record.__slots__} for record in records]
