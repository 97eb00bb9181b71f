"""What the knowledge base would have answered on a day: for looking back, so nothing is stored and nobody is told.

No model takes part, since a model of that day may be gone: the best article that the search finds is shown as it held,
with what is said instead when it was not in force.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import Any

from bot.responder import Responder
from helpdesk.calendar import ZONE
from helpdesk.language import DEFAULT_LANGUAGE
from helpdesk.message import Outcome
from knowledge_base.decision import Thresholds
from knowledge_base.edition import Library
from knowledge_base.text import language as spoken


def answers(library: Library, day: date, lines: Iterable[str]) -> Iterator[str]:
    """One JSON line for each line with "id" and "text", as `isec ask` writes them, with the day and the version."""
    noon = datetime(day.year, day.month, day.day, 12, tzinfo=ZONE)
    responder = Responder(lambda: library, lambda: noon)
    for line in lines:
        yield json.dumps(_answer(responder, library, day, line), ensure_ascii=False)


def _answer(responder: Responder, library: Library, day: date, line: str) -> dict[str, Any]:
    try:
        question = json.loads(line)
        identity, text = question["id"], str(question["text"])
    except (ValueError, KeyError, TypeError):
        return {"id": None, "error": 'each line needs "id" and "text"'}
    language = spoken.detect(text, DEFAULT_LANGUAGE).code
    found = [hit for hit in library.search(text, 5) if hit.score >= Thresholds().nearest]
    facts = {
        "id": identity,
        "as_of": day.isoformat(),
        "language": language,
        "candidates": [{"article_id": hit.article_id, "score": round(hit.score, 4)} for hit in found],
    }
    if not found:
        return facts | {"outcome": Outcome.HANDOFF, "article_id": None, "text": ""}
    reply = responder.article(found[0].article_id, language)
    return facts | {
        "outcome": reply.outcome,
        "article_id": reply.article_id,
        "article_version": reply.article_version,
        "topic": reply.topic,
        "text": "\n\n".join(draft.text for draft in reply.messages),
    }
