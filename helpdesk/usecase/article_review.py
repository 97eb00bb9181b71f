"""Reviews: articles are looked at before they, or the laws they rest on, end."""

from collections.abc import Iterable
from datetime import date, datetime

from helpdesk.calendar import day_of
from helpdesk.error import Conflict, InvalidInput
from helpdesk.officer import Officer, Role
from helpdesk.storage.article_work import Due
from helpdesk.storage.setting import REVIEW_DAYS
from helpdesk.storage.unit import Unit
from helpdesk.usecase.silence import touch_library

DEFAULT_DAYS, MAX_DAYS = 30, 366
REVIEW_BY = "review_by"
"""The cause of a review whose day an editor chose."""


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


def finish(unit: Unit, review_id: int, next_on: date | None, officer: Officer, at: datetime) -> None:
    """The article was looked at and still holds; a new version ends reviews by itself.

    One whose review date had come needs the next: until then its answers carry no warning. A date that is given for
    the end of an article or a law is not kept, since they end all the same.
    """
    officer.require(Role.SUPERVISOR)
    found = next((one for one in unit.reviews.waiting() if one.id == review_id), None)
    has_date = found is not None and found.due.cause == REVIEW_BY
    if has_date and (next_on is None or next_on <= day_of(at)):
        raise InvalidInput("give the day by which to look at it again; it lies ahead")
    if not unit.reviews.finish(review_id, at, officer.id, next_on if has_date else None):
        raise Conflict("this review is done already; reload the page")
    unit.audit.add(at, "review.finished", officer.id, str(review_id))
    touch_library(unit, at, officer.id)
