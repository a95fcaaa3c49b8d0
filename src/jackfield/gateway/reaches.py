"""One way out per connection, kept while it is used and while nothing about it has changed."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass

from jackfield.egress import Egress, Reach, ReachPolicy, TlsOptions

_MOST = 500
"""Reaches kept open; the one unused for longest goes first."""

ReachKey = tuple[str, int, ReachPolicy, TlsOptions]
"""Connection, version of its secrets, policy and trust: another of any of these is another way out."""


@dataclass(slots=True)
class Kept:
    """A reach, and how many calls have it."""

    reach: Reach
    users: int = 0
    is_retired: bool = False


class Reaches:
    """Lends reaches; a connection's is never lent to another connection."""

    def __init__(self, egress: Egress) -> None:
        self._egress = egress
        self._kept: OrderedDict[str, tuple[ReachKey, Kept]] = OrderedDict()
        self._closing: set[asyncio.Task[None]] = set()

    def lend(self, key: ReachKey) -> "Loan":
        """The reach of a connection for one call: `with` this."""
        return Loan(self, key)

    def borrow(self, key: ReachKey) -> Kept:
        """For `Loan` only; `give_back` must follow."""
        kept = self._find(key)
        kept.users += 1
        return kept

    def give_back(self, kept: Kept) -> None:
        """For `Loan` only."""
        kept.users -= 1
        if kept.is_retired and not kept.users:
            self._close(kept.reach)

    def _find(self, key: ReachKey) -> Kept:
        connection = key[0]
        found = self._kept.get(connection)
        if found is not None and found[0] == key:
            self._kept.move_to_end(connection)
            return found[1]
        if found is not None:
            self._retire(connection)
        kept = Kept(self._egress.reach(key[2], key[3]))
        self._kept[connection] = (key, kept)
        if len(self._kept) > _MOST:
            self._retire(next(iter(self._kept)))
        return kept

    def _retire(self, connection: str) -> None:
        _, kept = self._kept.pop(connection)
        kept.is_retired = True
        if not kept.users:
            self._close(kept.reach)

    def _close(self, reach: Reach) -> None:
        task = asyncio.ensure_future(reach.close())
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def close(self) -> None:
        """Close them all."""
        for connection in list(self._kept):
            self._retire(connection)
        await asyncio.gather(*self._closing, return_exceptions=True)


class Loan:
    """One call's use of a reach."""

    __slots__ = ("_kept", "_key", "_reaches")

    def __init__(self, reaches: Reaches, key: ReachKey) -> None:
        self._reaches = reaches
        self._key = key

    def __enter__(self) -> Reach:
        self._kept = self._reaches.borrow(self._key)
        return self._kept.reach

    def __exit__(self, *_raised: object) -> None:
        self._reaches.give_back(self._kept)
