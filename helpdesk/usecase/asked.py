"""Taking in what was asked: logged turns become questions, each once, whoever asked it and however often.

None of this is part of a turn. It runs a little later, in steps that may be repeated: what two desks take in at once,
or one desk twice, counts once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from helpdesk.review import NOT_TRAINING, ReviewState
from helpdesk.storage.asking import FreshTurn, NewQuestion
from helpdesk.storage.label import Standing
from helpdesk.storage.unit import Unit

CURSOR = "review.message"
"""The setting that remembers up to which message the officers' work has been followed."""
MESSAGES, TURNS = 2000, 500


@dataclass(frozen=True, slots=True)
class Asked:
    """A turn and the question it asks, None when nothing of its text is left."""

    turn: FreshTurn
    question: NewQuestion | None


@dataclass(frozen=True, slots=True)
class Given:
    """A label from a file."""

    question: NewQuestion
    target: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file of labels came to: how many were new, how many known, and the texts that people label otherwise."""

    added: int
    known: int
    contradicted: list[str]


def take_in(unit: Unit, asked: Sequence[Asked], at: datetime) -> int:
    """Count turns with the questions they ask; returns how many. Turns erased or taken in meanwhile are left alone."""
    present = {turn.id: turn for turn in unit.askings.among([one.turn.id for one in asked])}
    living = [one for one in asked if one.turn.id in present and present[one.turn.id].text == one.turn.text]
    ids = unit.askings.known({one.question.key for one in living if one.question})
    for one in living:
        if one.question is not None and one.question.key not in ids:
            ids[one.question.key] = unit.askings.add(one.question, one.turn.at)
    unit.askings.ask({one.turn.id: ids[one.question.key] if one.question else None for one in living})
    followed = unit.askings.follow({one.turn.conversation_id for one in living})
    unit.askings.recount(followed | {ids[one.question.key] for one in living if one.question})
    return len(living)


def look_again(unit: Unit, at: datetime) -> int:
    """Count again what was judged, handed to officers or answered by them since; returns how many questions."""
    before = int(unit.settings.get(CURSOR, 0))
    newest, conversations = unit.askings.desk_work(before, MESSAGES)
    if newest > before:
        unit.settings.set(CURSOR, newest, at, None)
    stale = {question_id for question_id in unit.askings.stale(TURNS).values() if question_id is not None}
    changed = stale | unit.askings.follow(conversations)
    unit.askings.recount(changed)
    return len(changed)


def take_labels(unit: Unit, given: Sequence[Given], at: datetime) -> Imported:
    """Let labels from a file count, as those of nobody; what a person has decided otherwise stays as it is."""
    ids = unit.askings.known({one.question.key for one in given})
    for one in given:
        if one.question.key not in ids:
            ids[one.question.key] = unit.askings.add(one.question, at, is_imported=True)
    questions = {question.id: question for question in unit.questions.get(sorted(set(ids.values())))}
    decided = {question.id: question.target for question in questions.values()}
    added, contradicted = 0, []
    for one in given:
        question = questions[ids[one.question.key]]
        if decided[question.id] not in ("", one.target):
            contradicted.append(one.question.text)
        elif not decided[question.id]:
            state = ReviewState.NOT_TRAINING if one.target == NOT_TRAINING else ReviewState.REVIEWED
            added += unit.labels.move(question.id, question.version, Standing(state, one.target), "label", None, at)
            decided[question.id] = one.target
    if added:
        unit.audit.add(at, "question.imported", None, "", count=added)
    return Imported(added, len(given) - added - len(contradicted), contradicted)
