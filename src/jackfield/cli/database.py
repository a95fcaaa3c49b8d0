"""The database as the operator's commands and the server need it: reached, and with the schema of this version."""

from collections.abc import Generator
from contextlib import contextmanager

from jackfield.db import Database
from jackfield.migrations import upgrade_apart
from jackfield.settings import Settings


@contextmanager
def open_database(settings: Settings) -> Generator[Database]:
    """The database while the block runs.

    Raises:
        MisconfiguredError: It can't be reached, or belongs to a newer version.
    """
    url = settings.effective_database_url
    database = Database.open(url)
    try:
        database.check()
        upgrade_apart(database, url)
        yield database
    finally:
        database.close()
