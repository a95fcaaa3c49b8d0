"""What is done at a MySQL or MariaDB server, through PyMySQL in threads."""

import asyncio
import socket
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from typing import Final, TypeVar

from jackfield.catalog.sql import faults
from jackfield.catalog.sql.connector import Changes
from jackfield.catalog.sql.declarations import MysqlDetails
from jackfield.catalog.sql.mysql_faults import connect_fault, is_lost, statement_fault
from jackfield.catalog.sql.mysql_wire import Error, WireConnection, WireCursor
from jackfield.catalog.sql.server import account_of, credentials_of, statement_seconds, warnings_of
from jackfield.catalog.sql.statements import Bound
from jackfield.catalog.sql.values import Rows
from jackfield.catalog.sql.worker import in_thread
from jackfield.connectors import RemoteIdentity, Use
from jackfield.errors import ConflictError

T = TypeVar("T")

_KILL_SECONDS: Final = 2.0
_MODE: Final = "STRICT_TRANS_TABLES,STRICT_ALL_TABLES,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION"
"""Always the same, so that quotes and backslashes mean what `tokens` takes them for."""
_NOT_ROLLED_BACK: Final = 1196


async def look(use: Use[MysqlDetails]) -> RemoteIdentity:
    """Sign in and ask who we are."""

    def ask(connection: WireConnection) -> RemoteIdentity:
        with _faults(connection, use, None):
            [(user, database, version)] = connection.ask("SELECT current_user(), database(), version()")
        return RemoteIdentity(
            account=account_of(str(user).rpartition("@")[0], use.details, str(database)),
            system=f"{_system(connection)} {str(version).split('-')[0]}",
            notes={"encrypted": connection.is_encrypted, **warnings_of(use.details)},
        )

    return await _with_connection(use, ask)


async def read(use: Use[MysqlDetails], bound: Bound, rows: Rows) -> None:
    """Read rows as they come; when there are enough, hang up, as there is no other way to stop them."""

    def ask(connection: WireConnection) -> None:
        with _faults(connection, use, bound):
            connection.do("START TRANSACTION READ ONLY")
            with _statement(connection, bound) as cursor:
                rows.columns.extend(cursor.columns())
                if all(rows.add(row) for row in cursor.rows()):
                    cursor.close()
                    connection.do("ROLLBACK")

    await _with_connection(use, ask)


async def change(use: Use[MysqlDetails], bounds: list[Bound], changes: Changes, rows: Rows) -> None:
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

    await _with_connection(use, run)


async def _with_connection(use: Use[MysqlDetails], work: Callable[[WireConnection], T]) -> T:
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
            field="arguments.max_changes",
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
