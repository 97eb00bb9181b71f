"""The log of a process of its own: configuring it is for good, so it is not done in the tests' process."""

import subprocess
import sys

import pytest

SECRET = "zqsecret"
SCRIPT = f"""
import asyncio, logging, structlog
from bot import logbook

def fail():
    raise ValueError("{SECRET}")

async def forgotten():
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(logbook.on_forgotten_error)
    loop.call_soon(fail)
    await asyncio.sleep(0.01)

logbook.configure("info")
try:
    fail()
except ValueError as error:
    structlog.get_logger("x").error("it.broke", error=type(error).__name__, exc_info=True)
    logging.getLogger("some.package").exception("it broke")
asyncio.run(forgotten())
logging.getLogger("telegram.Bot").critical("{SECRET}")
logging.getLogger("httpx").error("{SECRET}")
structlog.get_logger("y").info("an.event", conversation="c1", note="two\\nlines")
structlog.get_logger("y").debug("not.told")
"""


@pytest.fixture(scope="module")
def told() -> str:
    done = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert done.stdout == ""
    return done.stderr


def test_an_error_is_told_by_type_and_place_without_its_words(told: str) -> None:
    assert "event=it.broke error=ValueError places=" in told
    assert "some.package it broke\nValueError at <string>:" in told
    assert SECRET not in told
    assert "Traceback" not in told


def test_an_error_nobody_looked_at_is_told_the_same_way(told: str) -> None:
    assert "event=task.failed error=ValueError" in told


def test_every_event_is_one_line_and_the_level_is_kept(told: str) -> None:
    assert [line for line in told.splitlines() if "an.event" in line and "conversation=c1" in line]
    assert "lines" not in [line.strip() for line in told.splitlines()]
    assert "not.told" not in told
