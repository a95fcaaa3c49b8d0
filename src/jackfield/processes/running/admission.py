"""How many runs of a business unit may be open: beyond that, no more are started from outside."""

import time
from dataclasses import dataclass
from typing import Final

from jackfield.db import Database
from jackfield.engine import count_work
from jackfield.errors import LimitedError
from jackfield.kernel import BusinessUnitId
from jackfield.settings import Limits

_FRESH_SECONDS: Final = 10.0
"""How long a count holds, with the starts since added: others start runs, too, and runs end."""
_FULL_SECONDS: Final = 1.0
"""The same where there was no room."""
_RETRY_SECONDS: Final = 10
_MOST_KEPT: Final = 10_000


@dataclass(slots=True)
class _Count:
    open: int
    at: float


class Admission:
    """Counts open runs, well enough to refuse more than there may be: exactly in one process, soon where there are several."""

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._most = limits.runs_queued_unit
        self._counts: dict[BusinessUnitId, _Count] = {}

    async def require_room(self, unit: BusinessUnitId) -> None:
        """Count one more run of a business unit.

        Raises:
            LimitedError: It has as many open ones as it may.
        """
        known = self._counts.get(unit)
        fresh = _FRESH_SECONDS if known and known.open < self._most else _FULL_SECONDS
        if known is None or time.monotonic() - known.at > fresh:
            if len(self._counts) >= _MOST_KEPT:
                self._counts.clear()
            found = await self._database.read(lambda tx: count_work(tx, unit))
            known = self._counts[unit] = _Count(found, time.monotonic())
        if known.open >= self._most:
            raise LimitedError(
                f"the business unit has {self._most} runs that haven't ended, and may have no more: try again when some "
                "have",
                code="run.too_many",
                limit=self._most,
                retry_after=_RETRY_SECONDS,
            )
        known.open += 1
