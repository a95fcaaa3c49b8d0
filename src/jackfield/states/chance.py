"""Random numbers that are the same whenever the same state is run again."""

import hashlib
import random
import uuid
from typing import Any, Final

_RANGE: Final = float(1 << 53)


class Chance:
    """A source for one visit of one state: what it gives depends on the seed, the place and how often it was asked."""

    def __init__(self, seed: str, place: str) -> None:
        self._seed = seed
        self._place = place
        self._asked = 0

    def _bytes(self) -> bytes:
        self._asked += 1
        return hashlib.sha256(f"{self._seed}\n{self._place}\n{self._asked}".encode()).digest()

    def number(self, seed: Any = None) -> float:
        """From 0 to less than 1; with a seed of its own, always the same."""
        if seed is not None:
            return random.Random(str(seed)).random()  # noqa: S311  # a seed that the definition shows keeps no secret
        return (int.from_bytes(self._bytes()[:8]) >> 11) / _RANGE

    def uuid(self) -> str:
        """A UUID of version 4."""
        return str(uuid.UUID(bytes=self._bytes()[:16], version=4))
