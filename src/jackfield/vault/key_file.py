"""The key file: what it holds, and reading it strictly.

The keys stand in it in clear. Something must be in clear for a server to start unattended, and a second secret beside
the first would only move the question; what protects it is who may read it (0600), that it is kept apart from the
database and its backups, and that it is never in the environment, which is inherited and printed (M02).

    {
      "format": "jackfield-keys-1",
      "installation_id": "ins_…",
      "mac_key": 32 bytes in base64; rotation keeps it,
      "keys": [{"id": "kek_…", "created": "2026-11-23T06:21:12Z", "primary": true, "keyset": a keyset of Tink}]
    }
"""

import base64
import binascii
import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from jackfield.errors import HubError, JsonValue, MisconfiguredError
from jackfield.kernel import Secret, read_json, write_json
from jackfield.vault import tink_keys
from jackfield.vault.models import KeyStatus

FORMAT = "jackfield-keys-1"
SETTING = "JACKFIELD_KEY_FILE"
MAC_KEY_BYTES = 32
OPEN_TO_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MAX_BYTES = 1 << 20


@dataclass(frozen=True, slots=True)
class StoredKey:
    """One key-encryption key as it stands in the file."""

    status: KeyStatus
    keyset: Secret
    """Tink's JSON."""


@dataclass(frozen=True, slots=True)
class KeyDocument:
    """What the file says; checked: one primary, no id twice, every key usable."""

    installation_id: str
    mac_key: Secret
    """In base64, as it stands in the file."""
    keys: tuple[StoredKey, ...]
    """Oldest first."""

    @property
    def primary(self) -> StoredKey:
        """The key that new secrets are sealed under."""
        return next(key for key in self.keys if key.status.primary)


def read_key_file(path: Path, *, open_to_others: bool = True) -> tuple[KeyDocument, os.stat_result]:
    """Read and check a key file.

    Args:
        path: Where it is; a link is followed.
        open_to_others: Whether it may be accessible to its group or to everyone.

    Raises:
        MisconfiguredError: It is missing, can't be read, is no key file, or is open to others and must not be. The
            message never quotes the content.
    """
    raw, found = read_content(path)
    if not open_to_others and (problem := find_openness(path, found)):
        raise MisconfiguredError(problem, setting=SETTING, path=str(path))
    return parse_document(path, raw), found


def find_openness(path: Path, found: os.stat_result) -> str | None:
    """A sentence when others than its owner may use the file in any way."""
    mode = stat.S_IMODE(found.st_mode)
    if not mode & OPEN_TO_OTHERS:
        return None
    return (
        f"the key file {path} is open to others than its owner (mode {mode:04o}): run `chmod 600 {path}`, or set "
        f"JACKFIELD_KEY_FILE_OPEN_TO_OTHERS=true where the file system can't say otherwise"
    )


def read_content(path: Path) -> tuple[bytes, os.stat_result]:
    """The bytes and the permissions of one and the same file.

    Raises:
        MisconfiguredError: Missing, unreadable, no regular file, or far too large.
    """
    try:
        # not blocking: a named pipe in its place must not hang the start
        handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except FileNotFoundError:
        raise MisconfiguredError(
            f"there is no key file at {path}: put this installation's key file back from where it is kept, as "
            "without it the stored credentials can't be opened (only an installation that has stored nothing yet makes "
            "one, with `jackfield keys init`)",
            setting=SETTING,
            path=str(path),
        ) from None
    except OSError as error:
        raise _unreadable(path, error.strerror or "it can't be opened") from None
    try:
        found = os.fstat(handle)
        if not stat.S_ISREG(found.st_mode):
            raise _unreadable(path, "it is not a regular file")
        if found.st_size > _MAX_BYTES:
            raise _unreadable(path, "it is too large for a key file")
        with os.fdopen(os.dup(handle), "rb") as file:
            return file.read(_MAX_BYTES), found
    except OSError as error:
        raise _unreadable(path, error.strerror or "reading failed") from None
    finally:
        os.close(handle)


def parse_document(path: Path, raw: bytes) -> KeyDocument:
    """Check what a key file says.

    Raises:
        MisconfiguredError: It isn't what `write_document` wrote; says where, never what.
    """
    try:
        value = read_json(raw)
    except HubError:
        raise malformed(path, "it is not valid JSON") from None
    match value:
        case {"format": str(name), **_others} if name != FORMAT:
            raise malformed(path, "it is of another format; it may belong to a newer version")
        case {
            "format": str(),
            "installation_id": str(installation_id),
            "mac_key": str(mac_key),
            "keys": [*entries],
        } if len(value) == 4 and installation_id:
            pass
        case _:
            raise malformed(path, "it must have exactly format, installation_id, mac_key and keys")
    if not _is_mac_key(mac_key):
        raise malformed(path, f"mac_key must be {MAC_KEY_BYTES} bytes in base64")
    keys = tuple(_parse_key(path, f"keys[{place}]", entry) for place, entry in enumerate(entries))
    if len({key.status.id for key in keys}) != len(keys):
        raise malformed(path, "it has a key id twice")
    if sum(key.status.primary for key in keys) != 1:
        raise malformed(path, "exactly one of its keys must be the primary")
    return KeyDocument(installation_id, Secret(mac_key), keys)


def _parse_key(path: Path, place: str, entry: JsonValue) -> StoredKey:
    match entry:
        case {"id": str(key_id), "created": str(created), "primary": bool(primary), "keyset": {**keyset}} if (
            len(entry) == 4 and key_id
        ):
            pass
        case _:
            raise malformed(path, f"{place} must have exactly id, created, primary and keyset")
    try:
        moment = datetime.fromisoformat(created)
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise malformed(path, f"{place}.created is not a time with its zone")
    text = write_json(keyset).decode()
    if tink_keys.find_primitive(text) is None:
        raise malformed(path, f"{place}.keyset is not a usable keyset of Tink")
    return StoredKey(KeyStatus(key_id, moment, primary), Secret(text))


def write_document(document: KeyDocument) -> bytes:
    """The file's bytes."""
    value: Mapping[str, JsonValue] = {
        "format": FORMAT,
        "installation_id": document.installation_id,
        "mac_key": document.mac_key.reveal(),
        "keys": [
            {
                "id": key.status.id,
                "created": key.status.created.isoformat().replace("+00:00", "Z"),
                "primary": key.status.primary,
                "keyset": read_json(key.keyset.reveal()),
            }
            for key in document.keys
        ],
    }
    return write_json(value) + b"\n"


def mac_key_bytes(document: KeyDocument) -> bytes:
    """The key that others are derived from."""
    return base64.b64decode(document.mac_key.reveal())


def _is_mac_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == MAC_KEY_BYTES
    except (binascii.Error, ValueError):
        return False


def malformed(path: Path, what: str) -> MisconfiguredError:
    """The refusal of a file that is there and can't be used."""
    return MisconfiguredError(
        f"{path} can't be used as the key file: {what}; put the right file back from its backup",
        setting=SETTING,
        path=str(path),
    )


def _unreadable(path: Path, why: str) -> MisconfiguredError:
    return MisconfiguredError(
        f"the key file {path} can't be read: {why}; it must be a file that the user of the server may read",
        setting=SETTING,
        path=str(path),
    )
