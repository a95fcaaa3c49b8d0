"""Authorised, audited, unsealed calls through `POST /api/calls`, against a bare program that forwards.

    python benchmarks/calls.py [--seconds 8] [--concurrency 16] [--rounds 3] [--uvicorn]

Both are one server process of the same kind with the same HTTP client, asked by the same load for the same answer from
the same web server, in turns. Prints calls a second and their ratio. With `--uvicorn` also the bare program as most ASGI
programs are served, by uvicorn, which comes from the package index into an environment of its own.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import venv
from collections.abc import Generator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from harness import Load, Server, free_port, jackfield, load, nginx, running

TARGET_RATIO = 0.25
TARGET_PER_SECOND = 1000
BARE = str(Path(__file__).with_name("bare.py"))


def connect(server: Server, target: str) -> str:
    """A connection to the web server with a bearer token; its id."""
    me = server.call("GET", "/api/me")
    unit = server.call("POST", "/api/business-units", {"name": "Benchmarks"})
    person = me["person_id"]
    server.call("PUT", f"/api/business-units/{unit['id']}/members/{person}", {"roles": ["editor"]})
    host, _, port = target.removeprefix("http://").rstrip("/").partition(":")
    server.call("POST", "/api/outbound-targets", {"host": host, "port": int(port)})
    connection = server.call(
        "POST",
        "/api/connections",
        {
            "business_unit_id": unit["id"],
            "name": "Tickets",
            "connector": "http",
            "scheme": "bearer",
            "details": {"base_url": target},
            "credentials": {"token": "a-secret-of-thirty-two-characters"},
        },
    )
    assert connection["state"] == "connected", connection
    return connection["id"]


@contextmanager
def bare_by_uvicorn(target: str, port: int) -> Generator[int]:
    """The bare program under uvicorn, from an environment of its own; its process id."""
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = f"{folder}/bin/python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "uvicorn[standard]", "aiohttp"], check=True)
        with running(python, BARE, str(port), target, "uvicorn", ready=f"http://127.0.0.1:{port}/") as pid:
            yield pid


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--uvicorn", action="store_true")
    asked = parser.parse_args()
    port, other_port = free_port(), free_port()
    url, other_url = f"http://127.0.0.1:{port}/", f"http://127.0.0.1:{other_port}/"
    with nginx() as target, jackfield() as server:
        body = {"connection": connect(server, target), "action": "request", "arguments": {"path": "tickets/42"}}
        by_uvicorn = bare_by_uvicorn(target + "tickets/42", other_port) if asked.uvicorn else nullcontext()
        with running(sys.executable, BARE, str(port), target + "tickets/42", ready=url) as pid, by_uvicorn as other:
            ours: list[Load] = []
            theirs: list[Load] = []
            others: list[Load] = []
            ask = partial(load, seconds=asked.seconds, concurrency=asked.concurrency, body=body)
            for _ in range(asked.rounds):
                theirs.append(ask(url, pid=pid))
                ours.append(ask(server.url + "/api/calls", pid=server.pid, token=server.token))
                if other is not None:
                    others.append(ask(other_url, pid=other))
        memory = server.memory
    bare, jack = (statistics.median(one.per_second for one in runs) for runs in (theirs, ours))
    bare_cpu, jack_cpu = (statistics.median(one.cpu_us for one in runs) for runs in (theirs, ours))
    bare_p50, jack_p50 = (statistics.median(one.p50_ms for one in runs) for runs in (theirs, ours))
    p99 = statistics.median(one.p99_ms for one in ours)
    print(f"bare ASGI forwarder   {bare:8.0f} calls/s   {bare_cpu:5.0f} µs CPU a call   p50 {bare_p50:.1f} ms")
    print(
        f"Jackfield             {jack:8.0f} calls/s   {jack_cpu:5.0f} µs CPU a call   p50 {jack_p50:.1f} ms   p99 {p99:.1f} ms"
    )
    print(f"errors                {sum(one.errors for one in ours):8d}")
    print(f"memory                {memory:8.0f} MB resident after the load")
    print(f"ratio                 {jack / bare:8.2f}   (target {TARGET_RATIO}, and {TARGET_PER_SECOND} calls/s)")
    if others:
        other_rate = statistics.median(one.per_second for one in others)
        print(f"bare, by uvicorn      {other_rate:8.0f} calls/s   ratio {jack / other_rate:.2f}")


if __name__ == "__main__":
    main()
