"""What is sealed, what it is bound to, and how the key file stands."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Binding:
    """Where a sealed secret belongs; it opens nowhere else (D03). The vault adds the installation's id.

    Not secret, and no authorisation: who may use a connection is decided elsewhere.
    """

    business_unit_id: str
    connection_id: str
    field: str
    """The credential field, as in `password`."""
    version: int
    """Counts the replacements of the credentials, so that an old value put back doesn't open."""
    origin: str
    """The permitted origin in its canonical text: another target means another secret (M05)."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret at rest; may be stored, copied and backed up."""

    key_id: str
    """The key-encryption key that its data key is wrapped under; rotation looks for others than the primary."""
    data: bytes = field(repr=False)
    """The record of `envelope.py`: format version, wrapped data key, ciphertext."""


@dataclass(frozen=True, slots=True)
class KeyStatus:
    """One key-encryption key, without the key."""

    id: str
    created: datetime
    primary: bool
    """Whether new secrets are sealed under it."""


@dataclass(frozen=True, slots=True)
class KeyFileStatus:
    """How a key file stands."""

    path: Path
    mode: int | None
    """The permission bits; None when there is no file."""
    owner: str | None
    installation_id: str | None
    """None when it can't be read."""
    keys: tuple[KeyStatus, ...]
    """Oldest first."""
    problems: tuple[str, ...]
    """A sentence each."""

    @property
    def is_good(self) -> bool:
        """Whether there is nothing to mend."""
        return not self.problems
