"""Officers' accounts: one-time links to an account or a new password, sign-in, sessions that end with the password."""

import hashlib
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from helpdesk.error import Forbidden, InvalidInput
from helpdesk.officer import Officer, Role, check_password
from helpdesk.storage.unit import Unit

INVITATION_LIFE = timedelta(hours=24)
SESSION_LIFE = timedelta(hours=12)
SESSION_IDLE = timedelta(minutes=60)
USE_NOTED_EVERY = timedelta(minutes=1)
"""How exactly a session knows when it was last used: a click costs a write at most this often."""


@dataclass(frozen=True, slots=True)
class OpenSession:
    """A signed-in browser; `token` goes into its cookie and is stored only as a hash."""

    token: str
    csrf: str
    expires_at: datetime


def link_spent() -> Forbidden:
    """What a one-time link that no longer opens anything is answered with."""
    return Forbidden("this link was used or has expired; ask an administrator for a new one")


def token_hash(token: str) -> str:
    """What is stored of a token: useless to whoever reads the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def invite(unit: Unit, role: Role, at: datetime, by: Officer | None = None) -> str:
    """A one-time token with which somebody creates an account of `role`; only the first needs no inviter.

    A new link for the first account ends those given out before: old terminals and logs keep them.
    """
    if by is None and unit.officers.count() > 0:
        raise Forbidden("accounts exist; an administrator invites further people in the console")
    if by is None:
        unit.officers.end_first_invitations(at)
    else:
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
        raise link_spent()
    login, name = login.strip().lower(), name.strip()
    if not 3 <= len(login) <= 64 or not login.replace(".", "").replace("-", "").replace("_", "").isalnum():
        raise InvalidInput("a login has 3 to 64 letters, digits, dots or dashes")
    if not 2 <= len(name) <= 100:
        raise InvalidInput("a name has 2 to 100 characters")
    if any(_is_odd(char) for char in name):
        raise InvalidInput("a name has no < or > and no invisible characters; type it again by hand")
    check_password(password)
    officer = unit.officers.add(login, name, hashed(password), role, at, language=language)
    _spend(unit, token, at)
    unit.audit.add(at, "officer.created", officer.id, login)
    return officer


def _is_odd(char: str) -> bool:
    """True for what no name contains: marks of markup, control and format characters, line breaks."""
    category = unicodedata.category(char)
    return char in "<>" or category.startswith("C") or category in ("Zl", "Zp")


def offer_reset(unit: Unit, officer_id: int, by: Officer, at: datetime) -> str:
    """A one-time token with which an officer sets a new password; links made for them before are spent.

    Raises InvalidInput for one's own account (there the present password is asked for) and a deactivated one.
    """
    by.require(Role.ADMINISTRATOR)
    officer = unit.officers.get(officer_id)
    if officer.id == by.id:
        raise InvalidInput("you change your own password with the present one; another administrator can make a link")
    if not officer.is_active:
        raise InvalidInput("this account is deactivated; activate it first")
    token = secrets.token_urlsafe(24)
    unit.officers.spend_resets(officer.id, at)
    unit.officers.invite(token_hash(token), officer.role, at, at + INVITATION_LIFE, by.id, officer.id)
    unit.audit.add(at, "officer.reset_offered", by.id, str(officer.id))
    return token


def reset_password(unit: Unit, token: str, password: str, hashed: Callable[[str], str], at: datetime) -> Officer:
    """Set the password of the account that a link names; raises Forbidden when it was used or has expired."""
    officer = unit.officers.resetting(token_hash(token), at)
    if officer is None:
        raise link_spent()
    check_password(password)
    _spend(unit, token, at)
    _set_password(unit, officer, hashed(password), at)
    unit.audit.add(at, "officer.password_reset", officer.id)
    return officer


def _spend(unit: Unit, token: str, at: datetime) -> None:
    """Of two who use one link at once only one gets through."""
    if not unit.officers.use_invitation(token_hash(token), at):
        raise link_spent()


def session_of(unit: Unit, fingerprint: str, at: datetime) -> tuple[Officer, str, datetime] | None:
    """The officer of a session, its CSRF token and when it was last used; None when it ended or lay idle."""
    return unit.officers.session(fingerprint, at, at - SESSION_IDLE)


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
    _set_password(unit, officer, hashed(password), at)
    unit.audit.add(at, "officer.password_changed", officer.id)


def _set_password(unit: Unit, officer: Officer, password_hash: str, at: datetime) -> None:
    unit.officers.change(officer.id, password_hash=password_hash)
    unit.officers.close_sessions(officer.id)
    unit.officers.spend_resets(officer.id, at)


def set_active(unit: Unit, officer_id: int, is_active: bool, by: Officer, at: datetime) -> None:
    """Let somebody work at the desk or not; leaving ends every session."""
    by.require(Role.ADMINISTRATOR)
    if officer_id == by.id:
        raise InvalidInput("you cannot deactivate your own account; ask another administrator")
    unit.officers.change(officer_id, is_active=is_active, on_duty=False)
    if not is_active:
        unit.officers.close_sessions(officer_id)
        unit.officers.spend_resets(officer_id, at)
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
