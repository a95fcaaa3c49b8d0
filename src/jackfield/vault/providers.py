"""Whoever holds the key-encryption keys: the role, and the holder that reads them from a file.

A key management service (a cloud's KMS, HashiCorp Vault's Transit engine) takes the role by wrapping and unwrapping at
the service and keeping the derivation key wrapped under it; nothing above the role changes.
"""

import hmac
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn, Protocol

from jackfield.errors import MisconfiguredError
from jackfield.vault import key_file, tink_keys
from jackfield.vault.tink_keys import Aead


class KeyProvider(Protocol):
    """Wraps data keys and derives others; never hands out a key-encryption key. Safe to use from several threads."""

    @property
    def installation_id(self) -> str:
        """The installation the keys belong to."""
        ...

    @property
    def primary_key_id(self) -> str:
        """The key that is wrapped under now.

        Raises:
            MisconfiguredError: The keys are out of reach.
        """
        ...

    @property
    def place(self) -> str:
        """Where the keys are, for messages; nothing secret."""
        ...

    def wrap(self, data_key: bytes, associated_data: bytes) -> tuple[str, bytes]:
        """The id of the primary key, and the data key wrapped under it.

        Raises:
            MisconfiguredError: The keys are out of reach.
        """
        ...

    def find_unwrapped(self, key_id: str, wrapped: bytes, associated_data: bytes) -> bytes | None:
        """The data key, or None when there is no such key or anything isn't genuine."""
        ...

    def derive(self, label: str) -> bytes:
        """32 bytes for one purpose; the same for ever, whatever is rotated."""
        ...

    def reload(self) -> None:
        """Learn of keys that were added or retired elsewhere.

        Raises:
            MisconfiguredError: They can't be had; what was known stays in force.
        """
        ...


@dataclass(frozen=True, slots=True, repr=False)
class _Ring:
    """One reading of the file, ready to use."""

    installation_id: str
    primary_id: str
    primary: Aead
    keys: Mapping[str, Aead]
    derivation_key: bytes
    stamp: tuple[int, ...]


class FileKeys:
    """The keys of a key file, read once and again whenever the file is another.

    Wrapping looks at the file's stamp first (a few microseconds): a process that doesn't know of a rotation must not
    seal under a key about to be retired. Unwrapping looks only when it meets a key it doesn't know.
    """

    def __init__(self, path: Path, *, open_to_others: bool) -> None:
        self._path = path
        self._open_to_others = open_to_others
        self._lock = threading.Lock()
        self._ring = self._read()

    def __repr__(self) -> str:
        return f"<FileKeys {self._path}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("keys can't be pickled or copied")

    @property
    def installation_id(self) -> str:
        """The installation the file belongs to."""
        return self._ring.installation_id

    @property
    def primary_key_id(self) -> str:
        """The primary of the file as it stands now."""
        return self._current().primary_id

    @property
    def place(self) -> str:
        """The file's path."""
        return str(self._path)

    def wrap(self, data_key: bytes, associated_data: bytes) -> tuple[str, bytes]:
        """Wrap under the primary of the file as it stands now."""
        ring = self._current()
        return ring.primary_id, ring.primary.encrypt(data_key, associated_data)

    def find_unwrapped(self, key_id: str, wrapped: bytes, associated_data: bytes) -> bytes | None:
        """Unwrap; an unknown key makes it look at the file once more."""
        key = self._ring.keys.get(key_id)
        if key is None:
            try:
                key = self._current().keys.get(key_id)
            except MisconfiguredError:
                return None
        return None if key is None else tink_keys.find_plaintext(key, wrapped, associated_data)

    def derive(self, label: str) -> bytes:
        """HKDF-Expand with SHA-256, one block (RFC 5869 §2.3); the key is uniform, so there is nothing to extract."""
        return hmac.digest(self._ring.derivation_key, label.encode() + b"\x01", "sha256")

    def reload(self) -> None:
        """Read the file again."""
        with self._lock:
            self._adopt(self._read())

    def _current(self) -> _Ring:
        if self._stamp() == self._ring.stamp:
            return self._ring
        with self._lock:
            if self._stamp() != self._ring.stamp:
                self._adopt(self._read())
            return self._ring

    def _adopt(self, ring: _Ring) -> None:
        known = self._ring
        same_key = hmac.compare_digest(ring.derivation_key, known.derivation_key)
        if ring.installation_id != known.installation_id or not same_key:
            raise key_file.malformed(self._path, "it was replaced by another installation's while the server runs")
        self._ring = ring

    def _stamp(self) -> tuple[int, ...]:
        try:
            return _stamp_of(self._path.stat())
        except OSError:
            # like no other, so that it is read, and the reading says what is wrong
            return ()

    def _read(self) -> _Ring:
        document, found = key_file.read_key_file(self._path, open_to_others=self._open_to_others)
        keys: dict[str, Aead] = {}
        for key in document.keys:
            primitive = tink_keys.find_primitive(key.keyset.reveal())
            assert primitive is not None, "reading the file has made it once"
            keys[key.status.id] = primitive
        primary_id = document.primary.status.id
        return _Ring(
            installation_id=document.installation_id,
            primary_id=primary_id,
            primary=keys[primary_id],
            keys=keys,
            derivation_key=key_file.mac_key_bytes(document),
            stamp=_stamp_of(found),
        )


def _stamp_of(found: os.stat_result) -> tuple[int, ...]:
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
