"""Switching answers off and on, and recording that a law has ended: at once, on every desk, with a reason."""

import secrets
from datetime import date, datetime

from helpdesk.error import Conflict, InvalidInput, NotFound
from helpdesk.officer import Officer, Role
from helpdesk.storage.setting import LIBRARY_STAMP
from helpdesk.storage.silence import ALL, ARTICLE, SCOPES, TOPIC
from helpdesk.storage.unit import Unit

MAX_REASON = 300


def touch_library(unit: Unit, at: datetime, officer_id: int | None = None) -> None:
    """Tell every desk on this database that what may be answered has changed."""
    unit.settings.set(LIBRARY_STAMP, secrets.token_hex(8), at, officer_id)


def silence(unit: Unit, scope: str, subject: str, reason: str, officer: Officer, at: datetime) -> None:
    """Switch answers off for everything, a topic or an article; people answer instead."""
    officer.require(Role.SUPERVISOR)
    words = checked_reason(reason)
    subject = "" if scope == ALL else subject
    _check_subject(unit, scope, subject)
    if any((one.scope, one.subject) == (scope, subject) for one in unit.silences.standing()):
        raise Conflict("this is switched off already; reload the page")
    unit.silences.begin(scope, subject, words, at, officer.id)
    touch_library(unit, at, officer.id)
    unit.audit.add(at, "answers.switched_off", officer.id, subject or ALL, scope=scope, why=words)


def restore(unit: Unit, silence_id: int, officer: Officer, at: datetime) -> None:
    """Let the bot answer again."""
    officer.require(Role.SUPERVISOR)
    found = next((one for one in unit.silences.standing() if one.id == silence_id), None)
    if found is None or not unit.silences.end(silence_id, at, officer.id):
        raise Conflict("this is switched on already; reload the page")
    touch_library(unit, at, officer.id)
    unit.audit.add(at, "answers.switched_on", officer.id, found.subject or ALL, scope=found.scope)


def end_law(
    unit: Unit, key: str, in_force_to: date | None, replaced_by: str | None, reason: str, officer: Officer, at: datetime
) -> None:
    """Record the last day of a legal text; articles that rest on it stop answering after that day.

    Without a day the text is in force until its file says otherwise.
    """
    officer.require(Role.ADMINISTRATOR)
    words = checked_reason(reason)
    unit.silences.set_law(key, at, officer.id, in_force_to=in_force_to, replaced_by=replaced_by or None, reason=words)
    touch_library(unit, at, officer.id)
    ended = in_force_to.isoformat() if in_force_to else ""
    unit.audit.add(at, "law.changed", officer.id, key, until=ended, why=words)


def checked_reason(reason: str) -> str:
    """A reason in words; raises InvalidInput."""
    words = " ".join(reason.split())
    if len(words) < 5:
        raise InvalidInput("give a reason in a few words; everybody at the desk will read it")
    if len(words) > MAX_REASON:
        raise InvalidInput(f"a reason has at most {MAX_REASON} characters; shorten it")
    return words


def _check_subject(unit: Unit, scope: str, subject: str) -> None:
    if scope not in SCOPES:
        raise InvalidInput("choose what to switch off: everything, a topic or an article")
    if scope == TOPIC and subject not in unit.silences.topics():
        raise NotFound("there is no article of this topic; choose one of the list")
    if scope == ARTICLE and not unit.articles.versions(subject):
        raise NotFound("this article does not exist")
