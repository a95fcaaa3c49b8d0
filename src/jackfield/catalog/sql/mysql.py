"""MySQL and MariaDB, through PyMySQL in threads."""

import asyncio
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import ClassVar, Final, TypeVar
from uuid import UUID

from jackfield.catalog.sql import faults
from jackfield.catalog.sql.connector import Changes
from jackfield.catalog.sql.declarations import MysqlDetails
from jackfield.catalog.sql.mysql_faults import connect_fault, is_lost, statement_fault
from jackfield.catalog.sql.mysql_wire import Error, WireConnection, WireCursor
from jackfield.catalog.sql.parameters import Array, Json, Scalar, Value
from jackfield.catalog.sql.server import ServerConnector, account_of, credentials_of, statement_seconds, warnings_of
from jackfield.catalog.sql.statements import Bound, Placeholder
from jackfield.catalog.sql.tokens import Dialect
from jackfield.catalog.sql.values import Rows
from jackfield.catalog.sql.worker import in_thread
from jackfield.connectors import RemoteIdentity, Use
from jackfield.errors import ConflictError, InvalidError

T = TypeVar("T")

_KILL_SECONDS: Final = 2.0
_MODE: Final = "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
"""Always the same, so that quotes and backslashes mean what `tokens` takes them for."""
_NOT_ROLLED_BACK: Final = 1196


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
                    f"parameters.{name}: an empty array can't be written out for IN", field=f"parameters.{name}"
                )
            return f"({', '.join(literal(item) for item in value.values)})"

        return placeholder

    async def test(self, use: Use[MysqlDetails]) -> RemoteIdentity:
        """Sign in and ask who we are."""

        def ask(connection: WireConnection) -> RemoteIdentity:
            with _faults(connection, use, None):
                [(user, database, version)] = connection.ask("SELECT current_user(), database(), version()")
            return RemoteIdentity(
                account=account_of(str(user).rpartition("@")[0], use.details, str(database)),
                system=f"{_system(connection)} {str(version).split('-')[0]}",
                notes={"encrypted": connection.is_encrypted, **warnings_of(use.details)},
            )

        return await self._with_connection(use, ask)

    async def read(self, use: Use[MysqlDetails], bound: Bound, rows: Rows) -> None:
        """Read rows as they come; when there are enough, hang up, as there is no other way to stop them."""

        def ask(connection: WireConnection) -> None:
            with _faults(connection, use, bound):
                connection.do("START TRANSACTION READ ONLY")
                with _statement(connection, bound) as cursor:
                    rows.columns.extend(cursor.columns())
                    if all(rows.add(row) for row in cursor.rows()):
                        cursor.close()
                        connection.do("ROLLBACK")

        await self._with_connection(use, ask)

    async def change(self, use: Use[MysqlDetails], bounds: list[Bound], changes: Changes, rows: Rows) -> None:
        """One transaction; committed when all is counted. What changes the schema commits by itself."""

        def run(connection: WireConnection) -> None:
            with _faults(connection, use, None):
                connection.do("START TRANSACTION")
            for bound in bounds:
                try:
                    with _faults(connection, use, bound, changing=True):
                        changed = _execute(connection, bound, rows)
                    changes.add(changed)
                except ConflictError:
                    with _faults(connection, use, bound, changing=True):
                        _roll_back(connection)
                    raise
            with _faults(connection, use, bounds[-1], changing=True):
                connection.do("COMMIT")

        await self._with_connection(use, run)

    async def _with_connection(self, use: Use[MysqlDetails], work: Callable[[WireConnection], T]) -> T:
        """Do something in a thread on a connection of its own; when cancelled, the server's side is ended too."""
        opened = await use.reach.connect(use.details.host, use.details.port)
        lever = opened.dup()
        signed_in: list[WireConnection] = []

        def run() -> T:
            with _hanging_up(_sign_in(opened, use)) as connection:
                signed_in.append(connection)
                _prepare(connection, use)
                return work(connection)

        async def stop() -> None:
            try:
                if signed_in:
                    await _kill(use, signed_in[0].number)
            finally:
                with suppress(OSError):
                    lever.shutdown(socket.SHUT_RDWR)

        try:
            return await in_thread(run, stop)
        finally:
            lever.close()


def _system(connection: WireConnection | None) -> str:
    return "MariaDB" if connection is not None and connection.is_mariadb else "MySQL"


def _sign_in(opened: socket.socket, use: Use[MysqlDetails]) -> WireConnection:
    credentials = credentials_of(use)
    try:
        return WireConnection(opened, use.details, credentials.user, credentials.password.reveal(), seconds=use.seconds)
    except (Error, OSError, RuntimeError) as error:
        raise connect_fault(error, use.details, credentials.user, "the MySQL or MariaDB server") from None
    finally:
        opened.close()


@contextmanager
def _hanging_up(connection: WireConnection) -> Generator[WireConnection]:
    try:
        yield connection
    finally:
        connection.hang_up()


def _prepare(connection: WireConnection, use: Use[MysqlDetails]) -> None:
    seconds = statement_seconds(use.seconds)
    # MySQL ends only queries by itself; the rest is killed when the time is over.
    limit = (
        f"max_statement_time = {seconds:.3f}"
        if connection.is_mariadb
        else f"max_execution_time = {int(seconds * 1000)}"
    )
    with _faults(connection, use, None):
        connection.do(
            f"SET SESSION sql_mode = '{_MODE}', time_zone = '+00:00', autocommit = 0, "
            f"innodb_lock_wait_timeout = {max(1, int(seconds))}, {limit}"
        )


@contextmanager
def _statement(connection: WireConnection, bound: Bound) -> Generator[WireCursor]:
    cursor = WireCursor(connection)
    try:
        cursor.execute(bound.text)
        yield cursor
    finally:
        cursor.abandon()


def _execute(connection: WireConnection, bound: Bound, rows: Rows) -> int:
    """How many rows it changed."""
    with _statement(connection, bound) as cursor:
        columns = cursor.columns()
        if not columns:
            return max(cursor.rowcount, 0)
        rows.columns[:] = columns
        rows.rows.clear()
        returned = 0
        for row in cursor.rows():
            returned += 1
            rows.add(row)
        cursor.close()
        return 0 if bound.statement.changes_schema else returned


def _roll_back(connection: WireConnection) -> None:
    connection.do("ROLLBACK")
    if any(number == _NOT_ROLLED_BACK for _, number, _ in connection.ask("SHOW WARNINGS")):
        raise ConflictError(
            "more rows were changed than max_changes, and not all of it could be rolled back, because a table's "
            "storage engine has no transactions; look what is there",
            code="sql.not_rolled_back",
            field="max_changes",
            rule="D6",
        )


async def _kill(use: Use[MysqlDetails], number: int) -> None:
    """End a connection at the server by another one: it wouldn't notice that nobody waits for it."""
    with suppress(Exception):
        async with asyncio.timeout(_KILL_SECONDS):
            opened = await use.reach.connect(use.details.host, use.details.port)
            lever = opened.dup()

            def kill() -> None:
                with _hanging_up(_sign_in(opened, use)) as connection:
                    connection.do(f"KILL {number}")

            async def stop() -> None:
                with suppress(OSError):
                    lever.shutdown(socket.SHUT_RDWR)

            try:
                await in_thread(kill, stop)
            finally:
                lever.close()


@contextmanager
def _faults(
    connection: WireConnection, use: Use[MysqlDetails], bound: Bound | None, *, changing: bool = False
) -> Generator[None]:
    """Driver errors as ours; a connection lost while `changing` leaves the outcome unknown."""
    try:
        yield
    except (Error, OSError, RuntimeError) as error:
        system = _system(connection)
        if changing and is_lost(error):
            raise faults.outcome_unknown(system) from None
        raise statement_fault(error, bound, seconds=statement_seconds(use.seconds), system=system) from None
