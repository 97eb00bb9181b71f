"""`python -m benchmarks.understanding.convert ORIGINALS DATA`: the public sets as published, made into what is read.

ORIGINALS holds what the authors publish, under the names of their repositories: Few-Shot-Intent-Detection, oos-eval,
HINT3 and xquad. DATA gets one file a set, one JSON object a line; each is checked to be the one measured on.
"""

import argparse
import csv
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from benchmarks.understanding import origin
from benchmarks.understanding.origin import DataProblem

Rows = Iterator[dict[str, Any]]
BANKING_SPLITS = ("train", "valid", "test", "train_10", "train_5")
HINT3_SPLITS = {"train": "train/{}_train.csv", "train_subset": "train/{}_subset_train.csv", "test": "test/{}_test.csv"}
LANGUAGES = ("vi", "zh", "en")


def banking(folder: Path) -> Rows:
    """A folder a split, with the questions in `seq.in` and the intents in `label`, line by line."""
    for split in BANKING_SPLITS:
        files = [(folder / split / name).read_text(encoding="utf-8").splitlines() for name in ("seq.in", "label")]
        for text, label in zip(*files, strict=True):
            yield {"text": text, "label": label, "split": split}


def clinc(file: Path) -> Rows:
    """One JSON object: a list of [question, intent] by split, those out of scope in splits of their own."""
    for name, pairs in json.loads(file.read_text(encoding="utf-8")).items():
        for text, label in pairs:
            yield {"text": text, "label": label, "split": name.removeprefix("oos_")}


def hint3(folder: Path, bot: str) -> Rows:
    """A CSV file a split, with the columns `sentence` and `label`."""
    for split, name in HINT3_SPLITS.items():
        with (folder / name.format(bot)).open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                yield {"text": row["sentence"], "label": row["label"], "split": split}


def xquad(folder: Path) -> Rows:
    """A file a language in SQuAD's format, the same questions in each."""
    by_language = {language: dict(_squad(folder / f"xquad.{language}.json")) for language in LANGUAGES}
    for number in by_language[LANGUAGES[0]]:
        row = {"id": number, "split": "test"}
        for language in LANGUAGES:
            row |= {f"question_{language}": by_language[language][number][0]}
            row |= {f"context_{language}": by_language[language][number][1]}
        yield row


def _squad(file: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    for document in json.loads(file.read_text(encoding="utf-8"))["data"]:
        for paragraph in document["paragraphs"]:
            for question in paragraph["qas"]:
                yield question["id"], (question["question"], paragraph["context"])


def convert(originals: Path, data: Path) -> None:
    """Write every file; raises DataProblem where one is not what was measured on, OSError where one is missing."""
    found = {
        origin.BANKING77: banking(originals / "Few-Shot-Intent-Detection" / "Datasets" / "BANKING77"),
        origin.CLINC150: clinc(originals / "oos-eval" / "data" / "data_oos_plus.json"),
        origin.SOFMATTRESS: hint3(originals / "HINT3" / "dataset" / "v1", "sofmattress"),
        origin.CUREKART: hint3(originals / "HINT3" / "dataset" / "v1", "curekart"),
        origin.XQUAD: xquad(originals / "xquad"),
    }
    data.mkdir(parents=True, exist_ok=True)
    for one, rows in found.items():
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        (data / one.file).write_text(lines, encoding="utf-8")
        origin.path(data, one)


def main() -> None:
    """Convert, or say in one line why not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.understanding.convert", description=__doc__)
    parser.add_argument("originals", type=Path)
    parser.add_argument("data", type=Path)
    options = parser.parse_args()
    try:
        convert(options.originals, options.data)
    except (DataProblem, OSError) as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
