"""The life of article versions: seeded as drafts, approved by a person, retired; and which of them are served."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from helpdesk.calendar import day_of
from helpdesk.error import Conflict, Forbidden, InvalidInput
from helpdesk.officer import Officer, Role
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.setting import SERVE_DRAFTS
from helpdesk.storage.unit import Unit
from helpdesk.usecase.silence import touch_library

DRAFT, APPROVED, RETIRED = "draft", "approved", "retired"


def digest(document: dict[str, Any]) -> str:
    """A stable fingerprint of an article's content."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def seed(unit: Unit, documents: Iterable[dict[str, Any]], at: datetime) -> int:
    """Add files as drafts where content is new or has changed; versions written by people are left alone.

    Returns how many drafts were added.
    """
    stored = unit.articles.in_states(DRAFT, APPROVED, RETIRED)
    known = {(version.id, version.digest) for version in stored}
    drafts = {version.id: version for version in stored if version.state == DRAFT and not version.is_by_people}
    added = 0
    for document in documents:
        article_id, fingerprint = document["id"], digest(document)
        if (article_id, fingerprint) in known:
            continue
        previous = drafts.get(article_id)
        unit.articles.add(article_id, document, fingerprint, at)
        if previous is not None:
            unit.articles.change(article_id, previous.version, DRAFT, state=RETIRED, retired_at=at)
        added += 1
    return added


def approve(
    unit: Unit,
    article_id: str,
    version: int,
    officer: Officer,
    effective_from: date,
    effective_to: date | None,
    at: datetime,
) -> ArticleVersion:
    """Make a draft the article's approved version from a date on; the one it replaces is retired."""
    officer.require(Role.ADMINISTRATOR)
    if effective_to is not None and effective_to < effective_from:
        raise InvalidInput("the article cannot end before it begins; correct the dates")
    if officer.id in unit.articles.authors(article_id, version):
        raise Forbidden("you wrote this version; a second person approves it")
    found = unit.articles.get(article_id, version)
    if not is_supported(found):
        raise InvalidInput("nothing supports this version; name a legal text or a source, or begin it from a reply")
    _give_way(unit, article_id, version, effective_from, at)
    is_changed = unit.articles.change(
        article_id,
        version,
        DRAFT,
        state=APPROVED,
        approved_at=at,
        approved_by=officer.id,
        effective_from=effective_from,
        effective_to=effective_to,
    )
    if not is_changed:
        raise Conflict("this version is no longer a draft; reload the page")
    dates = {"from": effective_from.isoformat(), "to": effective_to.isoformat() if effective_to else None}
    is_bare = not found.document.get("legal_basis")
    unit.audit.add(at, "article.approved", officer.id, f"{article_id}/{version}", effective=dates, without_law=is_bare)
    unit.reviews.settle(article_id, version, at, officer.id)
    touch_library(unit, at, officer.id)
    return unit.articles.get(article_id, version)


def is_supported(version: ArticleVersion) -> bool:
    """Whether anything stands behind a version: a legal text, a source, or the officer's reply it was made from."""
    document = version.document
    return bool(document.get("legal_basis") or document.get("sources") or version.origin_message_id)


def _give_way(unit: Unit, article_id: str, version: int, begins: date, at: datetime) -> None:
    """The approved version ends the day before the next one begins; what came from files before it is spent."""
    today, last = day_of(at), begins - timedelta(days=1)
    for other in unit.articles.versions(article_id):
        is_spent_draft = other.state == DRAFT and not other.is_by_people and other.version < version
        if is_spent_draft:
            unit.articles.change(article_id, other.version, DRAFT, state=RETIRED, retired_at=at)
        if other.state != APPROVED or other.version == version:
            continue
        values: dict[str, Any] = {}
        is_overtaken = other.effective_from is not None and other.effective_from > last
        if not is_overtaken and (other.effective_to is None or last < other.effective_to):
            values["effective_to"] = last
        if is_overtaken or begins <= today:
            values |= {"state": RETIRED, "retired_at": at}
        if values:
            unit.articles.change(article_id, other.version, APPROVED, **values)


def retire(unit: Unit, article_id: str, version: int, officer: Officer, at: datetime) -> ArticleVersion:
    """Take a version out of service."""
    officer.require(Role.ADMINISTRATOR)
    found = unit.articles.get(article_id, version)
    values = {"state": RETIRED, "retired_at": at, "retired_by": officer.id}
    if found.state == RETIRED or not unit.articles.change(article_id, version, found.state, **values):
        raise Conflict("this version is already retired; reload the page")
    unit.audit.add(at, "article.retired", officer.id, f"{article_id}/{version}")
    touch_library(unit, at, officer.id)
    return unit.articles.get(article_id, version)


def set_serve_drafts(unit: Unit, is_on: bool, officer: Officer, at: datetime) -> None:
    """Let drafts answer, or only approved versions."""
    officer.require(Role.ADMINISTRATOR)
    unit.settings.set(SERVE_DRAFTS, is_on, at, officer.id)
    unit.audit.add(at, "setting.changed", officer.id, SERVE_DRAFTS, value=is_on)
    touch_library(unit, at, officer.id)


def serves_drafts(unit: Unit, default: bool) -> bool:
    """Whether drafts may answer: the installation's setting until an administrator decided."""
    return bool(unit.settings.get(SERVE_DRAFTS, default))


def living(unit: Unit, now: datetime, serve_drafts: bool) -> list[ArticleVersion]:
    """The version of each article that answers today."""
    return held_on(unit, day_of(now), serve_drafts)


def held_on(unit: Unit, day: date, serve_drafts: bool, is_past: bool = False) -> list[ArticleVersion]:
    """The version of each article that holds on a day: the approved one in force, else a draft if drafts serve.

    Drafts that people write never answer before they are approved, nor does a draft in the place of an approved version
    that has ended. `is_past` also looks at versions that have been retired since.
    """
    approved = _approved(unit, is_past)
    served: dict[str, ArticleVersion] = {}
    if serve_drafts:
        begun = {version.id for version in approved}
        drafts = (version for version in unit.articles.in_states(DRAFT) if not version.is_by_people)
        served = {version.id: version for version in drafts if version.id not in begun}
    served |= {version.id: version for version in approved if _holds(version, day)}
    return [served[article_id] for article_id in sorted(served)]


def not_in_force(unit: Unit, day: date, is_past: bool = False) -> list[ArticleVersion]:
    """The newest approved version of each article that has one, but none that holds on a day."""
    approved = _approved(unit, is_past)
    held = {version.id for version in approved if _holds(version, day)}
    newest = {version.id: version for version in approved if version.id not in held}
    return [newest[article_id] for article_id in sorted(newest)]


def _approved(unit: Unit, is_past: bool) -> list[ArticleVersion]:
    """Versions that were ever approved, by id and version; without `is_past` only those that still are."""
    states = (APPROVED, RETIRED) if is_past else (APPROVED,)
    return [version for version in unit.articles.in_states(*states) if version.approved_at is not None]


def _holds(version: ArticleVersion, day: date) -> bool:
    begins = version.effective_from is None or version.effective_from <= day
    ends = version.effective_to is None or day <= version.effective_to
    is_kept = version.retired_at is None or day < day_of(version.retired_at)
    return begins and ends and is_kept
