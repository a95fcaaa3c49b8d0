"""What speaks to PostgreSQL: psycopg on the event loop."""

import ssl
import tempfile
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from pathlib import Path
from typing import Any, Final

import psycopg
from psycopg import sql

from jackfield.catalog.sql import faults
from jackfield.catalog.sql.connector import Changes
from jackfield.catalog.sql.declarations import Column, PostgresqlDetails
from jackfield.catalog.sql.postgresql_faults import connect_fault, statement_fault
from jackfield.catalog.sql.postgresql_wire import ADAPTERS, WireConnection, WireCursor, driver_value
from jackfield.catalog.sql.server import account_of, credentials_of, statement_seconds, warnings_of
from jackfield.catalog.sql.statements import Bound
from jackfield.catalog.sql.values import Rows
from jackfield.connectors import RemoteIdentity, Use
from jackfield.errors import InvalidError, MisconfiguredError

SYSTEM: Final = "PostgreSQL"
_CONNECT_SECONDS: Final = 10
_BUNDLES: Final = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)
_SSL_MODES: Final = {"verify": "verify-full", "encrypt_only": "require", "off": "disable"}


async def look(use: Use[PostgresqlDetails]) -> RemoteIdentity:
    """Sign in and ask who we are."""
    wanted = use.details.default_schema
    async with _connected(use) as connection, _transaction(use, connection, writing=False):
        asked = await connection.execute("SELECT current_user::text, current_database()::text")
        user, database = (await asked.fetchone()) or ("", "")
        schemas = await connection.execute("SELECT nspname::text FROM pg_namespace")
        if wanted is not None and (wanted,) not in await schemas.fetchall():
            raise InvalidError(
                f"details.default_schema: the database has no schema {wanted!r}", field="details.default_schema"
            )
        version = connection.info.parameter_status("server_version") or ""
        encrypted = connection.pgconn.ssl_in_use
    return RemoteIdentity(
        account=account_of(user, use.details, database),
        system=f"{SYSTEM} {version.split(' ')[0]}",
        notes={"encrypted": encrypted, **warnings_of(use.details)},
    )


async def read(use: Use[PostgresqlDetails], bound: Bound, rows: Rows) -> None:
    """Stream the rows; the transaction can't be turned into one that writes, because it has already read."""
    async with _connected(use) as connection:
        async with _transaction(use, connection, writing=False):
            with _faults(use, bound):
                cursor = WireCursor(connection)
                async for some in cursor.run(bound.text, [driver_value(one) for one in bound.values]):
                    if not all(rows.add(row) for row in some):
                        break
            if rows.truncated:
                await _stop(connection, cursor)
        await _name_columns(connection, cursor, rows)


async def change(use: Use[PostgresqlDetails], bounds: list[Bound], changes: Changes, rows: Rows) -> None:
    """One transaction; committed when all is counted."""
    async with _connected(use) as connection:
        returning = None
        async with _transaction(use, connection, writing=True):
            for bound in bounds:
                with _faults(use, bound, connection):
                    cursor = await _execute(connection, bound, changes, rows)
                    returning = cursor if cursor.oids else returning
            with _faults(use, bounds[-1], connection):
                await connection.execute("COMMIT")
        if returning is not None:
            await _name_columns(connection, returning, rows)


async def _execute(connection: WireConnection, bound: Bound, changes: Changes, rows: Rows) -> WireCursor:
    cursor = WireCursor(connection)
    async for some in cursor.run(bound.text, [driver_value(one) for one in bound.values]):
        for row in some:
            if not rows.add(row):
                break
    everything = 0
    if not bound.statement.counts_itself and not bound.statement.changes_schema:
        # Functions, procedures and common table expressions change rows that the answer doesn't count.
        asked = await connection.execute(
            "SELECT coalesce(sum(n_tup_ins + n_tup_upd + n_tup_del), 0)::bigint FROM pg_stat_xact_user_tables"
        )
        everything = int(((await asked.fetchone()) or (0,))[0])
    changes.add(cursor.changed, everything)
    return cursor


async def _stop(connection: WireConnection, cursor: WireCursor) -> None:
    """Have the server stop sending rows, and read what is on its way."""
    await connection.cancel_running()
    with suppress(psycopg.Error):
        await cursor.drain()


async def _name_columns(connection: WireConnection, cursor: WireCursor, rows: Rows) -> None:
    """Types by their names; those that psycopg doesn't know, as enumerations, are asked for."""
    found = {oid: ADAPTERS.types.get(oid) for _, oid in cursor.oids}
    known = {oid: one.name + "[]" * (oid == one.array_oid) for oid, one in found.items() if one is not None}
    if unknown := [oid for oid in found if oid not in known]:
        with suppress(psycopg.Error):
            asked = await connection.execute(
                "SELECT oid, format_type(oid, NULL) FROM pg_type WHERE oid = ANY(%s)", [unknown]
            )
            known |= dict(await asked.fetchall())
    rows.columns.extend(Column(name=name, type=known.get(oid, str(oid))) for name, oid in cursor.oids)


@asynccontextmanager
async def _connected(use: Use[PostgresqlDetails]) -> AsyncGenerator[WireConnection]:
    """A connection of its own, to the vetted address alone; nothing is taken from the process environment."""
    details, credentials = use.details, credentials_of(use)
    vetted = await use.reach.resolve(details.host, details.port)
    with _trusted(details) as trusted:
        parameters: dict[str, Any] = {
            "host": details.host,
            "hostaddr": vetted.address,
            "port": details.port,
            "dbname": details.database,
            "user": credentials.user,
            "sslmode": _SSL_MODES[details.tls],
            "sslrootcert": trusted,
            "sslcertmode": "disable",
            "sslcrl": "",
            "sslcrldir": "",
            "sslnegotiation": "postgres",
            "ssl_min_protocol_version": "TLSv1.2",
            "gssencmode": "disable",
            # Who can pretend to be the server must not be able to ask for the password itself.
            "require_auth": "!gss,!sspi" if details.tls == "verify" else "!gss,!sspi,!password",
            "channel_binding": "prefer",
            "target_session_attrs": "any",
            "load_balance_hosts": "disable",
            "options": "",
            "replication": "false",
            "application_name": "jackfield",
            "client_encoding": "UTF8",
            "connect_timeout": max(2, min(_CONNECT_SECONDS, int(use.seconds))),
            "keepalives": 1,
        }
        try:
            connection = await WireConnection.connect(
                **parameters,
                password=credentials.password.reveal(),
                autocommit=True,
                prepare_threshold=None,
                context=ADAPTERS,
            )
        except psycopg.Error as error:
            raise connect_fault(error, details, credentials.user) from None
        try:
            yield connection
        finally:
            await connection.close()


@contextmanager
def _trusted(details: PostgresqlDetails) -> Generator[str]:
    """The file of certificates to trust; libpq reads it again to cancel, so it stays as long as the connection."""
    if details.tls != "verify":
        yield ""
    elif details.ca_pem is None:
        yield _system_bundle()
    else:
        with tempfile.TemporaryDirectory(prefix="jackfield-ca-") as folder:
            path = Path(folder) / "ca.pem"
            path.write_text(details.ca_pem)
            yield str(path)


def _system_bundle() -> str:
    """The system's certificates: the libpq of psycopg's wheel looks in a folder that doesn't exist."""
    candidates = (ssl.get_default_verify_paths().cafile, *_BUNDLES)
    found = next((path for path in candidates if path and Path(path).is_file()), None)
    if found is None:
        raise MisconfiguredError("the system has no file of certificates to trust; install ca-certificates")
    return found


@asynccontextmanager
async def _transaction(
    use: Use[PostgresqlDetails], connection: WireConnection, *, writing: bool
) -> AsyncGenerator[None]:
    """A transaction that is rolled back unless it was committed inside."""
    milliseconds = int(statement_seconds(use.seconds) * 1000)
    schema = use.details.default_schema
    path = sql.SQL("SET LOCAL search_path TO {};").format(sql.Identifier(schema)) if schema else sql.SQL("")
    # One round trip. SET instead of start-up options, which poolers refuse. The SELECT at the end takes the snapshot,
    # after which PostgreSQL refuses to turn the transaction into one that writes.
    begin = sql.SQL(
        "BEGIN {mode}; SET LOCAL statement_timeout = {statement}; "
        "SET LOCAL idle_in_transaction_session_timeout = {idle}; "
        "SET LOCAL TimeZone = 'UTC'; SET LOCAL DateStyle = 'ISO, YMD'; SET LOCAL IntervalStyle = 'iso_8601'; "
        "SET LOCAL standard_conforming_strings = on; {path} SELECT 1"
    ).format(
        mode=sql.SQL("READ WRITE") if writing else sql.SQL("READ ONLY"),
        statement=milliseconds,
        idle=milliseconds + 1000,
        path=path,
    )
    with _faults(use, None):
        await connection.execute(begin)
    try:
        yield
    finally:
        if not connection.closed:
            with suppress(psycopg.Error):
                await connection.execute("ROLLBACK")


@contextmanager
def _faults(
    use: Use[PostgresqlDetails], bound: Bound | None, changing: WireConnection | None = None
) -> Generator[None]:
    """Driver errors as ours; a connection lost while `changing` leaves the outcome unknown."""
    try:
        yield
    except psycopg.Error as error:
        if changing is not None and (changing.closed or (error.sqlstate or "").startswith(("08", "57P"))):
            raise faults.outcome_unknown(SYSTEM) from None
        raise statement_fault(error, bound, seconds=statement_seconds(use.seconds)) from None
