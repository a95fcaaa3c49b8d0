"""The vault: the only place where secrets become ciphertext and ciphertext becomes secrets."""

import hmac
from pathlib import Path
from typing import NoReturn

from jackfield.kernel import Secret
from jackfield.vault import envelope, tink_keys
from jackfield.vault.boxes import Box
from jackfield.vault.models import Binding, Sealed
from jackfield.vault.opener import Opener, refusal
from jackfield.vault.providers import FileKeys, KeyProvider

_FINGERPRINT_BYTES = 10


class Vault:
    """Envelope encryption: a fresh data key per secret, wrapped by a key-encryption key, both bound to their place.

    Safe to use from several threads; nothing of it blocks for more than a few microseconds, except when the key file
    has changed and is read again.
    """

    def __init__(self, keys: KeyProvider) -> None:
        self._keys = keys
        self._macs: dict[str, hmac.HMAC] = {}

    @classmethod
    def open(cls, key_file: Path, *, open_to_others: bool = False) -> "Vault":
        """The vault of a key file. Never makes one (D07).

        Args:
            key_file: Where it is.
            open_to_others: Accept a file that its group or everyone may access.

        Raises:
            MisconfiguredError: Missing, unreadable, malformed, or open to others.
        """
        return cls(FileKeys(key_file, open_to_others=open_to_others))

    def __repr__(self) -> str:
        return f"<Vault of {self.installation_id}>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a vault can't be pickled or copied")

    @property
    def installation_id(self) -> str:
        """The installation its keys belong to; part of what every secret is bound to."""
        return self._keys.installation_id

    @property
    def primary_key_id(self) -> str:
        """The key that secrets are sealed under now, also when another process has just rotated.

        Raises:
            MisconfiguredError: The key file can't be read any more.
        """
        return self._keys.primary_key_id

    @property
    def place(self) -> str:
        """Where the keys are, for messages."""
        return self._keys.place

    def seal(self, secret: Secret, binding: Binding) -> Sealed:
        """Encrypt for one place; twice the same secret gives different bytes.

        Raises:
            MisconfiguredError: The key file can't be read any more: what would be sealed might never open again.
        """
        bound_to = envelope.associated_data(self.installation_id, binding)
        data_key = tink_keys.new_data_key()
        ciphertext = tink_keys.data_key_primitive(data_key).encrypt(envelope.to_bytes(secret.reveal()), bound_to)
        key_id, wrapped = self._keys.wrap(data_key, bound_to)
        return Sealed(key_id, envelope.write_record(wrapped, ciphertext))

    def unseal(self, sealed: Sealed, binding: Binding) -> Secret:
        """Decrypt what was sealed for this very place.

        Raises:
            IntegrityError: It was changed, moved, or its key is gone; always the same words (D03, D04).
        """
        return self.opener(sealed, binding).open()

    def opener(self, sealed: Sealed, binding: Binding) -> Opener:
        """What unseals this record again and again, at a tenth of the cost (docs/decisions/0008).

        Raises:
            IntegrityError: As `unseal`, as far as the wrapping shows it; a changed ciphertext shows when it is opened.
        """
        bound_to = envelope.associated_data(self.installation_id, binding)
        opened = self._find_data_key(sealed, bound_to)
        if opened is None:
            raise refusal()
        data_key, ciphertext = opened
        return Opener(tink_keys.data_key_primitive(data_key), ciphertext, bound_to)

    def new_box(self, binding: Binding) -> tuple[Sealed, Box]:
        """A new box for one place, and its key, wrapped, to be stored; `rewrap` moves that to a newer key.

        Raises:
            MisconfiguredError: The key file can't be read any more.
        """
        bound_to = envelope.associated_data(self.installation_id, binding)
        data_key = tink_keys.new_data_key()
        key_id, wrapped = self._keys.wrap(data_key, bound_to)
        return Sealed(key_id, envelope.write_record(wrapped, b"")), Box(data_key, bound_to)

    def open_box(self, sealed: Sealed, binding: Binding) -> Box:
        """The box of a wrapped key.

        Raises:
            IntegrityError: It was changed, moved, or its key is gone.
        """
        bound_to = envelope.associated_data(self.installation_id, binding)
        opened = self._find_data_key(sealed, bound_to)
        if opened is None:
            raise refusal()
        return Box(opened[0], bound_to)

    def rewrap(self, sealed: Sealed, binding: Binding) -> Sealed:
        """The same secret under the primary key: its data key is wrapped anew, the ciphertext stays as it is.

        So rotating never has a secret in clear. What is under the primary key already is returned as it is, so that a
        rotation that was cut off can start again from the beginning.

        Raises:
            IntegrityError: As `unseal`, as far as the wrapping shows it; a changed ciphertext shows when unsealed.
            MisconfiguredError: The key file can't be read any more.
        """
        if sealed.key_id == self.primary_key_id:
            return sealed
        bound_to = envelope.associated_data(self.installation_id, binding)
        opened = self._find_data_key(sealed, bound_to)
        if opened is None:
            raise refusal()
        data_key, ciphertext = opened
        key_id, wrapped = self._keys.wrap(data_key, bound_to)
        return Sealed(key_id, envelope.write_record(wrapped, ciphertext))

    def mac(self, purpose: str, data: bytes) -> bytes:
        """HMAC-SHA256 (32 bytes) under a key of this purpose alone, which rotation does not change."""
        keyed = self._macs.get(purpose)
        if keyed is None:
            # Kept: deriving the key costs as much as the digest, and the key it is derived from is kept as well.
            keyed = self._macs[purpose] = hmac.new(self._keys.derive(f"mac:{purpose}"), digestmod="sha256")
        # Not `hmac.digest`: it lets go of the interpreter's lock for each of them, and gets it back late on a busy server.
        mac = keyed.copy()
        mac.update(data)
        return mac.digest()

    def fingerprint(self, secret: Secret, purpose: str) -> str:
        """20 characters of hexadecimal that are equal for equal secrets of one purpose.

        Keyed with 256 bits: without the key file, nobody can try out secrets against it (D01).
        """
        key = self._keys.derive(f"fingerprint:{purpose}")
        return hmac.digest(key, envelope.to_bytes(secret.reveal()), "sha256")[:_FINGERPRINT_BYTES].hex()

    def reload(self) -> None:
        """Read the key file again, for example after another process has rotated.

        Raises:
            MisconfiguredError: It can't be used, or is another installation's; the keys read before stay in force.
        """
        self._keys.reload()

    def _find_data_key(self, sealed: Sealed, bound_to: bytes) -> tuple[bytes, bytes] | None:
        parts = envelope.find_parts(sealed.data)
        if parts is None:
            return None
        wrapped, ciphertext = parts
        data_key = self._keys.find_unwrapped(sealed.key_id, wrapped, bound_to)
        return None if data_key is None else (data_key, ciphertext)
