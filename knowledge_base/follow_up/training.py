"""Makes data/leaning.bin again, from example/, the training questions in nlu_data and the articles' own.

    python -m knowledge_base.follow_up.training

Prints how well the models do on lines they did not see (every tenth, by a hash of the line), then learns from
everything and writes the file. The same input gives the same file.
"""

import math
import random
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from knowledge_base import shelf
from knowledge_base.article import LANGUAGES
from knowledge_base.follow_up.feature import features
from knowledge_base.follow_up.model import BIAS, COLUMNS, FILE, PARTS, pack, scores

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parents[1]

_EPOCHS = 6
_RATE = 0.5
_SETTLED = 0.01  # errors below this teach nothing
_ALONE_WEIGHT = 6  # a line of alone.yaml stands for so many: there are few, and people say them every day
_LEAST = 2  # samples that must hold a feature


@dataclass(frozen=True, slots=True)
class Sample:
    """A line, its features, and its part; None when it stands alone."""

    text: str
    found: tuple[str, ...]
    part: str | None


def main() -> int:
    """Measure, learn and write."""
    samples = [Sample(text, tuple(features(text)), part) for text, part in (*asking_on(), *standing_alone())]
    seen = [sample for sample in samples if not _is_held_out(sample.text)]
    _say(_measured(learn(seen), [sample for sample in samples if _is_held_out(sample.text)]))
    packed = pack(learn(samples))
    (HERE / "data" / FILE).write_bytes(packed)
    _say(f"wrote {len(packed)} bytes")
    return 0


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")


def asking_on() -> Iterator[tuple[str, str]]:
    """The lines of example/ with their part."""
    yield from ((line, part) for part in PARTS for line in _examples(part))


def _examples(name: str) -> Iterator[str]:
    by_form = yaml.safe_load((HERE / "example" / f"{name}.yaml").read_text(encoding="utf-8"))
    yield from (line for lines in by_form.values() for line in lines.splitlines())


def standing_alone(root: Path = REPOSITORY) -> Iterator[tuple[str, None]]:
    """Every training question, what the articles are called and asked, and what does not ask on for all its brevity."""
    yield from ((line, None) for line in _examples("alone") for _ in range(_ALONE_WEIGHT))
    for article in shelf.articles():
        for language in LANGUAGES:
            content = article.content(language)
            yield from ((line, None) for line in (content.title, *content.questions))
    for path in sorted((root / "nlu_data").rglob("*.yml")):
        for block in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader).get("nlu") or ():
            lines = (line.strip().removeprefix("- ") for line in block["examples"].splitlines())
            yield from ((line, None) for line in lines if line)


def _is_held_out(text: str) -> bool:
    return zlib.crc32(b"held out" + text.encode()) % 10 == 0


def learn(samples: Sequence[Sample]) -> dict[str, list[float]]:
    """Logistic regressions by stochastic gradient descent with a rate a weight (AdaGrad), rare classes weighing more.

    The first column learns from every sample, the others from those that ask on.
    """
    chance = random.Random(11)  # noqa: S311 - the same draw every time is the point
    count = Counter(feature for sample in samples for feature in sample.found)
    order = [
        replace(sample, found=tuple(feature for feature in sample.found if count[feature] >= _LEAST))
        for sample in samples
    ]
    learner = _Learner(samples)
    for _ in range(_EPOCHS):
        chance.shuffle(order)
        for sample in order:
            learner.take(sample)
    return learner.weights


class _Learner:
    """Weights as they grow."""

    def __init__(self, samples: Sequence[Sample]) -> None:
        self.weights: dict[str, list[float]] = {}
        self._moved: dict[str, list[float]] = {}
        follow_ups = sum(sample.part is not None for sample in samples)
        alone = len(samples) - follow_ups
        self._importance = {True: 0.5 * len(samples) / max(1, follow_ups), False: 0.5 * len(samples) / max(1, alone)}

    def take(self, sample: Sample) -> None:
        """Learn from one sample."""
        reached = scores(self.weights, sample.found)
        is_follow_up = sample.part is not None
        for place, column in enumerate(COLUMNS if is_follow_up else COLUMNS[:1]):
            truth = is_follow_up if place == 0 else sample.part == column
            error = truth - 1 / (1 + math.exp(-max(-30.0, min(30.0, reached[place]))))
            if abs(error) > _SETTLED:
                self._move(sample.found, place, error * (self._importance[is_follow_up] if place == 0 else 1.0))

    def _move(self, found: Sequence[str], place: int, error: float) -> None:
        share = error / math.sqrt(len(found) or 1)
        for feature in (BIAS, *found):
            step = error if feature == BIAS else share
            weights = self.weights.setdefault(feature, [0.0] * len(COLUMNS))
            moved = self._moved.setdefault(feature, [1.0] * len(COLUMNS))
            moved[place] += step * step
            weights[place] += _RATE * step / math.sqrt(moved[place])


def _measured(weights: dict[str, list[float]], samples: Sequence[Sample]) -> str:
    asking = [sample for sample in samples if sample.part is not None]
    alone = [sample for sample in samples if sample.part is None]
    leaning = sum(scores(weights, sample.found)[0] > 0 for sample in asking)
    standing = sum(scores(weights, sample.found)[0] <= 0 for sample in alone)
    right = sum(max(zip(scores(weights, one.found)[1:], PARTS, strict=True))[1] == one.part for one in asking)
    return (
        f"of unseen lines: {leaning} of {len(asking)} seen to ask on, {right} of these with the right part, "
        f"{standing} of {len(alone)} seen to stand alone"
    )


if __name__ == "__main__":
    raise SystemExit(main())
