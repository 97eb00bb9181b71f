import logging
from collections.abc import Iterator

import pytest
import structlog

from bot.nlu import quiet_log

SEED = "tôi tên là Nguyễn Thị Seeded 0912345678"


@pytest.fixture(autouse=True)
def quiet(capsys: pytest.CaptureFixture[str]) -> Iterator[None]:  # capsys first, so that its stderr is the one in use
    root = logging.getLogger()
    before = root.handlers[:], root.level
    root.handlers.clear()  # pytest's own would be closed
    quiet_log.configure(logging.WARNING)
    yield
    structlog.reset_defaults()
    logging.raiseExceptions = True
    root.handlers[:], root.level = before


def test_an_exception_shows_its_class_and_place_only(capsys: pytest.CaptureFixture[str]) -> None:
    try:
        raise ValueError(SEED)
    except ValueError:
        logging.getLogger("rasa.core").exception("turn failed")
    shown = capsys.readouterr().err
    assert "turn failed" in shown
    assert "ValueError at" in shown
    assert "Seeded" not in shown


def test_structured_events_keep_their_name_only(capsys: pytest.CaptureFixture[str]) -> None:
    structlog.get_logger().error("rest.message.received.failure", text=SEED)
    shown = capsys.readouterr().err
    assert "rest.message.received.failure" in shown
    assert "Seeded" not in shown


def test_what_is_less_than_a_warning_is_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    logging.getLogger("rasa").info(SEED)
    structlog.get_logger().debug("processor.message.parse", parse_data_text=SEED)
    assert capsys.readouterr().err == ""
