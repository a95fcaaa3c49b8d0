"""One server owns a SQLite file (case D57)."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from jackfield.errors import MisconfiguredError


@contextmanager
def own_sqlite_file(database: Path) -> Generator[None]:
    """Hold the lock file beside the database while the server runs; the system frees it however the process ends.

    Raises:
        MisconfiguredError: Another server holds it.
    """
    path = database.with_name(database.name + ".lock")
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MisconfiguredError(
                f"another server is running on {database}; stop it first, or use PostgreSQL for several",
                setting="JACKFIELD_DATA_DIR",
            ) from None
        yield
    finally:
        os.close(handle)
