from pathlib import Path

import pytest
import yaml

from bot.learning import story
from bot.learning.story import Course, Step, Story

ROOT = Path(__file__).resolve().parents[4]
TALK = Story("talk", (Step("xin chào", "greet", ("utter_greet",)), Step("E31?", "look_up_code", ("action_answer",))))
GREETED = {"intent": "greet", "actions": ["utter_greet"]}
LOOKED_UP = {"intent": "look_up_code", "actions": ["action_answer"]}


def test_the_stories_that_come_with_an_installation_name_each_intent_and_action_once_at_least() -> None:
    found = story.stories(ROOT)
    domain = yaml.safe_load((ROOT / "domain.yml").read_text(encoding="utf-8"))
    intents = {name for entry in domain["intents"] for name in (entry if isinstance(entry, dict) else (entry,))}
    steps = [step for one in found for step in one.steps]
    assert len({one.name for one in found}) == len(found)
    assert {step.intent for step in steps} == intents - {"nlu_fallback"}
    assert {action for step in steps for action in step.actions} <= {*domain["actions"], *domain["responses"]}
    assert all(step.actions for step in steps)


def test_a_place_without_stories_has_none(tmp_path: Path) -> None:
    assert story.stories(tmp_path) == []


def test_a_story_that_goes_as_written_passes() -> None:
    assert story.course(TALK, [GREETED, LOOKED_UP]) == Course()
    assert Course().told() == {"is_passed": True}


@pytest.mark.parametrize(
    "got",
    [
        {"intent": "procedure", "actions": ["action_answer"]},
        {"intent": "look_up_code", "actions": []},
        {"intent": "look_up_code", "actions": ["action_answer", "utter_greet"]},
    ],
)
def test_the_first_step_that_goes_otherwise_is_told(got: dict[str, object]) -> None:
    told = story.course(TALK, [GREETED, got]).told()
    assert told == {"is_passed": False, "text": "E31?", "wanted": LOOKED_UP, "got": got}


def test_an_answer_to_fewer_turns_is_no_answer() -> None:
    with pytest.raises(ValueError, match="shorter"):
        story.course(TALK, [GREETED])
