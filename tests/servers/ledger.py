"""An honest HTTP server on loopback that remembers every request, and can be told what to do when one comes: the truth
about what was sent, how often and with which key, outside of everything under test."""

import asyncio
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

ANSWER = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{"ok":true}'


@dataclass(frozen=True)
class Line:
    """One request as it came."""

    method: str
    target: str
    key: str
    """Its idempotency key; empty without one."""


@dataclass
class Ledger:
    port: int
    lines: list[Line] = field(default_factory=list[Line])
    on_request: Callable[[Line], None] | None = None
    """Called in the server's thread before the answer."""
    on_answer: Callable[[Line], None] | None = None
    """Called once the answer was handed to the network."""
    holds: bool = False
    """Whether answers are kept back."""
    under_way: int = 0
    """Requests that are not answered yet."""
    most_under_way: int = 0
    """The most of them at any time."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/"


@contextmanager
def serve() -> Generator[Ledger]:
    """A running ledger."""
    ledger = Ledger(0)
    ready = threading.Event()
    stopping: list[Callable[[], object]] = []

    async def converse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
                names = {
                    name.lower(): value.strip()
                    for name, _, value in (line.partition(":") for line in head.split("\r\n")[1:])
                }
                await reader.readexactly(int(names.get("content-length", "0")))
                method, target, _ = head.split(" ", 2)
                line = Line(method, target, names.get("idempotency-key", ""))
                ledger.lines.append(line)
                ledger.under_way += 1
                ledger.most_under_way = max(ledger.most_under_way, ledger.under_way)
                if ledger.on_request:
                    ledger.on_request(line)
                while ledger.holds:  # noqa: ASYNC110  # set from another thread
                    await asyncio.sleep(0.01)
                ledger.under_way -= 1
                writer.write(ANSWER)
                await writer.drain()
                if ledger.on_answer:
                    ledger.on_answer(line)
        except (OSError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def run() -> None:
        server = await asyncio.start_server(converse, "127.0.0.1", 0, backlog=512)
        ledger.port = server.sockets[0].getsockname()[1]
        stop = asyncio.Event()
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _loop, _context: None)  # killed clients are its daily bread
        stopping.append(lambda: loop.call_soon_threadsafe(stop.set))
        ready.set()
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(run()), name="ledger", daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield ledger
    finally:
        ledger.holds = False
        stopping[0]()
        thread.join(10)
