"""Which of the runs that are parked for a connection tries whether it can be reached again (P8)."""

import time
from dataclasses import dataclass
from typing import Final

from jackfield.connections import ConnectionState
from jackfield.kernel import ConnectionId, RunId

_GRACE_SECONDS: Final = 120.0
"""How late a probe may be until another run takes its place."""
_MOST_KEPT: Final = 10_000


@dataclass(frozen=True, slots=True)
class _Probe:
    run_id: RunId
    until: float


class Probes:
    """One run tries for all: whoever else is parked for the connection hears of its success by the connection's recovery.

    In the memory of one process: several try once each, and whoever tries when a server dies is due in the database.
    """

    def __init__(self) -> None:
        self._kept: dict[ConnectionId, _Probe] = {}

    def is_to_look(
        self, connection_id: ConnectionId, state: ConnectionState | None, run_id: RunId, seconds: float
    ) -> bool:
        """Whether a run that is parked should look again by itself, after so many seconds.

        Each should where the connection counts as healthy: it failed once, or came back while the run was being parked.
        So should each where it isn't there any more, as what took its place is. Where it can't be reached, one does. Where
        somebody has to sign in or switch it on, none.
        """
        if state is None or state is ConnectionState.CONNECTED:
            return True
        if state is not ConnectionState.UNREACHABLE:
            return False
        now = time.monotonic()
        kept = self._kept.get(connection_id)
        if kept is not None and kept.run_id != run_id and kept.until > now:
            return False
        if len(self._kept) >= _MOST_KEPT:
            self._kept.clear()
        self._kept[connection_id] = _Probe(run_id, now + seconds + _GRACE_SECONDS)
        return True
