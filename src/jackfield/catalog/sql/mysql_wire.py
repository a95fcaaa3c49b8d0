"""PyMySQL, as it is used here: on a given socket, without side doors, with a bounded answer."""
# PyMySQL's types are a stub that leaves out most of it:
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false

import socket
import ssl
from collections.abc import Callable, Iterator
from typing import Any, Final

import pymysql
from pymysql.constants import CLIENT, CR, FIELD_TYPE
from pymysql.cursors import SSCursor

from jackfield.catalog.sql.declarations import Column, MysqlDetails
from jackfield.catalog.sql.values import MAX_WIRE_BYTES, read_json_column, too_large

Error: Final = pymysql.err.Error
_BINARY: Final = 63
"""The number of the character set `binary`."""
_NAMES: Final = {
    FIELD_TYPE.NEWDECIMAL: "decimal",
    FIELD_TYPE.TINY: "tinyint",
    FIELD_TYPE.SHORT: "smallint",
    FIELD_TYPE.INT24: "mediumint",
    FIELD_TYPE.LONG: "int",
    FIELD_TYPE.LONGLONG: "bigint",
    FIELD_TYPE.NEWDATE: "date",
    FIELD_TYPE.VAR_STRING: "varchar",
    FIELD_TYPE.VARCHAR: "varchar",
    FIELD_TYPE.STRING: "char",
    FIELD_TYPE.BLOB: "text",
    FIELD_TYPE.TINY_BLOB: "tinytext",
    FIELD_TYPE.MEDIUM_BLOB: "mediumtext",
    FIELD_TYPE.LONG_BLOB: "longtext",
}
_OTHER_NAMES: Final = {
    number: name.lower()
    for name, number in vars(FIELD_TYPE).items()
    if isinstance(number, int) and number not in _NAMES
}
_BINARY_NAMES: Final = {"varchar": "varbinary", "char": "binary", "text": "blob"}
_DECODERS: Final[dict[int | type[Any], Callable[[str], Any]]] = {
    FIELD_TYPE.TINY: int,
    FIELD_TYPE.SHORT: int,
    FIELD_TYPE.INT24: int,
    FIELD_TYPE.LONG: int,
    FIELD_TYPE.LONGLONG: int,
    FIELD_TYPE.YEAR: int,
    FIELD_TYPE.FLOAT: float,
    FIELD_TYPE.DOUBLE: float,
    FIELD_TYPE.DATETIME: lambda text: text.replace(" ", "T"),
    # The session's time zone is UTC.
    FIELD_TYPE.TIMESTAMP: lambda text: f"{text.replace(' ', 'T')}Z",
    FIELD_TYPE.JSON: read_json_column,
}


class _Bounded:
    """What a socket may receive."""

    received: int = 0

    def count(self, received: int) -> int:
        self.received += received
        if self.received > MAX_WIRE_BYTES:
            raise too_large()
        return received


class BoundedSocket(_Bounded, socket.socket):
    """A socket that receives a bounded number of bytes."""

    def recv_into(self, *arguments: Any, **options: Any) -> int:
        """As inherited."""
        return self.count(super().recv_into(*arguments, **options))


class _BoundedTlsSocket(_Bounded, ssl.SSLSocket):
    def recv_into(self, *arguments: Any, **options: Any) -> int:
        return self.count(super().recv_into(*arguments, **options))


class _Refused:
    """For ways to sign in that hand over the password itself."""

    def __init__(self, _connection: object) -> None:
        pass

    def authenticate(self, _packet: object) -> None:
        raise pymysql.err.OperationalError(CR.CR_SSL_CONNECTION_ERROR, "the server asks for the password itself")

    prompt = authenticate


_TELLING: Final[dict[str, Callable[[Any], Any]]] = dict.fromkeys(
    ("mysql_clear_password", "dialog", "mysql_old_password"), _Refused
)


def _tls_context(details: MysqlDetails) -> ssl.SSLContext | None:
    if details.tls == "off":
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.sslsocket_class = _BoundedTlsSocket
    if details.tls == "encrypt_only":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    elif details.ca_pem is None:
        context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    else:
        context.load_verify_locations(cadata=details.ca_pem)
    return context


class WireCursor(SSCursor):
    """Reads rows as they come."""

    _result: Any

    def columns(self) -> list[Column]:
        """Name and type of each; empty when the statement gives no rows."""
        result = self._result
        if result is None or not result.unbuffered_active:
            return []
        return [Column(name=str(one.name), type=_type_name(one.type_code, one.charsetnr)) for one in result.fields]

    def rows(self) -> Iterator[tuple[object, ...]]:
        """The rows."""
        while (row := self.fetchone()) is not None:
            yield row

    def abandon(self) -> None:
        """Forget what was not read; the connection can only be hung up afterwards."""
        if self._result is not None:
            self._result.unbuffered_active = False
            self._result.connection = None
        # As PyMySQL does when a cursor is closed.
        self.connection = None  # pyright: ignore[reportAttributeAccessIssue]  # its stub has no None


def _type_name(code: int, charset: int) -> str:
    name = _NAMES.get(code) or _OTHER_NAMES.get(code, str(code))
    if charset == _BINARY and code in {*_TEXTS}:
        return _BINARY_NAMES.get(name, name.replace("text", "blob"))
    return name


_TEXTS: Final = (
    FIELD_TYPE.VAR_STRING,
    FIELD_TYPE.VARCHAR,
    FIELD_TYPE.STRING,
    FIELD_TYPE.BLOB,
    FIELD_TYPE.TINY_BLOB,
    FIELD_TYPE.MEDIUM_BLOB,
    FIELD_TYPE.LONG_BLOB,
)


class WireConnection(pymysql.connections.Connection):
    """Signed in on a socket that was opened elsewhere. Blocking."""

    server_version: str
    _secure: bool

    def __init__(
        self, opened: socket.socket, details: MysqlDetails, user: str, password: str, *, seconds: float
    ) -> None:
        context = _tls_context(details)
        super().__init__(
            user=user,
            # As text it would be sent in Latin-1.
            password=password.encode(),
            host=details.host,
            port=details.port,
            database=details.database,
            charset="utf8mb4",
            conv=_DECODERS,
            cursorclass=WireCursor,
            client_flag=CLIENT.FOUND_ROWS,
            autocommit=None,
            local_infile=False,
            defer_connect=True,
            auth_plugin_map={} if details.tls == "verify" else _TELLING,
            read_timeout=seconds,
            write_timeout=seconds,
            program_name="jackfield",
            ssl=context,
            # Without this, no context means that TLS is tried without checking anything.
            ssl_disabled=context is None,
        )
        self.connect(BoundedSocket(fileno=opened.detach()))

    @property
    def number(self) -> int:
        """The server's number of this connection."""
        return int(self.thread_id())

    @property
    def is_mariadb(self) -> bool:
        """Whether it is MariaDB."""
        return "mariadb" in str(self.server_version).lower()

    @property
    def is_encrypted(self) -> bool:
        """Whether TLS protects it."""
        return bool(self._secure)

    def do(self, statement: str) -> None:
        """Run a statement of ours that gives no rows."""
        self.query(statement)

    def ask(self, statement: str) -> list[tuple[object, ...]]:
        """Run a short query of ours."""
        with self.cursor() as cursor:
            cursor.execute(statement)
            return list(cursor.fetchall())

    def hang_up(self) -> None:
        """Close it, if it isn't."""
        if self.open:
            self.close()
