"""The schema of the database, and how it gets from one version to the next."""

from jackfield.migrations.schema import HEAD, find_missing_tables, find_version, upgrade, upgrade_apart

__all__ = ["HEAD", "find_missing_tables", "find_version", "upgrade", "upgrade_apart"]
