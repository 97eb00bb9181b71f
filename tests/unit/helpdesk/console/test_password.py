"""Passwords are checked with the same work for everybody."""

import pytest
from argon2 import PasswordHasher

from helpdesk.console.password import Passwords


@pytest.fixture
def passwords() -> Passwords:
    return Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))


async def test_the_right_password_fits_and_no_other(passwords: Passwords) -> None:
    stored = await passwords.hash("mot hai ba bon")
    assert stored.startswith("$argon2id$")
    assert await passwords.check(stored, "mot hai ba bon")
    assert not await passwords.check(stored, "mot hai ba nam")


async def test_nobodys_password_never_fits_not_even_the_one_it_is_compared_with(passwords: Passwords) -> None:
    assert not await passwords.check(None, "nobody has this password")


async def test_a_damaged_hash_is_a_wrong_password(passwords: Passwords) -> None:
    assert not await passwords.check("not a hash", "mot hai ba bon")
