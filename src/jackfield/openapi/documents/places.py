"""Lines and columns: found when somebody is to be told, never before."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text; both count from 1, columns in characters."""

    line: int
    column: int


def place_of(raw: bytes, at: int) -> Place:
    """The place of a byte in UTF-8 text."""
    start = raw.rfind(b"\n", 0, at) + 1
    return Place(raw.count(b"\n", 0, at) + 1, len(raw[start:at].decode("utf-8", "replace")) + 1)
