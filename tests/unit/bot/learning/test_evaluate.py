"""A comparison from the serving row to the stored report, with a script in the place of the brain's interpreter."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot import model
from bot.bookcase import Bookcase
from bot.learning.evaluate import Examiner
from bot.learning.gate import Limits
from bot.model import ModelProblem
from bot.process import INTERPRETER
from helpdesk.learning import ModelState, Origin
from helpdesk.storage.database import Database
from helpdesk.storage.model import Comparison
from tests.conftest import Clock

HEARS = """#!{python}
import json, pathlib, sys
intent = pathlib.Path(sys.argv[-1]).read_text()
print(json.dumps({{"memory_mb": 300.0}}))
for line in sys.stdin:
    turns = json.loads(line).get("turns")
    heard = {{"intent": intent, "actions": ["utter_" + intent]}}
    print(json.dumps({{"turns": [heard] * len(turns)}} if turns else heard | {known}))
"""
KNOWN = {"confidence": 0.9, "procedures": [], "ms": 5.0}
STORIES = """
stories:
- story: a greeting
  steps:
  - user: |
      xin chào
    intent: greet
  - action: utter_greet
"""
GOLDEN = '{"text": "xin chào", "language": "vi", "target": "greet"}\n'


class Bench:
    """Two models, what hears them, and what they are compared on."""

    def __init__(self, folder: Path, database: Database, clock: Clock) -> None:
        self.root, self.database, self.clock = folder, database, clock
        for name in ("knowledge_base/story", INTERPRETER.parent, "models"):
            (folder / name).mkdir(parents=True)
        (folder / "knowledge_base/story/test_paths.yml").write_text(STORIES)
        (folder / "knowledge_base/golden.jsonl").write_text(GOLDEN)
        self.install(HEARS.format(python=sys.executable, known=KNOWN))
        library = Bookcase(database, clock, serve_drafts=False).current
        self.examiner = Examiner(database, folder, folder / "models", library, Limits(), clock)

    def install(self, script: str) -> None:
        (self.root / INTERPRETER).write_text(script)
        (self.root / INTERPRETER).chmod(0o755)

    def add(self, name: str, hears: str) -> None:
        archive = self.root / "models" / f"{name}.tar.gz"
        archive.write_text(hears)
        facts: dict[str, Any] = {"fingerprint": "f", "origin": Origin.CONSOLE, "rasa": "3", "seconds": 1.0, "facts": {}}
        values = {"name": name, "archive": archive.name, "sha256": model.file_hash(archive), **facts}
        at = self.clock.pass_(seconds=1)
        self.database.write_now(lambda unit: unit.models.add(trained_at=at, **values))

    async def compare(self, name: str) -> Comparison:
        await self.examiner.compare(self.database.read_now(lambda unit: unit.models.get(name)))
        found = self.database.read_now(lambda unit: unit.models.comparison(name))
        assert found is not None
        return found


@pytest.fixture
def bench(tmp_path: Path, sqlite: Database, clock: Clock) -> Bench:
    made = Bench(tmp_path, sqlite, clock)
    made.add("serving", "greet")
    sqlite.write_now(lambda unit: unit.models.serve("serving", clock() + timedelta(seconds=1)))
    return made


async def test_a_candidate_that_hears_the_same_passes(bench: Bench) -> None:
    bench.add("same", "greet")
    found = await bench.compare("same")
    assert (found.is_passing, found.report["questions"], found.report["fixed"], found.report["broke"]) == (
        True,
        1,
        [],
        [],
    )
    assert found.report["stories"] == [
        {"name": "a greeting", "serving": {"is_passed": True}, "candidate": {"is_passed": True}}
    ]


async def test_a_candidate_that_loses_a_story_is_stopped_and_the_report_says_where(bench: Bench) -> None:
    bench.add("worse", "thanks")
    found = await bench.compare("worse")
    [story] = found.report["stories"]
    assert (found.is_passing, story["serving"]["is_passed"]) == (False, True)
    assert (story["candidate"]["text"], story["candidate"]["got"]) == (
        "xin chào",
        {"intent": "thanks", "actions": ["utter_thanks"]},
    )
    assert [rule["rule"] for rule in found.report["gate"] if not rule["is_passing"]] == ["story"]


async def test_a_candidate_that_answers_too_little_is_refused(bench: Bench) -> None:
    bench.add("mute", "greet")
    bench.install("#!/bin/sh\necho '{\"memory_mb\": 300.0}'\n")
    with pytest.raises(ModelProblem, match=r"mute.tar.gz does not load or does not answer"):
        await bench.compare("mute")
    assert bench.database.read_now(lambda unit: unit.models.get("mute")).state is ModelState.REFUSED
