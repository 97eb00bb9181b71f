"""What people decide about models: train, compare, promote, go back; each in one transaction, each in the audit log."""

from datetime import datetime, timedelta
from typing import Any

from helpdesk.error import Conflict, InvalidInput
from helpdesk.learning import ModelState, Origin, Phase, PromotionKind, PromotionState, RunState
from helpdesk.officer import Officer, Role
from helpdesk.storage.model import Serving
from helpdesk.storage.training import TrainingRun
from helpdesk.storage.unit import Unit

LONGEST_REASON = 500
LONGEST_SHADOW = timedelta(days=7)


def begin_training(unit: Unit, origin: Origin, officer: Officer | None, at: datetime) -> int:
    """File a training run, which a desk then carries out; raises Conflict while another one runs."""
    if officer is not None:
        officer.require(Role.ADMINISTRATOR)
    if unit.training.running() is not None:
        raise Conflict("a training run is under way; wait for it or cancel it")
    run_id = unit.training.begin(origin, officer.id if officer else None, at)
    unit.audit.add(at, "training.started", officer.id if officer else None, str(run_id), origin=str(origin))
    return run_id


def begin_comparison(unit: Unit, name: str, officer: Officer, at: datetime) -> int:
    """File a run that only compares a model with the one that serves; raises Conflict."""
    officer.require(Role.ADMINISTRATOR)
    at_work = unit.models.serving()
    model = unit.models.get(name)
    is_gone = model.state is ModelState.REFUSED or "is_pruned" in model.facts
    if is_gone or at_work is None or at_work.model == name:
        raise Conflict("no other model answers; there is nothing to compare with")
    if unit.training.running() is not None:
        raise Conflict("a training run is under way; wait for it or cancel it")
    run_id = unit.training.begin(Origin.CONSOLE, officer.id, at)
    unit.training.progress(run_id, at, phase=Phase.COMPARING, model=name)
    unit.audit.add(at, "comparison.started", officer.id, name)
    return run_id


def cancel_training(unit: Unit, officer: Officer | None, at: datetime) -> TrainingRun:
    """Call the run off; whoever carries it out ends its process. Raises Conflict when none runs."""
    if officer is not None:
        officer.require(Role.ADMINISTRATOR)
    run = unit.training.running()
    if run is None or not unit.training.end(run.id, RunState.CANCELLED, at):
        raise Conflict("no training run is under way")
    unit.audit.add(at, "training.cancelled", officer.id if officer else None, str(run.id))
    return run


def promote(unit: Unit, name: str, officer: Officer, reason: str, at: datetime) -> int:
    """Ask that a candidate serve; a desk carries it out. Going against the gate needs a reason.

    Raises Conflict when it serves already, is refused, or another change is under way; InvalidInput without a reason.
    """
    officer.require(Role.SUPERVISOR)
    model, at_work = unit.models.get(name), unit.models.serving()
    if model.state in (ModelState.SERVING, ModelState.REFUSED) or "is_pruned" in model.facts:
        raise Conflict("this model cannot be promoted as it is now; reload the page")
    found = unit.models.comparison(name, at_work.model) if at_work else None
    is_against = at_work is not None and (found is None or not found.is_passing)
    if is_against and not reason.strip():
        raise InvalidInput("the gate does not let this model pass; give the reason for promoting it all the same")
    return _want(unit, PromotionKind.PROMOTE, name, officer, reason, is_against, at)


def roll_back(unit: Unit, officer: Officer, reason: str, at: datetime) -> int:
    """Ask that the model before the present one serve again; raises Conflict when there is none."""
    officer.require(Role.SUPERVISOR)
    at_work = unit.models.serving()
    if at_work is None or at_work.previous is None:
        raise Conflict("there is no earlier model to go back to")
    return _want(unit, PromotionKind.ROLLBACK, at_work.previous, officer, reason, is_against=False, at=at)


def _want(
    unit: Unit, kind: PromotionKind, name: str, officer: Officer, reason: str, is_against: bool, at: datetime
) -> int:
    if unit.models.under_way() is not None:
        raise Conflict("another change of the model is under way; wait for it")
    at_work = unit.models.serving()
    promotion_id = unit.models.want(
        kind=kind,
        model=name,
        before=at_work.model if at_work else "",
        officer_id=officer.id,
        reason=reason.strip()[:LONGEST_REASON],
        is_against_gate=is_against,
        asked_at=at,
    )
    facts: dict[str, Any] = {"against_gate": is_against}
    if reason.strip():
        facts["why"] = reason.strip()[:LONGEST_REASON]
    action = "model.rollback_asked" if kind is PromotionKind.ROLLBACK else "model.promotion_asked"
    unit.audit.add(at, action, officer.id, name, **facts)
    return promotion_id


def complete_promotion(unit: Unit, promotion_id: int, at: datetime) -> Serving | None:
    """The one step in which the serving model changes; None when the promotion had ended meanwhile."""
    promotion = unit.models.under_way()
    if promotion is None or promotion.id != promotion_id:
        return None
    unit.models.end(promotion_id, PromotionState.DONE, at)
    at_work = unit.models.serve(promotion.model, at)
    unit.audit.add(at, "model.serving", promotion.officer_id, promotion.model, before=promotion.before)
    return at_work


def fail_promotion(unit: Unit, promotion_id: int, problem: str, at: datetime) -> None:
    """A promotion came to nothing; what served goes on serving."""
    promotion = unit.models.under_way()
    if promotion is not None and unit.models.end(promotion_id, PromotionState.FAILED, at, problem):
        unit.audit.add(at, "model.promotion_failed", promotion.officer_id, promotion.model, problem=problem[:200])


def serve_at_start(unit: Unit, name: str, at: datetime) -> Serving:
    """The desk itself decides: the first model there is, or the one trained for a new release's data."""
    before = unit.models.serving()
    at_work = unit.models.serve(name, at)
    if before is None or before.model != name:
        unit.audit.add(at, "model.serving", None, name, before=before.model if before else "")
    return at_work


def refuse(unit: Unit, name: str, problem: str, at: datetime) -> None:
    """A model must not serve: its archive was altered or does not load."""
    unit.models.change(name, state=ModelState.REFUSED)
    unit.audit.add(at, "model.refused", None, name, problem=problem[:200])


def begin_shadow(unit: Unit, name: str, officer: Officer, hours: int, at: datetime) -> int:
    """Have a candidate answer beside the serving model for some hours; raises Conflict while another one does."""
    officer.require(Role.ADMINISTRATOR)
    if not timedelta(0) < timedelta(hours=hours) <= LONGEST_SHADOW:
        raise InvalidInput("a shadow run lasts between 1 hour and 7 days")
    model = unit.models.get(name)
    if model.state in (ModelState.SERVING, ModelState.REFUSED) or "is_pruned" in model.facts:
        raise Conflict("this model cannot run in the shadow; reload the page")
    if unit.shadows.running() is not None:
        raise Conflict("another shadow run is under way; end it first")
    shadow_id = unit.shadows.begin(name, officer.id, at, at + timedelta(hours=hours))
    unit.audit.add(at, "shadow.started", officer.id, name, hours=hours)
    return shadow_id


def end_shadow(unit: Unit, officer: Officer | None, at: datetime) -> None:
    """End the shadow run, if there is one."""
    running = unit.shadows.running()
    if running is not None and unit.shadows.end(running.id, at):
        unit.audit.add(at, "shadow.ended", officer.id if officer else None, running.model)
