"""Officers' accounts: invitations by one-time link, sign-in, sessions that end with the password."""

import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.error import Forbidden, InvalidInput
from helpdesk.officer import Officer, Role, check_password
from helpdesk.storage.unit import Unit

INVITATION_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser; `token` goes into its cookie and is stored only as a hash."""

    token: str
    csrf: str
    expires_at: datetime


def token_hash(token: str) -> str:
    """What is stored of a token: useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(unit: Unit, role: Role, at: datetime, by: Officer | None = None) -> str:
    """A one-time token with which somebody creates an account of `role`; only the first needs no inviter."""
    if by is None and unit.officers.count() > 0:
        raise Forbidden("accounts exist; an administrator invites further people in the console")
    if by is not None:
        by.require(Role.ADMINISTRATOR)
    token = secrets.token_urlsafe(24)
    unit.officers.invite(token_hash(token), role, at, at + INVITATION_LIFE, by.id if by else None)
    unit.audit.add(at, "officer.invited", by.id if by else None, role)
    return token


def accept(
    unit: Unit,
    token: str,
    login: str,
    name: str,
    password: str,
    hashed: Callable[[str], str],
    at: datetime,
    language: str = "vi",
) -> Officer:
    """Create the account that an invitation promises; raises Forbidden when the link was used or has expired."""
    role = unit.officers.invited_role(token_hash(token), at)
    if role is None:
        raise Forbidden("this link was used or has expired; ask an administrator for a new one")
    login, name = login.strip().lower(), name.strip()
    if not 3 <= len(login) <= 64 or not login.replace(".", "").replace("-", "").replace("_", "").isalnum():
        raise InvalidInput("a login has 3 to 64 letters, digits, dots or dashes")
    if not 2 <= len(name) <= 100:
        raise InvalidInput("a name has 2 to 100 characters")
    check_password(password)
    officer = unit.officers.add(login, name, hashed(password), role, at, language=language)
    unit.officers.use_invitation(token_hash(token), at)
    unit.audit.add(at, "officer.created", officer.id, login)
    return officer


def open_session(unit: Unit, officer: Officer, at: datetime) -> OpenSession:
    """Sign an officer in after the password was checked."""
    opened = OpenSession(secrets.token_urlsafe(32), secrets.token_urlsafe(32), at + SESSION_LIFE)
    unit.officers.open_session(token_hash(opened.token), officer.id, opened.csrf, at, opened.expires_at)
    unit.officers.change(officer.id, seen_at=at)
    unit.audit.add(at, "officer.signed_in", officer.id)
    return opened


def change_password(unit: Unit, officer: Officer, password: str, hashed: Callable[[str], str], at: datetime) -> None:
    """Set a new password and end every session of the account."""
    check_password(password)
    unit.officers.change(officer.id, password_hash=hashed(password))
    unit.officers.close_sessions(officer.id)
    unit.audit.add(at, "officer.password_changed", officer.id)


def set_active(unit: Unit, officer_id: int, is_active: bool, by: Officer, at: datetime) -> None:
    """Let somebody work at the desk or not; leaving ends every session."""
    by.require(Role.ADMINISTRATOR)
    if officer_id == by.id:
        raise InvalidInput("you cannot deactivate your own account; ask another administrator")
    unit.officers.change(officer_id, is_active=is_active, on_duty=False)
    if not is_active:
        unit.officers.close_sessions(officer_id)
    unit.audit.add(at, "officer.activated" if is_active else "officer.deactivated", by.id, str(officer_id))


def set_duty(unit: Unit, officer: Officer, on_duty: bool, at: datetime) -> None:
    """Go on or off duty."""
    unit.officers.change(officer.id, on_duty=on_duty, seen_at=at)
    unit.audit.add(at, "officer.on_duty" if on_duty else "officer.off_duty", officer.id)


def set_post(unit: Unit, officer_id: int, role: Role, post: str | None, by: Officer, at: datetime) -> None:
    """Give somebody a role and a unit; nobody changes their own role, so that an administrator always remains."""
    by.require(Role.ADMINISTRATOR)
    before = unit.officers.get(officer_id)
    if officer_id == by.id and role is not before.role:
        raise InvalidInput("you cannot change your own role; ask another administrator")
    unit.officers.change(officer_id, role=role, unit=post)
    unit.audit.add(at, "officer.changed", by.id, str(officer_id), role=str(role), unit=post)
