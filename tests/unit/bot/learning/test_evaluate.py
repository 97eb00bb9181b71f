"""A comparison from the serving row to the stored report, with a script in the place of the brain's interpreter."""

import json
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot import model
from bot.bookcase import Bookcase
from bot.learning.digest import question_of
from bot.learning.evaluate import Examiner
from bot.learning.gate import Limits
from bot.model import ModelProblem
from bot.process import INTERPRETER
from helpdesk.learning import ModelState, Origin
from helpdesk.storage.database import Database
from helpdesk.storage.model import Comparison
from helpdesk.usecase import asked
from helpdesk.usecase.asked import Given
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
        self.examiner = Examiner(database, folder, folder / "models", folder / "training", library, Limits(), clock)

    def install(self, script: str) -> None:
        (self.root / INTERPRETER).write_text(script)
        (self.root / INTERPRETER).chmod(0o755)

    def label(self, text: str, target: str) -> None:
        """Somebody says what a text means."""
        question = question_of(text, "vi")
        assert question is not None
        at = self.clock.pass_(seconds=1)
        self.database.write_now(lambda unit: asked.take_labels(unit, [Given(question, target)], at))

    def learnt(self, snapshot: str, *texts: str) -> None:
        """A snapshot that teaches these texts."""
        folder = self.root / "training" / snapshot
        for name in ("nlu_data", "procedures"):
            (folder / name).mkdir(parents=True)
        nlu = [{"intent": "greet", "examples": "".join(f"- {text}\n" for text in texts[1:])}]
        (folder / "nlu_data/label.yml").write_text(yaml.safe_dump({"nlu": nlu}, allow_unicode=True))
        document = {"vi": {"questions": list(texts[:1])}}
        (folder / "procedures/one.yaml").write_text(yaml.safe_dump(document, allow_unicode=True))

    def add(self, name: str, hears: str, snapshot: str = "") -> None:
        archive = self.root / "models" / f"{name}.tar.gz"
        archive.write_text(hears)
        facts: dict[str, Any] = {"fingerprint": "f", "origin": Origin.CONSOLE, "rasa": "3", "seconds": 1.0, "facts": {}}
        values = {
            "name": name,
            "snapshot": snapshot,
            "archive": archive.name,
            "sha256": model.file_hash(archive),
            **facts,
        }
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


async def test_models_are_compared_on_the_newest_reviewed_questions_that_neither_has_learnt(bench: Bench) -> None:
    for number in range(36):
        bench.label(f"câu thứ {number}", "greet")
    for text in ("hẹn gặp lại", "xin chào các bạn", "chào buổi sáng", "rất vui được gặp"):
        bench.label(text, "greet")
    for number in range(6):
        bench.label(f"quảng cáo {number}", "not_training")
        bench.label(f"bài chưa có {number}", "procedure/not-yet")
    bench.learnt("snap", "Xin chào các bạn!", "HẸN GẶP LẠI", "khác")
    bench.add("other", "officer", "snap")
    found = await bench.compare("other")
    broke = sorted(line["text"] for line in found.report["broke"] if line["set"] == "reviewed")
    assert broke == ["chào buổi sáng", "rất vui được gặp"]


async def test_what_changed_is_explained_for_both_models(bench: Bench) -> None:
    bench.add("other", "officer")
    (line,) = (await bench.compare("other")).report["broke"]
    serving, candidate = line["serving"]["why"], line["candidate"]["why"]
    assert (serving["intent"], candidate["intent"]) == ("greet", "officer")
    assert (serving["cause"], serving["confidence"], serving["model"]) == ("intent", 0.9, [])


async def test_an_erased_question_leaves_the_reports_too(bench: Bench) -> None:
    for number in range(10):
        bench.label(f"câu thứ {number}", "greet")
    bench.label("tôi là công ty Hòa Bình", "greet")
    bench.add("other", "officer")
    found = await bench.compare("other")
    assert "Hòa Bình" in json.dumps(found.report, ensure_ascii=False)
    bench.database.write_now(lambda unit: unit.models.forget({"tôi là công ty Hòa Bình"}, "[erased]"))
    after = bench.database.read_now(lambda unit: unit.models.comparison("other"))
    assert after is not None
    assert [line["text"] for line in after.report["broke"]] == ["xin chào", "[erased]"]


async def test_a_candidate_that_answers_too_little_is_refused(bench: Bench) -> None:
    bench.add("mute", "greet")
    bench.install("#!/bin/sh\necho '{\"memory_mb\": 300.0}'\n")
    with pytest.raises(ModelProblem, match=r"mute.tar.gz does not load or does not answer"):
        await bench.compare("mute")
    assert bench.database.read_now(lambda unit: unit.models.get("mute")).state is ModelState.REFUSED
