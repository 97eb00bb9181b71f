"""The gate: what a candidate must not do worse than the serving model before it is promoted without a word."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

SLACK_MS, SLACK_MB = 5.0, 50.0
"""Differences too small to be called cost, whatever the ratio."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where the gate closes.

    Attributes:
        noise: a language counts as worse when chance alone would make it look so with less than this probability.
        golden: least share of the golden set that has to be served.
        latency: most that the p95 of the processor's time to understand may grow, as a ratio.
        memory: most that memory may grow, as a ratio.
    """

    noise: float = 0.05
    golden: float = 1.0
    latency: float = 1.5
    memory: float = 1.3


def judge(report: dict[str, Any], limits: Limits) -> list[dict[str, Any]]:
    """Every rule as {"rule", "name", "is_passing", "value", "limit"}; shares and ratios, not per cent.

    The value of the rule on stories is how many were lost.
    """
    return [
        {"rule": rule, "name": name, "is_passing": is_passing, "value": round(value, 4), "limit": round(limit, 4)}
        for rule, name, is_passing, value, limit in _rules(report, limits)
    ]


def is_open(verdicts: list[dict[str, Any]]) -> bool:
    """Whether every rule passes."""
    return all(verdict["is_passing"] for verdict in verdicts)


def _rules(report: dict[str, Any], limits: Limits) -> Iterator[tuple[str, str, bool, float, float]]:
    for group in report["groups"]:
        if group["kind"] == "language":
            yield "language", group["name"], group["p_worse"] >= limits.noise, group["p_worse"], limits.noise
        if group["kind"] == "duty":
            yield "duty", group["name"], group["candidate"] >= group["serving"], group["candidate"], group["serving"]
        if (group["kind"], group["name"]) == ("set", "golden"):
            share = 1 - len(report["golden"]) / group["total"]
            yield "golden", "golden", share >= limits.golden, share, limits.golden
    if report["stories"]:
        broke = sum(one["serving"]["is_passed"] and not one["candidate"]["is_passed"] for one in report["stories"])
        yield "story", "story", not broke, broke, 0
    serving, candidate = report["cost"]["serving"], report["cost"]["candidate"]
    yield "latency", "p95", *_grown(serving["p95_ms"], candidate["p95_ms"], limits.latency, SLACK_MS)
    yield "memory", "memory", *_grown(serving["memory_mb"], candidate["memory_mb"], limits.memory, SLACK_MB)


def _grown(before: float, after: float, limit: float, slack: float) -> tuple[bool, float, float]:
    return after <= max(before * limit, before + slack), after / before if before else 1.0, limit
