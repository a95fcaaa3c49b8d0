"""The connector for PostgreSQL.

What speaks to it (`postgresql_session`) is loaded with the first use: psycopg with its libpq takes 8 MB, which an
installation without such connections, and on SQLite itself, need not hold.
"""

from typing import ClassVar, Final

from jackfield.catalog.sql.connector import Changes
from jackfield.catalog.sql.declarations import PostgresqlDetails
from jackfield.catalog.sql.parameters import Value
from jackfield.catalog.sql.server import ServerConnector
from jackfield.catalog.sql.statements import Bound, Placeholder
from jackfield.catalog.sql.tokens import Dialect
from jackfield.catalog.sql.values import Rows
from jackfield.connectors import RemoteIdentity, Use
from jackfield.errors import InvalidError

_KINDS: Final = """CASE c.relkind WHEN 'v' THEN 'view' WHEN 'm' THEN 'materialized view' WHEN 'f' THEN 'foreign table'
                   WHEN 'p' THEN 'partitioned table' ELSE 'table' END"""
_VISIBLE: Final = """c.relkind IN ('r', 'v', 'm', 'f', 'p') AND has_schema_privilege(n.oid, 'USAGE')
          AND (has_table_privilege(c.oid, 'SELECT, INSERT, UPDATE, DELETE') OR has_any_column_privilege(c.oid, 'SELECT'))"""


class PostgresqlConnector(ServerConnector[PostgresqlDetails]):
    """PostgreSQL."""

    key: ClassVar[str] = "postgresql"
    title: ClassVar[str] = "PostgreSQL"
    description: ClassVar[str] = "Query and change a PostgreSQL database."
    details = PostgresqlDetails
    dialect: ClassVar[Dialect] = Dialect.POSTGRESQL
    url_scheme: ClassVar[str] = "postgresql"
    tables_sql: ClassVar[str] = f"""
        SELECT n.nspname, c.relname, {_KINDS}, obj_description(c.oid, 'pg_class')
        FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE {_VISIBLE}
          AND (n.nspname = :table_schema::text
               OR :table_schema::text IS NULL AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_')
          AND (:pattern::text IS NULL OR lower(c.relname) LIKE :pattern::text ESCAPE '!')
        ORDER BY n.nspname, c.relname"""  # noqa: S608  # made of constants
    columns_sql: ClassVar[str] = f"""
        SELECT n.nspname, {_KINDS}, a.attname, format_type(a.atttypid, a.atttypmod), NOT a.attnotnull,
               pg_get_expr(d.adbin, d.adrelid), array_position(k.conkey, a.attnum),
               a.attidentity = 'a' OR a.attgenerated <> '', col_description(c.oid, a.attnum)
        FROM pg_class c
        JOIN pg_namespace n ON n.oid = c.relnamespace
        JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        LEFT JOIN pg_constraint k ON k.conrelid = c.oid AND k.contype = 'p'
        WHERE {_VISIBLE} AND c.relname = :table::text
          AND (n.nspname = :table_schema::text OR :table_schema::text IS NULL AND pg_table_is_visible(c.oid))
        ORDER BY a.attnum"""  # noqa: S608  # made of constants

    def placeholders(self) -> Placeholder:
        """`$1` and so on, the same for the same name, so that the server sees them as one value."""
        numbers: dict[str, int] = {}

        def placeholder(name: str, value: Value, values: list[Value]) -> str:
            if isinstance(value, str) and "\0" in value:
                raise InvalidError(
                    f"arguments.parameters.{name}: PostgreSQL has no text with NUL in it",
                    field=f"arguments.parameters.{name}",
                )
            if name not in numbers:
                values.append(value)
                numbers[name] = len(values)
            return f"${numbers[name]}"

        return placeholder

    async def test(self, use: Use[PostgresqlDetails]) -> RemoteIdentity:
        """Sign in and ask who we are."""
        from jackfield.catalog.sql import postgresql_session  # noqa: PLC0415  # see above

        return await postgresql_session.look(use)

    async def read(self, use: Use[PostgresqlDetails], bound: Bound, rows: Rows) -> None:
        """Stream the rows; the transaction can't be turned into one that writes, because it has already read."""
        from jackfield.catalog.sql import postgresql_session  # noqa: PLC0415  # see above

        await postgresql_session.read(use, bound, rows)

    async def change(self, use: Use[PostgresqlDetails], bounds: list[Bound], changes: Changes, rows: Rows) -> None:
        """One transaction; committed when all is counted."""
        from jackfield.catalog.sql import postgresql_session  # noqa: PLC0415  # see above

        await postgresql_session.change(use, bounds, changes, rows)
