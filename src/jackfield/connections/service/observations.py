"""What uses tell about connections, written behind the call: when they were last used, and how they are (C14).

Everything here is called on the event loop, remembers in memory, and costs a look at a dictionary when nothing changes.
"""

import asyncio
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import structlog

from jackfield.connections.models import ConnectionState, UsableConnection
from jackfield.connections.service.health import enter_state
from jackfield.connections.service.parts import Parts
from jackfield.connections.store import records
from jackfield.db import Transaction
from jackfield.errors import (
    HubError,
    OutcomeUnknownError,
    RemoteRejectedError,
    RemoteSignInError,
    RemoteUnavailableError,
)
from jackfield.kernel import ConnectionId

log = structlog.get_logger(__name__)

_WRITE_USES_EVERY: Final = timedelta(seconds=5)
_LOOK_AGAIN: Final = timedelta(seconds=10)
"""How long this process trusts what it last saw of a state: another one may have seen otherwise."""
_GOOD_MEMORY: Final = timedelta(minutes=1)
_MOST: Final = 50_000


@dataclass(slots=True)
class _Memory:
    """What this process has seen of one set of credentials."""

    secret_version: int
    state: ConnectionState | None = None
    looked_at: datetime | None = None
    went_well_at: datetime | None = None
    failures: int = 0
    """In a row."""


class Observations:
    """Collects what uses tell, and writes what is new."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._used: dict[ConnectionId, datetime] = {}
        self._next_writing: asyncio.TimerHandle | None = None
        self._memories: dict[ConnectionId, _Memory] = {}
        self._writing: set[asyncio.Task[None]] = set()

    def note_use(self, connection_id: ConnectionId, at: datetime) -> None:
        """A connection was used: written at once, and then every few seconds for all that were used meanwhile."""
        self._used[connection_id] = at
        if self._next_writing is None:
            self._write_noted()

    def note_health(self, usable: UsableConnection, error: HubError | None) -> None:
        """An attempt to use a connection ended so; None is well.

        Refused credentials count at once. That it can't be reached counts at once where nothing has gone well for a
        minute, else when it fails several times in a row: one slow answer among many is no news.
        """
        memory = self._memory(usable)
        now = self._parts.clock.now()
        state = self._state(memory, error, now)
        if state is None:
            return
        fresh = memory.looked_at is not None and now - memory.looked_at < _LOOK_AGAIN
        if memory.state is state and fresh:
            return
        memory.state, memory.looked_at = state, now
        self._start(self._write_state(usable, state, error))

    async def close(self) -> None:
        """Write what is still only remembered."""
        if self._next_writing is not None:
            self._next_writing.cancel()
        await asyncio.gather(*self._writing, return_exceptions=True)
        await self._write_uses()

    def _memory(self, usable: UsableConnection) -> _Memory:
        memory = self._memories.get(usable.id)
        if memory is None or memory.secret_version < usable.secret_version:
            if len(self._memories) >= _MOST:
                del self._memories[next(iter(self._memories))]
            memory = self._memories[usable.id] = _Memory(usable.secret_version)
        return memory

    def _state(self, memory: _Memory, error: HubError | None, now: datetime) -> ConnectionState | None:
        match error:
            case None | RemoteRejectedError():
                memory.went_well_at, memory.failures = now, 0
                return ConnectionState.CONNECTED
            case RemoteSignInError():
                memory.failures = 0
                return ConnectionState.NEEDS_SIGN_IN
            case RemoteUnavailableError() | OutcomeUnknownError():
                memory.failures += 1
                went_well = memory.went_well_at is not None and now - memory.went_well_at < _GOOD_MEMORY
                is_news = not went_well or memory.failures >= self._parts.limits.circuit_failures
                return ConnectionState.UNREACHABLE if is_news else None
            case _:
                return None

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._writing.add(task)
        task.add_done_callback(self._written)

    def _written(self, task: asyncio.Task[None]) -> None:
        self._writing.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            # Nothing is lost but time: what was seen is seen again with the next use.
            log.warning("connection.observation_lost", error=type(error).__name__)
            self._memories.clear()

    def _write_noted(self) -> None:
        self._next_writing = None
        if self._used:
            self._start(self._write_uses())
            loop = asyncio.get_running_loop()
            self._next_writing = loop.call_later(_WRITE_USES_EVERY.total_seconds(), self._write_noted)

    async def _write_uses(self) -> None:
        used, self._used = self._used, {}
        if used:
            await self._parts.database.write(lambda tx: records.touch(tx, used))

    async def _write_state(self, usable: UsableConnection, state: ConnectionState, error: HubError | None) -> None:
        def is_news(tx: Transaction) -> bool:
            found = records.find_connection(tx, usable.id)
            # What failed may have been credentials that have been replaced since.
            return found is not None and found.secret_version == usable.secret_version and found.state is not state

        def work(tx: Transaction) -> None:
            connection = records.find_connection(tx, usable.id, lock=True)
            if connection is not None and is_news(tx):
                is_well = state is ConnectionState.CONNECTED
                reason, code = ("", "") if error is None or is_well else (error.message, error.code)
                after = replace(connection, state=state, reason=reason, reason_code=code)
                enter_state(self._parts, tx, None, connection, after)

        if await self._parts.read(is_news):
            await self._parts.database.write(work)
