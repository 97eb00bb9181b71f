"""What a model learns from, frozen in a folder of its own: nothing in production writes into the source tree.

    <data_dir>/training/<id>/config.yml, domain.yml   as they are, with the articles' folder in config.yml
                             nlu_data/                 a copy, and label.yml with what approved labels add
                             procedures/               the living version of every article
                             snapshot.json             {"id", "hash", "counts"}

The id is the beginning of the hash over all of it, so the same data has the same snapshot.
"""

import hashlib
import json
import shutil
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from bot.learning.digest import key_of
from bot.learning.texts import examples
from bot.model import ModelProblem
from helpdesk.review import INTENTS, PROCEDURE
from helpdesk.storage.label import TrainingText
from helpdesk.storage.unit import Unit
from helpdesk.usecase import library
from knowledge_base.article import LANGUAGES
from knowledge_base.text.normal import MAX_LENGTH, fold

ID_LENGTH = 16
_COPIED = ("config.yml", "domain.yml")
_FILE = "snapshot.json"


class BadData(ModelProblem):
    """The data cannot be learnt from; the message names what and where."""


@dataclass(frozen=True, slots=True)
class Ingredients:
    """What the database adds to the files: living articles, approved labels, and questions kept for comparing."""

    articles: tuple[dict[str, Any], ...]
    texts: tuple[TrainingText, ...]
    held_out: tuple[TrainingText, ...]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A frozen state of everything that is learnt."""

    id: str
    hash: str
    folder: Path
    counts: dict[str, int]


def gather(unit: Unit, at: datetime, serve_drafts: bool) -> Ingredients:
    """Read what the database has to say; the newest reviewed questions are held out of the labels."""
    versions = library.living(unit, at, library.serves_drafts(unit, serve_drafts))
    held_out = unit.training.held_out(teachable(version.id for version in versions))
    unseen = {fold(one.text) for one in held_out}
    texts = [one for one in unit.labels.trainable() if fold(one.text) not in unseen]
    return Ingredients(tuple(version.document for version in versions), tuple(texts), tuple(held_out))


def teachable(article_ids: Iterable[str]) -> set[str]:
    """Every target of a label that can be learnt where these articles answer."""
    return {*INTENTS, *(PROCEDURE + article_id for article_id in article_ids)}


def keys(place: Path, snapshot_id: str) -> frozenset[str]:
    """The keys of every question that a snapshot teaches; none when it is gone, as only the newest are kept."""
    folder = place / Path(snapshot_id).name
    if not snapshot_id or not folder.is_dir():
        return frozenset()
    taught = [text for text, _ in examples(folder / "nlu_data")]
    for path in (folder / "procedures").iterdir():
        document = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        taught += [text for language in LANGUAGES for text in document.get(language, {}).get("questions", ())]
    return frozenset(map(key_of, taught))


def freeze(root: Path, place: Path, ingredients: Ingredients) -> Snapshot:
    """Write a snapshot into `place`, or find it there; raises BadData, or OSError when the disk does not take it."""
    place.mkdir(parents=True, exist_ok=True)
    draft = place / ".draft"
    shutil.rmtree(draft, ignore_errors=True)
    try:
        counts = _write(root, draft, ingredients)
        digest = _hash(draft)
        snapshot = Snapshot(digest[:ID_LENGTH], digest, place / digest[:ID_LENGTH], counts)
        facts = {"id": snapshot.id, "hash": digest, "counts": counts}
        (draft / _FILE).write_text(json.dumps(facts, indent=2) + "\n", encoding="utf-8")
        if not snapshot.folder.exists():
            draft.rename(snapshot.folder)
        elif _hash(snapshot.folder) != digest:
            raise BadData(f"the snapshot {snapshot.id} was altered; remove its folder and train again")
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return snapshot


def find(place: Path, snapshot_id: str) -> Snapshot:
    """A snapshot that was frozen before; raises BadData when it is gone or altered."""
    folder = place / Path(snapshot_id).name
    try:
        facts = json.loads((folder / _FILE).read_text(encoding="utf-8"))
        if _hash(folder) == facts["hash"]:
            return Snapshot(snapshot_id, facts["hash"], folder, facts["counts"])
    except (OSError, ValueError, KeyError):
        pass
    raise BadData(f"the snapshot {snapshot_id} is missing or was altered; train again")


def configure(snapshot: Snapshot, cache: Path) -> Path:
    """The configuration to train this snapshot with: its own articles, and `cache` for what is slow to compute."""
    config = yaml.safe_load((snapshot.folder / "config.yml").read_text(encoding="utf-8"))
    for component in config.get("pipeline") or ():
        if "folder" in component:
            component["folder"] = str(snapshot.folder / "procedures")
        if component.get("meaning"):
            component["cache"] = str(cache)
    path = snapshot.folder / "out" / "config.yml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return path


def _write(root: Path, draft: Path, ingredients: Ingredients) -> dict[str, int]:
    draft.mkdir()
    for name in _COPIED:
        shutil.copyfile(root / name, draft / name)
    shutil.copytree(root / "nlu_data", draft / "nlu_data", ignore=shutil.ignore_patterns(".*", "__pycache__"))
    (draft / "procedures").mkdir()
    for document in ingredients.articles:
        text = yaml.safe_dump(document, allow_unicode=True, sort_keys=True, width=120)
        (draft / "procedures" / f"{document['id']}.yaml").write_text(text, encoding="utf-8")
    texts = _usable(ingredients.texts, set(_intents(draft / "domain.yml")), {one["id"] for one in ingredients.articles})
    if texts:
        (draft / "nlu_data" / "label.yml").write_text(_labels(texts), encoding="utf-8")
    return {
        "articles": len(ingredients.articles),
        "labels": len(texts),
        "held_out": len(ingredients.held_out),
        "waiting": len(ingredients.texts) - len(texts),
    }


def _usable(texts: Sequence[TrainingText], intents: set[str], articles: set[str]) -> list[TrainingText]:
    """Labels whose article is not served wait until it is; raises BadData for an intent that the domain has not."""
    found = []
    for one in texts:
        if one.intent.startswith(PROCEDURE):
            is_usable = one.intent.removeprefix(PROCEDURE) in articles
        elif one.intent in intents:
            is_usable = True
        else:
            raise BadData(f"a label says {one.intent!r}, which domain.yml does not name; correct the label")
        if is_usable and one.text.strip() and len(one.text) <= MAX_LENGTH:
            found.append(one)
    return found


def _intents(domain: Path) -> Iterator[str]:
    for entry in yaml.safe_load(domain.read_text(encoding="utf-8"))["intents"]:
        yield from entry if isinstance(entry, dict) else (entry,)


def _labels(texts: Iterable[TrainingText]) -> str:
    by_intent: defaultdict[str, list[str]] = defaultdict(list)
    for one in texts:
        by_intent[one.intent].append(" ".join(one.text.split()))
    nlu = [
        {"intent": intent, "examples": "".join(f"- {text}\n" for text in sorted(set(lines)))}
        for intent, lines in sorted(by_intent.items())
    ]
    return yaml.safe_dump({"version": "3.1", "nlu": nlu}, allow_unicode=True, sort_keys=False, width=10_000)


def _hash(folder: Path) -> str:
    """Over names and contents of what is learnt, whatever training has put beside it."""
    digest = hashlib.sha256()
    learnt = [folder / name for name in _COPIED]
    learnt += [*(folder / "nlu_data").rglob("*"), *(folder / "procedures").iterdir()]
    for path in sorted(path for path in learnt if path.is_file()):
        name, content = str(path.relative_to(folder)).encode(), path.read_bytes()
        digest.update(f"{len(name)}:{len(content)}:".encode() + name + content)
    return digest.hexdigest()
