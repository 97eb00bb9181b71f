"""Questions that the bot really gets wrong: a nickname that nobody taught it, asked over the last three weeks.

They are there to be found, labelled and learnt; demo_nickname.toml says where they come from.
"""

import tomllib
from datetime import datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from helpdesk.calendar import ZONE, day_of
from helpdesk.message import Outcome
from helpdesk.reply import Candidate
from helpdesk.usecase.demo_past import Past, reply_to

_FILE = Path(__file__).with_suffix(".toml")
_NAMES = {
    "vi": ("Công ty Nông sản Tiên Yên", "HTX Hải Xuân", "Hải sản Quảng Hà"),
    "en": ("Delta Freight Ltd", "Seaway Forwarding"),
    "zh": ("东兴顺达", "防城港海润"),
}
_GATE = "hoanh-mo"
_WAIT = 14


def nicknamed(now: datetime, mark: str) -> list[Past]:
    """Every such conversation; always the same ones, so many days before `now`."""
    written: dict[str, Any] = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return [_one(row, written["answer"], now, mark) for row in written["question"]]


def _one(row: dict[str, Any], answers: dict[str, str], now: datetime, mark: str) -> Past:
    """The bot's answer as it was; who was shown something else found it off the point."""
    language, article_id = row["language"], row.get("article")
    number = int.from_bytes(sha256(row["text"].encode()).digest()[:4])
    day = day_of(now) - timedelta(days=row["days_ago"])
    at = datetime.combine(day, time(8), ZONE) + timedelta(minutes=number % 540)
    candidates = tuple(Candidate(*one) for one in row["candidates"])
    names = _NAMES[language]
    return Past(
        f"{names[number % len(names)]} {mark}",
        language,
        row["text"],
        at.astimezone(now.tzinfo),
        reply_to(language, Outcome(row["outcome"]), article_id, row["confidence"], candidates, _GATE),
        is_useful=False if article_id else None,
        poor_reason="off_point" if article_id else None,
        wait=_WAIT,
        answer=answers[language],
    )
