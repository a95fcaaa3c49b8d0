"""Lines and columns: found when somebody is to be told, never before."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text; both count from 1, columns in characters."""

    line: int
    column: int


def places_of(raw: bytes, offsets: Iterable[int]) -> Mapping[int, Place]:
    """The places of several bytes, in one pass."""
    found: dict[int, Place] = {}
    line, column, last = 1, 1, 0
    for at in sorted(set(offsets)):
        breaks = raw.count(b"\n", last, at)
        if breaks:
            line, column, last = line + breaks, 1, raw.rfind(b"\n", last, at) + 1
        column += len(raw[last:at].decode("utf-8", "replace"))
        last = at
        found[at] = Place(line, column)
    return found


def place_of(raw: bytes, at: int) -> Place:
    """The place of a byte in UTF-8 text."""
    return places_of(raw, [at])[at]
