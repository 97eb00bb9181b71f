"""Officers, what their roles allow, and who is on duty."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpdesk.error import Forbidden, InvalidInput

MIN_PASSWORD = 12
MAX_PASSWORD = 200


class Role(StrEnum):
    """What a person of the desk may do; each role includes the ones before it."""

    OFFICER = "officer"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"


_RANK = {Role.OFFICER: 1, Role.SUPERVISOR: 2, Role.ADMINISTRATOR: 3}


@dataclass(frozen=True, slots=True)
class Officer:
    """A person who works at the desk."""

    id: int
    login: str
    name: str
    role: Role
    unit: str | None = None
    language: str = "vi"
    is_active: bool = True
    on_duty: bool = False
    is_demo: bool = False
    seen_at: datetime | None = None

    def may(self, role: Role) -> bool:
        """True when this officer has `role` or a higher one."""
        return self.is_active and _RANK[self.role] >= _RANK[role]

    def require(self, role: Role) -> None:
        """Raises Forbidden unless this officer has `role` or a higher one."""
        if not self.may(role):
            raise Forbidden(f"this needs the role {role}; ask an administrator")


def check_password(password: str) -> str:
    """Return a password that may be set; raises InvalidInput with what to change."""
    if len(password) < MIN_PASSWORD:
        raise InvalidInput(f"a password needs at least {MIN_PASSWORD} characters")
    if len(password) > MAX_PASSWORD:
        raise InvalidInput(f"a password has at most {MAX_PASSWORD} characters")
    if len(set(password)) < 5:
        raise InvalidInput("this password repeats the same few characters; choose another")
    return password
