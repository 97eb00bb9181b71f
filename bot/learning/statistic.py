"""How much of a difference is noise: its interval, and an exact test for answers that changed.

Both models answer the same questions, so only the questions that one of them gets right and the other wrong tell them
apart (McNemar); the rest cancel out.
"""

from math import comb, sqrt

from helpdesk.insight import CONFIDENCE


def difference(fixed: int, broke: int, total: int) -> tuple[float, float]:
    """The 95 % interval of how much the share of right answers rose, from paired answers."""
    if total == 0:
        return -1.0, 1.0
    change = (fixed - broke) / total
    spread = sqrt(max(0.0, fixed + broke - (fixed - broke) ** 2 / total)) / total
    reach = CONFIDENCE * spread + 1 / (2 * total)
    return max(-1.0, change - reach), min(1.0, change + reach)


def worse(fixed: int, broke: int) -> float:
    """How likely so many broken answers (or more) are if the models are equally good: McNemar's test, one-sided."""
    return tail(broke, fixed + broke)


def changed(fixed: int, broke: int) -> float:
    """How likely so uneven a change is if the models are equally good, either way: McNemar's test, two-sided."""
    return min(1.0, 2 * tail(max(fixed, broke), fixed + broke))


def tail(least: int, trials: int) -> float:
    """The chance of `least` heads or more in so many throws of a fair coin."""
    if trials == 0:
        return 1.0
    return float(sum(comb(trials, heads) for heads in range(least, trials + 1)) / 2**trials)
