"""Logs are key-value events with ids; what people write and who they are never gets here.

An error is told by its type and the places it passed through. Its message is left out: it may quote what was sent.
"""

import asyncio
import logging
import sys
import traceback
from collections.abc import MutableMapping
from types import TracebackType
from typing import Any

import structlog

QUIET = ("aiohttp.access", "rasa_sdk", "sqlalchemy.engine", "asyncio")
MUTE = ("telegram", "httpx", "httpcore")
"""Libraries that write addresses with secrets, or whole updates, into their log."""
PLACES = 6

log = structlog.get_logger(__name__)


def configure(level: str) -> None:
    """Send every event to standard error, one line each; libraries only speak up when something is wrong."""
    number = logging.getLevelNamesMapping()[level.upper()]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_WithoutMessages("%(levelname)s %(name)s %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in MUTE:
        logging.getLogger(name).handlers = [logging.NullHandler()]
        logging.getLogger(name).propagate = False
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _tell_places,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def on_forgotten_error(_: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What asyncio calls when nobody looked at an error."""
    error = context.get("exception")
    log.error("task.failed", error=type(error).__name__, places=places(error.__traceback__ if error else None))


def places(trace: TracebackType | None) -> str:
    """Where an error passed through, innermost first."""
    frames = traceback.extract_tb(trace)[-PLACES:]
    return " < ".join(f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in reversed(frames))


def _tell_places(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    if event.pop("exc_info", None):
        event["places"] = places(sys.exc_info()[2])
    return event


class _WithoutMessages(logging.Formatter):
    def formatException(self, ei: Any) -> str:  # noqa: N802 - the name logging calls
        return f"{getattr(ei[0], '__name__', '')} at {places(ei[2])}"
