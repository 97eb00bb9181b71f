"""Passwords: argon2id, always off the event loop, with the same work for logins that nobody has."""

import asyncio
from concurrent.futures import ThreadPoolExecutor

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError

WORKERS = 2
"""Hashes computed at once: each takes 64 MiB, so a flood of sign-ins waits instead of filling the memory."""


class Passwords:
    """Hashes and checks passwords.

    Args:
        hasher: argon2 parameters; the library's own (RFC 9106) unless a test wants cheaper ones.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._pool = ThreadPoolExecutor(WORKERS, "password")
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """What is stored of a password."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._hasher.hash, password)

    async def check(self, stored: str | None, password: str) -> bool:
        """True when the password fits; without a stored hash the same work is done and the answer is False."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._check, stored, password)

    def close(self) -> None:
        """Give the threads back."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _check(self, stored: str | None, password: str) -> bool:
        if self._nobody is None:
            self._nobody = self._hasher.hash("nobody has this password")
        try:
            is_right = self._hasher.verify(stored or self._nobody, password)
        except (Argon2Error, InvalidHashError):
            return False
        return is_right and stored is not None
