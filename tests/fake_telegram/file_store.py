"""Files: identifiers, download paths, size limits and the sizes a photo is offered in.

Bot API, File, getFile and "Sending files": a bot downloads up to 20 MB, uploads up to 50 MB and
photos up to 10 MB; a ``file_id`` resends a file without uploading it; a photo's width and height
together stay within 10000 and their ratio within 20.
"""

from __future__ import annotations

import mimetypes
import random
import string
import struct
from dataclasses import dataclass
from typing import Literal

from .wire import ApiError, JsonObject

FileKind = Literal["photo", "document", "voice"]

MAX_DOWNLOAD = 20 * 1024 * 1024
MAX_UPLOAD = 50 * 1024 * 1024
MAX_PHOTO = 10 * 1024 * 1024
_FOLDERS = {"photo": "photos", "document": "documents", "voice": "voice"}
_PREFIXES = {"photo": "AgACAgIAAxkBAA", "document": "BQACAgIAAxkBAA", "voice": "AwACAgIAAxkBAA"}
_SUFFIXES = {"photo": ".jpg", "document": ".bin", "voice": ".oga"}
_SIDES = (90, 320, 800, 1280)
_ALPHABET = string.ascii_letters + string.digits + "-_"
_IMAGE_MAGIC = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"RIFF", b"BM")
_UNKNOWN_SIZE = (1280, 960)


@dataclass(frozen=True, slots=True)
class StoredFile:
    kind: FileKind
    file_id: str
    file_unique_id: str
    file_path: str
    file_name: str
    mime_type: str
    data: bytes
    size: int

    def reference(self) -> JsonObject:
        return {
            "file_id": self.file_id,
            "file_unique_id": self.file_unique_id,
            "file_size": self.size,
        }


class FileStore:
    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}
        self._photos: dict[str, list[JsonObject]] = {}

    def add(
        self,
        kind: FileKind,
        data: bytes,
        file_name: str = "",
        mime_type: str = "",
        size: int | None = None,
    ) -> StoredFile:
        """Keep a file; ``size`` lets it claim to be larger than the bytes it holds."""
        suffix = "." + file_name.rpartition(".")[2] if "." in file_name else _SUFFIXES[kind]
        stored = StoredFile(
            kind=kind,
            file_id=_PREFIXES[kind] + self._token(58),
            file_unique_id=self._token(15),
            file_path=f"{_FOLDERS[kind]}/file_{len(self._by_id)}{suffix}",
            file_name=file_name,
            mime_type=mime_type or mimetypes.guess_type(file_name)[0] or "application/octet-stream",
            data=data,
            size=len(data) if size is None else size,
        )
        self._by_id[stored.file_id] = stored
        self._by_path[stored.file_path] = stored
        return stored

    def add_photo(self, data: bytes) -> list[JsonObject]:
        """The PhotoSize list of a photo, smallest first."""
        width, height = image_size(data)
        longest = max(width, height)
        sides = [side for side in _SIDES if side < longest] + [min(longest, _SIDES[-1])]
        sizes: list[JsonObject] = []
        for side in dict.fromkeys(sides):
            scale = side / longest
            reference = self.add("photo", data).reference()
            shape = {"width": max(1, round(width * scale)), "height": max(1, round(height * scale))}
            sizes.append({**reference, **shape})
        for photo in sizes:
            self._photos[photo["file_id"]] = sizes
        return sizes

    def get(self, file_id: str) -> StoredFile | None:
        return self._by_id.get(file_id)

    def photo(self, file_id: str) -> list[JsonObject]:
        """All sizes of the photo one of whose sizes this is."""
        return self._photos[file_id]

    def at_path(self, path: str) -> StoredFile | None:
        return self._by_path.get(path)

    def _token(self, length: int) -> str:
        return "".join(self._rng.choices(_ALPHABET, k=length))


def check_image(data: bytes) -> None:
    """What sendPhoto refuses."""
    if len(data) > MAX_PHOTO:
        raise ApiError.bad_request(
            f"File of size {len(data)} bytes is too big for a photo; the maximum size is {MAX_PHOTO} bytes"
        )
    if not data.startswith(_IMAGE_MAGIC):
        raise ApiError.bad_request("IMAGE_PROCESS_FAILED")
    width, height = image_size(data)
    if width + height > 10_000 or max(width, height) > 20 * min(width, height):
        raise ApiError.bad_request("PHOTO_INVALID_DIMENSIONS")


def image_size(data: bytes) -> tuple[int, int]:
    """Width and height of a PNG or JPEG; a usual camera shape for anything else."""
    if data.startswith(_IMAGE_MAGIC[0]) and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return max(width, 1), max(height, 1)
    if data.startswith(_IMAGE_MAGIC[1]):
        return _jpeg_size(data)
    return _UNKNOWN_SIZE


def _jpeg_size(data: bytes) -> tuple[int, int]:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4])
        if 0xC0 <= marker <= 0xCF and marker not in {0xC4, 0xC8, 0xCC}:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return max(width, 1), max(height, 1)
        at += 2 + length
    return _UNKNOWN_SIZE
