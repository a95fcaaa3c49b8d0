"""What of the example was made: the ids of its people and things, how far its making has come, its systems' ports.

It lies beside the database in a file that only its owner may read, and names the installation it belongs to: beside
another database it means nothing.
"""

import json
import os
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Final

_FILE: Final = "example.json"


@dataclass(slots=True)
class ExampleRecord:
    """The example as far as it was made."""

    installation_id: str = ""
    """Empty until there is one."""
    is_ready: bool = False
    """Whether everything was made."""
    ports: dict[str, int] = field(default_factory=dict[str, int])
    """By the system: `imap`, `smtp`, `tickets`."""
    people: dict[str, str] = field(default_factory=dict[str, str])
    """Ids by their key in the cast; so are those that follow."""
    units: dict[str, str] = field(default_factory=dict[str, str])
    groups: dict[str, str] = field(default_factory=dict[str, str])
    outbound: dict[str, str] = field(default_factory=dict[str, str])
    connections: dict[str, str] = field(default_factory=dict[str, str])
    processes: dict[str, str] = field(default_factory=dict[str, str])
    done: list[str] = field(default_factory=list[str])
    """What else was done, step by step."""


class ExampleFolder:
    """Where the example's record, and all that its systems hold, lies.

    Args:
        data_dir: The installation's.
    """

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir.absolute() / "example"

    @property
    def files(self) -> Path:
        """What connections to files and SQLite databases may see; nothing else of it."""
        return self.path / "files"

    def find(self) -> ExampleRecord | None:
        """The record; None without an example."""
        try:
            return ExampleRecord(**json.loads((self.path / _FILE).read_bytes()))
        except FileNotFoundError:
            return None

    def write(self, record: ExampleRecord) -> None:
        """Keep the record; the whole of it or, if this is cut off, the one before."""
        self.path.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.path / f"{_FILE}.new"
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "w") as file:
            json.dump(asdict(record), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(self.path / _FILE)

    def remove(self) -> None:
        """Take it away with all that is in it."""
        shutil.rmtree(self.path, ignore_errors=True)
