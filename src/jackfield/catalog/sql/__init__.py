"""SQL databases: PostgreSQL, MySQL and MariaDB, SQLite."""

from pathlib import Path
from typing import Any

from jackfield.catalog.sql.mysql import MysqlConnector
from jackfield.catalog.sql.postgresql import PostgresqlConnector
from jackfield.catalog.sql.sqlite import SqliteConnector
from jackfield.connectors import Connector

__all__ = ["MysqlConnector", "PostgresqlConnector", "SqliteConnector", "connectors"]


def connectors(files_roots: tuple[Path, ...]) -> tuple[Connector[Any], ...]:
    """The connectors for SQL databases.

    Args:
        files_roots: Where SQLite files may lie.
    """
    return (PostgresqlConnector(), MysqlConnector(), SqliteConnector(files_roots))
