"""The connector for MySQL and MariaDB.

What speaks to them (`mysql_session`) is loaded with the first use: with PyMySQL comes a library of cryptography of 8 MB,
which an installation without such connections need not hold.
"""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import ClassVar
from uuid import UUID

from jackfield.catalog.sql.connector import Changes
from jackfield.catalog.sql.declarations import MysqlDetails
from jackfield.catalog.sql.parameters import Array, Json, Scalar, Value
from jackfield.catalog.sql.server import ServerConnector
from jackfield.catalog.sql.statements import Bound, Placeholder
from jackfield.catalog.sql.tokens import Dialect
from jackfield.catalog.sql.values import Rows
from jackfield.connectors import RemoteIdentity, Use
from jackfield.errors import InvalidError


def _characters(text: str) -> str:
    # As hexadecimal digits, no value can end a literal: not by quotes, backslashes or another character set.
    return f"_utf8mb4 x'{text.encode().hex()}'"


def literal(value: Scalar) -> str:  # noqa: C901, PLR0911  # one line per type
    """A value as SQL; PyMySQL has no parameters on the server's side and would paste text with escapes."""
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case int() | Decimal():
            return f"{value:f}" if isinstance(value, Decimal) else str(value)
        case float():
            return repr(value) if "e" in repr(value) else f"{value!r}e0"
        case bytes():
            return f"_binary x'{value.hex()}'"
        case datetime():
            moment = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
            return _characters(moment.isoformat(sep=" "))
        case date() | time():
            return _characters(value.isoformat())
        case UUID():
            return _characters(str(value))
        case Json():
            return _characters(value.text())
        case str():
            return _characters(value)


class MysqlConnector(ServerConnector[MysqlDetails]):
    """MySQL and MariaDB."""

    key: ClassVar[str] = "mysql"
    title: ClassVar[str] = "MySQL / MariaDB"
    description: ClassVar[str] = "Query and change a MySQL or MariaDB database."
    details = MysqlDetails
    dialect: ClassVar[Dialect] = Dialect.MYSQL
    url_scheme: ClassVar[str] = "mysql"
    tables_sql: ClassVar[str] = """
        SELECT table_schema, table_name,
               CASE table_type WHEN 'BASE TABLE' THEN 'table' ELSE lower(table_type) END,
               IF(table_type = 'VIEW', '', table_comment)
        FROM information_schema.tables
        WHERE (table_schema = :table_schema OR :table_schema IS NULL
               AND table_schema NOT IN ('information_schema', 'mysql', 'performance_schema', 'sys'))
          AND (:pattern IS NULL OR lower(table_name) LIKE :pattern ESCAPE '!')
        ORDER BY table_schema, table_name"""
    columns_sql: ClassVar[str] = """
        SELECT c.table_schema, CASE t.table_type WHEN 'BASE TABLE' THEN 'table' ELSE lower(t.table_type) END,
               c.column_name, c.column_type, c.is_nullable = 'YES', c.column_default, k.ordinal_position,
               c.extra LIKE '%auto_increment%' OR c.extra LIKE '%GENERATED%', c.column_comment
        FROM information_schema.columns c
        JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
        LEFT JOIN information_schema.key_column_usage k
          ON k.constraint_name = 'PRIMARY' AND k.table_schema = c.table_schema
         AND k.table_name = c.table_name AND k.column_name = c.column_name
        WHERE c.table_name = :table AND c.table_schema = coalesce(:table_schema, database())
        ORDER BY c.ordinal_position"""

    def placeholders(self) -> Placeholder:
        """Literals that can't be broken out of; an array becomes the list of `IN`."""

        def placeholder(name: str, value: Value, _values: list[Value]) -> str:
            if not isinstance(value, Array):
                return literal(value)
            if not value.values:
                raise InvalidError(
                    f"arguments.parameters.{name}: an empty array can't be written out for IN",
                    field=f"arguments.parameters.{name}",
                )
            return f"({', '.join(literal(item) for item in value.values)})"

        return placeholder

    async def test(self, use: Use[MysqlDetails]) -> RemoteIdentity:
        """Sign in and ask who we are."""
        from jackfield.catalog.sql import mysql_session  # noqa: PLC0415  # see above

        return await mysql_session.look(use)

    async def read(self, use: Use[MysqlDetails], bound: Bound, rows: Rows) -> None:
        """Read rows as they come; when there are enough, hang up, as there is no other way to stop them."""
        from jackfield.catalog.sql import mysql_session  # noqa: PLC0415  # see above

        await mysql_session.read(use, bound, rows)

    async def change(self, use: Use[MysqlDetails], bounds: list[Bound], changes: Changes, rows: Rows) -> None:
        """One transaction; committed when all is counted. What changes the schema commits by itself."""
        from jackfield.catalog.sql import mysql_session  # noqa: PLC0415  # see above

        await mysql_session.change(use, bounds, changes, rows)
