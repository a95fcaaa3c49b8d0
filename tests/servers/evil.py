"""An HTTP server on loopback that misbehaves on request: the path says how.

It speaks raw sockets in a thread of its own, so that nothing in it is polite by accident. What it received is in
`requests`, how often it was dialled in `connections`, every byte counts in `received`. Started on `127.0.0.2` it is the
canary: the forbidden internal network, which must receive nothing.

    /ok /echo                         honest
    /silent /stall                    says nothing; says half of it
    /drip/header /drip/body           a byte now and then
    /sse /hints                       endless events, endless 103 Early Hints
    /huge?n=                          a chunked body of n bytes
    /lie/huge /lie/long               Content-Length far beyond, and beyond, what comes
    /bomb/gzip?n= /bomb/deflate?n= /bomb/twice?n=   n zero bytes, packed once or twice
    /headers?n= /headers/long         n header lines; one line that is too long
    /redirect/302?to=                 any status with a Location, and a Refresh
    /status/503?retry_after=          any status
    /reset /reset/half /hang-up       gone before, within, and politely before the answer
    /raw?base64=&keep=                exactly these bytes
"""

import asyncio
import base64
import json
import socket
import ssl
import struct
import threading
import zlib
from collections.abc import Awaitable, Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import parse_qs, urlsplit

from jackfield.egress import AllowedTarget, ReachPolicy

CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """One request as it came."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    def query(self, name: str, default: str = "") -> str:
        return parse_qs(urlsplit(self.target).query).get(name, [default])[0]

    def header(self, name: str) -> list[str]:
        return [value for key, value in self.headers if key.lower() == name.lower()]


@dataclass
class EvilServer:
    """What it is and what came."""

    host: str
    port: int
    scheme: str
    requests: list[Received] = field(default_factory=list)
    answers: dict[str, bytes] = field(default_factory=dict)
    """Answers of this test's own, whole, by their path."""
    connections: int = 0
    received: int = 0

    @property
    def origin(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"

    def url(self, path: str) -> str:
        return self.origin + path

    def raw(self, answer: bytes, *, keep: bool = False) -> str:
        """The URL of exactly this answer, after which the connection ends, unless it is kept."""
        text = base64.urlsafe_b64encode(answer).decode().rstrip("=")
        return self.url(f"/raw?keep={int(keep)}&base64={text}")

    async def wait_for_requests(self, count: int) -> None:
        """Return when so many requests came; within 20 seconds."""
        async with asyncio.timeout(20):
            while len(self.requests) < count:  # noqa: ASYNC110  # they are counted in another thread
                await asyncio.sleep(0.01)


def policy_for(*servers: EvilServer) -> ReachPolicy:
    """May reach these servers, and nothing else inside."""
    return ReachPolicy(allowed=tuple(AllowedTarget(one.host, one.port) for one in servers))


@contextmanager
def serve(host: str = "127.0.0.1", port: int = 0, tls: ssl.SSLContext | None = None) -> Generator[EvilServer]:
    """A running server; on a free port unless one is given."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.create_server((host, port), family=family, backlog=512)
    server = EvilServer(host, listening.getsockname()[1], "https" if tls else "http")
    ready = threading.Event()
    stopping: list[Callable[[], object]] = []

    async def run() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, _context: None)  # clients that go away are its daily bread
        running = await asyncio.start_server(
            lambda reader, writer: _converse(server, reader, writer), sock=listening, ssl=tls, limit=1 << 22
        )
        stop = asyncio.Event()
        stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
        ready.set()
        await stop.wait()
        running.close()  # what is under way is cancelled with the loop

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="evil", daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        stopping[0]()
        thread.join(10)
        listening.close()


async def _converse(server: EvilServer, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    server.connections += 1
    try:
        while (request := await _read(server, reader)) is not None:
            server.requests.append(request)
            await _behave(server, request, writer)
            await writer.drain()
    except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, _HangUpError):
        pass
    finally:
        writer.close()


class _HangUpError(Exception):
    """Enough of this one."""


async def _read(server: EvilServer, reader: asyncio.StreamReader) -> Received | None:
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.IncompleteReadError as error:
        server.received += len(error.partial)
        return None
    lines = head.decode("latin-1").split("\r\n")
    method, target, _ = lines[0].split(" ", 2)
    headers = tuple((name, value.strip()) for name, _, value in (line.partition(":") for line in lines[1:] if line))
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    body = await reader.readexactly(length)
    server.received += len(head) + length
    return Received(method, target, headers, body)


async def _behave(server: EvilServer, request: Received, writer: asyncio.StreamWriter) -> None:
    if (own := server.answers.get(request.path)) is not None:
        writer.write(own)
        return
    first, second = ([*request.path.split("/")[1:], "", ""])[:2]
    behaviour = _BEHAVIOURS.get(f"/{first}/{second}") or _BEHAVIOURS.get(f"/{first}")
    if behaviour is None:
        _answer(writer, 404, b"no such behaviour")
        return
    await behaviour(request, writer)


def _answer(writer: asyncio.StreamWriter, status: int, body: bytes, *headers: str) -> None:
    head = [f"HTTP/1.1 {status} Said", f"Content-Length: {len(body)}", *headers]
    writer.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)


async def _ok(request: Received, writer: asyncio.StreamWriter) -> None:
    _answer(
        writer,
        200,
        b"" if request.method == "HEAD" else b'{"ok":true}',
        "Content-Type: application/json",
        "Server: evil/1",
    )


async def _echo(request: Received, writer: asyncio.StreamWriter) -> None:
    said = {
        "method": request.method,
        "target": request.target,
        "headers": [list(pair) for pair in request.headers],
        "body": request.body.decode("latin-1"),
    }
    body = json.dumps(said).encode()
    _answer(writer, 200, b"" if request.method == "HEAD" else body, "Content-Type: application/json")


async def _for_ever(writer: asyncio.StreamWriter, piece: bytes, seconds: float) -> None:
    while True:
        writer.write(piece)
        await writer.drain()
        await asyncio.sleep(seconds)


async def _silent(_request: Received, _writer: asyncio.StreamWriter) -> None:
    await asyncio.sleep(3600)


async def _stall(_request: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2097152\r\n\r\n" + bytes(1 << 20))
    await asyncio.sleep(3600)


async def _drip_header(_request: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    await _for_ever(writer, b"a", 0.05)


async def _drip_body(_request: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
    await _for_ever(writer, b"a", 0.05)


async def _sse(_request: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n")
    await _for_ever(writer, b"data: x\n\n", 0.01)


async def _hints(_request: Received, writer: asyncio.StreamWriter) -> None:
    await _for_ever(writer, b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>\r\n\r\n", 0.01)


async def _huge(request: Received, writer: asyncio.StreamWriter) -> None:
    left = int(request.query("n", "1000000"))
    writer.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while left > 0:
        size = min(left, CHUNK)
        writer.write(f"{size:x}\r\n".encode() + bytes(size) + b"\r\n")
        await writer.drain()
        left -= size
    writer.write(b"0\r\n\r\n")


async def _lie(request: Received, writer: asyncio.StreamWriter) -> None:
    length = 1 << 30 if request.path == "/lie/huge" else 1000
    writer.write(f"HTTP/1.1 200 OK\r\nContent-Length: {length}\r\n\r\nshort".encode())
    await writer.drain()
    raise _HangUpError


@cache
def bomb(count: int, kind: str) -> bytes:
    """Zero bytes, packed as `gzip`, `deflate` or `twice` (gzip in gzip)."""
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS if kind == "deflate" else zlib.MAX_WBITS + 16)
    block = bytes(1 << 20)
    packed = b"".join(packer.compress(block[: min(1 << 20, count - at)]) for at in range(0, count, 1 << 20))
    packed += packer.flush()
    if kind == "twice":
        outer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS + 16)
        return outer.compress(packed) + outer.flush()
    return packed


async def _bomb(request: Received, writer: asyncio.StreamWriter) -> None:
    kind = request.path.rpartition("/")[2]
    coding = {"gzip": "gzip", "deflate": "deflate", "twice": "gzip, gzip"}[kind]
    _answer(writer, 200, bomb(int(request.query("n", "30000000")), kind), f"Content-Encoding: {coding}")


async def _headers(request: Received, writer: asyncio.StreamWriter) -> None:
    writer.write(b"HTTP/1.1 200 OK\r\n")
    if request.path == "/headers/long":
        writer.write(b"X-Long: " + b"a" * 200_000 + b"\r\n")
    for number in range(int(request.query("n", "0"))):
        writer.write(f"X-{number}: {'v' * int(request.query('size', '1'))}\r\n".encode())
        if number % 1000 == 0:
            await writer.drain()
    writer.write(b"Content-Length: 0\r\n\r\n")


async def _redirect(request: Received, writer: asyncio.StreamWriter) -> None:
    status, to = int(request.path.rpartition("/")[2]), request.query("to")
    _answer(writer, status, b"moved", f"Location: {to}", f"Refresh: 0; url={to}")


async def _status(request: Received, writer: asyncio.StreamWriter) -> None:
    after = request.query("retry_after")
    more = [f"Retry-After: {after}"] if after else []
    body = request.query("say", "said").encode()
    _answer(writer, int(request.path.rpartition("/")[2]), body, "Content-Type: text/plain", *more)


async def _reset(request: Received, writer: asyncio.StreamWriter) -> None:
    if request.path == "/reset/half":
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf")
        await writer.drain()
    if (sock := writer.get_extra_info("socket")) is not None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    raise _HangUpError


async def _hang_up(_request: Received, _writer: asyncio.StreamWriter) -> None:
    raise _HangUpError


async def _raw(request: Received, writer: asyncio.StreamWriter) -> None:
    text = request.query("base64")
    writer.write(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    await writer.drain()
    if request.query("keep") != "1":
        raise _HangUpError


_BEHAVIOURS: dict[str, Callable[[Received, asyncio.StreamWriter], Awaitable[None]]] = {
    "/ok": _ok,
    "/echo": _echo,
    "/silent": _silent,
    "/stall": _stall,
    "/drip/header": _drip_header,
    "/drip/body": _drip_body,
    "/sse": _sse,
    "/hints": _hints,
    "/huge": _huge,
    "/lie": _lie,
    "/bomb": _bomb,
    "/headers": _headers,
    "/redirect": _redirect,
    "/status": _status,
    "/reset": _reset,
    "/hang-up": _hang_up,
    "/raw": _raw,
}
