"""Whether keys and database belong together (D07)."""

from pathlib import Path

from jackfield.errors import IntegrityError, MisconfiguredError
from jackfield.kernel import Secret
from jackfield.vault.models import Binding, Sealed
from jackfield.vault.vault import Vault

_BINDING = Binding(business_unit_id="", connection_id="", field="key-check", version=1, origin="")
_TEXT = "jackfield"


def key_check(vault: Vault) -> bytes:
    """Something to store in the database when it is made, and again as the last rewrap of a rotation.

    A known text under the primary key, so it shows both a foreign key file and one too old to have the keys in use.
    """
    sealed = vault.seal(Secret(_TEXT), _BINDING)
    key_id = sealed.key_id.encode()
    return bytes([len(key_id)]) + key_id + sealed.data


def key_check_key_id(stored: bytes) -> str:
    """The id of the key that a stored `key_check` is sealed under: one of those to keep when keys are retired.

    Raises:
        IntegrityError: It isn't what `key_check` wrote.
    """
    return _read(stored).key_id


def require_same_keys(vault: Vault, stored: bytes) -> None:
    """Compare the keys at hand with what `key_check` stored.

    Raises:
        MisconfiguredError: They are other keys, or too old ones, or the stored value was changed.
    """
    try:
        secret = vault.unseal(_read(stored), _BINDING)
    except IntegrityError:
        secret = None
    if secret is None or secret.reveal() != _TEXT:
        raise MisconfiguredError(
            f"the key file {vault.place} does not belong to this database, or is older than its last rotation: put "
            f"back the key file that the database was last used with, or point to it with JACKFIELD_KEY_FILE",
            setting="JACKFIELD_KEY_FILE",
            path=vault.place,
        )


def lies_within(path: Path, directory: Path) -> bool:
    """Whether a file lies in a folder or below it, links followed; for a warning, as one backup would take both."""
    return path.resolve().is_relative_to(directory.resolve())


def _read(stored: bytes) -> Sealed:
    end = 1 + (stored[0] if stored else 0)
    try:
        key_id = stored[1:end].decode()
    except UnicodeDecodeError:
        key_id = ""
    if not key_id:
        raise IntegrityError("the stored check of the key file was changed outside Jackfield", what="key_check")
    return Sealed(key_id, stored[end:])
