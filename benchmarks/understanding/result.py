"""What the answers of one side to one set come to."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

from benchmarks.measure import percentile
from benchmarks.understanding import score, threshold
from benchmarks.understanding.contender import Contender
from benchmarks.understanding.dataset import OUT, Dataset, Example, plain
from benchmarks.understanding.runner import SLASH, Answer, Run, Runner
from benchmarks.understanding.score import Estimate, Pair
from benchmarks.understanding.threshold import Guess

POINTS = {
    "forced": "something must be said",
    "decided": "the pipeline's own thresholds",
    "chosen": "threshold for the best correlation, without the test",
    "balanced": "threshold for the best mean of both, without the test",
    "best": "threshold for the best correlation on the test itself",
}


@dataclass(frozen=True)
class Result:
    """A run with what it was asked; `chosen_on` are the guesses that its threshold is chosen on, if one is needed.

    Figures of a failed run are not to be asked for.
    """

    dataset: Dataset
    run: Run
    chosen_on: tuple[Guess, ...] = ()

    @cached_property
    def guesses(self) -> list[Guess]:
        """What was thought likeliest of each question of the test."""
        return _guesses(self.dataset.test, self.run.answers)

    @cached_property
    def forced(self) -> list[Pair]:
        """What is said when something must be."""
        return threshold.pairs(self.guesses)

    @cached_property
    def decided(self) -> list[Pair]:
        """What the pipeline itself decided, by its own thresholds."""
        answers = zip(self.dataset.test, self.run.answers, strict=False)
        return [(_label(example.label), _label(answer.decided)) for example, answer in answers]

    @cached_property
    def points(self) -> dict[str, list[Pair]]:
        """What is said at each way of choosing when to say nothing; `POINTS` tells what they are."""
        found = {"forced": self.forced, "decided": self.decided}
        if self.chosen_on:
            found["chosen"] = self._under(self.chosen_on, score.matthews)
            found["balanced"] = self._under(self.chosen_on, score.balance)
        return found | {"best": self._under(self.guesses, score.matthews)}

    def _under(self, seen: Sequence[Guess], figure: Callable[[score.Pairs], float]) -> list[Pair]:
        return threshold.pairs(self.guesses, threshold.choose(seen, figure))

    @cached_property
    def accuracy(self) -> Estimate:
        """Right intent first, of questions that have one, when something must be said."""
        return score.in_scope(self.forced)

    @cached_property
    def macro_f1(self) -> Estimate:
        """Over the same questions."""
        return score.bootstrapped((pair for pair in self.forced if pair[0] != OUT), score.macro_f1)

    @cached_property
    def milliseconds(self) -> tuple[float, float]:
        """Median and 95th percentile of parsing one text."""
        times = self.run.milliseconds
        return percentile(times, 50), percentile(times, 95)

    def lead(self, other: "Result") -> Estimate:
        """By how much more often this one is right than the other on the same questions, with its interval."""
        pairs = zip(self.forced, other.forced, strict=True)
        return score.difference([(mine == truth) - (theirs == truth) for (truth, mine), (_, theirs) in _asked(pairs)])


def _asked(pairs: Iterable[tuple[Pair, Pair]]) -> Iterable[tuple[Pair, Pair]]:
    return (both for both in pairs if both[0][0] != OUT)


def _label(name: str) -> str:
    return plain(name.replace(SLASH, "/"))


def _guesses(examples: Sequence[Example], answers: Sequence[Answer]) -> list[Guess]:
    pairs = zip(examples, answers, strict=False)
    return [Guess(_label(example.label), _label(answer.label), answer.confidence) for example, answer in pairs]


def known(runner: Runner, side: Contender, dataset: Dataset) -> Result | None:
    """The kept result of a side on a set; None when it was not measured."""
    run = runner.known(side, dataset)
    if run is None or run.failure:
        return None if run is None else Result(dataset, run)
    return Result(dataset, run, tuple(_tuning(runner, side, dataset, run)))


def _tuning(runner: Runner, side: Contender, dataset: Dataset, run: Run) -> list[Guess]:
    """Guesses on questions set aside, or on the folds of the training questions; none when a fold is missing."""
    if not threshold.needs_folds(dataset):
        return _guesses(dataset.tuning, run.answers[len(dataset.test) :])
    found: list[Guess] = []
    for fold in threshold.folds(dataset):
        part = runner.known(side, fold)
        if part is None or part.failure:
            return []
        found += _guesses(fold.test, part.answers)
    return found
