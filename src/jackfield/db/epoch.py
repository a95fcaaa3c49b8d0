"""Remembering what was decided, for exactly as long as nobody changed the policy.

Every transaction that changes what somebody may do counts up the policy epoch (`Transaction.change_policy`). What is
remembered carries the epoch it was made at and is worth nothing in another. Here the epoch is known within half a
second of a change made by another process, and at once after one of our own.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Generic, TypeVar
from weakref import WeakValueDictionary

from jackfield.db.database import Database, Transaction

K = TypeVar("K")
V = TypeVar("V")

_MAX_AGE = timedelta(seconds=0.5)


class PolicyEpoch:
    """The policy epoch as this process knows it; one per database and process."""

    def __init__(self, database: Database, max_age: timedelta = _MAX_AGE) -> None:
        self._database = database
        self._max_age = max_age.total_seconds()
        self._value = 0
        self._read_at = float("-inf")
        self._reading = asyncio.Lock()
        database.on_policy_change(self.note)

    async def current(self) -> int:
        """The epoch, at most half a second old: a look at the clock mostly, one tiny query now and then.

        A database that can't be reached is an error here, never an old answer.
        """
        if time.monotonic() - self._read_at < self._max_age:
            return self._value
        async with self._reading:
            started = time.monotonic()
            if started - self._read_at >= self._max_age:
                self.note(await self._database.read(Transaction.policy_epoch))
                self._read_at = started
        return self._value

    def note(self, value: int) -> None:
        """Learn of an epoch seen anywhere; an older one than known is ignored. May be called from any thread."""
        self._value = max(self._value, value)


class EpochCache(Generic[K, V]):
    """What was made at the newest epoch seen, up to `size` entries; the oldest entry makes room.

    Whoever fills it reads the epoch before the facts, or in the same statement: then facts may be newer than their
    epoch, which is harmless, and never older.
    """

    def __init__(self, size: int) -> None:
        self._size = size
        self._epoch = 0
        self._entries: dict[K, V] = {}
        self._making = WeakValueDictionary[K, asyncio.Lock]()

    async def find_or_make(self, key: K, epoch: int, make: Callable[[], Awaitable[V]]) -> V:
        """What is remembered under `key` at this epoch; else it is made, by the first of all who want it meanwhile.

        Nothing, where what is made may be None, is not remembered.
        """
        found = self.find(key, epoch)
        if found is not None:
            return found
        async with self._making.setdefault(key, asyncio.Lock()):
            found = self.find(key, epoch)
            if found is None:
                found = await make()
                if found is not None:
                    self.keep(key, epoch, found)
            return found

    def find(self, key: K, epoch: int) -> V | None:
        """What is remembered under `key` at exactly this epoch."""
        if epoch != self._epoch:
            self._move_to(epoch)
            return None
        return self._entries.get(key)

    def keep(self, key: K, epoch: int, value: V) -> None:
        """Remember `value`, made at `epoch`; nothing happens if a later epoch has been seen."""
        self._move_to(epoch)
        if epoch != self._epoch:
            return
        if key not in self._entries and len(self._entries) >= self._size:
            del self._entries[next(iter(self._entries))]
        self._entries[key] = value

    def drop(self, key: K) -> None:
        """Forget one entry."""
        self._entries.pop(key, None)

    def __len__(self) -> int:
        return len(self._entries)

    def _move_to(self, epoch: int) -> None:
        if epoch > self._epoch:
            self._epoch = epoch
            self._entries.clear()
