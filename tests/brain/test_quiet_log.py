"""Logging belongs to the whole process, so each case runs in a process of its own."""

import subprocess
import sys

SEED = "Seeded Thi 0912345678"
BEGIN = f"""
import logging, structlog
from bot.nlu import quiet_log
quiet_log.configure(logging.WARNING)
SEED = {SEED!r}
"""


def written(program: str) -> str:
    """What `program` writes to standard error."""
    command = [sys.executable, "-W", "ignore", "-c", BEGIN + program]
    return subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_an_exception_shows_its_class_and_place_only() -> None:
    shown = written("""
try:
    raise ValueError(SEED)
except ValueError:
    logging.getLogger("rasa.core").exception("turn failed")
""")
    assert "turn failed" in shown
    assert "ValueError at <string>:" in shown
    assert "Seeded" not in shown


def test_an_exception_that_another_handler_wrote_out_is_not_taken_over() -> None:
    shown = written("""
record = logging.LogRecord("rasa", logging.ERROR, "x", 1, "turn failed", (), None)
record.exc_text = "ValueError: " + SEED
logging.getLogger("rasa").handle(record)
""")
    assert "turn failed" in shown
    assert "Seeded" not in shown


def test_structured_events_keep_their_name_only() -> None:
    shown = written("structlog.get_logger().error('rest.message.received.failure', text=SEED)")
    assert "rest.message.received.failure" in shown
    assert "Seeded" not in shown


def test_what_is_less_than_a_warning_is_not_written() -> None:
    assert written("logging.getLogger('rasa').info(SEED); structlog.get_logger().debug('parse', text=SEED)") == ""


def test_a_log_that_cannot_be_written_does_not_spill_the_record() -> None:
    shown = written("""
import sys, os
logging.getLogger().handlers[0].stream = open(os.devnull)
logging.getLogger("rasa").error("turn failed " + SEED)
""")
    assert shown == ""
