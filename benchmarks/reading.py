"""What calls notice while documents are read that somebody hands in: a large one, and a hostile one, again and again.

    python benchmarks/reading.py [--seconds 8] [--concurrency 16]

Prints calls a second and how long they took, without readings and beside each kind of them (case D24).
"""

import argparse
import json
import threading
from collections.abc import Generator
from contextlib import contextmanager

from calls import connect
from harness import Server, jackfield, load, nginx

TARGET_P99_MS = 1000
OPERATION = {"responses": {"200": {"description": "What was asked for."}}}
TEXTS = {
    "a large one": json.dumps(
        {
            "openapi": "3.1.0",
            "info": {"title": "Large", "version": "1", "description": "In many words.\n" * 800_000},
            "paths": {f"/things/{number}": {"get": OPERATION} for number in range(4_000)},
        }
    ),
    "a hostile one": '{"openapi":"3.0.0","paths":{'
    + ",".join(f'"/p{number}":{{"get":{{}}}}' for number in range(800_000))
    + "}}",
}


@contextmanager
def readings(server: Server, text: str) -> Generator[list[int]]:
    """Have the text read again and again while the block runs; the statuses of the answers."""
    found: list[int] = []
    is_over = threading.Event()

    def read() -> None:
        while not is_over.is_set():
            try:
                server.call("POST", "/api/integrations/readings", {"document": text})
                found.append(200)
            except SystemExit as refused:
                found.append(int(str(refused).split(": ")[1][:3]))

    thread = threading.Thread(target=read)
    thread.start()
    try:
        yield found
    finally:
        is_over.set()
        thread.join()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=16)
    asked = parser.parse_args()
    with nginx() as target, jackfield() as server:
        body = {"connection": connect(server, target), "action": "request", "arguments": {"path": "tickets/42"}}
        for name in ("nothing", *TEXTS):
            with readings(server, TEXTS[name]) if name in TEXTS else _nothing() as statuses:
                seen = load(
                    server.url + "/api/calls",
                    pid=server.pid,
                    token=server.token,
                    seconds=asked.seconds,
                    concurrency=asked.concurrency,
                    body=body,
                )
            read = f"{len(statuses)} readings, {sorted(set(statuses))}" if statuses else ""
            print(
                f"beside {name:14} {seen.per_second:6.0f} calls/s   p50 {seen.p50_ms:5.1f} ms   p99 {seen.p99_ms:6.1f} ms   "
                f"errors {seen.errors}   {read}"
            )
    print(f"target: p99 at most {TARGET_P99_MS} ms")


@contextmanager
def _nothing() -> Generator[list[int]]:
    yield []


if __name__ == "__main__":
    main()
