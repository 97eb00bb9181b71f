"""Saying what questions mean: one person's word, a second person's where it is needed, and taking it back.

Every change rests on the version of the question that the person looked at; whoever comes second changes nothing and
is told who was first and what that person said.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from helpdesk.error import InvalidInput
from helpdesk.officer import Officer, Role
from helpdesk.review import NOT_TRAINING, Doubt, Labelling, ReviewState, article_of, doubt_about, is_target
from helpdesk.storage.label import Standing
from helpdesk.storage.question import Question
from helpdesk.storage.unit import Unit

MAX_AT_ONCE = 200
LABELS_PER_HOUR = "labels_per_hour"
DEFAULT_LABELS_PER_HOUR = 400
HOUR = timedelta(hours=1)
MAX_VIEW_NAME, MAX_VIEW_QUERY, MAX_VIEWS = 60, 1000, 30


@dataclass(frozen=True, slots=True)
class Pick:
    """A question as somebody saw it."""

    id: int
    version: int


@dataclass
class Verdict:
    """What became of the questions that somebody picked, by id.

    Attributes:
        done: changed as asked.
        waiting: labelled, but a second person has to agree, and why.
        lost: somebody else was first; as the question stands now.
        refused: nothing was changed for a reason of its own: "own" (a second person must not be the first),
            "nothing" (there is nothing to confirm, approve or undo), "others" (another's work, administrators undo it).
    """

    done: list[int] = field(default_factory=list)
    waiting: dict[int, Doubt] = field(default_factory=dict)
    lost: list[Question] = field(default_factory=list)
    refused: dict[int, str] = field(default_factory=dict)


Step = Callable[[Question, Verdict], None]


def label(unit: Unit, picks: Sequence[Pick], target: str, officer: Officer, at: datetime) -> Verdict:
    """Say what questions mean; raises InvalidInput for a target that cannot be one."""
    if not is_target(target):
        raise InvalidInput("there is no such article or intent; choose one of the list")
    pen = _Pen(unit, officer, at)
    verdict = pen.each(picks, lambda question, found: pen.write(question, target, found))
    pen.note("question.labelled", target, verdict)
    return verdict


def confirm(unit: Unit, picks: Sequence[Pick], officer: Officer, at: datetime) -> Verdict:
    """Agree with what the bot took questions for, or, where somebody has proposed a label, with that."""
    pen = _Pen(unit, officer, at)

    def agree(question: Question, found: Verdict) -> None:
        if question.state is ReviewState.PROPOSED:
            pen.approve(question, found)
        elif question.suggested:
            pen.write(question, question.suggested, found)
        else:
            found.refused[question.id] = "nothing"

    verdict = pen.each(picks, agree)
    pen.note("question.confirmed", "", verdict)
    return verdict


def reject(unit: Unit, picks: Sequence[Pick], officer: Officer, at: datetime) -> Verdict:
    """Turn proposed labels down; the label that held before holds on."""
    pen = _Pen(unit, officer, at)

    def turn_down(question: Question, found: Verdict) -> None:
        if question.state is not ReviewState.PROPOSED:
            found.refused[question.id] = "nothing"
            return
        state = _state_of(question.target) if question.target else ReviewState.NEW
        pen.move(question, Standing(state, question.target), "reject", found)

    verdict = pen.each(picks, turn_down)
    pen.note("question.rejected", "", verdict)
    return verdict


def put_off(unit: Unit, picks: Sequence[Pick], state: ReviewState, officer: Officer, at: datetime) -> Verdict:
    """Set questions aside for later, or flag them for somebody else to look at; their labels stay."""
    pen = _Pen(unit, officer, at)

    def set_aside(question: Question, found: Verdict) -> None:
        pen.move(question, Standing(state, question.target, question.proposed), str(state)[:10], found)

    verdict = pen.each(picks, set_aside)
    pen.note("question.flagged" if state is ReviewState.FLAGGED else "question.put_off", "", verdict)
    return verdict


def undo(unit: Unit, picks: Sequence[Pick], officer: Officer, at: datetime) -> Verdict:
    """Take back the newest step of questions: one's own, or as an administrator anybody's."""
    pen = _Pen(unit, officer, at)

    def take_back(question: Question, found: Verdict) -> None:
        last = unit.labels.newest(question.id)
        if last is None or last.action == "undo":
            found.refused[question.id] = "nothing"
        elif last.actor_id != officer.id and not officer.may(Role.ADMINISTRATOR):
            found.refused[question.id] = "others"
        else:
            before = Standing(last.previous_state, last.previous_target, last.previous_proposed)
            pen.move(question, before, "undo", found)

    verdict = pen.each(picks, take_back)
    pen.note("question.undone", "", verdict)
    return verdict


def undo_account(
    unit: Unit, officer_id: int, since: datetime, officer: Officer, at: datetime, limit: int = MAX_AT_ONCE
) -> int:
    """Take back what an account has said since a moment, where nobody has spoken after it; returns how many questions.

    At most `limit` questions at once: call it until it returns 0. Each goes back to what held before the account's
    first word in that time.
    """
    officer.require(Role.ADMINISTRATOR)
    versions = dict(unit.labels.reversible(officer_id, since, limit))
    history = unit.labels.of(versions)
    count = 0
    for question_id, version in versions.items():
        first = None
        for entry in reversed([entry for entry in history if entry.question_id == question_id]):
            if entry.actor_id != officer_id or entry.at < since:
                break
            first = entry
        if first is not None:
            before = Standing(first.previous_state, first.previous_target, first.previous_proposed)
            count += unit.labels.move(question_id, version, before, "undo", officer.id, at, "account")
    if count:
        unit.audit.add(at, "question.account_undone", officer.id, str(officer_id), count=count, since=since.isoformat())
    return count


def set_limit(unit: Unit, limit: int, officer: Officer, at: datetime) -> None:
    """Set how many labels of one account count at once within an hour."""
    officer.require(Role.ADMINISTRATOR)
    if not 1 <= limit <= 100_000:
        raise InvalidInput("the limit is a whole number from 1 to 100000")
    unit.settings.set(LABELS_PER_HOUR, limit, at, officer.id)
    unit.audit.add(at, "setting.changed", officer.id, LABELS_PER_HOUR, count=limit)


def limit_of(unit: Unit) -> int:
    """How many labels of one account count at once within an hour; more wait for a second person."""
    return int(unit.settings.get(LABELS_PER_HOUR, DEFAULT_LABELS_PER_HOUR))


def save_view(unit: Unit, officer: Officer, name: str, query: str) -> None:
    """Keep a list of questions under a name of one's own."""
    if not 1 <= len(name) <= MAX_VIEW_NAME:
        raise InvalidInput(f"a view has a name of 1 to {MAX_VIEW_NAME} characters")
    views = unit.labels.views(officer.id)
    if len(views) >= MAX_VIEWS and name not in {view.name for view in views}:
        raise InvalidInput(f"at most {MAX_VIEWS} views can be kept; delete one first")
    unit.labels.save_view(officer.id, name, query[:MAX_VIEW_QUERY])


def forget(unit: Unit, conversation_id: str, mark: str) -> None:
    """Take a person's turns off their questions; a question that only they asked loses its text and its label.

    Models were compared on labelled questions: their reports lose the text too.
    """
    gone = unit.askings.forget(conversation_id)
    labelled = {one.text for one in unit.questions.get(sorted(gone)) if one.target}
    if labelled:
        unit.models.forget(labelled, mark)
    unit.askings.blank(gone, mark)


class _Pen:
    """One person labelling questions in one go."""

    def __init__(self, unit: Unit, officer: Officer, at: datetime) -> None:
        officer.require(Role.SUPERVISOR)
        self._unit = unit
        self._officer = officer
        self._at = at
        # an hour ahead as well: a clock that was put back frees nobody, one that was far ahead limits nobody for long
        self._given = unit.labels.count_by(officer.id, at - HOUR, at + HOUR)
        self._limit = limit_of(unit)
        self._articles: dict[str, bool] = {}

    def each(self, picks: Iterable[Pick], step: Step) -> Verdict:
        """Take the step for each question that is still as it was seen."""
        versions = {pick.id: pick.version for pick in picks}
        if len(versions) > MAX_AT_ONCE:
            raise InvalidInput(f"at most {MAX_AT_ONCE} questions go at once")
        verdict = Verdict()
        for question in self._unit.questions.get(sorted(versions)):
            if question.version == versions[question.id]:
                step(question, verdict)
            else:
                verdict.lost.append(question)
        return verdict

    def write(self, question: Question, target: str, verdict: Verdict) -> None:
        """Label a question, or propose the label where one person's word is not enough."""
        doubt = doubt_about(
            Labelling(
                target,
                question.suggested,
                question.target,
                is_own=self._is_own(question, target),
                is_known=self._is_known(target),
                is_over_limit=self._given >= self._limit,
            )
        )
        standing = (
            Standing(_state_of(target), target)
            if doubt is None
            else Standing(ReviewState.PROPOSED, question.target, target)
        )
        if self.move(question, standing, "label", verdict, doubt):
            self._given += 1

    def approve(self, question: Question, verdict: Verdict) -> None:
        """Let a proposed label count, as the second person."""
        if self._unit.labels.proposer(question.id, question.proposed) == self._officer.id:
            verdict.refused[question.id] = "own"
        else:
            self.move(question, Standing(_state_of(question.proposed), question.proposed), "approve", verdict)

    def move(
        self, question: Question, standing: Standing, action: str, verdict: Verdict, doubt: Doubt | None = None
    ) -> bool:
        """Let something hold of a question; False when somebody was faster."""
        version, officer_id = question.version, self._officer.id
        if not self._unit.labels.move(question.id, version, standing, action, officer_id, self._at, doubt or ""):
            verdict.lost += self._unit.questions.get([question.id])
            return False
        if doubt is None:
            verdict.done.append(question.id)
        else:
            verdict.waiting[question.id] = doubt
        return True

    def note(self, action: str, subject: str, verdict: Verdict) -> None:
        """Tell the audit log; which question got which label is in the labels' own history."""
        changed = [*verdict.done, *verdict.waiting]
        if changed:
            self._unit.audit.add(self._at, action, self._officer.id, subject, count=len(changed), questions=changed)

    def _is_own(self, question: Question, target: str) -> bool:
        """Whether the label that counts is this person's own; only asked where another is about to replace it."""
        if question.target in ("", target):
            return False
        return self._unit.labels.decider(question.id, question.target) == self._officer.id

    def _is_known(self, target: str) -> bool:
        article_id = article_of(target)
        if article_id is None:
            return True
        if article_id not in self._articles:
            self._articles[article_id] = bool(self._unit.articles.titles([article_id], "vi"))
        return self._articles[article_id]


def _state_of(target: str) -> ReviewState:
    return ReviewState.NOT_TRAINING if target == NOT_TRAINING else ReviewState.REVIEWED
