"""Authorised, audited, unsealed calls through `POST /api/calls`, against a bare program that forwards.

    python benchmarks/calls.py [--seconds 8] [--concurrency 16] [--rounds 3]

Both are one server process of the same kind with the same HTTP client, asked by the same load for the same answer from
the same web server, in turns. Prints calls a second and their ratio.
"""

import argparse
import statistics
import sys
from functools import partial
from pathlib import Path

from harness import Load, Server, free_port, jackfield, load, nginx, running

TARGET_RATIO = 0.25
TARGET_PER_SECOND = 1000


def connect(server: Server, target: str, name: str = "Tickets") -> str:
    """A connection to the web server with a bearer token, in a business unit of its own; its id."""
    me = server.call("GET", "/api/me")
    unit = server.call("POST", "/api/business-units", {"name": f"Benchmarks of {name}"})
    person = me["person_id"]
    server.call("PUT", f"/api/business-units/{unit['id']}/members/{person}", {"roles": ["editor"]})
    host, _, port = target.removeprefix("http://").rstrip("/").partition(":")
    server.call("POST", "/api/outbound-targets", {"host": host, "port": int(port)})
    connection = server.call(
        "POST",
        "/api/connections",
        {
            "business_unit_id": unit["id"],
            "name": name,
            "connector": "http",
            "scheme": "bearer",
            "details": {"base_url": target},
            "credentials": {"token": "a-secret-of-thirty-two-characters"},
        },
    )
    assert connection["state"] == "connected", connection
    return connection["id"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    bare_port = free_port()
    bare_url = f"http://127.0.0.1:{bare_port}/"
    bare_program = str(Path(__file__).with_name("bare.py"))
    with nginx() as target, jackfield() as server:
        body = {"connection": connect(server, target), "action": "request", "arguments": {"path": "tickets/42"}}
        with running(sys.executable, bare_program, str(bare_port), target + "tickets/42", ready=bare_url) as pid:
            ours: list[Load] = []
            theirs: list[Load] = []
            ask = partial(load, seconds=asked.seconds, concurrency=asked.concurrency, body=body)
            for _ in range(asked.rounds):
                theirs.append(ask(bare_url, pid=pid))
                ours.append(ask(server.url + "/api/calls", pid=server.pid, token=server.token))
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


if __name__ == "__main__":
    main()
