"""A log that a stranger may read: time, level, who, what happened; never what somebody wrote.

Rasa puts message text into some events and exceptions carry values in their messages, so events keep only their name
and exceptions only their class and the place they came from.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any, MutableMapping

import structlog

_SHOWN = ("event", "level")


class PlaceFormatter(logging.Formatter):
    """One line a record; an exception as its class and the file, line and function that raised it."""

    def format(self, record: logging.LogRecord) -> str:
        """The record in one line; what another handler made of its exception is not taken over."""
        record.exc_text = None
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802  (the name is logging's)
        """Class and place, without the exception's own words."""
        kind, _, trace = ei
        frames = traceback.extract_tb(trace)
        place = f" at {frames[-1].filename}:{frames[-1].lineno} in {frames[-1].name}" if frames else ""
        return f"  {kind.__name__ if kind else 'exception'}{place}"

    def formatStack(self, stack_info: str) -> str:  # noqa: N802
        """Nothing: stacks of calls are noise here."""
        return ""


def only_names(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep the name and level of a structured event, drop its values."""
    return {key: event[key] for key in _SHOWN if key in event}


def configure(level: int) -> None:
    """Send records of `level` and above to standard error, ordinary and structured ones alike."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(PlaceFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.raiseExceptions = False  # a log that cannot be written would print the record and its exception instead
    logging.captureWarnings(True)
    logging.getLogger("py.warnings").setLevel(logging.ERROR)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.processors.add_log_level,
            only_names,
            structlog.processors.KeyValueRenderer(key_order=_SHOWN),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
