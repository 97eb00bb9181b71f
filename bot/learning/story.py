"""The Rasa stories as a set to compare on: whether a model understands every turn and would act as it is written.

knowledge_base/story/*.yml    Rasa's own format; steps are a text with its intent, and the actions that follow
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

STORIES = Path("knowledge_base/story")


@dataclass(frozen=True, slots=True)
class Step:
    """What a person writes, what it is taken for, and the actions that follow, in order."""

    text: str
    intent: str
    actions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation as it should go."""

    name: str
    steps: tuple[Step, ...]

    @property
    def texts(self) -> list[str]:
        """What the person writes."""
        return [step.text for step in self.steps]


@dataclass(frozen=True, slots=True)
class Course:
    """How a story went: the first step that did not go as written, and what came instead; both None when all did."""

    wanted: Step | None = None
    got: Step | None = None

    @property
    def is_passed(self) -> bool:
        """Whether every turn went as written."""
        return self.wanted is None

    def told(self) -> dict[str, Any]:
        """For the report."""
        if self.wanted is None or self.got is None:
            return {"is_passed": True}
        return {
            "is_passed": False,
            "text": self.wanted.text,
            "wanted": {"intent": self.wanted.intent, "actions": list(self.wanted.actions)},
            "got": {"intent": self.got.intent, "actions": list(self.got.actions)},
        }


def stories(root: Path) -> list[Story]:
    """Every story of an installation, by file and place."""
    found = []
    for path in sorted((root / STORIES).glob("*.yml")):
        content = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or {}
        found += [Story(str(one["story"]), _steps(one["steps"])) for one in content.get("stories") or ()]
    return found


def course(story: Story, heard: Sequence[Mapping[str, Any]]) -> Course:
    """How a story went by what `bot.nlu.trial` heard, turn by turn; raises KeyError, TypeError or ValueError."""
    for wanted, row in zip(story.steps, heard, strict=True):
        got = Step(wanted.text, str(row["intent"]), tuple(map(str, row["actions"])))
        if got != wanted:
            return Course(wanted, got)
    return Course()


def _steps(rows: Sequence[Mapping[str, Any]]) -> tuple[Step, ...]:
    found: list[Step] = []
    for row in rows:
        if "user" in row:
            found.append(Step(str(row["user"]).strip(), str(row["intent"]), ()))
        else:
            last = found.pop()
            found.append(Step(last.text, last.intent, (*last.actions, str(row["action"]))))
    return tuple(found)
