"""Hear what a model makes of texts, without serving it.

    python -m bot.nlu.trial models/x.tar.gz < questions.jsonl > answers.jsonl

in:  {"text": "..."} or {"turns": ["...", "..."]}, a conversation; a line each
out: {"memory_mb"} first, once the model is loaded, then for each line
     {"intent", "confidence", "procedures": [{"id", "confidence"}], "ms"}
     or {"turns": [{"intent", "actions": ["...", ...]}, ...]}; no action is run. "ms" is the processor's time

The working directory is the project's root. Standard error holds no text of a question.
"""

from __future__ import annotations

import asyncio
import json
import logging
import os
import resource
import sys
import time
from typing import Any, Dict, List, TextIO

from bot.nlu import stand_in
from bot.nlu.quiet_log import configure

MAX_TEXT = 4096
MAX_ACTIONS = 5


def main() -> None:
    """Load the archive that the command line names and answer standard input until it ends."""
    # Rasa and its parts may print; only our lines may reach whoever reads
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    os.environ["RASA_TELEMETRY_ENABLED"] = "false"
    sys.path.insert(0, os.getcwd())
    stand_in.install()
    configure(logging.ERROR)
    asyncio.run(_answer_all(sys.argv[1], sys.stdin, answers))


async def _answer_all(archive: str, questions: TextIO, answers: TextIO) -> None:
    from bot.nlu import schema_check

    schema_check.install()
    from rasa.core.agent import Agent

    agent = Agent.load(archive)
    await agent.parse_message("xin chào")  # the first message pays for what is loaded late
    _put(answers, {"memory_mb": _memory_mb()})
    for line in questions:
        asked = json.loads(line)
        if "turns" in asked:
            _put(answers, {"turns": await _converse(agent, asked["turns"])})
            continue
        text = _capped(asked["text"])
        # by the clock it would tell what else the machine does
        began_at = time.process_time()
        parsed = await agent.parse_message(text)
        _put(answers, _told(parsed, (time.process_time() - began_at) * 1000))


def _capped(text: str) -> str:
    return text[:MAX_TEXT].lstrip("/ \t\r\n")


async def _converse(agent: Any, texts: List[str]) -> List[Dict[str, Any]]:
    """What each text of a conversation is taken for, and what the policies would do about it."""
    from rasa.shared.core.constants import ACTION_LISTEN_NAME
    from rasa.shared.core.events import ActionExecuted, UserUttered
    from rasa.shared.core.trackers import DialogueStateTracker

    tracker = DialogueStateTracker("trial", agent.domain.slots)
    tracker.update(ActionExecuted(ACTION_LISTEN_NAME))
    turns = []
    for text in map(_capped, texts):
        parsed = await agent.parse_message(text)
        tracker.update(UserUttered(text, parsed["intent"], parsed.get("entities"), parsed))
        actions: List[str] = []
        while len(actions) < MAX_ACTIONS:
            action, _ = agent.processor.predict_next_with_tracker_if_should(tracker)
            tracker.update(ActionExecuted(action.name()))
            if action.name() == ACTION_LISTEN_NAME:
                break
            actions.append(action.name())
        turns.append({"intent": parsed["intent"]["name"], "actions": actions})
    return turns


def _told(parsed: Dict[str, Any], milliseconds: float) -> Dict[str, Any]:
    return {
        "intent": parsed["intent"]["name"],
        "confidence": parsed["intent"]["confidence"],
        "procedures": parsed.get("procedures", []),
        "ms": round(milliseconds, 2),
    }


def _memory_mb() -> float:
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)


def _put(answers: TextIO, told: Dict[str, Any]) -> None:
    answers.write(json.dumps(told) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
