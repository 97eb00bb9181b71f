"""A candidate against the serving model, question by question, as figures and as lists that a person can read.

The report is plain data: {"questions", "groups", "fixed", "broke", "golden", "stories", "confusions", "calibration",
"cost", "gate"}.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bot.learning import statistic
from bot.learning.exam import Answer, Parsed, Question, Verdict
from bot.learning.story import Course, Story
from helpdesk.insight import Rate
from helpdesk.storage.model import REPORTED

SHOWN = 200
CONFUSIONS = 30
BINS = 5
DUTIES = ("must_refuse", "officer")
"""Intents on which a candidate may never be worse."""


@dataclass(frozen=True, slots=True)
class Sitting:
    """One model's answers to every question, in order, what it needed for them, and how every story went."""

    model: str
    answers: tuple[Answer, ...]
    memory_mb: float
    courses: tuple[Course, ...] = ()
    parsed: tuple[Parsed, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of questions that belong together."""

    kind: str
    name: str
    total: int
    serving: int
    candidate: int
    fixed: int
    broke: int

    def told(self) -> dict[str, Any]:
        """With intervals (95 %) and how likely the change is by chance alone."""
        return {
            "kind": self.kind,
            "name": self.name,
            "total": self.total,
            "serving": self.serving,
            "candidate": self.candidate,
            "fixed": self.fixed,
            "broke": self.broke,
            "serving_interval": _rounded(Rate(self.serving, self.total).bounds),
            "candidate_interval": _rounded(Rate(self.candidate, self.total).bounds),
            "difference": _rounded(statistic.difference(self.fixed, self.broke, self.total)),
            "p": round(statistic.changed(self.fixed, self.broke), 4),
            "p_worse": round(statistic.worse(self.fixed, self.broke), 4),
        }


Triple = tuple[Question, Answer, Answer]
"""A question, the serving model's answer, the candidate's."""

Why = Callable[[Question, Parsed], dict[str, Any]]
"""Why a model's answer to a question is as it is."""


def build(
    questions: Sequence[Question],
    serving: Sitting,
    candidate: Sitting,
    topic_of: Callable[[str], str],
    stories: Sequence[Story] = (),
    why: Why | None = None,
) -> dict[str, Any]:
    """The report, without the gate; `topic_of` names the topic of an article, `why` explains what is listed."""
    triples = list(zip(questions, serving.answers, candidate.answers, strict=True))

    def lines(is_listed: Callable[[Triple], bool], most: int | None = SHOWN) -> list[dict[str, Any]]:
        places = [place for place, one in enumerate(triples) if is_listed(one)][:most]
        return [_line(triples[place], _reasons(why, place, questions, serving, candidate)) for place in places]

    return {
        "questions": len(triples),
        "groups": [group.told() for group in groups(triples, topic_of)],
        "fixed": lines(lambda one: one[2].is_right and not one[1].is_right),
        "broke": lines(lambda one: one[1].is_right and not one[2].is_right),
        "golden": lines(lambda one: one[0].set == "golden" and not is_complete(one[2]), most=None),
        "stories": [
            {"name": story.name, "serving": before.told(), "candidate": after.told()}
            for story, before, after in zip(stories, serving.courses, candidate.courses, strict=True)
        ],
        "confusions": _confusions(triples),
        "calibration": {"serving": _calibration(serving), "candidate": _calibration(candidate)},
        "cost": {"serving": _cost(serving), "candidate": _cost(candidate)},
    }


def is_complete(answer: Answer) -> bool:
    """Whether a golden question is served: answered, or asked back with the right article among the choices."""
    return answer.verdict in (Verdict.RIGHT, Verdict.OFFERED)


def groups(triples: Sequence[Triple], topic_of: Callable[[str], str]) -> list[Group]:
    """All questions, by set, by language, by topic, and the duties."""
    found: dict[tuple[str, str], list[Triple]] = defaultdict(list)
    for one in triples:
        question = one[0]
        found["all", "all"].append(one)
        found["set", question.set].append(one)
        found["language", question.language].append(one)
        found["topic", topic_of(question.article) if question.article else "service"].append(one)
        if question.target in DUTIES:
            found["duty", question.target].append(one)
    order = ("all", "set", "language", "duty", "topic")
    return [_group(*key, found[key]) for key in sorted(found, key=lambda key: (order.index(key[0]), key[1]))]


def _group(kind: str, name: str, triples: Sequence[Triple]) -> Group:
    pairs = [(serving.is_right, candidate.is_right) for _, serving, candidate in triples]
    return Group(
        kind,
        name,
        len(pairs),
        sum(serving for serving, _ in pairs),
        sum(candidate for _, candidate in pairs),
        sum(candidate and not serving for serving, candidate in pairs),
        sum(serving and not candidate for serving, candidate in pairs),
    )


def _reasons(
    why: Why | None, place: int, questions: Sequence[Question], *sittings: Sitting
) -> tuple[dict[str, Any], ...]:
    """What each sitting adds to what is told of its answer."""
    if why is None:
        return tuple({} for _ in sittings)
    return tuple({"why": why(questions[place], sitting.parsed[place])} for sitting in sittings)


def _line(triple: Triple, reasons: Sequence[dict[str, Any]]) -> dict[str, Any]:
    question, serving, candidate = triple
    return {
        "set": question.set,
        "text": question.text[:REPORTED],
        "language": question.language,
        "target": question.target,
        "serving": serving.told() | reasons[0],
        "candidate": candidate.told() | reasons[1],
    }


def _confusions(triples: Sequence[Triple]) -> list[dict[str, Any]]:
    """What is taken for what, where the two models differ in how often."""
    before: Counter[tuple[str, str]] = Counter()
    after: Counter[tuple[str, str]] = Counter()
    for question, serving, candidate in triples:
        for answer, counter in ((serving, before), (candidate, after)):
            if not answer.is_right:
                counter[question.target, answer.article_id or answer.outcome] += 1
    changed = [pair for pair in before | after if before[pair] != after[pair]]
    changed.sort(key=lambda pair: (-abs(after[pair] - before[pair]), pair))
    return [
        {"target": target, "got": got, "serving": before[target, got], "candidate": after[target, got]}
        for target, got in changed[:CONFUSIONS]
    ]


def _calibration(sitting: Sitting) -> list[dict[str, float]]:
    """Answers by confidence: how sure the model was, and how often it was right."""
    bins: list[list[Answer]] = [[] for _ in range(BINS)]
    for answer in sitting.answers:
        bins[min(BINS - 1, int(answer.confidence * BINS))].append(answer)
    return [
        {
            "count": len(found),
            "confidence": round(sum(one.confidence for one in found) / len(found), 3),
            "right": round(sum(one.is_right for one in found) / len(found), 3),
        }
        for found in bins
        if found
    ]


def _cost(sitting: Sitting) -> dict[str, float]:
    times = sorted(one.ms for one in sitting.answers) or [0.0]
    return {
        "p50_ms": round(times[len(times) // 2], 2),
        "p95_ms": round(times[min(len(times) - 1, int(len(times) * 0.95))], 2),
        "memory_mb": sitting.memory_mb,
    }


def _rounded(interval: tuple[float, float]) -> list[float]:
    return [round(interval[0], 4), round(interval[1], 4)]
