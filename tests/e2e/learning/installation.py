"""A small installation of its own: all of the product's code, few of its articles and examples.

A real training takes a fraction of the time there, and nothing that is trained or promoted touches the checkout.
"""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
CODE = ("bot", "helpdesk", "knowledge_base", "actions")
FILES = ("config.yml", "domain.yml", "endpoints.yml", "credentials.yml", "nlu_data/rule.yml")
ARTICLES = (
    "animal-quarantine",
    "cancel",
    "channel-red",
    "co-e-issue",
    "customs-fee",
    "infrastructure-fee",
    "mongcai-hours",
    "paper-declaration",
    "phyto-export",
    "seafood-china",
    "storage-pending",
    "vehicle-crossing",
)
LINES = 4
"""Examples taken of each block of an intent; procedures keep six times as many."""
CACHE = "embedding.npz"


def install(root: Path, models: Path) -> None:
    """Put the installation into `root`, and into `models` what earlier trainings have computed of the sentences."""
    for name in CODE:
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "procedures"))
    for name in FILES:
        (root / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(ROOT / name, root / name)
    for name in ("brain", ".venv"):
        (root / name).symlink_to(ROOT / name)
    _articles(root / "knowledge_base")
    _examples(root / "nlu_data")
    models.mkdir()
    if (ROOT / "models" / CACHE).exists():
        shutil.copyfile(ROOT / "models" / CACHE, models / CACHE)


def _articles(folder: Path) -> None:
    (folder / "procedures").mkdir()
    for name in ARTICLES:
        shutil.copy(ROOT / "knowledge_base" / "procedures" / f"{name}.yaml", folder / "procedures")
    golden = folder / "golden.jsonl"
    kept = [line for line in golden.read_text(encoding="utf-8").splitlines() if _is_known(json.loads(line)["target"])]
    golden.write_text("".join(f"{line}\n" for line in kept), encoding="utf-8")


def _is_known(target: str) -> bool:
    article_id = target.removeprefix("procedure/")
    return article_id == target or article_id in ARTICLES


def _examples(folder: Path) -> None:
    for path in sorted((ROOT / "nlu_data").glob("*/*.yml")):
        if path.parent.name == "procedure" and path.stem not in ARTICLES:
            continue
        found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
        count = 6 * LINES if path.parent.name == "procedure" else LINES
        blocks = [block | {"examples": "".join(_first(block, count))} for block in found["nlu"]]
        target = folder / path.relative_to(ROOT / "nlu_data")
        target.parent.mkdir(exist_ok=True)
        target.write_text(yaml.safe_dump(found | {"nlu": blocks}, allow_unicode=True, width=10_000), encoding="utf-8")


def _first(block: dict[str, Any], count: int) -> Iterator[str]:
    """Examples from all over a block: what stands together was often written together."""
    lines = str(block["examples"]).splitlines(keepends=True)
    yield from lines[:: max(1, len(lines) // count)][:count]
