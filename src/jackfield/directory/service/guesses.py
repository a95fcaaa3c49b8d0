"""Guessing at API tokens gets nobody anywhere, and costs the database nothing (case D18)."""

import math
from collections import OrderedDict
from datetime import datetime

from jackfield.directory.errors import SignInThrottledError

_ADDRESSES = 10_000
_KNOWN = 20_000


class GuessLimit:
    """How many unknown tokens an address may send, in this process; known tokens are let through from anywhere.

    A token that was valid before in this process is looked up whatever its address has done: neighbours behind one
    address can't lock each other out by sending garbage.
    """

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._counted: OrderedDict[str, tuple[float, datetime]] = OrderedDict()
        self._known: OrderedDict[bytes, None] = OrderedDict()

    def count(self, address: str, digest: bytes, now: datetime) -> None:
        """Count a token that is about to be looked up.

        Raises:
            SignInThrottledError: Too many from this address were unknown; this one is not to be looked up.
        """
        if digest in self._known:
            return
        level = self._level(address, now)
        if level > self._per_minute - 1:
            wait = (level - self._per_minute + 1) * 60 / self._per_minute
            raise SignInThrottledError(
                f"too many unknown tokens came from this address; try again in {math.ceil(wait)} seconds",
                retry_after=math.ceil(wait),
            )
        self._counted.pop(address, None)
        self._counted[address] = (level + 1, now)
        if len(self._counted) > _ADDRESSES:
            self._counted.popitem(last=False)

    def hit(self, address: str, digest: bytes, now: datetime) -> None:
        """Remember a token that was valid, and don't count it."""
        if digest not in self._known:
            self._known[digest] = None
            self._counted[address] = (max(0.0, self._level(address, now) - 1), now)
        if len(self._known) > _KNOWN:
            self._known.popitem(last=False)

    def _level(self, address: str, now: datetime) -> float:
        level, at = self._counted.get(address, (0.0, now))
        return max(0.0, level - (now - at).total_seconds() * self._per_minute / 60)
