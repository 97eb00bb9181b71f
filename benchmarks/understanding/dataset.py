"""Sets of questions with the intent each has, split into what is learnt and what is asked."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from benchmarks.understanding import origin
from benchmarks.understanding.origin import DataProblem

OUT = "oos"
"""The label of questions that no intent fits, whatever a set calls it."""
_NAMES_OF_OUT = frozenset({OUT, "NO_NODES_DETECTED", "out_of_scope", "nlu_fallback"})
OWN_OUT = "out_of_scope"
HINT3 = {"sofmattress": origin.SOFMATTRESS, "curekart": origin.CUREKART}
OWN_SHOTS = 10
"""Examples an intent in the part of our own questions that every side can learn in reasonable time."""
BANKING_TRAINING = {"full": "train", "10": "train_10", "5": "train_5"}


@dataclass(frozen=True, slots=True)
class Example:
    """A question and its intent."""

    text: str
    label: str


Examples = tuple[Example, ...]


@dataclass(frozen=True, slots=True)
class Dataset:
    """What is learnt, what is asked, and `tuning`: set aside by the set's own authors to choose a threshold on.

    `home` marks our own questions: the product trains there on its whole project, articles included.
    """

    name: str
    title: str
    train: Examples
    test: Examples
    tuning: Examples = ()
    home: bool = False

    @property
    def has_out(self) -> bool:
        """Whether questions are asked that no intent fits."""
        return any(example.label == OUT for example in self.test)


def plain(label: str) -> str:
    """The label, with one name for everything that is out of scope."""
    return OUT if label in _NAMES_OF_OUT else label


def lines(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a file with one a line; raises DataProblem naming the line that is none."""
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        try:
            yield json.loads(line)
        except json.JSONDecodeError:
            raise DataProblem(f"{path.name}, line {number}, is not JSON: fetch the file again") from None


def by_split(path: Path) -> dict[str, Examples]:
    """The examples of each split of a public file with `text`, `label` and `split` in every line."""
    found: dict[str, list[Example]] = {}
    for line in lines(path):
        found.setdefault(line["split"], []).append(Example(line["text"], plain(line["label"])))
    return {split: tuple(examples) for split, examples in found.items()}


def public(folder: Path) -> Iterator[Dataset]:
    """Every public set of intents, small ones first; raises DataProblem at a file that is missing or another."""
    banking = by_split(origin.path(folder, origin.BANKING77))
    clinc = by_split(origin.path(folder, origin.CLINC150))
    for split in ("train_subset", "train"):
        for name, source in HINT3.items():
            yield _hint3(name, split, by_split(origin.path(folder, source)))
    for shots in ("5", "10", "full"):
        title = "BANKING77, full" if shots == "full" else f"BANKING77, {shots} examples an intent"
        yield Dataset(f"banking77-{shots}", title, banking[BANKING_TRAINING[shots]], banking["test"])
    yield Dataset("clinc150", "CLINC150 with out-of-scope", clinc["train"], clinc["test"], clinc["val"])


def _hint3(name: str, split: str, splits: dict[str, Examples]) -> Dataset:
    size = "subset" if split == "train_subset" else "full"
    return Dataset(f"hint3-{name}-{size}", f"HINT3 {name}, {size} training set", splits[split], splits["test"])


def own(root: Path, part: str) -> Dataset:
    """Our own questions: `nlu_data` is learnt, those of tests/data/understanding/<part> are asked.

    Asked are questions on procedures and ones out of scope; the other intents have their figures in
    docs/understanding.md.
    """
    folder = root / "tests" / "data" / "understanding" / part
    asked = [Example(line["text"], f"procedure/{line['article']}") for line in lines(folder / "in_scope.jsonl")]
    strangers = [line for line in lines(folder / "other.jsonl") if line["expect"] == OWN_OUT]
    asked += [Example(line["text"], OUT) for line in strangers]
    return Dataset(f"own-{part}", f"our own questions, {part}", tuple(_taught(root)), tuple(asked), home=True)


def own_few(root: Path) -> Dataset:
    """The same questions asked as of `own`, with OWN_SHOTS examples of each intent to learn and without articles."""
    whole = own(root, "tune")
    by_label: dict[str, list[Example]] = {}
    for example in whole.train:
        by_label.setdefault(example.label, []).append(example)
    chance = random.Random(0)
    few = (chance.sample(examples, min(OWN_SHOTS, len(examples))) for _, examples in sorted(by_label.items()))
    train = tuple(example for examples in few for example in examples)
    return Dataset("own-few", f"our own questions, {OWN_SHOTS} examples an intent", train, whole.test)


def _taught(root: Path) -> Iterator[Example]:
    for path in sorted((root / "nlu_data").rglob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("nlu", ()):
            for line in block["examples"].splitlines():
                yield Example(line.removeprefix("- "), plain(block["intent"]))
