"""SQLite files inside folders that the operator allowed."""

import sqlite3
import threading
import time as clock
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager, suppress
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any, ClassVar, Final, TypeVar
from urllib.parse import quote
from uuid import UUID

from jackfield.catalog.sql import faults
from jackfield.catalog.sql.connector import Changes, SqlConnector
from jackfield.catalog.sql.declarations import Column, SqliteDetails
from jackfield.catalog.sql.parameters import Array, Json, Scalar, Value
from jackfield.catalog.sql.server import statement_seconds
from jackfield.catalog.sql.statements import Bound, Placeholder
from jackfield.catalog.sql.tokens import Dialect
from jackfield.catalog.sql.values import MAX_RESULT_BYTES, Rows, too_large
from jackfield.catalog.sql.worker import in_thread
from jackfield.connectors import NoCredentials, RemoteIdentity, Scheme, Use
from jackfield.errors import ForbiddenError, HubError, InvalidError

T = TypeVar("T")

SYSTEM: Final = "SQLite"
_BUSY_SECONDS: Final = 0.1
_STEPS: Final = 10_000
"""Between two looks at the time, in instructions of SQLite's machine."""
_READING: Final = frozenset(
    {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
)
_SAFE_MODULES: Final = frozenset({"fts3", "fts4", "fts5", "rtree"})
_STORAGE: Final[dict[type, str]] = {int: "integer", float: "real", str: "text", bytes: "blob"}
_TELLING_PRAGMAS: Final = frozenset(
    {"table_info", "table_xinfo", "table_list", "index_list", "index_info", "index_xinfo", "foreign_key_list"}
)
_DANGEROUS_FUNCTIONS: Final = frozenset({"load_extension", "fts3_tokenizer", "writefile", "readfile", "edit"})


def stored(value: Scalar) -> object:
    """A value as SQLite stores it."""
    match value:
        case datetime():
            moment = value.astimezone(UTC) if value.tzinfo else value
            return moment.isoformat(sep=" ")
        case date() | time():
            return value.isoformat()
        case UUID() | Decimal():
            return str(value)
        case Json():
            return value.text()
        case _:
            return value


class SqliteConnector(SqlConnector[SqliteDetails]):
    """SQLite."""

    key: ClassVar[str] = "sqlite"
    title: ClassVar[str] = "SQLite"
    description: ClassVar[str] = "Query and change a SQLite database file on this machine."
    details = SqliteDetails
    schemes: ClassVar[tuple[Scheme, ...]] = (Scheme("none", "No sign-in", NoCredentials),)
    dialect: ClassVar[Dialect] = Dialect.SQLITE
    tables_sql: ClassVar[str] = """
        SELECT schema, name, type, '' FROM pragma_table_list
        WHERE name NOT LIKE 'sqlite!_%' ESCAPE '!' AND type <> 'shadow'
          AND schema = coalesce(:table_schema, 'main')
          AND (:pattern IS NULL OR lower(name) LIKE :pattern ESCAPE '!')
        ORDER BY schema, name"""
    columns_sql: ClassVar[str] = """
        SELECT l.schema, l.type, c.name, c.type, NOT c."notnull" AND NOT (c.pk > 0 AND (l.wr OR upper(c.type) = 'INTEGER')), c.dflt_value, c.pk,
               c.hidden IN (2, 3), ''
        FROM pragma_table_list l JOIN pragma_table_xinfo(l.name, l.schema) c
        WHERE l.name = :table AND l.schema = coalesce(:table_schema, 'main') AND c.hidden <> 1
        ORDER BY c.cid"""

    def __init__(self, files_roots: tuple[Path, ...]) -> None:
        self._roots = files_roots

    def origin(self, details: SqliteDetails) -> str:
        """The file; there are no credentials to keep from others."""
        return f"sqlite://{quote(details.path)}"

    def placeholders(self) -> Placeholder:
        """A question mark for each; an array becomes the list of `IN`."""

        def placeholder(name: str, value: Value, values: list[Value]) -> str:
            items = value.values if isinstance(value, Array) else (value,)
            if not items:
                raise InvalidError(
                    f"arguments.parameters.{name}: an empty array can't be written out for IN",
                    field=f"arguments.parameters.{name}",
                )
            if any(type(item) is int and not -(2**63) <= item < 2**63 for item in items):
                raise InvalidError(
                    f"arguments.parameters.{name}: SQLite has no whole numbers beyond 64 bits",
                    field=f"arguments.parameters.{name}",
                )
            values.extend(items)
            marks = ", ".join("?" * len(items))
            return f"({marks})" if isinstance(value, Array) else marks

        return placeholder

    async def test(self, use: Use[SqliteDetails]) -> RemoteIdentity:
        """Open the file and read its header."""
        path = self._path(use.details)

        def ask(database: sqlite3.Connection) -> RemoteIdentity:
            [(version,)] = database.execute("SELECT sqlite_version()").fetchall()
            return RemoteIdentity(account=str(path), system=f"{SYSTEM} {version}")

        return await self._with_database(use, None, ask, writing=use.details.writable)

    async def read(self, use: Use[SqliteDetails], bound: Bound, rows: Rows) -> None:
        """Read rows as they come."""

        def ask(database: sqlite3.Connection) -> None:
            with closing(database.execute(bound.text, _driver_values(bound))) as cursor:
                kinds = _Kinds()
                for row in cursor:
                    kinds.look(row)
                    if not rows.add(row):
                        break
                rows.columns[:] = kinds.columns(cursor)

        await self._with_database(use, bound, ask, writing=False)

    async def change(self, use: Use[SqliteDetails], bounds: list[Bound], changes: Changes, rows: Rows) -> None:
        """One transaction; committed when all is counted."""
        if not use.details.writable:
            raise ForbiddenError(
                "this connection may only read: its detail writable is off; a connection that may write is made anew",
                code="sql.read_only",
                rule="details.writable",
            )

        def run(database: sqlite3.Connection) -> None:
            for bound in bounds:
                with closing(database.execute(bound.text, _driver_values(bound))) as cursor:
                    if cursor.description:
                        kinds = _Kinds()
                        for row in cursor:
                            kinds.look(row)
                            rows.add(row)
                        rows.columns[:] = kinds.columns(cursor)
                    changed = max(cursor.rowcount, 0)
                changes.add(0 if bound.statement.changes_schema else changed)

        await self._with_database(use, bounds[-1], run, writing=True, commit=True)

    def _path(self, details: SqliteDetails) -> Path:
        """The file itself, past every link, inside an allowed folder.

        Raises:
            ForbiddenError: It lies elsewhere.
            InvalidError: There is no such file.
        """
        field = "details.path"
        if not self._roots:
            raise ForbiddenError(
                "no folder is allowed for SQLite files; the operator names some in JACKFIELD_FILES_ROOTS",
                code="sql.path_not_allowed",
            )
        given = Path(details.path)
        if not given.is_absolute() or "\0" in details.path:
            raise InvalidError(f"{field}: the path must be absolute, as in {self._roots[0]}/data.db", field=field)
        try:
            path = given.resolve()
            roots = [root.resolve() for root in self._roots]
        except (OSError, RuntimeError):
            raise InvalidError(f"{field}: the path can't be followed", field=field) from None
        if not any(path.is_relative_to(root) for root in roots):
            raise ForbiddenError(
                f"{field}: the file is not inside a folder that the operator allowed", code="sql.path_not_allowed"
            )
        if not path.is_file():
            raise InvalidError(f"{field}: there is no such file", field=field)
        return path

    async def _with_database(
        self,
        use: Use[SqliteDetails],
        bound: Bound | None,
        work: Callable[[sqlite3.Connection], T],
        *,
        writing: bool,
        commit: bool = False,
    ) -> T:
        """Do something in a thread, in a transaction on a database opened for it."""
        path, session = self._path(use.details), _Session(statement_seconds(use.seconds))

        def run() -> T:
            with (
                _faults(use, bound, writing=writing),
                closing(session.open(path, writing=writing)) as database,
            ):
                session.patiently(database, "BEGIN IMMEDIATE" if writing else "BEGIN")
                # Not the BEGIN, but the first look at the file takes the lock for reading.
                session.patiently(database, "SELECT count(*) FROM sqlite_schema")
                database.set_authorizer(_may_write if writing else _may_read)
                result = work(database)
                session.patiently(database, "COMMIT" if commit else "ROLLBACK")
                return result

        async def stop() -> None:
            session.stop()

        return await in_thread(run, stop)


class _Session:
    """One use of a file: how long it may take, and a way to end it from another thread."""

    def __init__(self, seconds: float) -> None:
        self._deadline = clock.monotonic() + seconds
        self._stopped = threading.Event()

    @property
    def is_over(self) -> bool:
        """Whether it was stopped, or its time is up."""
        return self._stopped.is_set() or clock.monotonic() > self._deadline

    def stop(self) -> None:
        """End what runs at its next step."""
        self._stopped.set()

    def open(self, path: Path, *, writing: bool) -> sqlite3.Connection:
        """Open the file; its own schema is not trusted."""
        uri = f"file:{quote(str(path))}?mode={'rw' if writing else 'ro'}"
        database = sqlite3.connect(uri, uri=True, timeout=_BUSY_SECONDS, isolation_level=None, check_same_thread=False)
        database.text_factory = _text
        database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, 2 * MAX_RESULT_BYTES)
        database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        database.set_progress_handler(lambda: int(self.is_over), _STEPS)
        for pragma in ("trusted_schema = OFF", "foreign_keys = ON", f"query_only = {'OFF' if writing else 'ON'}"):
            database.execute(f"PRAGMA {pragma}")
        return database

    def patiently(self, database: sqlite3.Connection, statement: str) -> None:
        """Run a statement that others' locks may keep waiting."""
        while True:
            try:
                database.execute(statement).fetchall()
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or self.is_over:
                    raise
            else:
                return


def _text(raw: bytes) -> str | bytes:
    """Text, or its bytes where they are no UTF-8."""
    with suppress(UnicodeDecodeError):
        return raw.decode()
    return raw


def _may_read(kind: int, first: str | None, second: str | None, *_: object) -> int:
    if kind in _READING or (kind == sqlite3.SQLITE_PRAGMA and first in _TELLING_PRAGMAS):
        dangerous = kind == sqlite3.SQLITE_FUNCTION and second in _DANGEROUS_FUNCTIONS
        return sqlite3.SQLITE_DENY if dangerous else sqlite3.SQLITE_OK
    # SQLite asks this for the declaration of each table-valued PRAGMA; nothing is written.
    declares = kind == sqlite3.SQLITE_UPDATE and first == "sqlite_master"
    return sqlite3.SQLITE_OK if declares or kind == sqlite3.SQLITE_TRANSACTION else sqlite3.SQLITE_DENY


def _may_write(kind: int, first: str | None, second: str | None, *_: object) -> int:
    forbidden = (
        kind in {sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH}
        or (kind == sqlite3.SQLITE_PRAGMA and first not in _TELLING_PRAGMAS)
        or (kind == sqlite3.SQLITE_CREATE_VTABLE and second not in _SAFE_MODULES)
        or (kind == sqlite3.SQLITE_FUNCTION and second in _DANGEROUS_FUNCTIONS)
    )
    return sqlite3.SQLITE_DENY if forbidden else sqlite3.SQLITE_OK


def _driver_values(bound: Bound) -> list[Any]:
    scalars = (value for value in bound.values if not isinstance(value, Array))
    return [stored(value) for value in scalars]


class _Kinds:
    """SQLite has types of values, not of columns of results: those of the first values that are not null."""

    def __init__(self) -> None:
        self._kinds: dict[int, str] = {}

    def look(self, row: tuple[object, ...]) -> None:
        """At the values as they are; as JSON, a large number is a text."""
        if len(self._kinds) < len(row):
            for at, value in enumerate(row):
                if value is not None:
                    self._kinds.setdefault(at, _STORAGE[type(value)])

    def columns(self, cursor: sqlite3.Cursor) -> list[Column]:
        """What the rows had, which are through."""
        return [
            Column(name=str(name), type=self._kinds.get(at, "")) for at, (name, *_) in enumerate(cursor.description)
        ]


@contextmanager
def _faults(use: Use[SqliteDetails], bound: Bound | None, *, writing: bool) -> Generator[None]:
    try:
        yield
    except (sqlite3.Error, sqlite3.Warning) as error:
        raise _fault(error, bound, seconds=statement_seconds(use.seconds), writing=writing) from None


def _fault(  # noqa: PLR0911  # one line per kind
    error: Exception, bound: Bound | None, *, seconds: float, writing: bool
) -> HubError:
    extended = getattr(error, "sqlite_errorcode", None)
    values = bound.parameters if bound is not None else ()
    message = faults.without_values(str(error), values)
    status = str(getattr(error, "sqlite_errorname", "")) or None
    if extended is None:
        return InvalidError(f"{SYSTEM} can't run this: {message}", field="arguments.sql")
    match extended & 0xFF:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return faults.retry_later(SYSTEM, "another program holds the file locked", status or "")
        case sqlite3.SQLITE_INTERRUPT:
            return faults.timed_out(SYSTEM, seconds)
        case sqlite3.SQLITE_READONLY | sqlite3.SQLITE_AUTH if not writing and "function" not in message:
            return faults.writes(SYSTEM)
        case sqlite3.SQLITE_TOOBIG:
            return too_large()
        case sqlite3.SQLITE_CONSTRAINT:
            return faults.constraint(SYSTEM, message, status=status or "")
        case sqlite3.SQLITE_NOTADB | sqlite3.SQLITE_CANTOPEN:
            return InvalidError(f"details.path: {message}", field="details.path")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_IOERR | sqlite3.SQLITE_FULL | sqlite3.SQLITE_NOMEM:
            return faults.unavailable(SYSTEM, message, status=status)
        case _:
            hint = bool(bound and bound.statement.names and "syntax error" in message)
            return faults.rejected(SYSTEM, message, status=status or "", hint=hint)
