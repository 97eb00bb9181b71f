"""Reviews: articles are looked at before they, or the laws they rest on, end."""

from collections.abc import Iterable
from datetime import datetime

from helpdesk.error import Conflict, InvalidInput
from helpdesk.officer import Officer, Role
from helpdesk.storage.article_work import Due
from helpdesk.storage.setting import REVIEW_DAYS
from helpdesk.storage.unit import Unit

DEFAULT_DAYS, MAX_DAYS = 30, 366


def days_before(unit: Unit) -> int:
    """How many days before an end its review is opened."""
    return int(unit.settings.get(REVIEW_DAYS, DEFAULT_DAYS))


def set_days_before(unit: Unit, days: int, officer: Officer, at: datetime) -> None:
    """Open reviews earlier or later."""
    officer.require(Role.ADMINISTRATOR)
    if not 1 <= days <= MAX_DAYS:
        raise InvalidInput(f"choose between 1 and {MAX_DAYS} days")
    unit.settings.set(REVIEW_DAYS, days, at, officer.id)
    unit.audit.add(at, "setting.changed", officer.id, REVIEW_DAYS, days=days)


def open_due(unit: Unit, dues: Iterable[Due], at: datetime) -> int:
    """Open the reviews that have become due; returns how many were new."""
    new = unit.reviews.open(dues, at)
    for due in new:
        unit.audit.add(at, "review.opened", None, f"{due.article_id}/{due.version}", due=due.due_on.isoformat())
    return len(new)


def take(unit: Unit, review_id: int, officer: Officer, at: datetime) -> None:
    """Make a review one's own."""
    if not unit.reviews.take(review_id, officer.id):
        raise Conflict("this review is done already; reload the page")
    unit.audit.add(at, "review.taken", officer.id, str(review_id))


def finish(unit: Unit, review_id: int, officer: Officer, at: datetime) -> None:
    """The article was looked at and still holds; a new version ends reviews by itself."""
    officer.require(Role.SUPERVISOR)
    if not unit.reviews.finish(review_id, at, officer.id):
        raise Conflict("this review is done already; reload the page")
    unit.audit.add(at, "review.finished", officer.id, str(review_id))
