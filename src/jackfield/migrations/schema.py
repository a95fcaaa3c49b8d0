"""Bringing a database to the schema of this version."""

import subprocess
import sys
from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from jackfield.db import Database, metadata
from jackfield.errors import MisconfiguredError

HEAD: Final = "0010"
"""The newest version in `versions`."""

_LOCK: Final = 0x6A61636B
"""Of two servers that start at once on PostgreSQL, one upgrades and the other waits."""


def upgrade(database: Database) -> None:
    """Make the schema, or bring it up to date; safe to call at every start, and by several servers at once.

    Raises:
        MisconfiguredError: The database was made by a newer Jackfield.
    """
    with database.engine.begin() as connection:
        if not database.is_sqlite:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        if _is_current(_find_version(connection)):
            return
        run(connection)
    database.start_policy_epoch()


def upgrade_apart(database: Database, url: str) -> None:
    """`upgrade` in a process of its own: Alembic takes 12 MB, which a server would keep to its end.

    Args:
        database: The one at `url`.
        url: Where it is. The child is told on its standard input: arguments are there for everybody to read.

    Raises:
        MisconfiguredError: The database was made by a newer Jackfield, tables of it are missing, or the child failed;
            then it has said why.
    """
    if _is_current(find_version(database)):
        _require_tables(database)
        return
    # -P: not with whatever lies in the working directory.
    child = [sys.executable, "-P", "-m", "jackfield.migrations"]
    if subprocess.run(child, input=url.encode(), check=False).returncode != 0:  # noqa: S603  # ourselves
        raise MisconfiguredError(
            "the database could not be brought to the schema of this version, and stays as it was; the reason stands "
            "above",
            setting="JACKFIELD_DATABASE_URL",
        )


def _require_tables(database: Database) -> None:
    if missing := find_missing_tables(database):
        raise MisconfiguredError(
            f"the database lacks tables that it had ({', '.join(missing)}): restore the whole of it from its backup",
            setting="JACKFIELD_DATABASE_URL",
        )


def _is_current(present: str | None) -> bool:
    if present is not None and present > HEAD:
        raise MisconfiguredError(
            f"the database has schema {present} and this Jackfield knows {HEAD}: start the newer version again, "
            "or restore a backup of the older one",
            setting="JACKFIELD_DATABASE_URL",
        )
    return present == HEAD


def find_version(database: Database) -> str | None:
    """The version of the schema in a database; None when it has none. Changes nothing."""
    with database.engine.connect() as connection:
        return _find_version(connection)


def find_missing_tables(database: Database) -> list[str]:
    """Tables that a database of this version has, and this one hasn't, by name. Changes nothing.

    Of the packages that are imported; after `jackfield.bootstrap` these are all.
    """
    with database.engine.connect() as connection:
        return sorted(set(metadata.tables) - set(inspect(connection).get_table_names()))


def run(connection: Connection, version: str = "head") -> None:
    """Apply the versions that are missing, up to this one."""
    # Alembic takes half a second to load, and is needed only when there is something to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, version)


def _find_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
