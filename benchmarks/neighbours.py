"""What a healthy connection notices of calls that are stuck at another one (case D33).

    python benchmarks/neighbours.py [--seconds 8] [--concurrency 4] [--stuck 200] [--rounds 3]

The other system answers once, to be connected; then it takes requests and says nothing. Prints calls a second of the
healthy connection and how long they took, alone and beside the stuck ones, in turns.
"""

import argparse
import statistics
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from calls import connect
from harness import Load, Server, jackfield, load, nginx

TARGET_RATIO = 2


class Peer:
    """A system that can fall silent."""

    def __init__(self) -> None:
        self.is_over = threading.Event()
        self.is_silent = False
        peer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                if peer.is_silent:
                    peer.is_over.wait()
                    return
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *_: object) -> None:  # noqa: A002, ARG002
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/"

    @contextmanager
    def serving(self) -> Generator["Peer"]:
        """Serve while the block runs."""
        thread = threading.Thread(target=self._server.serve_forever, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.is_over.set()
            self._server.shutdown()
            thread.join()


@contextmanager
def stuck(server: Server, connection: str, count: int) -> Generator[None]:
    """As many calls of a connection as wait for it, or for their turn, while the block runs."""
    body = {"connection": connection, "action": "request", "arguments": {"path": ""}}

    def call() -> None:
        try:
            server.call("POST", "/api/calls", body)
        except (SystemExit, OSError):
            return

    for _ in range(count):
        threading.Thread(target=call, daemon=True).start()
    time.sleep(2)  # until they have all been sent; none of them ends before the call's own limit
    yield


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=4)
    parser.add_argument("--stuck", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    alone: list[Load] = []
    beside: list[Load] = []
    for _ in range(asked.rounds):
        with nginx() as target, Peer().serving() as peer, jackfield() as server:
            body = {"connection": connect(server, target), "action": "request", "arguments": {"path": "tickets/42"}}
            other = connect(server, peer.url, name="Silent")
            ask = partial(load, server.url + "/api/calls", pid=server.pid, token=server.token, body=body)
            ask(seconds=1, concurrency=asked.concurrency)
            alone.append(ask(seconds=asked.seconds, concurrency=asked.concurrency))
            peer.is_silent = True
            with stuck(server, other, asked.stuck):
                beside.append(ask(seconds=asked.seconds, concurrency=asked.concurrency))
            peer.is_over.set()
    for name, runs in (("alone", alone), (f"beside {asked.stuck}", beside)):
        rate, p50, p99 = (statistics.median(getattr(one, what) for one in runs) for what in FIGURES)
        errors = sum(one.errors for one in runs)
        print(f"{name:12} {rate:6.0f} calls/s   p50 {p50:5.1f} ms   p99 {p99:6.1f} ms   errors {errors}")
    ratio = statistics.median(two.p99_ms / one.p99_ms for one, two in zip(alone, beside, strict=True))
    print(f"ratio of p99 {ratio:6.2f}   (target {TARGET_RATIO})")


FIGURES = ("per_second", "p50_ms", "p99_ms")


if __name__ == "__main__":
    main()
