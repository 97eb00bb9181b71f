import io
import struct
import zipfile
from pathlib import Path

import pytest

from bot import filekind
from helpdesk.filestore import FileRefused

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


def png(width: int = 8, height: int = 8) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + b"\x08\x02\0\0\0" + b"\0" * 20


def jpeg(width: int = 8, height: int = 8, tail: bytes = b"\xff\xd9") -> bytes:
    app = b"\xff\xe0\x00\x10JFIF\0" + b"\0" * 9
    return b"\xff\xd8" + app + b"\xff\xc0\x00\x11\x08" + struct.pack(">HH", height, width) + b"\x03" + b"\0" * 9 + tail


def gif(width: int = 8, height: int = 8) -> bytes:
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\0" * 16 + b";"


def webp(width: int = 8, height: int = 8) -> bytes:
    size = (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
    return b"RIFF\x40\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0" + size + b"\0" * 16


def pdf(extra: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj<<>>endobj\n" + extra + b"\ntrailer<<>>\n%%EOF\n"


def office(part: str = "word/document.xml", extra: dict[str, bytes] | None = None) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in {"[Content_Types].xml": b"<Types/>", part: b"<doc/>", **(extra or {})}.items():
            archive.writestr(name, body)
    return stream.getvalue()


def ole(*streams: str) -> bytes:
    entries = (name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2) for name in streams)
    return OLE + b"".join(entry + b"\0" * 62 for entry in entries)


def kind_of(folder: Path, data: bytes, name: str = "file") -> filekind.FileKind:
    path = folder / "bytes"
    path.write_bytes(data)
    return filekind.inspect(path, name)


def refusal_of(folder: Path, data: bytes, name: str = "file") -> str:
    with pytest.raises(FileRefused) as refused:
        kind_of(folder, data, name)
    return refused.value.code


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (png(), "image/png"),
        (jpeg(), "image/jpeg"),
        (jpeg(tail=b"\xff\xd9" + b"ftypmp42 a motion photo carries a film behind the picture"), "image/jpeg"),
        (gif(), "image/gif"),
        (webp(), "image/webp"),
        (pdf(), "application/pdf"),
        (office(), filekind.DOCX.media_type),
        (office("xl/workbook.xml"), filekind.XLSX.media_type),
        (office("ppt/presentation.xml"), filekind.PPTX.media_type),
        (ole("WordDocument"), "application/msword"),
        (ole("Workbook"), "application/vnd.ms-excel"),
        (ole("PowerPoint Document"), "application/vnd.ms-powerpoint"),
        ("tờ khai 301234567890\r\nluồng đỏ".encode(), "text/plain"),
        ("报关单".encode("gb18030"), "text/plain"),
        ("tờ khai".encode("utf-16"), "text/plain"),
        ("giá < 5 triệu".encode(), "text/plain"),
    ],
)
def test_a_business_file_is_known_by_its_content(tmp_path: Path, data: bytes, media_type: str) -> None:
    assert kind_of(tmp_path, data, "x.bin").media_type == media_type


def test_a_text_is_a_table_only_when_its_name_says_so(tmp_path: Path) -> None:
    assert kind_of(tmp_path, b"a,b\n1,2", "gia.CSV").media_type == "text/csv"
    assert kind_of(tmp_path, b"a,b\n1,2", "gia").media_type == "text/plain"


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "empty"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "markup"),
        (b"\xef\xbb\xbf \n<!DOCTYPE html><script>alert(1)</script>", "markup"),
        (b"hello\n<script>alert(1)</script>", "markup"),
        ("<html>".encode("utf-16"), "markup"),
        (b"<?xml version='1.0'?><a/>", "markup"),
        (b"#!/bin/sh\nrm -rf /", "program"),
        (b"MZ\x90\0" + b"\0" * 200, "program"),
        (b"\x7fELF" + b"\x02" * 100 + b"\0", "program"),
        (b"Rar!\x1a\x07\x01\0" + b"\0" * 50, "archive"),
        (b"7z\xbc\xaf\x27\x1c\0\x04" + b"\0" * 50, "archive"),
        (office("readme.txt"), "archive"),
        (b"\0\0\0\x18ftypmp42" + b"\0" * 60, "type"),
        (b"\0\x01\x02\x03", "type"),
        (OLE, "type"),
        (ole("EncryptedPackage"), "encrypted"),
        (ole("WordDocument", "_VBA_PROJECT"), "macro"),
        (office(extra={"word/vbaProject.bin": b"x"}), "macro"),
        (office(extra={"../../etc/passwd": b"x"}), "damaged"),
        (office()[:-30], "damaged"),
        (b"PK\x03\x04" + b"\0" * 60, "damaged"),
        (b"\xff\xd8\xff\xe0broken", "damaged"),
        (png(0, 9), "damaged"),
        (pdf()[:-7], "damaged"),
        (png(100_000, 100_000), "dimensions"),
        (jpeg(60_000, 60_000), "dimensions"),
        (webp(16_000, 16_000), "dimensions"),
        (pdf(b"<script>alert(1)</script>"), "polyglot"),
        (gif() + b"<script>alert(1)</script>", "polyglot"),
        (png() + b"<?php system($_GET[0]) ?>", "polyglot"),
        (jpeg(tail=b"%PDF-1.4"), "polyglot"),
        (png() + office("x"), "polyglot"),
        (pdf() + office("x"), "polyglot"),
        (b"PK\x03\x04"[:2] + b"not an archive", "type"),
    ],
)
def test_what_is_not_a_plain_business_file_is_refused_with_its_reason(tmp_path: Path, data: bytes, code: str) -> None:
    assert refusal_of(tmp_path, data) == code


def test_an_office_file_hidden_behind_other_bytes_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, b"PK\x03\x04 something else first " + office()) == "polyglot"


def test_an_archive_that_unpacks_to_far_more_than_it_weighs_is_refused(tmp_path: Path) -> None:
    assert refusal_of(tmp_path, office(extra={"word/media/a.xml": b"\0" * (8 << 20)})) == "bomb"


def test_an_archive_with_too_many_entries_is_refused(tmp_path: Path) -> None:
    extra = {f"word/{index}.xml": b"" for index in range(filekind.MAX_ENTRIES)}
    assert refusal_of(tmp_path, office(extra=extra)) == "bomb"


def test_an_archive_that_lies_about_the_size_of_an_entry_is_refused(tmp_path: Path) -> None:
    honest = office(extra={"word/media/a.bin": b"x" * 100_000})
    with zipfile.ZipFile(io.BytesIO(honest)) as archive:
        size = struct.pack("<I", archive.getinfo("word/media/a.bin").file_size)
    lying = honest.replace(size, struct.pack("<I", 10))
    assert refusal_of(tmp_path, lying) == "damaged"


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("hợp đồng.pdf", "hợp đồng.pdf"),
        ("C:\\Users\\me\\to khai.pdf", "to khai.pdf"),
        ("../../etc/passwd", "passwd"),
        ("fdp.\u202eexe.pdf\u200b".replace("exe", "abc"), "fdp.abc.pdf"),
        ("a\x00b\nc.pdf", "abc.pdf"),
        ("...", "file"),
        ("", "file"),
        ("报关单.pdf", "报关单.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_name_keeps_what_people_read_and_loses_what_deceives(name: str, cleaned: str) -> None:
    assert filekind.clean_name(name) == cleaned


@pytest.mark.parametrize("name", ["invoice.exe", "invoice.exe.pdf", "a.js\u200b", ".htaccess", "x.php.jpg", "z.hta ."])
def test_a_name_with_the_ending_of_a_program_anywhere_is_refused(name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        filekind.clean_name(name)
    assert refused.value.code == "extension"


@pytest.mark.parametrize(
    ("name", "kind", "shown"),
    [
        ("anh.jpg", filekind.JPEG, "anh.jpg"),
        ("anh.jpg", filekind.WEBP, "anh.webp"),
        ("hợp đồng 12.2024", filekind.PDF, "hợp đồng 12.2024.pdf"),
        ("scan", filekind.PNG, "scan.png"),
        ("IMG.JPEG", filekind.JPEG, "IMG.JPEG"),
    ],
)
def test_the_shown_name_ends_as_the_content_says(name: str, kind: filekind.FileKind, shown: str) -> None:
    assert filekind.fitting_name(name, kind) == shown


@pytest.mark.parametrize("name", ["photo.SVG", "a.htm\u200bl", "x.svg.png"])
def test_a_name_with_the_ending_of_a_web_page_is_refused_as_one(name: str) -> None:
    with pytest.raises(FileRefused) as refused:
        filekind.clean_name(name)
    assert refused.value.code == "markup"
