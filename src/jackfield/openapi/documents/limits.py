"""How large a description may be (docs/security.md, 4.2)."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of one reading. The defaults are those of a server that reads what strangers send."""

    json_bytes: int = 20 << 20
    yaml_bytes: int = 5 << 20
    depth: int = 100
    """Of YAML, and of schemas. JSON may be nested as deep as it can be read."""
    nodes: int = 2_000_000
    aliases: int = 0
    """YAML's `*name`; what they stand for counts as nodes again."""
    operations: int = 5_000


CHECKED_BEFORE: Final = Limits(operations=1_000_000)
"""For what was accepted when it was handed in, and is stored since."""
ON_THE_OWN_MACHINE: Final = Limits(
    json_bytes=128 << 20, yaml_bytes=32 << 20, aliases=10_000, operations=100_000, nodes=10_000_000
)
"""For a person who reads a file of his own."""
