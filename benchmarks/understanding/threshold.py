"""From which confidence on a label is believed; less is out of scope. Chosen without a look at the test.

Where a set's authors set questions aside for it, on those. Where they give none that are out of scope, by
cross-validation on the training questions: each fold leaves out a part of the intents altogether, whose questions are
then out of scope, and a part of the questions of the other intents.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

from benchmarks.understanding.dataset import OUT, Dataset, Example
from benchmarks.understanding.score import Pair, Pairs

FOLDS = 3
CANDIDATES = 200


@dataclass(frozen=True, slots=True)
class Guess:
    """The true label of a question, the label thought likeliest, and the confidence in it."""

    truth: str
    label: str
    confidence: float

    def pair(self, threshold: float) -> Pair:
        """What is said when nothing less sure than `threshold` is believed."""
        return self.truth, self.label if self.confidence >= threshold else OUT


def pairs(guesses: Sequence[Guess], threshold: float = 0.0) -> list[Pair]:
    """What is said to each question under a threshold."""
    return [guess.pair(threshold) for guess in guesses]


def choose(guesses: Sequence[Guess], figure: Callable[[Pairs], float]) -> float:
    """The threshold, among the confidences seen, under which the figure is best; the lowest of equals."""
    seen = sorted({guess.confidence for guess in guesses})
    step = max(1, len(seen) // CANDIDATES)
    return max([0.0, *seen[::step]], key=lambda value: figure(Counter(pairs(guesses, value))))


def needs_folds(dataset: Dataset) -> bool:
    """Whether a threshold must be found on the training questions."""
    return dataset.has_out and not dataset.tuning and all(example.label != OUT for example in dataset.train)


def folds(dataset: Dataset) -> Iterator[Dataset]:
    """The training questions parted `FOLDS` times into what is learnt and what is asked; always the same parts."""
    source = random.Random(0)
    labels = sorted({example.label for example in dataset.train})
    source.shuffle(labels)
    examples = list(dataset.train)
    source.shuffle(examples)
    for number in range(FOLDS):
        strange = set(labels[number::FOLDS])
        known = [example for example in examples if example.label not in strange]
        asked = known[number::FOLDS]
        taught = [example for place, example in enumerate(known) if place % FOLDS != number]
        outside = [Example(example.text, OUT) for example in examples if example.label in strange]
        yield replace(dataset, name=f"{dataset.name}-fold{number + 1}", train=tuple(taught), test=(*asked, *outside))
