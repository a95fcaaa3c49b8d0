"""Bringing a database to the schema of this version."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, inspect, text

from jackfield.api.idempotency import tables as idempotency
from jackfield.audit import tables as audit
from jackfield.connections import tables as connections
from jackfield.db import Database
from jackfield.directory import tables as directory
from jackfield.errors import MisconfiguredError
from jackfield.notices import tables as notices

FEATURES: Final = (directory, connections, audit, notices, idempotency)
"""Importing a feature's tables puts them on `metadata`."""

HEAD: Final = "0001"
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
        present = _find_version(connection)
        if present == HEAD:
            return
        if present is not None and present > HEAD:
            raise MisconfiguredError(
                f"the database has schema {present} and this Jackfield knows {HEAD}: start the newer version again, "
                "or restore a backup of the older one",
                setting="JACKFIELD_DATABASE_URL",
            )
        run(connection)
    database.start_policy_epoch()


def find_version(database: Database) -> str | None:
    """The version of the schema in a database; None when it has none. Changes nothing."""
    with database.engine.connect() as connection:
        return _find_version(connection)


def run(connection: Connection) -> None:
    """Apply the versions that are missing."""
    # Alembic takes half a second and 12 MB to load, and is needed only when there is something to do.
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _find_version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
