"""What measures is never learnt from: no held-out text stands in the training data or in what the search indexes."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import yaml

from knowledge_base import shelf
from knowledge_base.text.normal import fold

ROOT = Path(__file__).resolve().parents[2]


def norm(text: str) -> str:
    return re.sub(r"\W+", " ", fold(text, keep_marks=False)).strip()


def held_out() -> Iterator[str]:
    for path in sorted((ROOT / "tests/data/understanding").glob("*/*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            # second turns ("and the fee?") are what everybody says
            yield row["text"] if "text" in row else row["turns"][0]


def learnt() -> Iterator[str]:
    for path in sorted((ROOT / "nlu_data").rglob("*.yml")):
        for block in yaml.safe_load(path.read_text(encoding="utf-8")).get("nlu") or ():
            yield from (line.strip()[2:] for line in block["examples"].splitlines())
    for article in shelf.articles():
        for content in (article.vi, article.en, article.zh):
            yield from (content.title, *content.questions)
        yield from article.aliases


def test_no_held_out_text_is_learnt() -> None:
    known = {norm(text) for text in learnt()}
    assert len(known) > 20_000
    assert [text for text in held_out() if norm(text) in known] == []


def test_the_splits_share_no_question() -> None:
    folders = sorted(path for path in (ROOT / "tests/data/understanding").iterdir() if path.is_dir())
    questions = [
        {
            norm(json.loads(line)["text"])
            for line in (folder / "in_scope.jsonl").read_text(encoding="utf-8").splitlines()
        }
        for folder in folders
    ]
    assert [len(split) for split in questions] == [440] * 7
    assert len(set().union(*questions)) == 7 * 440
