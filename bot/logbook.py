"""Logs are key-value events with ids; what people write and who they are never gets here."""

import logging
import sys

import structlog

QUIET = ("httpx", "httpcore", "telegram", "aiohttp.access", "rasa_sdk", "sqlalchemy.engine", "asyncio")


def configure(level: str) -> None:
    """Send every event to standard error, one line each; libraries only speak up when something is wrong."""
    number = logging.getLevelNamesMapping()[level.upper()]
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s", force=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.CRITICAL if name in ("httpx", "telegram") else logging.WARNING)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
