"""The life of article versions: seeded as drafts, approved by a person, retired; and which of them are served."""

import hashlib
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from helpdesk.calendar import ZONE
from helpdesk.error import Conflict, InvalidInput
from helpdesk.officer import Officer, Role
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.setting import SERVE_DRAFTS
from helpdesk.storage.unit import Unit

DRAFT, APPROVED, RETIRED = "draft", "approved", "retired"


def digest(document: dict[str, Any]) -> str:
    """A stable fingerprint of an article's content."""
    return hashlib.sha256(json.dumps(document, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def seed(unit: Unit, documents: Iterable[dict[str, Any]], at: datetime) -> int:
    """Add files as drafts where content is new or has changed; versions written by people are left alone.

    Returns how many drafts were added.
    """
    latest = {version.id: version for version in unit.articles.latest()}
    known = {(version.id, version.digest) for version in unit.articles.in_states(DRAFT, APPROVED, RETIRED)}
    added = 0
    for document in documents:
        article_id, fingerprint = document["id"], digest(document)
        if (article_id, fingerprint) in known:
            continue
        previous = latest.get(article_id)
        unit.articles.add(article_id, document, fingerprint, at)
        if previous is not None and previous.state == DRAFT:
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
    for other in unit.articles.versions(article_id):
        if other.state == APPROVED and other.version != version:
            unit.articles.change(article_id, other.version, APPROVED, state=RETIRED, retired_at=at)
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
    unit.audit.add(at, "article.approved", officer.id, f"{article_id}/{version}", effective=dates)
    return unit.articles.get(article_id, version)


def retire(unit: Unit, article_id: str, version: int, officer: Officer, at: datetime) -> ArticleVersion:
    """Take a version out of service."""
    officer.require(Role.ADMINISTRATOR)
    found = unit.articles.get(article_id, version)
    values = {"state": RETIRED, "retired_at": at, "retired_by": officer.id}
    if found.state == RETIRED or not unit.articles.change(article_id, version, found.state, **values):
        raise Conflict("this version is already retired; reload the page")
    unit.audit.add(at, "article.retired", officer.id, f"{article_id}/{version}")
    return unit.articles.get(article_id, version)


def set_serve_drafts(unit: Unit, is_on: bool, officer: Officer, at: datetime) -> None:
    """Let drafts answer, or only approved versions."""
    officer.require(Role.ADMINISTRATOR)
    unit.settings.set(SERVE_DRAFTS, is_on, at, officer.id)
    unit.audit.add(at, "setting.changed", officer.id, SERVE_DRAFTS, value=is_on)


def serves_drafts(unit: Unit, default: bool) -> bool:
    """Whether drafts may answer: the installation's setting until an administrator decided."""
    return bool(unit.settings.get(SERVE_DRAFTS, default))


def living(unit: Unit, now: datetime, serve_drafts: bool) -> list[ArticleVersion]:
    """The version of each article that answers today: the approved one in force, else the draft if drafts serve."""
    today = now.astimezone(ZONE).date()
    served: dict[str, ArticleVersion] = {}
    if serve_drafts:
        served = {version.id: version for version in unit.articles.in_states(DRAFT)}
    for version in unit.articles.in_states(APPROVED):
        begins = version.effective_from is None or version.effective_from <= today
        if begins and (version.effective_to is None or today <= version.effective_to):
            served[version.id] = version
    return [served[article_id] for article_id in sorted(served)]
