"""psycopg, as it is used here: one statement at a time, a bounded answer, and an end with the task that waits."""

import re
import socket
import sys
from collections.abc import AsyncGenerator, Sequence
from contextlib import suppress
from decimal import Decimal
from typing import Any, Final, cast

import psycopg
from psycopg import AsyncRawCursor
from psycopg.abc import Buffer, PQGen
from psycopg.adapt import AdaptersMap, Loader
from psycopg.generators import fetch
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from psycopg.types.json import Jsonb
from psycopg.types.string import TextLoader
from psycopg.waiting import wait_async
from pydantic import JsonValue

from jackfield.catalog.sql.parameters import Array, Json, Scalar, Value
from jackfield.catalog.sql.values import MAX_WIRE_BYTES, read_json_column, too_large
from jackfield.errors import InvalidError

_CHUNK: Final = 16
"""Rows that are received at once."""
_CANCEL_SECONDS: Final = 2.0

# What JSON has no type for stays the text that PostgreSQL writes; psycopg would make objects that can't hold all of it,
# as dates before Christ, `infinity`, or intervals of months.
_AS_TEXT: Final = (
    "numeric", "date", "time", "timetz", "interval", "uuid", "inet", "cidr", "int4range", "int8range", "numrange",
    "daterange", "tsrange", "tstzrange", "int4multirange", "int8multirange", "nummultirange", "datemultirange",
    "tsmultirange", "tstzmultirange",
)  # fmt: skip
_MOMENT: Final = re.compile(r"(\d{4,}-\d\d-\d\d) (\d\d:\d\d:\d\d(?:\.\d+)?)(\+00)?")


class _MomentLoader(TextLoader):
    """`2026-03-31 14:30:00+00` as `2026-03-31T14:30:00Z` (ISO 8601); the session's time zone is UTC."""

    def load(self, data: Buffer) -> str | bytes:
        text = bytes(data).decode()
        found = _MOMENT.fullmatch(text)
        return f"{found[1]}T{found[2]}{'Z' if found[3] else ''}" if found else text


class _JsonLoader(Loader):
    def load(self, data: Buffer) -> JsonValue:
        return read_json_column(bytes(data).decode())


def _make_adapters() -> AdaptersMap:
    adapters = AdaptersMap(psycopg.adapters)
    for name in _AS_TEXT:
        adapters.register_loader(name, TextLoader)
    for name in ("timestamp", "timestamptz"):
        adapters.register_loader(name, _MomentLoader)
    for name in ("json", "jsonb"):
        adapters.register_loader(name, _JsonLoader)
    return adapters


ADAPTERS: Final = _make_adapters()


def driver_value(value: Value) -> object:
    """A parameter as psycopg takes it."""
    match value:
        case Array():
            return [driver_value(item) for item in _of_one_type(value.values)]
        case Json():
            return Jsonb(value.value)
        case _:
            return value


def _of_one_type(values: Sequence[Scalar]) -> Sequence[Scalar]:
    """Whole numbers among others as `float8` has them, or all as `numeric` where it hasn't; an array has one type."""
    if {type(one) for one in values} - {type(None)} != {int, float}:
        return values
    numbers = [one for one in values if isinstance(one, (int, float))]
    if all(_is_exact(one) for one in numbers):
        return [float(one) if isinstance(one, int) else one for one in values]
    return [Decimal(repr(one)) if isinstance(one, (int, float)) else one for one in values]


def _is_exact(number: float) -> bool:
    try:
        return float(number) == number
    except OverflowError:
        return False


class WireConnection(psycopg.AsyncConnection[tuple[Any, ...]]):
    """A connection that receives a bounded number of bytes, and whose statement ends with the task that waits for it."""

    async def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:  # noqa: ASYNC109
        """Wait as inherited, but cancel at once and hang up when interrupted."""
        try:
            return await wait_async(self._counted(gen), self.pgconn.socket, interval=interval, timeout=timeout)
        except psycopg.Error:
            raise
        except BaseException:
            await self.abandon()
            raise

    def _counted(self, gen: PQGen[Any]) -> PQGen[Any]:
        try:
            ready = yield next(gen)
            while True:
                if _received_bytes(self.pgconn.socket) > MAX_WIRE_BYTES:
                    raise too_large()
                ready = yield gen.send(ready)
        except StopIteration as end:
            return end.value

    async def abandon(self) -> None:
        """Cancel what runs at the server, and hang up."""
        try:
            await self.cancel_running()
        finally:
            await self.close()

    async def cancel_running(self) -> None:
        """Cancel what runs at the server."""
        if self.pgconn.status == ConnStatus.OK and self.pgconn.transaction_status == TransactionStatus.ACTIVE:
            with suppress(psycopg.Error):
                await self.cancel_safe(timeout=_CANCEL_SECONDS)


def _received_bytes(descriptor: int) -> int:
    """What the connection received so far: libpq gives no other way to see a huge row coming. Known on Linux alone."""
    if sys.platform != "linux":
        return 0
    opened = socket.socket(fileno=descriptor)
    try:
        # tcpi_bytes_received of struct tcp_info (linux/tcp.h)
        information = opened.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 136)
    finally:
        opened.detach()
    return int.from_bytes(information[128:136], sys.byteorder) if len(information) >= 136 else 0


class WireCursor(AsyncRawCursor[tuple[Any, ...]]):
    """Runs one statement in the extended protocol, in which the server refuses a second one in the same text."""

    oids: tuple[tuple[str, int], ...] = ()
    """Name and type of each column, once the first rows are there; also when there are none."""
    changed: int = 0
    """How many rows the statement says it changed, once it is through."""

    async def run(self, text: str, values: Sequence[object]) -> AsyncGenerator[list[tuple[Any, ...]]]:
        """The rows, some at a time. Who stops early must cancel the statement or close the connection."""
        connection = cast("WireConnection", self.connection)
        await connection.wait(self._stream_send_gen(text.encode(), values, size=_CHUNK))
        while (result := await connection.wait(fetch(self._pgconn))) is not None:
            match result.status:
                case ExecStatus.TUPLES_CHUNK | ExecStatus.SINGLE_TUPLE | ExecStatus.TUPLES_OK:
                    first = not self.oids
                    self.pgresult = result
                    self._tx.set_pgresult(result, set_loaders=first)
                    if first:
                        names = ((result.fname(at) or b"").decode() for at in range(result.nfields))
                        self.oids = tuple((name, result.ftype(at)) for at, name in enumerate(names))
                    if result.ntuples:
                        yield self._tx.load_rows(0, result.ntuples, tuple)
                case ExecStatus.COPY_IN | ExecStatus.COPY_OUT | ExecStatus.COPY_BOTH:
                    raise InvalidError("COPY is not possible here", code="sql.not_executable", field="arguments.sql")
                case ExecStatus.COMMAND_OK | ExecStatus.EMPTY_QUERY:
                    pass
                case _:
                    self._raise_for_result(result)
            status = (result.command_status or b"").split(b" ", 1)[0]
            if status in {b"INSERT", b"UPDATE", b"DELETE", b"MERGE"}:
                self.changed = result.command_tuples or 0

    async def drain(self) -> None:
        """Read and forget what a cancelled statement had already sent."""
        while await self.connection.wait(fetch(self._pgconn)) is not None:
            pass
