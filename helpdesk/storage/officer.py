"""Officers, their sessions and invitations."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from helpdesk.error import Conflict, NotFound
from helpdesk.officer import Officer, Role
from helpdesk.storage.table import inserted_id, invitation, officer, session


def _officer(row: Row[Any]) -> Officer:
    return Officer(
        id=row.id,
        login=row.login,
        name=row.name,
        role=Role(row.role),
        unit=row.unit,
        language=row.language,
        is_active=row.is_active,
        on_duty=row.on_duty,
        is_demo=row.is_demo,
        seen_at=row.seen_at,
    )


class OfficerRows:
    """Reads and writes officers."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def get(self, officer_id: int) -> Officer:
        """Raises NotFound."""
        row = self._connection.execute(select(officer).where(officer.c.id == officer_id)).one_or_none()
        if row is None:
            raise NotFound("this officer does not exist")
        return _officer(row)

    def by_login(self, login: str) -> tuple[Officer, str] | None:
        """The officer of a login and the password hash."""
        row = self._connection.execute(select(officer).where(officer.c.login == login)).one_or_none()
        return None if row is None else (_officer(row), row.password_hash)

    def all(self) -> list[Officer]:
        """Everybody, by name."""
        return [_officer(row) for row in self._connection.execute(select(officer).order_by(officer.c.name))]

    def count(self) -> int:
        """How many officers exist, demonstration ones left out."""
        return int(
            self._connection.execute(
                select(func.count()).select_from(officer).where(officer.c.is_demo.is_(False))
            ).scalar_one()
        )

    def add(
        self,
        login: str,
        name: str,
        password_hash: str,
        role: Role,
        at: datetime,
        unit: str | None = None,
        language: str = "vi",
        is_demo: bool = False,
    ) -> Officer:
        """Create an officer; raises Conflict when the login is taken."""
        if self.by_login(login) is not None:
            raise Conflict("this login is taken; choose another")
        statement = insert(officer).values(
            login=login,
            name=name,
            password_hash=password_hash,
            role=role,
            unit=unit,
            language=language,
            is_demo=is_demo,
            created_at=at,
        )
        return self.get(inserted_id(self._connection.execute(statement)))

    def change(self, officer_id: int, **values: Any) -> None:
        """Set columns of an officer."""
        self._connection.execute(update(officer).where(officer.c.id == officer_id).values(**values))

    # -- sessions

    def open_session(self, token_hash: str, officer_id: int, csrf: str, at: datetime, expires_at: datetime) -> None:
        """Remember a signed-in browser."""
        self._connection.execute(
            insert(session).values(
                token_hash=token_hash,
                officer_id=officer_id,
                csrf=csrf,
                created_at=at,
                seen_at=at,
                expires_at=expires_at,
            )
        )

    def session(self, token_hash: str, now: datetime, seen_after: datetime) -> tuple[Officer, str, datetime] | None:
        """The active officer of a session, its CSRF token and when it was last used, None when it has ended."""
        statement = (
            select(officer, session.c.csrf, session.c.seen_at.label("used_at"))
            .join(session, session.c.officer_id == officer.c.id)
            .where(
                session.c.token_hash == token_hash,
                session.c.expires_at > now,
                session.c.seen_at > seen_after,
                officer.c.is_active.is_(True),
            )
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else (_officer(row), row.csrf, row.used_at)

    def use_session(self, token_hash: str, at: datetime) -> None:
        """Remember that somebody works in this browser."""
        self._connection.execute(update(session).where(session.c.token_hash == token_hash).values(seen_at=at))

    def close_session(self, token_hash: str) -> None:
        """Sign one browser out."""
        self._connection.execute(delete(session).where(session.c.token_hash == token_hash))

    def close_sessions(self, officer_id: int) -> None:
        """Sign an officer out everywhere."""
        self._connection.execute(delete(session).where(session.c.officer_id == officer_id))

    # -- invitations

    def invite(
        self,
        token_hash: str,
        role: Role,
        at: datetime,
        expires_at: datetime,
        created_by: int | None = None,
        officer_id: int | None = None,
    ) -> None:
        """Remember a one-time link: to a new account, or to a new password for the account of `officer_id`."""
        self._connection.execute(
            insert(invitation).values(
                token_hash=token_hash,
                role=role,
                created_by=created_by,
                created_at=at,
                expires_at=expires_at,
                officer_id=officer_id,
            )
        )

    def invited_role(self, token_hash: str, now: datetime) -> Role | None:
        """The role of an unused, unexpired invitation to a new account."""
        statement = select(invitation.c.role).where(
            invitation.c.token_hash == token_hash,
            invitation.c.officer_id.is_(None),
            invitation.c.used_at.is_(None),
            invitation.c.expires_at > now,
        )
        role = self._connection.execute(statement).scalar_one_or_none()
        return None if role is None else Role(role)

    def resetting(self, token_hash: str, now: datetime) -> Officer | None:
        """The active officer whose password an unused, unexpired link sets anew."""
        statement = (
            select(officer)
            .join(invitation, invitation.c.officer_id == officer.c.id)
            .where(
                invitation.c.token_hash == token_hash,
                invitation.c.used_at.is_(None),
                invitation.c.expires_at > now,
                officer.c.is_active.is_(True),
            )
        )
        row = self._connection.execute(statement).one_or_none()
        return None if row is None else _officer(row)

    def spend_resets(self, officer_id: int, now: datetime) -> None:
        """Spend every link that could still set this officer's password."""
        statement = update(invitation).where(invitation.c.officer_id == officer_id, invitation.c.used_at.is_(None))
        self._connection.execute(statement.values(used_at=now))

    def end_first_invitations(self, now: datetime) -> None:
        """Spend every invitation that nobody with an account has given."""
        statement = update(invitation).where(
            invitation.c.created_by.is_(None), invitation.c.officer_id.is_(None), invitation.c.used_at.is_(None)
        )
        self._connection.execute(statement.values(used_at=now))

    def use_invitation(self, token_hash: str, now: datetime) -> bool:
        """Spend an invitation; False when it was spent or has expired."""
        statement = (
            update(invitation)
            .where(invitation.c.token_hash == token_hash, invitation.c.used_at.is_(None), invitation.c.expires_at > now)
            .values(used_at=now)
        )
        return self._connection.execute(statement).rowcount == 1
