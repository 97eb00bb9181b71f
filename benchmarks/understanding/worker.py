"""Runs in the brain's interpreter, on Python 3.10: trains a model, parses texts with one, or ranks passages.

    python -m benchmarks.understanding.worker train|parse|rank JOB.json RESULT.json

The job and the result are JSON objects. Times are wall clock unless they are called cpu; `peak_bytes` is the most
memory that the process had resident.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
import sys
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

WARM_UP = 20  # texts parsed before the clock counts: first calls build graphs and fill caches


def train(job: dict[str, Any]) -> dict[str, Any]:
    """Learn from job["data"] with job["config"]; the model is left in job["models"]. Importing Rasa is not counted."""
    if job["config"] is None:
        from benchmarks.understanding import svm

        return svm.train(Path(job["data"]), Path(job["models"]))
    from rasa.model_training import train_nlu

    began, used = perf_counter(), process_time()
    domain = job.get("domain")
    archive = train_nlu(job["config"], job["data"], job["models"], fixed_model_name="model", domain=domain)
    if archive is None:
        raise SystemExit("Rasa trained no model")
    spent = {"train_seconds": perf_counter() - began, "train_cpu_seconds": process_time() - used}
    return {**spent, "model_bytes": Path(archive).stat().st_size}


def parse(job: dict[str, Any]) -> dict[str, Any]:
    """Parse job["texts"] in turn: for each the likeliest label, its confidence, and what the pipeline decided."""
    if job["config"] is None:
        from benchmarks.understanding import svm

        understand = svm.load(Path(job["models"]))
    else:
        understand = _agent(job)
    for text in job["texts"][:WARM_UP]:
        understand(text)
    answers, milliseconds, used = [], [], process_time()
    for text in job["texts"]:
        began = perf_counter()
        answers.append(understand(text))
        milliseconds.append((perf_counter() - began) * 1e3)
    cpu = (process_time() - used) * 1e3 / max(1, len(answers))
    return {"answers": answers, "milliseconds": [round(value, 3) for value in milliseconds], "parse_cpu_ms": cpu}


def _agent(job: dict[str, Any]) -> Any:
    if job["is_light"]:  # as the product serves it, without loading what its pipeline does not use
        from bot.nlu import stand_in

        stand_in.install()
    import structlog
    from rasa.core.agent import Agent

    # `rasa run` writes no debugging lines either
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    agent = Agent.load(str(Path(job["models"], "model.tar.gz")))
    loop = asyncio.new_event_loop()
    return lambda text: read(loop.run_until_complete(agent.parse_message(text)))


def read(parsed: dict[str, Any]) -> tuple[str, float, str]:
    """The likeliest label and its confidence, a fallback aside, and the label decided on, from what a pipeline says."""
    ranking = [rank for rank in parsed.get("intent_ranking") or () if rank["name"] != "nlu_fallback"]
    nothing: dict[str, Any] = {"name": "nlu_fallback", "confidence": 0.0}
    best = ranking[0] if ranking else nothing
    decided = (parsed.get("intent") or {}).get("name") or "nlu_fallback"
    return (_full(best["name"], parsed), float(best["confidence"]), _full(decided, parsed))


def _full(intent: str, parsed: dict[str, Any]) -> str:
    """With the response chosen for it, where the intent is one of several responses."""
    chosen = (parsed.get("response_selector") or {}).get(intent) or {}
    return (chosen.get("response") or {}).get("intent_response_key") or intent


def rank(job: dict[str, Any]) -> dict[str, Any]:
    """By the product's encoder: places of job["passages"], each a list of sentences, nearest sentence first, for each
    of job["questions"]."""
    import numpy as np

    from bot.nlu.embedding import Embedder

    embedder = Embedder()
    sentences = np.array([embedder.embed(text)[0] for passage in job["passages"] for text in passage])
    starts = np.cumsum([0] + [len(passage) for passage in job["passages"]])[:-1]
    rankings, began = [], perf_counter()
    for question in job["questions"]:
        nearness = np.maximum.reduceat(sentences @ embedder.embed(question)[0], starts)
        rankings.append(np.argsort(-nearness, kind="stable").tolist())
    return {"rankings": rankings, "milliseconds": (perf_counter() - began) * 1e3 / len(rankings)}


def peak_bytes() -> int:
    """Most memory resident so far; from /proc, because getrusage would count what the parent had at the fork."""
    status = Path("/proc/self/status").read_text(encoding="ascii", errors="replace")
    found = re.search(r"VmHWM:\s+(\d+) kB", status)
    return int(found.group(1)) * 1024 if found else 0


def main(arguments: list[str]) -> None:
    """Do one job."""
    what, job, result = arguments
    done = {"train": train, "parse": parse, "rank": rank}[what](json.loads(Path(job).read_text(encoding="utf-8")))
    done["peak_bytes"] = peak_bytes()
    Path(result).write_text(json.dumps(done), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
