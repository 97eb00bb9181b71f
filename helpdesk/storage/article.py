"""The living versions of articles: draft, approved, retired."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from helpdesk.error import NotFound
from helpdesk.storage.table import article, article_author, officer


@dataclass(frozen=True, slots=True)
class ArticleVersion:
    """One version of an article; `document` is the content as `knowledge_base` reads it.

    Attributes:
        created_by: who began it in the console, None for a version from the files.
        revision: how often it was saved, so that two editors cannot overwrite each other.
        origin_message_id: the officer's reply it was made from.
    """

    id: str
    version: int
    state: str
    document: dict[str, Any]
    digest: str
    created_at: datetime
    approved_at: datetime | None
    approved_by: str | None
    effective_from: date | None
    effective_to: date | None
    retired_at: datetime | None
    created_by: str | None = None
    revision: int = 1
    edited_at: datetime | None = None
    origin_message_id: int | None = None

    @property
    def is_by_people(self) -> bool:
        """True for what was written in the console, False for what came from the files."""
        return self.created_by is not None


def _version(row: Row[Any]) -> ArticleVersion:
    return ArticleVersion(
        id=row.id,
        version=row.version,
        state=row.state,
        document=row.document,
        digest=row.digest,
        created_at=row.created_at,
        approved_at=row.approved_at,
        approved_by=row.approver,
        effective_from=row.effective_from,
        effective_to=row.effective_to,
        retired_at=row.retired_at,
        created_by=row.author,
        revision=row.revision,
        edited_at=row.edited_at,
        origin_message_id=row.origin_message_id,
    )


class ArticleRows:
    """Reads and writes article versions."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    @staticmethod
    def _query() -> Any:
        approver, author = officer.alias("approving"), officer.alias("creating")
        return (
            select(article, approver.c.name.label("approver"), author.c.name.label("author"))
            .outerjoin_from(article, approver, approver.c.id == article.c.approved_by)
            .outerjoin(author, author.c.id == article.c.created_by)
        )

    def versions(self, article_id: str) -> list[ArticleVersion]:
        """Every version of an article, newest first."""
        statement = self._query().where(article.c.id == article_id).order_by(article.c.version.desc())
        return [_version(row) for row in self._connection.execute(statement)]

    def get(self, article_id: str, version: int) -> ArticleVersion:
        """Raises NotFound."""
        statement = self._query().where(article.c.id == article_id, article.c.version == version)
        row = self._connection.execute(statement).one_or_none()
        if row is None:
            raise NotFound("this article version does not exist")
        return _version(row)

    def in_states(self, *states: str) -> list[ArticleVersion]:
        """Every version in one of the states, by id and version."""
        statement = self._query().where(article.c.state.in_(states)).order_by(article.c.id, article.c.version)
        return [_version(row) for row in self._connection.execute(statement)]

    def latest(self) -> list[ArticleVersion]:
        """The newest version of every article, by id."""
        newest = select(article.c.id, func.max(article.c.version).label("version")).group_by(article.c.id).subquery()
        statement = self._query().join(newest, (newest.c.id == article.c.id) & (newest.c.version == article.c.version))
        return [_version(row) for row in self._connection.execute(statement.order_by(article.c.id))]

    def titles(self, article_ids: Iterable[str], language: str) -> dict[str, str]:
        """The newest title of each article that exists, in one language."""
        title = article.c.document[language]["title"].as_string().label("title")
        statement = select(article.c.id, title).where(article.c.id.in_(set(article_ids)))
        return {row.id: row.title for row in self._connection.execute(statement.order_by(article.c.version))}

    def add(
        self,
        article_id: str,
        document: dict[str, Any],
        digest: str,
        at: datetime,
        created_by: int | None = None,
        origin_message_id: int | None = None,
    ) -> int:
        """Store a new draft; returns its version."""
        last = self._connection.execute(
            select(func.max(article.c.version)).where(article.c.id == article_id)
        ).scalar_one()
        version = (last or 0) + 1
        self._connection.execute(
            insert(article).values(
                id=article_id,
                version=version,
                state="draft",
                document=document,
                digest=digest,
                created_at=at,
                created_by=created_by,
                origin_message_id=origin_message_id,
            )
        )
        return version

    def save(
        self,
        article_id: str,
        version: int,
        revision: int,
        document: dict[str, Any],
        digest: str,
        at: datetime,
        origin_message_id: int | None = None,
    ) -> bool:
        """Write a draft again; False when it is no draft any more or somebody saved it meanwhile."""
        statement = update(article).where(
            article.c.id == article_id,
            article.c.version == version,
            article.c.revision == revision,
            article.c.state == "draft",
        )
        values = {"document": document, "digest": digest, "edited_at": at, "revision": revision + 1}
        values["origin_message_id"] = origin_message_id
        return self._connection.execute(statement.values(**values)).rowcount == 1

    def add_author(self, article_id: str, version: int, officer_id: int) -> None:
        """Remember that an officer had a hand in a version."""
        if officer_id not in self.authors(article_id, version):
            self._connection.execute(
                insert(article_author).values(article_id=article_id, version=version, officer_id=officer_id)
            )

    def authors(self, article_id: str, version: int) -> dict[int, str]:
        """Who wrote a version, by id; empty for one from the files."""
        statement = (
            select(article_author.c.officer_id, officer.c.name)
            .join_from(article_author, officer)
            .where(article_author.c.article_id == article_id, article_author.c.version == version)
        )
        return {row.officer_id: row.name for row in self._connection.execute(statement)}

    def change(self, article_id: str, version: int, from_state: str, **values: Any) -> bool:
        """Move a version on from a state; False when it is no longer in it."""
        statement = update(article).where(
            article.c.id == article_id, article.c.version == version, article.c.state == from_state
        )
        return self._connection.execute(statement.values(**values)).rowcount == 1
