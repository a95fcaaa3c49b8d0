"""Identifiers: a prefix that says what it is, and 128 bits that sort by time (RFC 9562 §5.7) in base 32."""

import os
import time
from collections import deque
from typing import NewType

PersonId = NewType("PersonId", str)
GroupId = NewType("GroupId", str)
BusinessUnitId = NewType("BusinessUnitId", str)
ConnectionId = NewType("ConnectionId", str)
SessionId = NewType("SessionId", str)
TokenId = NewType("TokenId", str)
NoticeId = NewType("NoticeId", str)
RequestId = NewType("RequestId", str)

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: nothing that is read as something else."""
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]


def new_id(prefix: str) -> str:
    """An id like `con_06f3k…`: 48 bits of milliseconds, then 80 random bits, so that ids made later sort later."""
    number = time.time_ns() // 1_000_000 << 80 | _random_bits()
    text = "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
    return f"{prefix}_{text}"


_AT_ONCE = 256
_drawn = deque[int]()


def _random_bits() -> int:
    """80 bits from the operating system, drawn for many ids at once.

    Each drawing lets go of the interpreter's lock, and under load the way back to it costs far more than the drawing.
    """
    try:
        return _drawn.pop()
    except IndexError:
        fresh = os.urandom(10 * _AT_ONCE)
        _drawn.extend(int.from_bytes(fresh[place : place + 10]) for place in range(10, len(fresh), 10))
        return int.from_bytes(fresh[:10])


os.register_at_fork(after_in_child=_drawn.clear)
