"""Trained models and their manifest: which archive belongs to the data as it is, and that nobody altered it.

manifest.json in the folder of the models holds {"archive", "sha256", "fingerprint", "trained_at", "rasa", "seconds"}.
A Rasa archive can carry code, so only an archive whose SHA-256 stands in the manifest is served.
"""

import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from helpdesk.error import HelpdeskError

MANIFEST, SUFFIX = "manifest.json", ".tar.gz"
BY_COMMAND = "isec train"
"""The origin of a model that no desk knows yet."""
_OWN = ".json"
SOURCES = ("config.yml", "domain.yml", "nlu_data", "bot/nlu", "knowledge_base/text", "knowledge_base/procedures")
_IGNORED_SUFFIXES = frozenset((".pyc", ".swp", ".tmp"))
_BLOCK = 1 << 20


class ModelProblem(HelpdeskError):
    """There is no model to serve; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """One trained model.

    Attributes:
        archive: file name within the folder of the models.
        sha256: of the archive, hexadecimal.
        fingerprint: of the data and code that it was trained from.
        trained_at: when training ended, ISO 8601 with zone.
        rasa: version of Rasa that trained it.
        seconds: how long training took.
    """

    archive: str
    sha256: str
    fingerprint: str
    trained_at: str
    rasa: str
    seconds: float


def data_fingerprint(root: Path) -> str:
    """SHA-256 over names and contents of everything that training reads, in hexadecimal."""
    digest = hashlib.sha256()
    for path in _sources(root):
        name = str(path.relative_to(root)).encode()
        content = path.read_bytes()
        digest.update(f"{len(name)}:{len(content)}:".encode() + name + content)
    return digest.hexdigest()


def manifest(folder: Path) -> Manifest | None:
    """What is registered, None when nothing is or the file cannot be read."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def current(folder: Path) -> Path:
    """The archive to serve; raises ModelProblem when there is none or it is not the one that was registered."""
    known = manifest(folder)
    if known is None:
        raise ModelProblem("no trained model: run `make train`")
    path = folder / Path(known.archive).name
    if not path.is_file():
        raise ModelProblem(f"the model {known.archive} is missing: run `make train`")
    if file_hash(path) != known.sha256:
        raise ModelProblem(f"the model {known.archive} was altered after training and is refused: run `make train`")
    return path


def refuse_altered(folder: Path) -> None:
    """Raises ModelProblem when the registered archive is there but not as it was registered; silent otherwise."""
    known = manifest(folder)
    if known is not None and (folder / Path(known.archive).name).is_file():
        current(folder)


def is_current(root: Path, folder: Path) -> bool:
    """Whether the registered model is intact and was trained from the data as it is now."""
    known = manifest(folder)
    if known is None or known.fingerprint != data_fingerprint(root):
        return False
    try:
        current(folder)
    except ModelProblem:
        return False
    return True


def register(
    folder: Path, archive: Path, fingerprint: str, trained_at: datetime, rasa: str, seconds: float
) -> Manifest:
    """Make `archive` (in `folder`) the one to serve, with a manifest of its own beside it.

    Each file changes in one step: a crash leaves the old one.
    """
    entry = Manifest(
        archive.name, file_hash(archive), fingerprint, trained_at.isoformat(timespec="seconds"), rasa, round(seconds, 1)
    )
    name = archive.name.removesuffix(SUFFIX)
    put(folder / f"{name}.json", {"name": name, "origin": BY_COMMAND} | asdict(entry))
    put(folder / MANIFEST, asdict(entry))
    return entry


def prune_unused(folder: Path, keep: int) -> list[str]:
    """Delete all but the newest `keep` archives that `isec train` made and no desk has taken over; returns their names.

    A desk that takes one over writes its manifest anew.
    """
    known = manifest(folder)
    unused: list[tuple[str, str]] = []
    for path in folder.glob(f"*{_OWN}"):
        facts = _facts(path)
        if facts.get("origin") == BY_COMMAND and (known is None or known.archive != facts.get("archive")):
            unused.append((str(facts.get("trained_at")), path.name.removesuffix(_OWN)))
    old = [name for _, name in sorted(unused, reverse=True)[max(0, keep - 1) :]]
    for name in old:
        for suffix in (SUFFIX, _OWN):
            (folder / f"{name}{suffix}").unlink(missing_ok=True)
    return old


def _facts(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def put(path: Path, facts: dict[str, Any]) -> None:
    """Write facts as JSON in one step: whoever reads sees the old file or the new one, after a power cut too."""
    draft = path.with_suffix(".draft")
    try:
        with draft.open("w", encoding="utf-8") as file:
            file.write(json.dumps(facts, indent=2, ensure_ascii=False, default=str) + "\n")
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sources(root: Path) -> Iterator[Path]:
    for source in SOURCES:
        path = root / source
        if path.is_file():
            yield path
        for found in sorted(path.rglob("*")):
            is_hidden = any(part.startswith(".") or part == "__pycache__" for part in found.relative_to(root).parts)
            if found.is_file() and not is_hidden and found.suffix not in _IGNORED_SUFFIXES:
                yield found
