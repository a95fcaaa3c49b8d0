"""Identifiers: a prefix that says what it is, and 128 bits that sort by time (RFC 9562 §5.7) in base 32."""

import secrets
import time
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
    number = time.time_ns() // 1_000_000 << 80 | secrets.randbits(80)
    text = "".join([_PAIRS[number >> shift & 1023] for shift in range(120, -1, -10)])
    return f"{prefix}_{text}"
