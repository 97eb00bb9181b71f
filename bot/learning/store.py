"""The folder of the models: archives with a manifest beside each, and manifest.json, which names the one that serves.

The database says which model serves; manifest.json is written before it and put right after a crash, so that the stock
commands and `isec train` see the same model.
"""

import os
import shutil
import tarfile
import zlib
from collections.abc import Collection, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from bot import model
from bot.model import Manifest, ModelProblem
from bot.training import RASA_VERSION
from helpdesk.learning import Origin
from helpdesk.storage.model import Model


def name_of(archive: str) -> str:
    """The name of the model in an archive."""
    return archive.removesuffix(model.SUFFIX)


def take_in(folder: Path, archive: Path, name: str) -> Path:
    """Move a trained archive among the models under its name; raises ModelProblem when it is not whole, or OSError."""
    _check(archive)
    target, draft = folder / f"{name}{model.SUFFIX}", folder / f"{name}.part"
    try:
        shutil.copyfile(archive, draft)
        with draft.open("rb") as file:
            os.fsync(file.fileno())
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    archive.unlink(missing_ok=True)
    return target


def describe(folder: Path, found: Model) -> None:
    """Write a model's manifest beside its archive, or write it anew with what has been measured since."""
    facts = asdict(found) | {"trained_at": found.trained_at.isoformat(timespec="seconds")}
    # who trained is told by the account's number; a file that is copied about names nobody
    facts.pop("trained_by")
    facts.pop("state")
    model.put(folder / f"{found.name}.json", facts)


def point_at(folder: Path, found: Model) -> None:
    """Have manifest.json name this model."""
    entry = Manifest(
        found.archive,
        found.sha256,
        found.fingerprint,
        found.trained_at.isoformat(timespec="seconds"),
        found.rasa,
        round(found.seconds, 1),
    )
    if model.manifest(folder) != entry:
        model.put(folder / model.MANIFEST, asdict(entry))


def archive_of(folder: Path, found: Model) -> Path:
    """The archive of a model; raises ModelProblem when it is missing or not the one that was registered."""
    path = folder / Path(found.archive).name
    if not path.is_file():
        raise ModelProblem(f"the model {found.archive} is missing: train again")
    if model.file_hash(path) != found.sha256:
        raise ModelProblem(f"the model {found.archive} was altered after training and is refused: train again")
    return path


def is_whole(folder: Path, found: Model) -> bool:
    """Whether the archive of a model is there as it was registered."""
    try:
        archive_of(folder, found)
    except ModelProblem:
        return False
    return True


def left_by_command(folder: Path) -> Manifest | None:
    """The intact model that manifest.json names, None when it names none."""
    try:
        model.current(folder)
    except ModelProblem:
        return None
    return model.manifest(folder)


def values_of(entry: Manifest) -> dict[str, Any]:
    """What the database keeps of a model that `isec train` made."""
    return {
        "name": name_of(entry.archive),
        "archive": entry.archive,
        "sha256": entry.sha256,
        "fingerprint": entry.fingerprint,
        "origin": Origin.ADOPTED,
        "trained_at": datetime.fromisoformat(entry.trained_at),
        "rasa": entry.rasa or RASA_VERSION,
        "seconds": entry.seconds,
        "facts": {},
    }


def prune(folder: Path, models: Sequence[Model], keep: int, newest: str, busy: Collection[str] = ()) -> list[str]:
    """Delete all but the newest `keep` archives; returns their names. `newest` is that, whatever the clock said.

    Never one that serves or can be gone back to, and none of those that are `busy`.
    """
    held = {one.name for one in models if one.state in ("serving", "previous")} | set(busy)
    spare = [one for one in models if one.name not in held and (folder / one.archive).is_file()]
    old = sorted(spare, key=lambda one: (one.name == newest, one.trained_at, one.name), reverse=True)[keep:]
    for one in old:
        for path in (folder / one.archive, folder / f"{one.name}.json"):
            path.unlink(missing_ok=True)
    return [one.name for one in old]


def _check(archive: Path) -> None:
    try:
        with tarfile.open(archive) as whole:
            names = whole.getnames()  # reads to the end: what was written half may begin as it should
        is_model = any(name.endswith("metadata.json") for name in names)
    except (OSError, tarfile.TarError, EOFError, zlib.error):
        is_model = False
    if not is_model:
        raise ModelProblem("training left no whole model; look at train.log and train again")
