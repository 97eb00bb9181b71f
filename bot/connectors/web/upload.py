"""Files that a visitor has uploaded and not yet sent: who uploaded what, kept across a restart."""

import json
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.connectors.web.problem import ProblemError
from helpdesk.inbox import IncomingFile

MAX_WAITING = 20
UNSENT_SECONDS = 48 * 3600
SENT_SECONDS = 30 * 24 * 3600
"""How long a sent upload is remembered, so that a client that missed the answer may repeat the message."""


class PendingUploads:
    """One small JSON file an upload, in a folder a conversation. Every method blocks: call it in a thread.

    Args:
        folder: made when it is missing.
        clock: seconds since the epoch.
    """

    def __init__(self, folder: Path, clock: Callable[[], float] = time.time) -> None:
        self._folder = folder
        self._clock = clock

    def check_room(self, conversation_id: str) -> None:
        """Raises ProblemError when the visitor must send some files before uploading more."""
        if len(list(self._folder.joinpath(conversation_id).glob("*.new"))) >= MAX_WAITING:
            raise ProblemError(409, "too_many_files")

    def add(self, conversation_id: str, file: IncomingFile) -> None:
        """Remember an upload."""
        folder = self._folder / conversation_id
        folder.mkdir(0o700, parents=True, exist_ok=True)
        _write(folder / f"{file.id}.new", {"file": asdict(file), "at": self._clock()})

    def claim(self, conversation_id: str, client_id: str, file_ids: tuple[str, ...]) -> tuple[IncomingFile, ...]:
        """The files that go with a message, from now on with no other one.

        Raises ProblemError 404 for a file that is not this visitor's, not there any more, or part of another message.
        """
        folder = self._folder / conversation_id
        return tuple(self._claim_one(folder, client_id, file_id) for file_id in file_ids)

    def forget(self, conversation_id: str) -> list[str]:
        """Drop what is remembered of a conversation; returns the ids of files that belong to no message."""
        folder = self._folder / conversation_id
        unsent = [path.stem for path in folder.glob("*.new")]
        for path in folder.glob("*"):
            path.unlink(missing_ok=True)
        return unsent

    def sweep(self) -> list[str]:
        """Drop what is old; returns the ids of files that belong to no message."""
        now = self._clock()
        unsent = [path for path in self._folder.glob("*/*.new") if _age(path, now) > UNSENT_SECONDS]
        sent = [path for path in self._folder.glob("*/*.sent") if _age(path, now) > SENT_SECONDS]
        for path in unsent + sent:
            path.unlink(missing_ok=True)
        for folder in _empty_folders(self._folder):
            folder.rmdir()
        return [path.stem for path in unsent]

    def _claim_one(self, folder: Path, client_id: str, file_id: str) -> IncomingFile:
        waiting, sent = folder / f"{file_id}.new", folder / f"{file_id}.sent"
        known = _read(sent)
        if known is None:
            known = _read(waiting)
            if known is None:
                raise ProblemError(404, "not_found")
            known = {**known, "client_id": client_id}
            _write(sent, known)
            waiting.unlink(missing_ok=True)
        if known.get("client_id") != client_id:
            raise ProblemError(404, "not_found")
        return IncomingFile(**known["file"])


def _write(path: Path, facts: dict[str, object]) -> None:
    draft = path.with_suffix(".draft")
    draft.write_text(json.dumps(facts), encoding="utf-8")
    os.replace(draft, path)


def _read(path: Path) -> dict[str, Any] | None:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    return found if isinstance(found, dict) else None


def _age(path: Path, now: float) -> float:
    found = _read(path) or {}
    return now - float(str(found.get("at", 0)))


def _empty_folders(folder: Path) -> Iterator[Path]:
    if folder.is_dir():
        yield from (child for child in folder.iterdir() if child.is_dir() and not any(child.iterdir()))
