"""Runs of three calls each, started through the API and awaited, every step journalled before and after.

    python benchmarks/runs.py [--through api|webhook] [--seconds 8] [--concurrency 16] [--rounds 3]

One server process on SQLite, asked for `POST /api/processes/{process}/runs?wait=20`, or sent a webhook's requests that are
answered with what the run ends with: a run reads a ticket, and sends two requests with idempotency keys; its answer is
what the last one answered. Prints runs a second, and what one costs.
"""

import argparse
import statistics
import time
from functools import partial
from typing import Any

from calls import connect
from harness import Server, jackfield, load, nginx

TARGET_PER_SECOND = 80
TARGET_P50_MS = 150
TARGET_MB = 200
MANY = {
    "JACKFIELD_LIMITS__HOOK_REQUESTS_PER_SECOND": "1000000",
    "JACKFIELD_LIMITS__HOOK_REQUESTS_BURST": "1000000",
}
"""The limit of an address would be what is measured."""


def step(method: str, path: str, after: str | None, **more: Any) -> dict[str, Any]:
    onward = {"Next": after} if after else {"End": True}
    keyed = {} if method == "GET" else {"idempotency_header": "Idempotency-Key"}
    return {
        "Type": "Task",
        "Resource": "connection:http.request",
        "Credentials": {"Connection": "Tickets"},
        "Arguments": {"method": method, "path": path, **keyed},
        **onward,
        **more,
    }


DEFINITION = {
    "QueryLanguage": "JSONata",
    "StartAt": "Read",
    "States": {
        "Read": step("GET", "tickets/42", "Book", Assign={"subject": "{% $states.result.data.subject %}"}),
        "Book": step("POST", "bookings", "Tell"),
        "Tell": step("POST", "messages", None, Output="{% {'subject': $subject, 'status': $states.result.status} %}"),
    },
}


def left_open(server: Server) -> int:
    """How many runs haven't ended a while after the load, which left in the middle of some."""
    deadline = time.monotonic() + 10
    while (found := server.call("GET", "/api/runs?open=true&limit=200")["items"]) and time.monotonic() < deadline:
        time.sleep(0.2)
    return len(found)


def webhook(server: Server, process: str) -> str:
    """The address of a webhook that answers with what its run ends with; every request is a new event."""
    settings = {"verify": "none", "respond": "result", "respond_seconds": 20}
    body = {"process": process, "name": "Benchmark", "kind": "webhook", "settings": settings}
    return server.call("POST", "/api/triggers", body)["path"]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--through", choices=("api", "webhook"), default="api")
    parser.add_argument("--seconds", type=int, default=8)
    parser.add_argument("--concurrency", type=int, default=16)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    with nginx() as target, jackfield(**MANY) as server:
        connect(server, target)
        unit = server.call("GET", "/api/me")["business_units"][0]["business_unit_id"]
        body = {"business_unit_id": unit, "name": "Benchmark", "definition": DEFINITION}
        process = server.call("POST", "/api/processes", body)["id"]
        server.call("POST", f"/api/processes/{process}/versions", {})
        path = f"/api/processes/{process}/runs?wait=20" if asked.through == "api" else webhook(server, process)
        first = server.call("POST", path, {"input": {}})
        assert (first["output"] if asked.through == "api" else first) == {"subject": "A ticket", "status": 200}, first
        ask = partial(load, seconds=asked.seconds, concurrency=asked.concurrency, body={"input": {"order": 17}})
        found = [ask(server.url + path, pid=server.pid, token=server.token) for _ in range(asked.rounds)]
        open_runs = left_open(server)
        memory = server.memory
    rate = statistics.median(one.per_second for one in found)
    p50 = statistics.median(one.p50_ms for one in found)
    p99 = statistics.median(one.p99_ms for one in found)
    cpu = statistics.median(one.cpu_us for one in found)
    print(f"runs                  {rate:8.0f} a second   (target {TARGET_PER_SECOND})")
    print(f"p50, p99              {p50:8.0f} ms, {p99:.0f} ms   (target p50 {TARGET_P50_MS})")
    print(f"CPU                   {cpu / 1000:8.1f} ms a run, of all threads of the server")
    print(f"errors, still open    {sum(one.errors for one in found):8d}, {open_runs}")
    print(f"memory                {memory:8.0f} MB resident after the load   (target {TARGET_MB})")


if __name__ == "__main__":
    main()
