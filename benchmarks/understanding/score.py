"""Figures over (true label, said label) pairs, and how sure they are: 95 % confidence intervals."""

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from benchmarks.understanding.dataset import OUT

Pair = tuple[str, str]
Pairs = Counter[Pair]
Z = 1.959964
"""Standard deviations on either side that hold 95 % of a normal distribution."""
ROUNDS = 200


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure and the ends of its 95 % confidence interval."""

    value: float
    low: float
    high: float


def share(hits: int, total: int) -> Estimate:
    """A proportion with Wilson's interval; of nothing it is unknown, 0 to 1."""
    if not total:
        return Estimate(math.nan, 0.0, 1.0)
    part, spread = hits / total, Z * Z / total
    middle = (part + spread / 2) / (1 + spread)
    reach = Z * math.sqrt(part * (1 - part) / total + spread / (4 * total)) / (1 + spread)
    return Estimate(part, max(0.0, middle - reach), min(1.0, middle + reach))


def bootstrapped(pairs: Iterable[Pair], figure: Callable[[Pairs], float]) -> Estimate:
    """A figure with the percentile interval over `ROUNDS` resamplings; the same for the same pairs."""
    drawn, source = list(pairs), random.Random(0)
    values = sorted(figure(Counter(source.choices(drawn, k=len(drawn)))) for _ in range(ROUNDS))
    edge = round(ROUNDS * 0.025)
    return Estimate(figure(Counter(drawn)), values[edge], values[-1 - edge])


def accuracy(pairs: Iterable[Pair]) -> Estimate:
    """Share of pairs whose two labels are the same."""
    same = [truth == said for truth, said in pairs]
    return share(sum(same), len(same))


def recall_of_out(pairs: Iterable[Pair]) -> Estimate:
    """Share of out-of-scope questions that were taken for such."""
    return accuracy(pair for pair in pairs if pair[0] == OUT)


def in_scope(pairs: Iterable[Pair]) -> Estimate:
    """Accuracy over the questions that have an intent; one taken for out of scope is wrong."""
    return accuracy(pair for pair in pairs if pair[0] != OUT)


def macro_f1(pairs: Pairs) -> float:
    """Mean over the true labels of the harmonic mean of precision and recall."""
    truths, said, both = _margins(pairs)
    return math.fsum(2 * both[label] / (truths[label] + said[label]) for label in truths) / len(truths)


def matthews(pairs: Pairs) -> float:
    """Matthews correlation over any number of labels (Gorodkin 2004); 0 where it is not defined."""
    truths, said, both = _margins(pairs)
    total, right = pairs.total(), sum(both.values())
    covariance = right * total - sum(count * said[label] for label, count in truths.items())
    spread = total**2 - sum(count**2 for count in truths.values())
    spread_said = total**2 - sum(count**2 for count in said.values())
    return covariance / math.sqrt(spread * spread_said) if spread and spread_said else 0.0


def balance(pairs: Pairs) -> float:
    """Mean of in-scope accuracy and recall of what is out of scope."""
    totals, right = Counter[bool](), Counter[bool]()
    for (truth, said), count in pairs.items():
        totals[truth == OUT] += count
        right[truth == OUT] += count * (truth == said)
    return math.fsum(right[kind] / totals[kind] for kind in totals) / len(totals)


def _margins(pairs: Pairs) -> tuple[Counter[str], Counter[str], Counter[str]]:
    truths, said, both = Counter[str](), Counter[str](), Counter[str]()
    for (truth, told), count in pairs.items():
        truths[truth] += count
        said[told] += count
        if truth == told:
            both[truth] += count
    return truths, said, both


def difference(signs: Sequence[int]) -> Estimate:
    """The mean of paired differences (-1, 0 or 1 a question) with the normal interval."""
    total, mean = len(signs), sum(signs) / len(signs)
    spread = math.sqrt(sum((sign - mean) ** 2 for sign in signs) / total)
    reach = Z * spread / math.sqrt(total)
    return Estimate(mean, mean - reach, mean + reach)
