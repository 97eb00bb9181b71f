"""One training and one parsing of a contender on a set, in child processes; results are kept and not measured twice.

A result is kept under a fingerprint of everything it depends on. What did not end in time is kept too, with the limit,
and tried again only under a longer one.
"""

import hashlib
import json
import os
import subprocess
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from shutil import copyfile
from typing import Any

import yaml

from benchmarks.understanding.contender import Contender
from benchmarks.understanding.dataset import Dataset
from bot.process import INTERPRETER, quiet_environment

PARSE_LIMIT_SECONDS = 3600
CODE = ("bot/nlu", "knowledge_base/text")
"""The components and the text preparation they use."""
ARTICLES = Path("knowledge_base", "procedures")
EMBEDDED = Path("models", "embedding.npz")
"""Where ours keeps what it has embedded; an ablation, whose training nobody times, begins with it."""
LAST_WORDS = 400
"""Characters of a failed child's output that are told."""


class NotInTime(Exception):
    """A training was stopped at the limit."""


class Failed(Exception):
    """A child ended with an error; the message holds its last words."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was made of one text: the likeliest label, its confidence, and what the pipeline decided on."""

    label: str
    confidence: float
    decided: str


@dataclass(frozen=True, slots=True)
class Run:
    """A contender on a set; answers stand in the order of test, then tuning. `failure` says why there are none.

    Processor seconds say more than wall clock where the machine has other work.
    """

    answers: tuple[Answer, ...] = ()
    milliseconds: tuple[float, ...] = ()
    train_seconds: float = 0.0
    train_cpu_seconds: float = 0.0
    parse_cpu_ms: float = 0.0
    train_bytes: int = 0
    parse_bytes: int = 0
    model_bytes: int = 0
    state: str = ""
    failure: str = ""


@cache
def fingerprint(*places: Path) -> str:
    """Fingerprint of files and of everything in folders."""
    digest = hashlib.sha256()
    for place in places:
        for path in [place] if place.is_file() else sorted(place.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                digest.update(path.name.encode() + path.read_bytes())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Runner:
    """Measures in `root`, keeps results in `kept`; a training may take `limit_seconds`, children run `nice`."""

    root: Path
    kept: Path
    limit_seconds: int
    nice: int = 10

    def known(self, contender: Contender, dataset: Dataset) -> Run | None:
        """The kept result; None when there is none, or only a time-out under a shorter limit."""
        if contender.taught_as is not None:
            taught = self.known(contender.taught_as, dataset)
            return taught and replace(taught, answers=tuple(replace(one, decided=one.label) for one in taught.answers))
        path = self._path(contender, dataset)
        if not path.is_file():
            return None
        found = json.loads(path.read_text(encoding="utf-8"))
        if "limit_seconds" in found:
            limit = found["limit_seconds"]
            return (
                Run(failure=f"not trained within {limit} s", state=found["state"])
                if limit >= self.limit_seconds
                else None
            )
        answers = tuple(Answer(*answer) for answer in found.pop("answers"))
        return Run(answers=answers, milliseconds=tuple(found.pop("milliseconds")), **found)

    def run(self, contender: Contender, dataset: Dataset) -> Run:
        """The kept result, or a new one; a child's error is told and not kept."""
        known = self.known(contender, dataset)
        if known is not None:
            return known
        if contender.taught_as is not None:
            taught = self.run(contender.taught_as, dataset)
            return self.known(contender, dataset) or taught
        path = self._path(contender, dataset)
        path.parent.mkdir(parents=True, exist_ok=True)
        began = state()
        try:
            found = self._measure(contender, dataset) | {"state": began}
        except NotInTime:
            found = {"limit_seconds": self.limit_seconds, "state": began}
        except Failed as problem:
            return Run(failure=str(problem), state=began)
        path.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
        known = self.known(contender, dataset)
        assert known is not None
        return known

    def child(self, what: str, job: dict[str, Any], folder: Path, limit_seconds: float) -> dict[str, Any]:
        """Have the worker do a job; raises NotInTime or Failed."""
        given, result = folder / f"{what}.json", folder / f"{what}-result.json"
        given.write_text(json.dumps(job), encoding="utf-8")
        command = ("nice", "-n", str(self.nice), str(self.root / INTERPRETER), "-m", "benchmarks.understanding.worker")
        with (folder / "log").open("w+b") as log:
            try:
                done = subprocess.run(
                    (*command, what, str(given), str(result)),
                    cwd=folder,
                    env=_environment(self.root, bool(job.get("is_light"))),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    timeout=limit_seconds,
                    check=False,
                )
            except subprocess.TimeoutExpired:
                raise NotInTime from None
        if done.returncode or not result.is_file():
            said = (folder / "log").read_text(encoding="utf-8", errors="replace").strip()
            raise Failed(said[-LAST_WORDS:] or f"exit status {done.returncode}")
        read: dict[str, Any] = json.loads(result.read_text(encoding="utf-8"))
        return read

    def _measure(self, contender: Contender, dataset: Dataset) -> dict[str, Any]:
        with tempfile.TemporaryDirectory(prefix="bench-nlu-", dir=self.kept) as name:
            folder = Path(name)
            job = project(folder, self.root, contender, dataset)
            embedded, shared = folder / EMBEDDED, self.kept / "embedded" / f"{dataset.name}.npz"
            if contender.is_ablation and shared.is_file():
                embedded.parent.mkdir()
                copyfile(shared, embedded)
            trained = self.child("train", job, folder, self.limit_seconds)
            if contender.is_ours and embedded.is_file():
                shared.parent.mkdir(exist_ok=True)
                copyfile(embedded, shared)
            texts = [example.text for example in (*dataset.test, *dataset.tuning)]
            parsed = self.child("parse", job | {"texts": texts}, folder, PARSE_LIMIT_SECONDS)
        sizes = {"train_bytes": trained.pop("peak_bytes"), "parse_bytes": parsed.pop("peak_bytes")}
        return {**trained, **parsed, **sizes}

    def _path(self, contender: Contender, dataset: Dataset) -> Path:
        asked = [(example.text, example.label) for example in (*dataset.test, *dataset.tuning)]
        taught = [(example.text, example.label) for example in dataset.train]
        parts: list[Any] = [contender.config(), taught, asked]
        if contender.is_ours:
            parts.append(fingerprint(*(self.root / place for place in CODE)))
        if contender.is_ours and dataset.home:
            parts.append(fingerprint(self.root / ARTICLES))
        key = hashlib.sha256(json.dumps(parts, ensure_ascii=False).encode()).hexdigest()[:12]
        return self.kept / contender.name / f"{dataset.name}-{key}.json"


def project(folder: Path, root: Path, contender: Contender, dataset: Dataset) -> dict[str, Any]:
    """Write a project for the worker into `folder`, which is its working directory; returns its job.

    Our own pipeline learns our own questions from the product's files, with articles where it looks for them;
    everything else comes as plain intents, and there are no articles.
    """
    config, path = contender.config(), folder / "config.yml"
    job: dict[str, Any] = {"config": None, "models": str(folder / "models"), "is_light": contender.is_ours}
    if config is not None:
        path.write_text(yaml.safe_dump(config, allow_unicode=True, sort_keys=False), encoding="utf-8")
        job["config"] = str(path)
    if contender.is_ours and dataset.home:
        (folder / "knowledge_base").mkdir()
        (folder / ARTICLES).symlink_to(root / ARTICLES)
        return job | {"data": str(root / "nlu_data"), "domain": str(root / "domain.yml")}
    (folder / "data.json").write_text(json.dumps(training_file(dataset), ensure_ascii=False), encoding="utf-8")
    return job | {"data": str(folder / "data.json")}


SLASH = "__"
"""What a slash in a label becomes: with it Rasa would take the intent for one with several responses."""


def training_file(dataset: Dataset) -> dict[str, Any]:
    """The examples in Rasa's JSON format, which takes texts as they are, without markup."""
    examples = [{"text": one.text, "intent": one.label.replace("/", SLASH)} for one in dataset.train]
    return {"rasa_nlu_data": {"common_examples": examples}}


def _environment(root: Path, is_single: bool) -> dict[str, str]:
    """No training reuses what another left. Others compute with all cores; ours as the product does, in one thread."""
    quiet = quiet_environment() | {"RASA_MAX_CACHE_SIZE": "0", "NO_COLOR": "1", "PYTHONPATH": str(root)}
    return quiet if is_single else {key: value for key, value in quiet.items() if not key.endswith("_NUM_THREADS")}


def state() -> str:
    """When, and how busy the machine was."""
    average = " ".join(f"{value:.1f}" for value in os.getloadavg())
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, load average {average}"


def say(line: str) -> None:
    """Tell whoever waits."""
    print(f"{time.strftime('%H:%M:%S')} {line}", flush=True)
