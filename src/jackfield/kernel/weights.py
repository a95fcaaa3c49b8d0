"""How heavy a call is: what it does to the other side, and whether it may be done again."""

from dataclasses import dataclass
from enum import StrEnum


class Effect(StrEnum):
    """What a call does to the other side (rule O6)."""

    READ = "read"
    WRITE = "write"
    DESTRUCTIVE = "destructive"
    SENDS_OUT = "sends_out"
    """People or systems elsewhere get something, as with a mail."""


class Repeat(StrEnum):
    """Whether it may be done again when nobody knows if it was done (rule P6)."""

    READ = "read"
    REPEATABLE = "repeatable"
    """Twice is as good as once."""
    KEYED = "keyed"
    """With the same idempotency key."""
    ONCE = "once"


@dataclass(frozen=True, slots=True)
class Weight:
    """How heavy one call is."""

    effect: Effect
    repeat: Repeat
