from pathlib import Path

import pytest

from bot.connectors.web.problem import ProblemError
from bot.connectors.web.upload import MAX_WAITING, SENT_SECONDS, UNSENT_SECONDS, PendingUploads
from helpdesk.inbox import IncomingFile


class Clock:
    def __init__(self) -> None:
        self.now = 1_000_000.0

    def __call__(self) -> float:
        return self.now


def file(number: int = 1) -> IncomingFile:
    return IncomingFile(f"{number:032x}", "tờ khai.pdf", "application/pdf", 10, "ab" * 32)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def uploads(tmp_path: Path, clock: Clock) -> PendingUploads:
    return PendingUploads(tmp_path / "uploads", clock)


def test_an_upload_goes_with_one_message_however_often_that_message_is_sent(uploads: PendingUploads) -> None:
    uploads.add("me", file())
    assert uploads.claim("me", "m1", (file().id,)) == (file(),)
    assert uploads.claim("me", "m1", (file().id,)) == (file(),)
    with pytest.raises(ProblemError):
        uploads.claim("me", "m2", (file().id,))


def test_an_upload_survives_a_restart(uploads: PendingUploads, tmp_path: Path) -> None:
    uploads.add("me", file())
    assert PendingUploads(tmp_path / "uploads").claim("me", "m1", (file().id,)) == (file(),)


def test_anothers_upload_and_an_invented_one_are_refused_alike(uploads: PendingUploads) -> None:
    uploads.add("me", file())
    refusals = []
    for who, file_id in (("you", file().id), ("me", "f" * 32)):
        with pytest.raises(ProblemError) as refused:
            uploads.claim(who, "m1", (file_id,))
        refusals.append((refused.value.status, refused.value.code))
    assert refusals == [(404, "not_found")] * 2


def test_uploading_without_ever_sending_comes_to_an_end(uploads: PendingUploads) -> None:
    for number in range(MAX_WAITING):
        uploads.check_room("me")
        uploads.add("me", file(number))
    with pytest.raises(ProblemError):
        uploads.check_room("me")
    uploads.check_room("you")
    uploads.claim("me", "m1", (file(3).id,))
    uploads.check_room("me")


def test_what_was_never_sent_is_swept_and_what_was_sent_is_left_alone(uploads: PendingUploads, clock: Clock) -> None:
    uploads.add("me", file(1))
    uploads.add("me", file(2))
    uploads.claim("me", "m1", (file(2).id,))
    assert uploads.sweep() == []
    clock.now += UNSENT_SECONDS + 1
    assert uploads.sweep() == [file(1).id]
    assert uploads.claim("me", "m1", (file(2).id,)) == (file(2),)


def test_nothing_is_remembered_for_ever(uploads: PendingUploads, clock: Clock, tmp_path: Path) -> None:
    uploads.add("me", file())
    uploads.claim("me", "m1", (file().id,))
    clock.now += SENT_SECONDS + 1
    assert uploads.sweep() == []
    assert list((tmp_path / "uploads").iterdir()) == []


def test_forgetting_a_visitor_names_the_files_that_no_message_has(uploads: PendingUploads) -> None:
    uploads.add("me", file(1))
    uploads.add("me", file(2))
    uploads.claim("me", "m1", (file(2).id,))
    assert uploads.forget("me") == [file(1).id]
    with pytest.raises(ProblemError):
        uploads.claim("me", "m1", (file(2).id,))
