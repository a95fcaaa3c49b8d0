"""One sealed record, ready to be opened."""

from typing import NoReturn

from jackfield.errors import IntegrityError
from jackfield.kernel import Secret
from jackfield.vault import envelope, tink_keys
from jackfield.vault.tink_keys import Aead


class Opener:
    """Unseals one record; made by `Vault.opener`.

    It holds the record's data key inside Tink's primitive, and never its plaintext: each `open` decrypts anew, and
    checks anew what the ciphertext is bound to.
    """

    __slots__ = ("_bound_to", "_ciphertext", "_data_key")

    def __init__(self, data_key: Aead, ciphertext: bytes, bound_to: bytes) -> None:
        self._data_key = data_key
        self._ciphertext = ciphertext
        self._bound_to = bound_to

    def __repr__(self) -> str:
        return "<Opener>"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("an opener can't be pickled or copied")

    def open(self) -> Secret:
        """Decrypt it.

        Raises:
            IntegrityError: It was changed; in the same words as everything that doesn't open (D03, D04).
        """
        plaintext = tink_keys.find_plaintext(self._data_key, self._ciphertext, self._bound_to)
        if plaintext is None:
            raise refusal()
        return Secret(envelope.to_text(plaintext))


def refusal() -> IntegrityError:
    """Of whatever doesn't open, for whatever reason."""
    return IntegrityError(
        "a stored secret can't be opened: it was changed or moved outside Jackfield, or its key is missing from the "
        "key file; restore database and key file to where they belong together, or enter the secret anew",
        what="secret",
    )
