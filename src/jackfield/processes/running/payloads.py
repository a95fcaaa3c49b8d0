"""What runs read and wrote, as it is stored: JSON, closed in the run's own box where its version is marked sensitive."""

from typing import Any, Final

import msgspec

from jackfield.kernel import BusinessUnitId, RunId
from jackfield.vault import Binding, Box, Sealed, Vault

_ORIGIN: Final = "runs"

encode = msgspec.json.Encoder().encode
"""Compact JSON of plain values. For what is ours and what came from a connector: outside input goes through `kernel`."""
decode = msgspec.json.Decoder().decode
"""Plain values of JSON that we wrote, or that the gateway did."""


class Payloads:
    """Writes and reads what one run reads and writes.

    Args:
        box: Where it is closed; None leaves it as it is.
    """

    def __init__(self, box: Box | None = None) -> None:
        self._box = box

    @property
    def is_closed(self) -> bool:
        """Whether it is stored closed."""
        return self._box is not None

    @classmethod
    def new(
        cls, vault: Vault, unit: BusinessUnitId, run_id: RunId, *, sensitive: bool
    ) -> "tuple[Payloads, Sealed | None]":
        """For a new run, and the key to be stored with it."""
        if not sensitive:
            return cls(), None
        sealed, box = vault.new_box(binding_of(unit, run_id))
        return cls(box), sealed

    @classmethod
    def open(cls, vault: Vault, unit: BusinessUnitId, run_id: RunId, sealed: Sealed | None) -> "Payloads":
        """For a stored run.

        Raises:
            IntegrityError: Its key was changed or moved.
        """
        return cls() if sealed is None else cls(vault.open_box(sealed, binding_of(unit, run_id)))

    def write(self, value: Any, place: str) -> bytes:
        """As it is stored."""
        return self.keep(encode(value), place)

    def keep(self, text: bytes, place: str) -> bytes:
        """JSON text as it is stored."""
        return text if self._box is None else self._box.close(text, place)

    def read(self, stored: bytes | None, place: str) -> Any:
        """What was stored; None is None.

        Raises:
            IntegrityError: It was changed or moved.
        """
        if stored is None:
            return None
        return decode(stored if self._box is None else self._box.open(stored, place))


def binding_of(unit: BusinessUnitId, run_id: RunId) -> Binding:
    """What a run's key is bound to."""
    return Binding(unit, run_id, "run", 1, _ORIGIN)
