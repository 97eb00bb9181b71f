"""What a file is, told by its content alone; the sender's word only picks between two harmless names.

Everything that is not on the short list of accepted kinds is refused, and so is a file that another program could take
for something else: what the desk believes to be a picture must not be a web page to a browser or an archive to a shell.
"""

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import filetype

from helpdesk.filestore import FileRefused

MAX_NAME = 120
MAX_PIXELS = 100_000_000
MAX_ENTRIES = 4_000
MAX_UNPACKED = 200 * 1024 * 1024
MAX_RATIO = 150
RATIO_FREE = 4 * 1024 * 1024
"""Unpacked bytes below which the ratio does not matter: a nearly empty sheet packs very well."""

_HEAD = 1024
_MARKUP = re.compile(rb"<\s*(script|html|svg|iframe|body|!doctype|\?php|\?xml)", re.IGNORECASE)
_ACTIVE = re.compile(rb"<(script[\s>]|\?php\s)", re.IGNORECASE)
_TEXT_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13}) + b"\x7f"
_MARKUP_PARTS = frozenset({"htm", "html", "mht", "mhtml", "shtml", "svg", "svgz", "xht", "xhtml", "xml", "xsl"})
_UNSAFE_PARTS = frozenset(
    {
        "apk",
        "bash",
        "bat",
        "chm",
        "cmd",
        "cpl",
        "dll",
        "dmg",
        "exe",
        "hta",
        "htaccess",
        "iso",
        "jar",
        "js",
        "jse",
        "jsp",
    }
    | {"lnk", "mjs", "msi", "php", "phar", "phtml", "pif", "ps1", "py", "scr", "sh", "swf", "vbe", "vbs", "wsf"}
)
_ARCHIVES = frozenset(
    {"zip", "tar", "rar", "gz", "bz2", "7z", "xz", "Z", "ar", "lz", "lz4", "lzo", "zst", "cab", "rpm"}
)
_PROGRAMS = frozenset({"exe", "elf", "dex", "dey", "swf", "nes", "crx"})


@dataclass(frozen=True, slots=True)
class FileKind:
    """An accepted kind: its media type and the name endings that fit it, the usual one first."""

    media_type: str
    extensions: tuple[str, ...]


_OFFICE = "application/vnd.openxmlformats-officedocument"
JPEG = FileKind("image/jpeg", ("jpg", "jpeg", "jpe", "jfif"))
PNG = FileKind("image/png", ("png",))
GIF = FileKind("image/gif", ("gif",))
WEBP = FileKind("image/webp", ("webp",))
PDF = FileKind("application/pdf", ("pdf",))
DOCX = FileKind(f"{_OFFICE}.wordprocessingml.document", ("docx",))
XLSX = FileKind(f"{_OFFICE}.spreadsheetml.sheet", ("xlsx",))
PPTX = FileKind(f"{_OFFICE}.presentationml.presentation", ("pptx",))
DOC = FileKind("application/msword", ("doc",))
XLS = FileKind("application/vnd.ms-excel", ("xls",))
PPT = FileKind("application/vnd.ms-powerpoint", ("ppt",))
CSV = FileKind("text/csv", ("csv",))
TEXT = FileKind("text/plain", ("txt", "log"))
KINDS = (JPEG, PNG, GIF, WEBP, PDF, DOCX, XLSX, PPTX, DOC, XLS, PPT, CSV, TEXT)
_KNOWN_EXTENSIONS = frozenset(extension for kind in KINDS for extension in kind.extensions)
_OFFICE_PARTS = {"word/document.xml": DOCX, "xl/workbook.xml": XLSX, "ppt/presentation.xml": PPTX}
_OLE_STREAMS = {"WordDocument": DOC, "PowerPoint Document": PPT, "Workbook": XLS, "Book": XLS}


def clean_name(name: str) -> str:
    """The last part of a file name without invisible, direction-changing or path characters; never empty.

    Raises FileRefused when any part between dots is the ending of a program or a web page (`invoice.exe.pdf`).
    """
    visible = "".join(c for c in unicodedata.normalize("NFC", name) if unicodedata.category(c)[0] != "C")
    last = re.split(r"[/\\]", visible)[-1]
    for part in last.lower().split(".")[1:]:
        if part.strip() in _MARKUP_PARTS:
            raise FileRefused("markup")
        if part.strip() in _UNSAFE_PARTS:
            raise FileRefused("extension", extension=part.strip())
    last = last.strip(". ")
    stem, dot, extension = last.rpartition(".")
    if dot and len(last) > MAX_NAME:
        return f"{stem[: MAX_NAME - len(extension[:10]) - 1]}.{extension[:10]}"
    return last[:MAX_NAME] or "file"


def fitting_name(name: str, kind: FileKind) -> str:
    """The cleaned name with an ending that says what the content is."""
    stem, dot, extension = name.rpartition(".")
    if dot and extension.lower() in kind.extensions:
        return name
    if dot and extension.lower() in _KNOWN_EXTENSIONS:
        name = stem
    return f"{name}.{kind.extensions[0]}"


def inspect(path: Path, name: str) -> FileKind:
    """The kind of the file at `path`; raises FileRefused. Reads the whole file: call it in a thread."""
    data = path.read_bytes()
    if not data:
        raise FileRefused("empty")
    kind = _signed_kind(data) or (_office_kind(path, data) if data.startswith(b"PK") else _text_kind(data, name))
    if kind is not CSV and kind is not TEXT:
        _refuse_foreign(path, data, kind)
    return kind


def _signed_kind(data: bytes) -> FileKind | None:
    if data.startswith(b"\xff\xd8\xff"):
        return _picture(JPEG, _jpeg_size(data))
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return _picture(PNG, _size(data[16:24], "big", 4) if data[12:16] == b"IHDR" else None)
    if data[:6] in (b"GIF87a", b"GIF89a"):
        return _picture(GIF, _size(data[6:10], "little", 2))
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return _picture(WEBP, _webp_size(data))
    if data.startswith(b"%PDF-"):
        return _pdf(data)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(data)
    return None


def _picture(kind: FileKind, size: tuple[int, int] | None) -> FileKind:
    if size is None or not all(size):
        raise FileRefused("damaged")
    if size[0] * size[1] > MAX_PIXELS:
        raise FileRefused("dimensions")
    return kind


def _size(data: bytes, order: str, width: int) -> tuple[int, int] | None:
    if len(data) < 2 * width:
        return None
    read = int.from_bytes(data[:width], "big" if order == "big" else "little")
    return read, int.from_bytes(data[width : 2 * width], "big" if order == "big" else "little")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    at = 2
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return _size(data[at + 5 : at + 9], "big", 2)
        at += 1 if marker == 0xFF else 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _webp_size(data: bytes) -> tuple[int, int] | None:
    if data[12:16] == b"VP8X" and len(data) >= 30:
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if data[12:16] == b"VP8L" and len(data) >= 25:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if data[12:16] == b"VP8 " and len(data) >= 30:
        return int.from_bytes(data[26:28], "little") & 0x3FFF, int.from_bytes(data[28:30], "little") & 0x3FFF
    return None


def _pdf(data: bytes) -> FileKind:
    if b"%%EOF" not in data[-4096:]:
        raise FileRefused("damaged")
    if re.search(rb"/Encrypt\s", data[-4096:]):
        raise FileRefused("encrypted")
    return PDF


def _ole_kind(data: bytes) -> FileKind:
    if _has_stream(data, "EncryptedPackage"):
        raise FileRefused("encrypted")
    kind = next((kind for stream, kind in _OLE_STREAMS.items() if _has_stream(data, stream)), None)
    if kind is None:
        raise FileRefused("type")
    if _has_stream(data, "_VBA_PROJECT") or _has_stream(data, "_VBA_PROJECT_CUR"):
        raise FileRefused("macro")
    return kind


def _has_stream(data: bytes, name: str) -> bool:
    """A directory entry is a 64-byte name in UTF-16, padded with zeros, and the name's length with its end."""
    entry = name.encode("utf-16-le").ljust(64, b"\0") + (2 * len(name) + 2).to_bytes(2, "little")
    return entry in data


def _office_kind(path: Path, data: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
            names = {entry.filename for entry in entries}
            kind = next((kind for part, kind in _OFFICE_PARTS.items() if part in names), None)
            if kind is None or "[Content_Types].xml" not in names:
                raise FileRefused("archive")
            _refuse_bomb(entries, len(data))
            _refuse_unsafe_entries(entries)
            _unpack(archive, entries)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, ValueError, OSError, RuntimeError) as error:
        if data.startswith(b"PK\x03\x04"):
            raise FileRefused("damaged") from error
        raise FileRefused("type") from error
    return kind


def _refuse_bomb(entries: list[zipfile.ZipInfo], size: int) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    is_overlapping = packed > size
    is_dense = unpacked > RATIO_FREE and unpacked > MAX_RATIO * size
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or is_overlapping or is_dense:
        raise FileRefused("bomb")


def _refuse_unsafe_entries(entries: list[zipfile.ZipInfo]) -> None:
    for entry in entries:
        parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
        if entry.flag_bits & 0x1:
            raise FileRefused("encrypted")
        if not parts or ".." in parts or parts[0] == "/" or ":" in parts[0]:
            raise FileRefused("damaged")
        if parts[-1].lower() == "vbaproject.bin":
            raise FileRefused("macro")
    if min(entry.header_offset for entry in entries) != 0 or len({e.filename for e in entries}) != len(entries):
        raise FileRefused("polyglot")


def _unpack(archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> None:
    """Read every entry once: a header that lies about its size, or a broken entry, raises BadZipFile here."""
    for entry in entries:
        with archive.open(entry) as stream:
            while stream.read(1 << 20):
                pass


def _text_kind(data: bytes, name: str) -> FileKind:
    text = _as_bytes_of_text(data)
    if text is None:
        raise FileRefused(_refusal_of(data))
    if _MARKUP.search(text[: 4 * _HEAD]) or text.lstrip().startswith(b"<"):
        raise FileRefused("markup")
    if text.startswith(b"#!"):
        raise FileRefused("program")
    return CSV if name.lower().endswith(".csv") else TEXT


def _as_bytes_of_text(data: bytes) -> bytes | None:
    """The text as UTF-8 when it has none of the control characters that texts do not have, None otherwise."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            return None
    data = data.removeprefix(b"\xef\xbb\xbf")
    return data if data.translate(None, _TEXT_CONTROLS) == data else None


def _refusal_of(data: bytes) -> str:
    guess = filetype.guess(data[:8192])  # type: ignore[no-untyped-call]
    if guess is not None and guess.extension in _ARCHIVES:
        return "archive"
    is_program = data[:2] == b"MZ" or (guess is not None and guess.extension in _PROGRAMS)
    return "program" if is_program else "type"


def _refuse_foreign(path: Path, data: bytes, kind: FileKind) -> None:
    """Refuse what a second kind of program would read as its own."""
    is_office = kind in (DOCX, XLSX, PPTX)
    is_picture = kind.media_type.startswith("image/")
    head = data[:_HEAD]
    if (
        (kind is not PDF and b"%PDF-" in head)
        or (not is_office and zipfile.is_zipfile(path))
        or (not is_office and _MARKUP.search(head))
        or (is_picture and _ACTIVE.search(data))
    ):
        raise FileRefused("polyglot")
