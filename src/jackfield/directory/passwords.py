"""Passwords: argon2id, a bounded number at a time, the same work whether or not there is such a person (M06, D64)."""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher, Type
from argon2.exceptions import InvalidHashError, VerificationError

from jackfield.directory.errors import HashingBusyError, PasswordUnfitError
from jackfield.kernel import Secret, name_key

T = TypeVar("T")

MIN_LENGTH = 12
MAX_LENGTH = 256
_WAITING_PER_THREAD = 50
"""About five seconds of work."""


def require_fit(password: Secret, sign_in_name: str, *, field: str = "password") -> None:
    """Accept a password of 12 to 256 characters that is not the sign-in name (ASVS 6.2).

    Raises:
        PasswordUnfitError: It is not.
    """
    text = password.reveal()
    if not MIN_LENGTH <= len(text) <= MAX_LENGTH:
        raise PasswordUnfitError(f"{field} must have {MIN_LENGTH} to {MAX_LENGTH} characters", field=field)
    if name_key(text) == name_key(sign_in_name) or len(set(text)) == 1:
        raise PasswordUnfitError(f"{field} must not be the sign-in name or one character repeated", field=field)


class Passwords:
    """Hashes and checks passwords in a few threads of its own: each takes its memory while it runs."""

    def __init__(self, parallel: int, memory_mib: int) -> None:
        self._hasher = PasswordHasher(time_cost=3, memory_cost=memory_mib << 10, parallelism=4, type=Type.ID)
        self._threads = ThreadPoolExecutor(parallel, "passwords")
        self._room = parallel * _WAITING_PER_THREAD
        # What the passwords of unknown people are checked against: it takes as long as a real one, and none fits.
        self._nobodys: str | None = None

    async def hash(self, password: Secret) -> str:
        """The argon2id hash to store.

        Raises:
            HashingBusyError: Too many wait already.
        """
        return await self._run(lambda: self._hasher.hash(_bytes(password)))

    async def is_right(self, stored: str | None, password: Secret) -> bool:
        """Whether the password is the one stored; without a stored one: no, after the same time.

        Raises:
            HashingBusyError: Too many wait already.
        """
        return await self._run(lambda: self._check(stored, password))

    def is_outdated(self, stored: str) -> bool:
        """Whether the hash was made with other settings than today's."""
        return self._hasher.check_needs_rehash(stored)

    def close(self) -> None:
        """Let go of the threads; what waits is dropped."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    def _check(self, stored: str | None, password: Secret) -> bool:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash(b"nobody's password")
        try:
            right = self._hasher.verify(stored or self._nobodys, _bytes(password))
        except (VerificationError, InvalidHashError):
            return False
        return right and stored is not None

    async def _run(self, work: Callable[[], T]) -> T:
        if self._room <= 0:
            raise HashingBusyError("too many people sign in at this moment; try again in a few seconds", retry_after=5)
        self._room -= 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        finally:
            self._room += 1


def _bytes(password: Secret) -> bytes:
    # The same password typed on two systems may come composed or decomposed (RFC 8265 §4.2).
    return unicodedata.normalize("NFC", password.reveal()).encode(errors="surrogatepass")
