"""Comparing a candidate with the serving model: both hear every question, the desk's decisions say what comes of it."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from bot.learning import exam, gate, report, snapshot, store, story
from bot.learning.child import NICENESS
from bot.learning.digest import key_of
from bot.learning.exam import Parsed, Question
from bot.learning.gate import Limits
from bot.learning.report import Sitting
from bot.learning.story import Story
from bot.model import ModelProblem
from bot.process import INTERPRETER, quiet_environment
from bot.responder import Responder
from helpdesk.storage.database import Database
from helpdesk.storage.label import TrainingText
from helpdesk.storage.model import Model
from helpdesk.storage.unit import Unit
from helpdesk.usecase import learning
from knowledge_base.edition import Library

TRIAL_SECONDS = 600.0
UNREADABLE = (ValueError, KeyError, TypeError)


class Examiner:
    """Compares models; `library` is what answers now."""

    def __init__(
        self,
        database: Database,
        root: Path,
        models: Path,
        snapshots: Path,
        library: Callable[[], Library],
        limits: Limits,
        clock: Callable[[], datetime],
    ) -> None:
        self._database = database
        self._root = root
        self._models = models
        self._snapshots = snapshots
        self._library = library
        self._limits = limits
        self._clock = clock

    async def compare(self, candidate: Model) -> None:
        """Compare with the model that serves and store the report; nothing is done while none serves.

        Raises ModelProblem when one of them does not load; a candidate that does not is refused from then on.
        """
        serving = await self._database.read(lambda unit: unit.models.at_work())
        if serving is None or serving.name == candidate.name:
            return
        teachable = snapshot.teachable(self._library().editions)
        held_out = await self._database.read(lambda unit: unit.training.held_out(teachable))
        unseen = await asyncio.to_thread(self._unseen, held_out, (serving, candidate))
        asked = await asyncio.to_thread(exam.questions, self._root, unseen)
        told = await asyncio.to_thread(story.stories, self._root)
        try:
            after = await self._sit(candidate, asked, told)
        except ModelProblem as problem:
            at, why = self._clock(), str(problem)
            await self._database.write(lambda unit: learning.refuse(unit, candidate.name, why, at))
            raise
        before = await self._sit(serving, asked, told)
        found = await asyncio.to_thread(self._report, asked, told, before, after)
        await self._database.write(partial(self._store, candidate.name, serving.name, found))

    def _unseen(self, held_out: Sequence[TrainingText], models: Sequence[Model]) -> list[TrainingText]:
        """What neither model has learnt: a label that was changed or put off is new again, the text may not be."""
        if not held_out:
            return []
        taught = frozenset[str]().union(*(snapshot.keys(self._snapshots, one.snapshot) for one in models))
        return [one for one in held_out if key_of(one.text) not in taught]

    def _store(self, name: str, against: str, found: dict[str, Any], unit: Unit) -> None:
        is_passing, at = gate.is_open(found["gate"]), self._clock()
        unit.models.compare(name, against, at, is_passing, found)
        whole = next(group for group in found["groups"] if group["kind"] == "all")
        facts = unit.models.get(name).facts
        metrics = {
            "right": whole["candidate"],
            "questions": whole["total"],
            "p95_ms": found["cost"]["candidate"]["p95_ms"],
            "against": against,
            "is_passing": is_passing,
        }
        unit.models.change(name, facts=facts | {"metrics": metrics})

    def _report(
        self, asked: Sequence[Question], told: Sequence[Story], before: Sitting, after: Sitting
    ) -> dict[str, Any]:
        library = self._library()

        def topic_of(article_id: str) -> str:
            edition = library.editions.get(article_id)
            return str(edition.article.topic) if edition else "gone"

        responder = Responder(lambda: library, self._clock)
        found = report.build(asked, before, after, topic_of, told, partial(exam.reasons, responder=responder))
        return found | {"gate": gate.judge(found, self._limits)}

    async def _sit(self, one: Model, asked: Sequence[Question], told: Sequence[Story]) -> Sitting:
        """What a visitor would get from a model for every question, and how every story goes."""
        archive = await asyncio.to_thread(store.archive_of, self._models, one)
        lines = [{"text": question.text} for question in asked] + [{"turns": one.texts} for one in told]
        memory_mb, rows = await self._hear(archive, lines)
        try:
            parsed = [Parsed.read(row) for row in rows[: len(asked)]]
            courses = tuple(story.course(one, row["turns"]) for one, row in zip(told, rows[len(asked) :], strict=True))
        except UNREADABLE as problem:
            raise _unheard(archive) from problem
        library = self._library()
        responder = Responder(lambda: library, self._clock)

        def judge() -> tuple[exam.Answer, ...]:
            return tuple(exam.answer(question, heard, responder) for question, heard in zip(asked, parsed, strict=True))

        return Sitting(one.name, await asyncio.to_thread(judge), memory_mb, courses, tuple(parsed))

    async def _hear(self, archive: Path, asked: Sequence[Mapping[str, Any]]) -> tuple[float, list[dict[str, Any]]]:
        """The model's memory in MB, and a row for each line asked; see `bot.nlu.trial`. Raises ModelProblem."""
        lines = "".join(json.dumps(line) + "\n" for line in asked)
        child = await asyncio.create_subprocess_exec(
            *("nice", "-n", str(NICENESS), str(self._root / INTERPRETER), "-m", "bot.nlu.trial", str(archive)),
            cwd=self._root,
            env=quiet_environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
        try:
            said, _ = await asyncio.wait_for(child.communicate(lines.encode()), TRIAL_SECONDS)
            head, *rows = [json.loads(line) for line in said.splitlines()]
            if child.returncode != 0 or len(rows) != len(asked):
                raise ValueError("not every question was answered")
            return float(head["memory_mb"]), rows
        except (TimeoutError, OSError, *UNREADABLE) as problem:
            raise _unheard(archive) from problem
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()


def _unheard(archive: Path) -> ModelProblem:
    return ModelProblem(f"the model {archive.name} does not load or does not answer")
