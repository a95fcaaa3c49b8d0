"""The SQLite that keeps an installation: which library, and how it keeps its file safe (docs/decisions/0007)."""

import os
import sqlite3
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any, Final, cast

from sqlalchemy import URL, Connection, Engine, create_engine, event

from jackfield.errors import MisconfiguredError

try:
    import pysqlite3.dbapi2 as _bundled  # pyright: ignore[reportMissingImports, reportUnknownVariableType, reportMissingTypeStubs]
except ImportError:  # there are no wheels for every machine
    _bundled: Any = sqlite3

SQLITE: Final = max(sqlite3, cast("ModuleType", _bundled), key=lambda one: one.sqlite_version_info)
"""The driver with the newest SQLite that is installed.

Whoever opens the file in this process must use it: two libraries don't know of each other's locks.
"""

_SAFE_WAL: Final = (3, 51, 3)
_LOG_BYTES: Final = 64 << 20
"""What is left of a log that grew because somebody read for long."""


def journal_of(version: tuple[int, int, int]) -> str:
    """The journal mode for a version of SQLite: before 3.51.3 a WAL can be corrupted by two connections (case D60)."""
    return "wal" if version >= _SAFE_WAL else "truncate"


def make_engine(url: URL, pool_size: int, driver: ModuleType = SQLITE) -> Engine:
    """An engine whose every connection is prepared; makes the file, for its owner alone, where there is none."""
    if url.database:
        _make_file(Path(url.database))
    engine = create_engine(
        url.set(drivername="sqlite+pysqlite"),
        module=driver,
        hide_parameters=True,
        connect_args={"timeout": 30, "check_same_thread": False},
        pool_size=pool_size,
    )
    journal = journal_of(driver.sqlite_version_info)

    def prepare(connection: Any, _record: object) -> None:
        # SQLAlchemy begins transactions itself (see _begin); the driver must not.
        connection.isolation_level = None
        cursor: sqlite3.Cursor = connection.cursor()
        for pragma in (
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "busy_timeout=30000",
            # For each of ten connections; what else is read often, the system keeps.
            "cache_size=-4000",
            f"journal_size_limit={_LOG_BYTES}",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        _set_journal(cursor, journal, driver)
        cursor.close()

    event.listen(engine, "connect", prepare)
    event.listen(engine, "begin", _begin)
    return engine


def empty_log(connection: Any) -> bool:
    """Have everything in the database file and nothing left in the log beside it; False if somebody reads from it now.

    What was deleted stays in the log otherwise until it happens to be written over, whatever `secure_delete` says (D09).
    """
    cursor = connection.cursor()
    cursor.execute("PRAGMA busy_timeout=200")  # while it waits for readers nobody can write
    try:
        is_busy = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    except SQLITE.DatabaseError:  # somebody reads, or the disk is full: what was written is durable all the same
        is_busy = True
    finally:
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.close()
    return not is_busy


@contextmanager
def making_files(folder: Path) -> Generator[None]:
    """Have the folder of the database, for its owner alone, and make files in it while the block runs.

    Raises:
        MisconfiguredError: It is no folder, or nothing can be written into it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        yield
    except OSError as error:
        raise MisconfiguredError(
            f"the database can't lie in {folder}: {(error.strerror or str(error)).lower()}; JACKFIELD_DATA_DIR must name "
            "a folder that the server's user may write into",
            setting="JACKFIELD_DATA_DIR",
        ) from None


def _make_file(path: Path) -> None:
    """Have the database, and with it the files beside it, for its owner alone, wherever it lies."""
    with making_files(path.parent):
        if not path.exists():
            # Never otherwise: closing a file lets go of the locks that this process has on it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _set_journal(cursor: "sqlite3.Cursor", journal: str, driver: ModuleType) -> None:
    try:
        found = cursor.execute(f"PRAGMA journal_mode={journal}").fetchone()[0]
    except driver.OperationalError:  # somebody has it open in another mode
        found = cursor.execute("PRAGMA journal_mode").fetchone()[0]
        if found != "wal":
            raise
    if found == "wal" != journal:
        raise MisconfiguredError(
            f"another process has the database open with a write-ahead log, which is not safe with the SQLite "
            f"{driver.sqlite_version} of this one; run both from the same installation",
            setting="JACKFIELD_DATABASE_URL",
        )
    if found != journal:  # a file system without shared memory
        cursor.execute("PRAGMA journal_mode=truncate")


def _begin(connection: Connection) -> None:
    immediate = connection.get_execution_options().get("jackfield_immediate", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")
