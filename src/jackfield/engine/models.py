"""What is claimed, and who carries it on."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jackfield.db import Statements


@dataclass(frozen=True, slots=True)
class Claim:
    """A piece of work that is this process's to carry on."""

    id: str
    unit: str
    """The business unit in whose turn it was."""
    fence: int
    """Counts the claims of this work; every write carries it."""
    crashes: int
    """How many processes in a row died while they carried it on and had not come any further."""


class Handler(Protocol):
    """Knows what the work is."""

    def claimed(self, tx: Statements, claims: Sequence[Claim]) -> None:
        """In the transaction in which they are claimed."""
        ...

    async def carry_on(self, claim: Claim) -> None:
        """Carry it on; ends by `release_work` or `remove_work` in a transaction of its own."""
        ...

    async def put_aside(self, claim: Claim) -> None:
        """It took its process down too often: store that, and release it without a due time."""
        ...

    def stop(self) -> None:
        """Have everything that is carried on come to a place where it can be left, soon."""
        ...
