"""What people fill in for databases, and what the actions take and give."""

import ipaddress
import re
import ssl
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, JsonValue

from jackfield.catalog.sql.tokens import MAX_SQL_LENGTH
from jackfield.connectors import Arguments, Credentials, Details, Result, SecretText

MAX_ROWS: Final = 10_000
MAX_CHANGES: Final = 1_000_000

_HOST_NAME: Final = re.compile(r"(?=.{1,253}\Z)[A-Za-z0-9_]([A-Za-z0-9_-]{0,62})?(\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*")


def _host(value: str) -> str:
    """One host name or address in its canonical spelling; libpq would read a comma as several, a slash as a socket."""
    bare = value.strip().removeprefix("[").removesuffix("]")
    try:
        return str(ipaddress.ip_address(bare))
    except ValueError:
        name = bare.lower().rstrip(".")
    if not _HOST_NAME.fullmatch(name):
        raise ValueError("a host is one name or address, as in db.example.com, without a scheme or port")
    return name


def _printable(value: str) -> str:
    if not value.isprintable():
        raise ValueError("must not have control characters")
    return value


def _certificates(value: str | None) -> str | None:
    if value is None or not value.strip():
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    try:
        context.load_verify_locations(cadata=value)
    except (ssl.SSLError, ValueError):
        raise ValueError("the certificates can't be read; they are expected in PEM") from None
    return value


HostText = Annotated[str, AfterValidator(_host)]
NameText = Annotated[str, AfterValidator(_printable)]
PemText = Annotated[str | None, AfterValidator(_certificates)]

Tls = Literal["verify", "encrypt_only", "off"]


class ServerDetails(Details):
    """Where a database server is."""

    host: HostText = Field(
        title="Host", description="Name or address of the server, as in db.example.com.", max_length=255
    )
    port: int = Field(title="Port", ge=1, le=65535)
    database: NameText = Field(title="Database", description="Name of the database.", min_length=1, max_length=128)
    tls: Tls = Field(
        default="verify",
        title="Encryption",
        description="verify: encrypted, and the server's certificate must be valid for the host. encrypt_only: "
        "encrypted, but anyone who can redirect the traffic can pretend to be the server and read along. off: nothing "
        "is encrypted. A server that doesn't offer what is chosen is refused; nothing is ever downgraded.",
    )
    ca_pem: PemText = Field(
        default=None,
        title="Certificates to trust",
        description="Certificates of the authority that signed the server's, in PEM; empty trusts the system's.",
        max_length=200_000,
        json_schema_extra={"multiline": True},
    )


class PostgresqlDetails(ServerDetails):
    """Where a PostgreSQL server is."""

    port: int = Field(default=5432, title="Port", ge=1, le=65535)
    default_schema: NameText | None = Field(
        default=None,
        title="Default schema",
        description="Where names without a schema are looked up; empty leaves it to the server.",
        min_length=1,
        max_length=63,
    )


class MysqlDetails(ServerDetails):
    """Where a MySQL or MariaDB server is."""

    port: int = Field(default=3306, title="Port", ge=1, le=65535)


class SqliteDetails(Details):
    """Which SQLite file."""

    path: str = Field(
        title="File",
        description="Path of the database file, inside a folder that the operator allowed (JACKFIELD_FILES_ROOTS).",
        min_length=1,
        max_length=4096,
    )
    writable: bool = Field(
        default=False, title="May be changed", description="Off opens the file read-only, and execute is refused."
    )


class PasswordCredentials(Credentials):
    """A user of the database."""

    user: NameText = Field(title="User", min_length=1, max_length=128)
    password: SecretText = Field(title="Password")


_SQL: Final = Field(
    title="SQL",
    description="One statement. Values are written :name and given as parameters, never put into the text.",
    min_length=1,
    max_length=MAX_SQL_LENGTH,
    json_schema_extra={"multiline": True, "language": "sql"},
)
_PARAMETERS: Final = (
    "Values by name: text, number, true, false or null as they are; others as "
    '{"type": "date", "value": "2026-03-31"}. Types: text, integer, number, boolean, decimal (digits as text), date, '
    "time, timestamp (ISO 8601), uuid, bytes (base 64), json, array (the type of its items as items). In MySQL and "
    "SQLite an array is written out for IN, as in: id IN :ids."
)
RowsAs = Literal["objects", "lists"]
_ROWS_AS: Final = "objects: each row has its values by column name. lists: values in the order of columns."


class QueryArguments(Arguments):
    """What to ask."""

    sql: str = _SQL
    parameters: dict[str, JsonValue] = Field(default_factory=dict, title="Parameters", description=_PARAMETERS)
    max_rows: int = Field(
        default=1000, title="Most rows", description="More are cut off, and truncated says so.", ge=1, le=MAX_ROWS
    )
    rows_as: RowsAs = Field(default="objects", title="Rows as", description=_ROWS_AS)


class ExecuteArguments(Arguments):
    """What to change."""

    sql: str = _SQL
    parameters: dict[str, JsonValue] = Field(default_factory=dict, title="Parameters", description=_PARAMETERS)
    max_changes: int = Field(
        default=1,
        title="Most changes",
        description="When more rows than this are changed, everything is rolled back.",
        ge=0,
        le=MAX_CHANGES,
    )
    allow_schema_changes: bool = Field(
        default=False,
        title="Allow schema changes",
        description="Also accepts CREATE, ALTER, DROP, TRUNCATE and the like, and several statements with semicolons. "
        "Their changes can't be counted, and in MySQL and MariaDB they can't be rolled back.",
    )
    rows_as: RowsAs = Field(default="objects", title="Rows as", description="For RETURNING. " + _ROWS_AS)


class ExecuteManyArguments(Arguments):
    """What to change, many times."""

    sql: str = _SQL
    parameter_sets: list[dict[str, JsonValue]] = Field(
        title="Sets of parameters",
        description="The statement is executed once with each, in one transaction: all or nothing. " + _PARAMETERS,
        min_length=1,
        max_length=1000,
    )
    max_changes: int | None = Field(
        default=None,
        title="Most changes",
        description="When more rows than this are changed by all together, everything is rolled back. Empty: as many "
        "as there are sets.",
        ge=0,
        le=MAX_CHANGES,
    )


class Column(Result):
    """A column of a result."""

    name: str
    type: str
    """As the database names it; SQLite: what the first value is stored as, empty when all are null."""


class QueryResult(Result):
    """What was found.

    Values as JSON: decimals as text; whole numbers beyond ±(2^53 - 1) as text, because most JSON readers lose their last
    digits; dates and times in ISO 8601, moments in UTC; NaN and infinities as text; bytes as
    `{"type": "bytes", "value": base 64}`; JSON columns as what they hold, or as text where
    not every reader of JSON could take that, as when it is nested deeper than 64. The objects can be given back as
    parameters.
    """

    columns: list[Column]
    rows: list[JsonValue]
    row_count: int
    """How many rows are here."""
    truncated: bool
    """Whether there is more than is here."""
    truncated_by: Literal["rows", "bytes"] | None = None


class ExecuteResult(Result):
    """What was changed."""

    affected: int
    """Rows changed by the statements themselves, as the database counts them; cascades and triggers are not in it."""
    columns: list[Column]
    rows: list[JsonValue]
    """Of RETURNING, as the values of a query."""
    truncated: bool = False
    """Whether RETURNING gave more rows than are here."""


class ListTablesArguments(Arguments):
    """Which tables."""

    table_schema: NameText | None = Field(
        default=None,
        title="Schema",
        description="Only of this schema (in MySQL: database); empty is all that are not the system's.",
        max_length=128,
    )
    name_contains: NameText | None = Field(
        default=None, title="Name contains", description="In any case of letters.", max_length=128
    )


class Table(Result):
    """A table or view."""

    table_schema: str
    name: str
    kind: str
    """`table`, `view`, `materialized view`, `foreign table` and the like."""
    comment: str = ""


class ListTablesResult(Result):
    """Tables and views that this user may see, by schema and name."""

    tables: list[Table]
    truncated: bool
    """Whether there are more; narrow with schema or name."""


class DescribeTableArguments(Arguments):
    """Which table."""

    table: NameText = Field(
        title="Table", description="Name of the table or view, as stored.", min_length=1, max_length=128
    )
    table_schema: NameText | None = Field(
        default=None, title="Schema", description="Empty is where names without a schema are looked up.", max_length=128
    )


class TableColumn(Result):
    """A column of a table."""

    name: str
    type: str
    nullable: bool
    default: str | None
    """The expression that fills it in when nothing is given."""
    key: int | None
    """Its place in the primary key, from 1."""
    generated: bool
    """Whether the database alone fills it in."""
    comment: str = ""


class DescribeTableResult(Result):
    """What a table is made of."""

    table_schema: str
    name: str
    kind: str
    columns: list[TableColumn]
