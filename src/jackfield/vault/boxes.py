"""A box for many things of one owner: one wrapped key, and what is put in bound to its place in the box.

For what is written often and read by its owner alone, as a run's state: a rotation wraps one key anew, whatever was put in.
"""

from jackfield.errors import IntegrityError
from jackfield.vault import tink_keys


class Box:
    """Closes and opens what belongs in it; made by `Vault.new_box` and `Vault.open_box`. Lives in memory only."""

    __slots__ = ("_bound_to", "_primitive")

    def __init__(self, data_key: bytes, bound_to: bytes) -> None:
        self._primitive = tink_keys.data_key_primitive(data_key)
        self._bound_to = bound_to

    def __repr__(self) -> str:
        return "<Box>"

    def close(self, content: bytes, place: str) -> bytes:
        """Encrypt for one place in this box."""
        return self._primitive.encrypt(content, self._at(place))

    def open(self, closed: bytes, place: str) -> bytes:
        """Decrypt what was closed for this very place.

        Raises:
            IntegrityError: It was changed, or moved.
        """
        content = tink_keys.find_plaintext(self._primitive, closed, self._at(place))
        if content is None:
            raise IntegrityError(
                "stored data can't be opened: it was changed or moved outside Jackfield", what="sealed data"
            )
        return content

    def _at(self, place: str) -> bytes:
        # What a box is bound to tells its own length, so no two boxes and places are spelled alike.
        return self._bound_to + place.encode()
