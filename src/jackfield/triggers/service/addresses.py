"""The addresses of webhooks: not to be guessed, and stored nowhere; made from the key file whenever they are shown."""

import base64
import hashlib
from typing import Final

from jackfield.kernel import TriggerId
from jackfield.vault import Vault

_BYTES: Final = 20


def key_of(vault: Vault, trigger_id: TriggerId, number: int) -> str:
    """The last part of an address: 32 small letters and digits.

    Args:
        vault: Has the key that they are made with, which no rotation changes.
        trigger_id: Whose.
        number: Counts the addresses that it has had.
    """
    made = vault.mac("hook", f"{trigger_id}:{number}".encode())[:_BYTES]
    return base64.b32encode(made).decode().lower()


def path_of(key: str) -> str:
    """The address, as a path of this server."""
    return f"/hooks/{key}"


def digest_of(key: str) -> str:
    """What a key is looked up by."""
    return hashlib.sha256(key.encode("latin-1", "replace")).hexdigest()
