"""Timestamps: the profile of RFC 3339 that the language has, with `T` and `Z` in capitals."""

import re
from datetime import UTC, datetime
from typing import Final

_TIMESTAMP: Final = re.compile(
    r"(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2}):(\d{2})(\.\d{1,9})?(Z|[+-]\d{2}:\d{2})", re.ASCII
)


def read_timestamp(text: str) -> datetime | None:
    """The moment, to the microsecond; None if it is none."""
    match = _TIMESTAMP.fullmatch(text)
    if match is None:
        return None
    fraction = (match[7] or "")[1:7]
    try:
        found = datetime.fromisoformat(f"{text[:19]}{'.' + fraction.ljust(6, '0') if fraction else ''}{match[8]}")
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def write_timestamp(moment: datetime) -> str:
    """In UTC, to the millisecond, as the context object has it."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
