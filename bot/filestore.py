"""Keeping the bytes of files: on disk under random names, or in memory for tests and trials."""

import asyncio
import hashlib
import os
import re
import secrets
import tempfile
from collections.abc import AsyncIterable
from pathlib import Path
from typing import BinaryIO, Self

from bot.filekind import clean_name, fitting_name, inspect
from helpdesk.error import NotFound
from helpdesk.filestore import FileRefused
from helpdesk.inbox import IncomingFile

MAX_BYTES = 20 * 1024 * 1024
_BLOCK = 1 << 20
_ID = re.compile(r"[0-9a-f]{32}")


class DiskFileStore:
    """Files in a folder of their own, spread over sub-folders by the first digits of their random ids.

    Args:
        folder: made when it is missing; must not lie under anything a web server serves.
        max_bytes: size above which a file is refused while it still arrives.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES) -> None:
        self._folder = folder
        self._arriving = folder / "arriving"
        self.max_bytes = max_bytes

    async def keep(self, name: str, chunks: AsyncIterable[bytes]) -> IncomingFile:
        """Store a file; it is on the disk when this returns, and nothing of it is when this raises FileRefused."""
        shown = clean_name(name)
        file_id = secrets.token_hex(16)
        arriving = self._arriving / file_id
        await asyncio.to_thread(self._arriving.mkdir, 0o700, parents=True, exist_ok=True)
        try:
            size, digest = await self._write(arriving, chunks)
            kind = await asyncio.to_thread(inspect, arriving, shown)
            await asyncio.to_thread(_settle, arriving, self._place(file_id))
        finally:
            await asyncio.to_thread(arriving.unlink, missing_ok=True)
        return IncomingFile(file_id, fitting_name(shown, kind), kind.media_type, size, digest)

    def path(self, file_id: str) -> str:
        """Where the bytes lie; raises NotFound."""
        place = self._place(file_id)
        if not place.is_file():
            raise NotFound("this file is not here")
        return str(place)

    def discard(self, file_id: str) -> None:
        """Delete the bytes; silent when they are gone already."""
        self._place(file_id).unlink(missing_ok=True)

    def _place(self, file_id: str) -> Path:
        if not _ID.fullmatch(file_id):
            raise NotFound("this file is not here")
        return self._folder / file_id[:2] / file_id[2:4] / file_id

    async def _write(self, path: Path, chunks: AsyncIterable[bytes]) -> tuple[int, str]:
        """Write a stream to a private file, a block at a time and off the event loop."""
        size, digest, block = 0, hashlib.sha256(), bytearray()
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as stream:
            async for chunk in chunks:
                size += len(chunk)
                if size > self.max_bytes:
                    raise FileRefused("too_large", limit_mb=self.max_bytes // (1024 * 1024))
                digest.update(chunk)
                block += chunk
                if len(block) >= _BLOCK:
                    await asyncio.to_thread(stream.write, bytes(block))
                    block.clear()
            await asyncio.to_thread(_finish, stream, bytes(block))
        return size, digest.hexdigest()


def _finish(stream: BinaryIO, rest: bytes) -> None:
    stream.write(rest)
    stream.flush()
    os.fsync(stream.fileno())


def _settle(arriving: Path, place: Path) -> None:
    """Give a finished file its place, and have the folder remember it through a power cut."""
    place.parent.mkdir(0o700, parents=True, exist_ok=True)
    os.replace(arriving, place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class InMemoryFileStore:
    """The twin of DiskFileStore for tests and trials: a context whose files end with it."""

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="isec-files-")
        self._store = DiskFileStore(Path(self._folder.name), max_bytes)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._folder.cleanup()

    async def keep(self, name: str, chunks: AsyncIterable[bytes]) -> IncomingFile:
        """As DiskFileStore.keep."""
        return await self._store.keep(name, chunks)

    def path(self, file_id: str) -> str:
        """As DiskFileStore.path."""
        return self._store.path(file_id)

    def discard(self, file_id: str) -> None:
        """As DiskFileStore.discard."""
        self._store.discard(file_id)
