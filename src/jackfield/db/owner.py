"""One server owns a SQLite file; PostgreSQL takes any number (case D57)."""

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from jackfield.db.sqlite import making_files
from jackfield.errors import MisconfiguredError


@contextmanager
def own_database(url: str) -> Generator[None]:
    """Be the one server of the database while the block runs; the system lets go of it however the process ends.

    Maintenance beside a running server, as a key rotation, needs no ownership.

    Raises:
        MisconfiguredError: Another server is running on it, or it can't lie where it is to.
    """
    database = _sqlite_file(url)
    if database is None:
        yield
        return
    with making_files(database.parent):
        handle = os.open(database.with_name(database.name + ".lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
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


def _sqlite_file(url: str) -> Path | None:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        # Whoever opens it says what is wrong; what the parser says may be a part of the password.
        return None
    return Path(parsed.database) if parsed.get_backend_name() == "sqlite" and parsed.database else None
