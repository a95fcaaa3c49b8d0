"""A real server process under connections that mean harm."""

import asyncio
import contextlib
import json
import os
import socket
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from servers.programs import Program

TESTS = Path(__file__).parents[1]
HEADER_SECONDS = 2
BODY_SECONDS = 2


@dataclass(frozen=True)
class Served:
    port: int
    pid: int

    @property
    def memory(self) -> int:
        """Resident bytes, now."""
        status = Path(f"/proc/{self.pid}/status").read_text()
        return next(int(line.split()[1]) << 10 for line in status.splitlines() if line.startswith("VmRSS"))

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.wait_for(asyncio.open_connection("127.0.0.1", self.port), 20)

    async def exchange(self, data: bytes, *, seconds: float = 30) -> bytes:
        """Send all of it, as far as it is taken, and read until the other side closes."""
        reader, writer = await self.connect()
        try:
            with contextlib.suppress(ConnectionError):
                writer.write(data)
                await writer.drain()
            return await asyncio.wait_for(reader.read(), seconds)
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def health(self) -> float:
        """How long the question whether it is alive takes."""
        started = time.perf_counter()
        answer = await self.exchange(b"GET /health HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
        assert answer.startswith(b"HTTP/1.1 200 "), answer[:200]
        return time.perf_counter() - started


def p99(durations: list[float]) -> float:
    return sorted(durations)[int(len(durations) * 0.99) - 1]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(is_so: Callable[[], object], *, seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < end, what
        time.sleep(0.05)


@contextlib.contextmanager
def running(
    folder: Path, port: int, limits: Mapping[str, float], settings: Mapping[str, str] | None = None
) -> Generator[Served]:
    """A server process of its own."""
    folder.mkdir(exist_ok=True)
    command = [str(TESTS / "api" / "serve_hub.py"), str(folder), str(port), json.dumps(dict(limits))]
    process = Program(command, {**os.environ, **(settings or {})}, output=folder / "server.log")
    try:
        wait_until(lambda: process.poll() is not None or _listens(port), seconds=60, what="the server listens")
        yield Served(port, process.pid)
    finally:
        process.terminate()
        code = process.wait(30)
    assert code == 0


def _listens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), timeout=1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def served(tmp_path: Path) -> Generator[Served]:
    limits = {
        "inbound_header_seconds": HEADER_SECONDS,
        "inbound_body_seconds": BODY_SECONDS,
        "requests_per_second": 1000,
        "requests_burst": 5000,
    }
    with running(tmp_path, free_port(), limits) as one:
        yield one


@pytest.mark.parametrize("count", [300, pytest.param(2000, marks=pytest.mark.full)])
@pytest.mark.requirement("D64")
async def test_half_sent_requests_are_dropped_at_the_deadline_and_hold_nobody_up(served: Served, count: int) -> None:
    half_sent = [await served.connect() for _ in range(count)]
    for number, (_, writer) in enumerate(half_sent):
        writer.write(b"GET /health HTTP/1.1\r\nHost: x\r\nX-Half: " if number % 2 else b"")

    durations = [await served.health() for _ in range(200)]
    async with asyncio.timeout(HEADER_SECONDS + 30):
        ends = [await reader.read() for reader, _ in half_sent]

    assert p99(durations) < 0.5
    assert set(ends) == {b""}
    for _, writer in half_sent:
        writer.close()


@pytest.mark.requirement("D64")
async def test_bodies_that_stall_are_answered_408_and_hold_nobody_up(served: Served) -> None:
    head = b"POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 900\r\n\r\n{"
    stalled = [asyncio.create_task(served.exchange(head, seconds=BODY_SECONDS + 30)) for _ in range(100)]
    await asyncio.sleep(0)

    durations = [await served.health() for _ in range(200)]
    answers = await asyncio.gather(*stalled)

    assert p99(durations) < 0.5
    assert {answer.split(b" ", 2)[1] for answer in answers} == {b"408"}


@pytest.mark.parametrize("count", [100, pytest.param(500, marks=pytest.mark.full)])
@pytest.mark.requirement("D64")
async def test_many_who_sign_in_at_once_hold_nobody_up(served: Served, count: int) -> None:
    before = served.memory
    body = json.dumps({"sign_in_name": "admin", "password": "not this one, surely"}).encode()
    head = b"POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Type: application/json\r\n"
    data = head + b"Content-Length: %d\r\n\r\n" % len(body) + body
    attempts = [asyncio.create_task(served.exchange(data, seconds=100)) for _ in range(count)]
    await asyncio.sleep(0)

    durations = [await served.health() for _ in range(200)]
    answers = await asyncio.gather(*attempts)

    assert {answer.split(b" ", 2)[1] for answer in answers} <= {b"401", b"429"}
    assert p99(durations) < 0.5
    # A password is hashed with 64 MiB; how many at once is bounded.
    assert served.memory - before < 256 << 20


@pytest.mark.parametrize(
    "declared", [b"Content-Length: 200000000\r\n\r\n", b"Transfer-Encoding: chunked\r\n\r\n"], ids=["said", "unsaid"]
)
@pytest.mark.requirement("D64")
async def test_a_body_of_200_mb_is_refused_and_not_kept(served: Served, declared: bytes) -> None:
    before = served.memory
    head = b"POST /api/sessions HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + declared
    block = b"x" * (1 << 20)
    if b"chunked" in declared:
        block = b"%x\r\n%s\r\n" % (len(block), block)

    reader, writer = await served.connect()
    writer.write(head)
    with contextlib.suppress(ConnectionError):
        for _ in range(200):
            writer.write(block)
            await asyncio.wait_for(writer.drain(), 20)
    with contextlib.suppress(ConnectionError):
        answer = await asyncio.wait_for(reader.read(), 20)
        assert answer == b"" or answer.split(b" ", 2)[1] == b"413"
    writer.close()

    assert served.memory - before < 64 << 20
    assert await served.health() < 20


@pytest.mark.requirement("D64")
async def test_nonsense_on_the_wire_is_refused_and_the_server_goes_on(served: Served) -> None:
    answers = [
        await served.exchange(data)
        for data in (
            b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\n" + b"X: a\r\n" * 500 + b"\r\n",
            b"GET / HTTP/1.1\r\nHost: localhost\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
            b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
            b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        )
    ]

    assert {answer.split(b" ", 2)[1] if answer else b"" for answer in answers} <= {b"400", b"431", b""}
    assert await served.health() < 20


async def test_an_answer_goes_over_the_wire_whole(served: Served) -> None:
    answer = await served.exchange(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")

    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 ")
    assert json.loads(body)["openapi"].startswith("3.1")
