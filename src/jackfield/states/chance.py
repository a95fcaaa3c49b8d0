"""Random numbers that are the same whenever the same state is run again."""

import hashlib
import uuid
from typing import Final

_RANGE: Final = float(1 << 53)
_MULTIPLIER: Final = 0x5DEECE66D
_MASK: Final = (1 << 48) - 1


class Chance:
    """A source for one visit of one state: what it gives depends on the seed, the place and how often it was asked."""

    def __init__(self, seed: str, place: str) -> None:
        self._seed = seed
        self._place = place
        self._asked = 0

    def _bytes(self) -> bytes:
        self._asked += 1
        return hashlib.sha256(f"{self._seed}\n{self._place}\n{self._asked}".encode()).digest()

    def number(self) -> float:
        """From 0 to less than 1."""
        return (int.from_bytes(self._bytes()[:8]) >> 11) / _RANGE

    def uuid(self) -> str:
        """A UUID of version 4."""
        return str(uuid.UUID(bytes=self._bytes()[:16], version=4))


def seeded_number(seed: int) -> float:
    """From 0 to less than 1, always the same for a seed: the first `nextDouble` of Java's `java.util.Random`.

    That is what AWS Step Functions has; a seed that the definition shows keeps no secret.
    """
    state = (seed ^ _MULTIPLIER) & _MASK
    bits: list[int] = []
    for width in (26, 27):
        state = (state * _MULTIPLIER + 0xB) & _MASK
        bits.append(state >> (48 - width))
    return ((bits[0] << 27) + bits[1]) / _RANGE
