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


def test_the_final_split_shares_nothing_with_the_one_that_is_tuned_on() -> None:
    tuned, final = (
        {norm(json.loads(line)["text"]) for line in path.read_text(encoding="utf-8").splitlines()}
        for path in (ROOT / f"tests/data/understanding/{name}/in_scope.jsonl" for name in ("tune", "final"))
    )
    assert len(tuned) == len(final) == 440
    assert not tuned & final
