"""The database as the operator's commands and the server need it: reached, and with the schema of this version."""

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

from jackfield.db import Database
from jackfield.errors import MisconfiguredError
from jackfield.migrations import find_version, upgrade_apart
from jackfield.settings import Settings


@contextmanager
def open_database(settings: Settings, *, may_be_new: bool = False) -> Generator[Database]:
    """The database while the block runs.

    Args:
        settings: Of this installation.
        may_be_new: It is made where there is none. Whoever only looks at an installation, or mends one, would otherwise
            be told of an empty one that all is well, when it is another that he means.

    Raises:
        MisconfiguredError: It can't be reached, belongs to a newer version, or isn't there.
    """
    url = settings.effective_database_url
    path = sqlite_path(url)
    if path is not None and not path.exists() and not may_be_new:
        raise MisconfiguredError(
            f"there is no database at {path}; set JACKFIELD_DATA_DIR as the server has it, or start the server first",
            setting="JACKFIELD_DATA_DIR",
        )
    database = Database.open(url)
    try:
        database.check()
        if not may_be_new and find_version(database) is None:
            raise MisconfiguredError(
                "the database is empty; set JACKFIELD_DATA_DIR or JACKFIELD_DATABASE_URL as the server has it, or start "
                "the server first",
                setting="JACKFIELD_DATABASE_URL",
            )
        upgrade_apart(database, url)
        yield database
    finally:
        database.close()


def sqlite_path(url: str) -> Path | None:
    """Where a SQLite database lies; None for another one."""
    return Path(url.removeprefix("sqlite:///")) if url.startswith("sqlite:///") else None
