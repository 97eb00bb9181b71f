import hashlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from bot.filestore import DiskFileStore, InMemoryFileStore
from helpdesk.error import NotFound
from helpdesk.filestore import FileRefused, FileStore
from helpdesk.language import LANGUAGES
from helpdesk.wording import catalogue, say

LIMIT = 1 << 20
PDF = b"%PDF-1.7\nbody\n%%EOF\n"


async def stream(*chunks: bytes) -> AsyncIterator[bytes]:
    for chunk in chunks:
        yield chunk


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def content(path: str) -> bytes:
    return Path(path).read_bytes()


def mode(path: str) -> int:
    return Path(path).stat().st_mode & 0o777


@pytest.fixture(params=["disk", "memory"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[FileStore]:
    if request.param == "disk":
        yield DiskFileStore(tmp_path / "files", LIMIT)
    else:
        with InMemoryFileStore(LIMIT) as memory:
            yield memory


async def test_a_kept_file_comes_back_byte_for_byte_under_a_random_name(store: FileStore) -> None:
    kept = await store.keep("tờ khai.pdf", stream(PDF[:5], PDF[5:]))
    path = store.path(kept.id)
    assert content(path) == PDF
    assert (kept.name, kept.media_type, kept.size_bytes) == ("tờ khai.pdf", "application/pdf", len(PDF))
    assert kept.sha256 == hashlib.sha256(PDF).hexdigest()
    assert Path(path).name == kept.id
    assert "khai" not in path


async def test_the_same_file_twice_is_two_files(store: FileStore) -> None:
    first = await store.keep("a.pdf", stream(PDF))
    second = await store.keep("a.pdf", stream(PDF))
    assert first.id != second.id


async def test_a_file_over_the_limit_stops_arriving_and_nothing_is_kept(tmp_path: Path) -> None:
    store, taken = DiskFileStore(tmp_path / "files", LIMIT), 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 65_536

    with pytest.raises(FileRefused) as refused:
        await store.keep("a.txt", endless())
    assert (refused.value.code, refused.value.values) == ("too_large", {"limit_mb": 1})
    assert taken == LIMIT // 65_536 + 1
    assert files_in(tmp_path) == []


async def test_a_refused_file_and_a_broken_upload_leave_nothing_behind(tmp_path: Path) -> None:
    store = DiskFileStore(tmp_path / "files", LIMIT)

    async def broken() -> AsyncIterator[bytes]:
        yield PDF
        raise ConnectionResetError

    with pytest.raises(FileRefused):
        await store.keep("a.pdf", stream(b"<svg/>"))
    with pytest.raises(ConnectionResetError):
        await store.keep("a.pdf", broken())
    assert files_in(tmp_path) == []


async def test_only_the_owner_of_the_process_may_read_a_kept_file(tmp_path: Path) -> None:
    store = DiskFileStore(tmp_path / "files", LIMIT)
    kept = await store.keep("a.pdf", stream(PDF))
    assert mode(store.path(kept.id)) == 0o600


async def test_a_discarded_file_is_gone_and_discarding_again_is_no_error(store: FileStore) -> None:
    kept = await store.keep("a.pdf", stream(PDF))
    store.discard(kept.id)
    store.discard(kept.id)
    with pytest.raises(NotFound):
        store.path(kept.id)


@pytest.mark.parametrize("file_id", ["", "../../etc/passwd", "f" * 32, "F" * 32, "a" * 31, "a" * 32 + "\n"])
def test_an_id_that_was_never_given_finds_nothing(store: FileStore, file_id: str) -> None:
    with pytest.raises(NotFound):
        store.path(file_id)


@pytest.mark.parametrize(
    "code", sorted(key.removeprefix("file.") for key in catalogue("vi") if key.startswith("file."))
)
def test_every_reason_for_refusal_is_said_in_every_language(code: str) -> None:
    texts = {say(language, f"file.{code}", limit_mb=20, extension="exe") for language in LANGUAGES}
    assert len(texts) == len(LANGUAGES)
