from typing import Any

import pytest
from rasa.core import processor
from rasa.engine.exceptions import GraphComponentException, GraphRunError
from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema, SchemaNode
from rasa.engine.runner.dask import DaskGraphRunner

from bot.nlu import runner
from bot.nlu.runner import OrderedRunner

ran: list[str] = []


class Step(GraphComponent):
    """Tells what it was given, and that it was asked."""

    def __init__(self, name: str) -> None:
        self.name = name

    @classmethod
    def create(cls, config: dict[str, Any], **_: Any) -> "Step":
        return cls(config["name"])

    def run(self, one: str = "", two: str = "") -> str:
        ran.append(self.name)
        return f"{self.name}({one},{two})"

    def fail(self, one: str) -> str:
        raise RuntimeError("broken")


def step(name: str, fn: str = "run", is_target: bool = False, **needs: str) -> SchemaNode:
    return SchemaNode(needs, Step, "create", fn, {"name": name}, eager=True, is_target=is_target)


SCHEMA = GraphSchema(
    {
        "last": step("last", is_target=True, one="left", two="right"),
        "left": step("left", one="message"),
        "right": step("right", one="message", two="left"),
        "aside": step("aside", one="message"),
        "broken": step("broken", "fail", one="message"),
    }
)


def answers(kind: Any, message: str, targets: list[str] | None = None) -> dict[str, Any]:
    made = kind.create(SCHEMA, None, ExecutionContext(SCHEMA))
    found: dict[str, Any] = made.run({"message": message}, targets)
    return found


@pytest.mark.parametrize("targets", [None, ["right"], ["left", "aside"]])
def test_it_answers_what_rasa_s_own_runner_answers(targets: list[str] | None) -> None:
    assert answers(OrderedRunner, "hi", targets) == answers(DaskGraphRunner, "hi", targets)


def test_only_what_the_target_needs_runs_each_once_and_in_order() -> None:
    ran.clear()
    answers(OrderedRunner, "hi", ["last"])
    assert ran == ["left", "right", "last"]


def test_nothing_is_left_over_from_the_message_before() -> None:
    made = OrderedRunner.create(SCHEMA, None, ExecutionContext(SCHEMA))
    assert [made.run({"message": word}, ["left"])["left"] for word in ("a", "b")] == ["left(a,)", "left(b,)"]


@pytest.mark.parametrize("kind", [OrderedRunner, DaskGraphRunner])
def test_a_component_that_fails_is_told_as_by_rasa_s_own_runner(kind: Any) -> None:
    with pytest.raises(GraphComponentException):
        answers(kind, "hi", ["broken"])


def test_a_missing_input_is_told() -> None:
    with pytest.raises(GraphRunError):
        OrderedRunner.create(SCHEMA, None, ExecutionContext(SCHEMA)).run({}, ["left"])


def test_installing_makes_loaded_models_run_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processor, "DaskGraphRunner", DaskGraphRunner)
    runner.install()
    assert processor.DaskGraphRunner is OrderedRunner
