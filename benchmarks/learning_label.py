"""Questions for the benchmark of learning, and the people who label them, on the benchmark's own throw-away desk.

The questions are the training texts with their words in another order: new to the model, of the same length and the
same mixture of languages and intents. They measure time only, teach nothing, and never leave the temporary folder.
"""

import asyncio
import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from itertools import islice

from argon2 import PasswordHasher

from bot.learning.digest import key_of, question_of
from helpdesk.officer import Officer, Role
from helpdesk.storage.database import REST_SECONDS, Database
from helpdesk.storage.unit import Unit
from helpdesk.usecase import account, review
from helpdesk.usecase.review import Pick
from knowledge_base.text.language import detect

ADMINISTRATOR, PASSWORD = "bench-admin", "order of words 2026"
FEWEST_PIECES = 4
AT_ONCE = 50
MOST_LABELS = 100_000


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text and what people say it means."""

    text: str
    target: str


def shuffled(known: Iterable[tuple[str, str]], count: int, dice: random.Random) -> list[Labelled]:
    """`count` new texts out of known ones with their intents; fewer when there is not enough to make them of."""
    texts = [(text, intent) for text, intent in known if "[" not in text]
    seen = {key_of(text) for text, _ in texts}
    dice.shuffle(texts)
    found: list[Labelled] = []
    for text, intent in texts:
        if len(found) == count:
            break
        new = reordered(text, dice)
        if new and key_of(new) not in seen:
            seen.add(key_of(new))
            found.append(Labelled(new, intent))
    return found


def reordered(text: str, dice: random.Random) -> str:
    """The words in another order, in texts without spaces pairs of characters; empty when there are too few."""
    words, glue = text.split(), " "
    if len(words) < FEWEST_PIECES:
        words, glue = [text[start : start + 2] for start in range(0, len(text), 2)], ""
        if text.isascii() or " " in text:
            return ""
    if len(words) < FEWEST_PIECES:
        return ""
    return glue.join(dice.sample(words, len(words)))


class Reviewers:
    """An administrator and two supervisors: one labels, the other agrees where a second person has to."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._since = datetime.min
        self._people: tuple[Officer, Officer, Officer] | None = None

    async def hire(self, at: datetime) -> None:
        """Create their accounts; the limit of labels an hour is lifted."""
        self._people, self._since = await self._database.write(partial(_hire, at=at)), at

    async def label(self, texts: Sequence[Labelled], at: datetime) -> int:
        """Put texts before the reviewers and let their labels count; returns how many do."""
        assert self._people is not None
        _, first, second = self._people
        waiting, count = iter(sorted(texts, key=lambda one: one.target)), 0
        while part := list(islice(waiting, AT_ONCE)):
            count += await self._database.write(partial(_label, texts=part, first=first, second=second, at=at))
            await asyncio.sleep(REST_SECONDS)
        return count

    async def take_back(self, at: datetime) -> int:
        """Undo every label; returns how many."""
        assert self._people is not None
        administrator, *labellers = self._people
        count = 0
        for one in reversed(labellers):
            since = self._since
            undo = partial(review.undo_account, officer_id=one.id, since=since, officer=administrator, at=at)
            while undone := await self._database.write(undo):
                count += undone
                await asyncio.sleep(REST_SECONDS)
        return count


def _hire(unit: Unit, at: datetime) -> tuple[Officer, Officer, Officer]:
    administrator = _create(unit, account.invite(unit, Role.ADMINISTRATOR, at), ADMINISTRATOR, at)
    names = ("bench-first", "bench-second")
    first, second = (
        _create(unit, account.invite(unit, Role.SUPERVISOR, at, administrator), name, at) for name in names
    )
    review.set_limit(unit, MOST_LABELS, administrator, at)
    return administrator, first, second


def _create(unit: Unit, token: str, login: str, at: datetime) -> Officer:
    return account.accept(unit, token, login, "Benchmark", PASSWORD, PasswordHasher().hash, at, "en")


def _label(unit: Unit, texts: Sequence[Labelled], first: Officer, second: Officer, at: datetime) -> int:
    by_target: dict[str, list[Pick]] = {}
    for one in texts:
        pick = _asked(unit, one.text, at)
        if pick is not None:
            by_target.setdefault(one.target, []).append(pick)
    count = 0
    for target, picks in by_target.items():
        verdict = review.label(unit, picks, target, first, at)
        seen = [Pick(question.id, question.version) for question in unit.questions.get(sorted(verdict.waiting))]
        agreed = review.confirm(unit, seen, second, at).done if seen else []
        count += len(verdict.done) + len(agreed)
    return count


def _asked(unit: Unit, text: str, at: datetime) -> Pick | None:
    """The question as the reviewers see it; None when nothing is left of the text once it is masked."""
    new = question_of(text, detect(text).code)
    if new is None:
        return None
    number = unit.askings.known({new.key}).get(new.key) or unit.askings.add(new, at, is_imported=True)
    (question,) = unit.questions.get([number])
    return Pick(question.id, question.version)
