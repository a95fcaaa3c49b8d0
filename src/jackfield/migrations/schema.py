"""Bringing a database to the schema of this version."""

from jackfield.audit import tables as audit
from jackfield.connections import tables as connections
from jackfield.db import Database, metadata
from jackfield.directory import tables as directory
from jackfield.notices import tables as notices

FEATURES = (directory, connections, audit, notices)
"""Importing a feature's tables puts them on `metadata`."""


def upgrade(database: Database) -> None:
    """Make the schema, or bring it up to date; safe to call at every start."""
    metadata.create_all(database.engine)
    database.start_policy_epoch()
