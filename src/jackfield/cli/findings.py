"""What the doctor finds."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """How bad it is."""

    GOOD = "good"
    WARNING = "warning"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at."""

    mark: Mark
    what: str
    """As in `database`."""
    text: str
    """How it is."""
    advice: str = ""
    """What to do."""


def good(what: str, text: str) -> Finding:
    """It is as it should be."""
    return Finding(Mark.GOOD, what, text)


def warning(what: str, text: str, advice: str) -> Finding:
    """It works, and might be better."""
    return Finding(Mark.WARNING, what, text, advice)


def bad(what: str, text: str, advice: str) -> Finding:
    """It must be mended."""
    return Finding(Mark.BAD, what, text, advice)
