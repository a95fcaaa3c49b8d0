"""Identifiers: a prefix that says what it is, and 128 bits that sort by time (RFC 9562 §5.7) in base 32."""

import os
import time
from collections import deque
from typing import NewType

PersonId = NewType("PersonId", str)
GroupId = NewType("GroupId", str)
BusinessUnitId = NewType("BusinessUnitId", str)
ConnectionId = NewType("ConnectionId", str)
ProcessId = NewType("ProcessId", str)
RunId = NewType("RunId", str)
TaskId = NewType("TaskId", str)
TriggerId = NewType("TriggerId", str)
EventId = NewType("EventId", str)
SessionId = NewType("SessionId", str)
TokenId = NewType("TokenId", str)
NoticeId = NewType("NoticeId", str)
RequestId = NewType("RequestId", str)

_DIGITS = "0123456789abcdefghjkmnpqrstvwxyz"
"""Crockford's base 32: nothing that is read as something else."""
_PAIRS = [first + second for first in _DIGITS for second in _DIGITS]
_DIGIT_OF_BYTE = (_DIGITS * 8).encode()


def new_id(prefix: str) -> str:
    """An id like `con_06f3k…`: 48 bits of milliseconds, then 80 random bits, so that ids made later sort later."""
    milliseconds = time.time_ns() // 1_000_000
    moment = "".join([_PAIRS[milliseconds >> shift & 1023] for shift in (40, 30, 20, 10, 0)])
    return f"{prefix}_{moment}{_random_digits()}"


_AT_ONCE = 256
_drawn = deque[str]()


def _random_digits() -> str:
    """80 bits from the operating system, drawn for many ids at once.

    Each drawing lets go of the interpreter's lock, and under load the way back to it costs far more than the drawing.
    """
    try:
        return _drawn.pop()
    except IndexError:
        # Of each byte five bits: eight of the 256 for each digit.
        fresh = os.urandom(16 * _AT_ONCE).translate(_DIGIT_OF_BYTE).decode()
        _drawn.extend(fresh[place : place + 16] for place in range(16, len(fresh), 16))
        return fresh[:16]


os.register_at_fork(after_in_child=_drawn.clear)
