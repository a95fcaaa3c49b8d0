"""The schema of the database, and how it gets from one version to the next."""

from jackfield.migrations.schema import upgrade

__all__ = ["upgrade"]
