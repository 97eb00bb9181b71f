"""Writing articles in the console: drafts that never answer before a second person has approved them."""

import re
from datetime import datetime
from typing import Any

from helpdesk.error import Conflict, InvalidInput, NotFound
from helpdesk.officer import Officer, Role
from helpdesk.storage.article import ArticleVersion
from helpdesk.storage.unit import Unit
from helpdesk.usecase import library

ARTICLE_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
MAX_ID, MAX_COMMENT = 40, 2000


def begin(
    unit: Unit,
    document: dict[str, Any],
    officer: Officer,
    at: datetime,
    origin_message_id: int | None = None,
) -> ArticleVersion:
    """Start a new article; its id says what it is about and never changes."""
    article_id = str(document["id"])
    if not ARTICLE_ID.fullmatch(article_id) or len(article_id) > MAX_ID:
        raise InvalidInput(f"an article id has lower-case letters, digits and hyphens, at most {MAX_ID}")
    if unit.articles.versions(article_id):
        raise Conflict("an article with this id exists; choose another id or improve that article")
    return _add(unit, document, officer, at, origin_message_id)


def save(
    unit: Unit,
    article_id: str,
    version: int,
    revision: int,
    document: dict[str, Any],
    officer: Officer,
    at: datetime,
    origin_message_id: int | None = None,
) -> ArticleVersion:
    """Save what was typed over a version as it was read.

    A draft written here is saved in place; anything else stays and a new draft begins. Raises Conflict when somebody
    has saved, approved or begun another version since.
    """
    versions = unit.articles.versions(article_id)
    if not versions:
        raise NotFound("this article does not exist")
    newest = versions[0]
    if (newest.version, newest.revision) != (version, revision):
        raise Conflict(f"version {newest.version} was saved by somebody else meanwhile; compare and save again")
    origin = origin_message_id or newest.origin_message_id
    if newest.state != library.DRAFT or not newest.is_by_people:
        return _add(unit, document, officer, at, origin)
    if not unit.articles.save(article_id, version, revision, document, library.digest(document), at, origin):
        raise Conflict(f"version {newest.version} was saved by somebody else meanwhile; compare and save again")
    unit.articles.add_author(article_id, version, officer.id)
    unit.audit.add(at, "article.saved", officer.id, f"{article_id}/{version}")
    return unit.articles.get(article_id, version)


def discard(unit: Unit, article_id: str, version: int, officer: Officer, at: datetime) -> None:
    """Throw a draft away; its authors and administrators may."""
    unit.articles.get(article_id, version)
    if officer.id not in unit.articles.authors(article_id, version):
        officer.require(Role.ADMINISTRATOR)
    values = {"state": library.RETIRED, "retired_at": at, "retired_by": officer.id}
    if not unit.articles.change(article_id, version, library.DRAFT, **values):
        raise Conflict("this version is no longer a draft; reload the page")
    unit.audit.add(at, "article.discarded", officer.id, f"{article_id}/{version}")


def comment(unit: Unit, article_id: str, version: int, officer: Officer, text: str, at: datetime) -> None:
    """Say something about a version to colleagues."""
    unit.articles.get(article_id, version)
    words = text.strip()
    if not words:
        raise InvalidInput("write something first")
    if len(words) > MAX_COMMENT:
        raise InvalidInput(f"a comment has at most {MAX_COMMENT} characters; shorten it")
    unit.comments.add(article_id, version, officer.id, words, at)
    unit.audit.add(at, "article.commented", officer.id, f"{article_id}/{version}")


def settle(unit: Unit, article_id: str, comment_id: int, officer: Officer, at: datetime) -> None:
    """Mark a comment as dealt with."""
    if not unit.comments.settle(article_id, comment_id, at, officer.id):
        raise Conflict("this comment is settled already; reload the page")
    unit.audit.add(at, "article.comment_settled", officer.id, article_id)


def _add(
    unit: Unit, document: dict[str, Any], officer: Officer, at: datetime, origin_message_id: int | None
) -> ArticleVersion:
    article_id = str(document["id"])
    version = unit.articles.add(article_id, document, library.digest(document), at, officer.id, origin_message_id)
    unit.articles.add_author(article_id, version, officer.id)
    unit.audit.add(at, "article.drafted", officer.id, f"{article_id}/{version}")
    return unit.articles.get(article_id, version)
