"""Who may sign in at the example's systems: an account and the digest of its password.

The passwords have 192 random bits, so a plain digest can't be guessed back, and they are stored nowhere: in the
installation they are sealed with the connection that uses them.
"""

import hashlib
import hmac
import json
import os
import secrets
from pathlib import Path
from typing import Final

_FILE: Final = "accounts.json"


class Accounts:
    """The accounts of the example's systems, in a file that only its owner may read.

    Args:
        folder: The example's own.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / _FILE

    @property
    def names(self) -> frozenset[str]:
        """The accounts there are."""
        return frozenset(self._read())

    def renew(self, account: str) -> str:
        """A new password for an account, which there may not have been; the old one is no longer accepted."""
        password = secrets.token_urlsafe(24)
        digests = self._read() | {account: _digest(password)}
        fresh = self._file.with_suffix(".new")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(digests, file)
        fresh.replace(self._file)
        return password

    def is_right(self, account: str, password: str) -> bool:
        """Whether this is the account's password, as of now."""
        known = self._read().get(account, "")
        return hmac.compare_digest(known.encode(), _digest(password).encode())

    def _read(self) -> dict[str, str]:
        try:
            return json.loads(self._file.read_bytes())
        except FileNotFoundError:
            return {}


def _digest(password: str) -> str:
    return hashlib.sha256(password.encode()).hexdigest()
