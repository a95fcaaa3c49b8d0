"""One database, SQLite or PostgreSQL, behind two verbs."""

import asyncio
import time
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol, TypeVar

from sqlalchemy import Connection, Engine, PoolProxiedConnection, insert, select, update
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DatabaseError, OperationalError

from jackfield.db.postgres import make_postgres_engine
from jackfield.db.sqlite import empty_log, make_engine
from jackfield.db.tables import policy_epoch
from jackfield.errors import MisconfiguredError

T = TypeVar("T")

_READERS = 8
_CLEAN_AGAIN_SECONDS = 1.0

_read_epoch = select(policy_epoch.c.value)
"""Made once: every use of a connection reads it."""


class Statements(Protocol):
    """An open transaction that runs statements as the driver takes them."""

    @property
    def is_sqlite(self) -> bool:
        """Which of the two languages it speaks."""
        ...

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement with a `?` for each value; the first row of the answer, or None."""
        ...


class Transaction:
    """One open transaction; made by `Database`, used by the features' stores."""

    __slots__ = ("_after_commit", "_before_commit", "changed_policy_to", "connection", "destroys_secrets", "is_sqlite")

    def __init__(self, connection: Connection) -> None:
        self.connection = connection
        """For stores only."""
        self.is_sqlite = connection.dialect.name == "sqlite"
        self.changed_policy_to: int | None = None
        """The policy epoch that this transaction makes, if it changes the policy."""
        self.destroys_secrets = False
        """Whether it deletes what must not be found anywhere on the disk once it is deleted (D09)."""
        self._before_commit: dict[Callable[[Transaction, list[Any]], None], list[Any]] = {}
        self._after_commit: list[Callable[[], None]] = []

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        """Run one statement with a `?` for each value, past what SQLAlchemy does for each; the first row, or None."""
        found = self.connection.exec_driver_sql(
            statement if self.is_sqlite else statement.replace("?", "%s"), tuple(values)
        )
        return found.first() if found.returns_rows else None

    def before_commit(self, call: Callable[["Transaction", list[T]], None], item: T) -> None:
        """Have `call` made once, last in the transaction, with all items handed in for it.

        What everybody must lock is so locked as late and as short as can be. If `call` raises, nothing has happened.
        """
        self._before_commit.setdefault(call, []).append(item)

    def after_commit(self, call: Callable[[], None]) -> None:
        """Have `call` made once the transaction is durable, in the thread of the transaction; never if it is not."""
        self._after_commit.append(call)

    def change_policy(self) -> None:
        """Say that this transaction changes what somebody may do: every decision cached anywhere is void with it.

        Called first in a transaction, it is also the lock on which all changes of policy queue: what is read after it
        is the last word, and two of them can't wait for each other's rows.
        """
        if self.changed_policy_to is not None:
            return
        count_up = update(policy_epoch).values(value=policy_epoch.c.value + 1).returning(policy_epoch.c.value)
        self.changed_policy_to = self.connection.execute(count_up).scalar_one()

    def policy_epoch(self) -> int:
        """The number of policy changes so far, as this transaction sees it."""
        return self.connection.execute(_read_epoch).scalar_one()

    def run_before_commit(self) -> None:
        """For `Database` only."""
        for call, items in self._before_commit.items():
            call(self, items)

    def run_after_commit(self) -> None:
        """For `Database` only."""
        for call in self._after_commit:
            call()


class _DriverTransaction:
    """A transaction of SQLite's driver itself."""

    __slots__ = ("_cursor",)

    is_sqlite = True

    def __init__(self, cursor: Any) -> None:
        self._cursor = cursor

    def run(self, statement: str, values: Sequence[Any] = ()) -> Any:
        cursor = self._cursor.execute(statement, values)
        if cursor.description is None:
            return None
        row = cursor.fetchone()
        cursor.fetchall()
        return row


class Database:
    """Runs transactions.

    On SQLite one thread writes, so that writers queue here instead of meeting `database is locked`; every write begins
    with `BEGIN IMMEDIATE`. On PostgreSQL writers run side by side at READ COMMITTED: whoever checks and then acts locks
    the row first (`with_for_update`, which SQLite ignores and doesn't need). What only reads there is no transaction: each
    statement sees what is committed as it begins, just as within one, and two trips to the server are spared.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._to_read = engine if self.is_sqlite else engine.execution_options(isolation_level="AUTOCOMMIT")
        self._readers = ThreadPoolExecutor(_READERS, "db-read")
        self._writers = ThreadPoolExecutor(1 if self.is_sqlite else _READERS, "db-write")
        self._policy_listeners: list[Callable[[int], None]] = []
        self._driver: PoolProxiedConnection | None = None
        """For `write_statements` on SQLite, in the one thread that writes."""
        # Whoever had it open before may have been killed between destroying something and emptying the log.
        self._is_log_unclean = self.is_sqlite
        self._clean_log_at = 0.0

    @classmethod
    def open(cls, url: str) -> "Database":
        """Open the database at `sqlite:///path` or `postgresql://…`; no schema is made here.

        Raises:
            MisconfiguredError: The URL can't be read, or names another kind of database.
        """
        try:
            parsed = make_url(url)
        except (ArgumentError, ValueError):
            parsed = None
        if parsed is None or "@" in (parsed.host or ""):
            # What the parser says of it may be a part of the password.
            raise MisconfiguredError(
                "JACKFIELD_DATABASE_URL is not a URL; an @ in the password is written %40",
                setting="JACKFIELD_DATABASE_URL",
            )
        match parsed.get_backend_name():
            case "sqlite":
                # and two to write, by SQLAlchemy or the driver
                engine = make_engine(parsed, pool_size=_READERS + 2)
            case "postgresql":
                engine = make_postgres_engine(parsed)
            case other:
                raise MisconfiguredError(
                    f"JACKFIELD_DATABASE_URL names {other}; sqlite and postgresql are possible",
                    setting="JACKFIELD_DATABASE_URL",
                )
        return cls(engine)

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Run `work`, which changes nothing."""
        return await asyncio.get_running_loop().run_in_executor(self._readers, self.read_now, work)

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Run `work` in a transaction that is durable when this returns, or has not happened."""
        return await asyncio.get_running_loop().run_in_executor(self._writers, self.write_now, work)

    async def write_statements(self, work: Callable[[Statements], T]) -> T:
        """`write` for the few statements that every use of a connection waits for.

        On SQLite they go past SQLAlchemy, which would cost several times what they cost themselves.
        """
        run = self._write_by_driver if self.is_sqlite else self.write_now
        return await asyncio.get_running_loop().run_in_executor(self._writers, run, work)

    def read_now(self, work: Callable[[Transaction], T]) -> T:
        """`read` for code that has no event loop, as the command line."""
        with self._connect(immediate=False) as connection:
            return work(Transaction(connection))

    def write_now(self, work: Callable[[Transaction], T]) -> T:
        """`write` for code that has no event loop."""
        with self._connect(immediate=True) as connection:
            transaction = Transaction(connection)
            result = work(transaction)
            transaction.run_before_commit()
        if transaction.changed_policy_to is not None:
            for hear in self._policy_listeners:
                hear(transaction.changed_policy_to)
        transaction.run_after_commit()
        self._clean_log(is_needed=transaction.destroys_secrets)
        return result

    def _clean_log(self, *, is_needed: bool) -> None:
        """Take what was destroyed out of the write-ahead log; again after later writes while somebody reads from it."""
        self._is_log_unclean |= is_needed and self.is_sqlite
        if not self._is_log_unclean or time.monotonic() < self._clean_log_at:
            return
        self._is_log_unclean = not self.empty_log()
        self._clean_log_at = time.monotonic() + _CLEAN_AGAIN_SECONDS if self._is_log_unclean else 0.0

    def empty_log(self) -> bool:
        """Take everything that was destroyed out of the write-ahead log; False while somebody reads from it."""
        if not self.is_sqlite:
            return True
        connection = self.engine.raw_connection()
        try:
            return empty_log(connection)
        finally:
            connection.close()

    def _write_by_driver(self, work: Callable[[Statements], T]) -> T:
        if self._driver is None:
            self._driver = self.engine.raw_connection()
        cursor = self._driver.cursor()
        try:
            cursor.execute("BEGIN IMMEDIATE")
            result = work(_DriverTransaction(cursor))
            cursor.execute("COMMIT")
            cursor.close()
        except BaseException:
            # Whatever state it is in: closing it rolls back, and the next write begins with a new one.
            driver, self._driver = self._driver, None
            driver.invalidate()
            raise
        self._clean_log(is_needed=False)
        return result

    def on_policy_change(self, hear: Callable[[int], None]) -> None:
        """Have `hear` called with the new policy epoch after each transaction of ours that changed it."""
        self._policy_listeners.append(hear)

    @contextmanager
    def _connect(self, *, immediate: bool) -> Generator[Connection]:
        engine = self.engine if immediate else self._to_read
        with engine.connect().execution_options(jackfield_immediate=immediate) as connection, connection.begin():
            yield connection

    def start_policy_epoch(self) -> None:
        """Make the one row of the policy epoch where it is missing."""

        def make(tx: Transaction) -> None:
            if tx.connection.execute(select(policy_epoch.c.id)).first() is None:
                tx.connection.execute(insert(policy_epoch).values(id=1, value=1))

        self.write_now(make)

    def check(self) -> None:
        """Reach the database once.

        Raises:
            MisconfiguredError: It can't be reached, or is broken.
        """
        try:
            with self.engine.connect() as connection:
                connection.exec_driver_sql("SELECT 1")
        except OperationalError as error:
            reason = str(error.orig).splitlines()[0]
            raise MisconfiguredError(
                f"the database can't be reached: {reason}", setting="JACKFIELD_DATABASE_URL"
            ) from None
        except DatabaseError as error:
            if not self.is_sqlite:
                reason = str(error.orig).splitlines()[0]
                raise MisconfiguredError(
                    f"JACKFIELD_DATABASE_URL can't be used: {reason}", setting="JACKFIELD_DATABASE_URL"
                ) from None
            raise MisconfiguredError(
                f"the database {self.engine.url.database} is broken: {error.orig}; stop the servers and restore it from "
                "its backup",
                setting="JACKFIELD_DATA_DIR",
            ) from None

    def close(self) -> None:
        """Finish what runs and let go of every connection."""
        self._readers.shutdown()
        self._writers.shutdown()
        if self._driver is not None:
            self._driver.close()
        self.engine.dispose()
