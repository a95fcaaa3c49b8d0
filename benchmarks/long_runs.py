"""Runs of many steps: what a step costs in a short run and in a long one.

    python benchmarks/long_runs.py [--steps 9000] [--rounds 3]

One server process on SQLite; a run calls a third party once for each item of a list, ten at a time. Prints the time of a step in
runs of a tenth and of all of the steps, and their ratio: 1 is linear.
"""

import argparse
import statistics
import time
from datetime import datetime

from calls import connect
from harness import Server, jackfield, nginx
from waiting import publish

TARGET = 1.3
LONGEST_SECONDS = 1800
EACH = {
    "QueryLanguage": "JSONata",
    "StartAt": "Each",
    "States": {
        "Each": {
            "Type": "Map",
            "Items": "{% [1..$states.input.steps] %}",
            "MaxConcurrency": 10,
            "ItemProcessor": {
                "StartAt": "Ask",
                "States": {
                    "Ask": {
                        "Type": "Task",
                        "Resource": "connection:http.request",
                        "Credentials": {"Connection": "Tickets"},
                        "Arguments": {"method": "GET", "path": "tickets/42"},
                        "Output": "{% $states.result.status %}",
                        "End": True,
                    }
                },
            },
            "Output": "{% $count($states.result) %}",
            "End": True,
        }
    },
}


def seconds_of(server: Server, process: str, steps: int) -> float:
    """How long a run of so many steps takes, by its own record."""
    run = server.call("POST", f"/api/processes/{process}/runs?wait=60", {"input": {"steps": steps}})
    deadline = time.monotonic() + LONGEST_SECONDS
    while run["ended_at"] is None and time.monotonic() < deadline:
        time.sleep(0.2)
        run = server.call("GET", f"/api/runs/{run['id']}")
    assert run["output"] == steps, (run["state"], run["problem"], run["error"])
    return _moment(run["ended_at"]) - _moment(run["created_at"])


def _moment(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=9_000, help="at most 9,900: an execution enters 10,000 states")
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    few = asked.steps // 10
    with nginx() as target, jackfield() as server:
        connect(server, target)
        unit = server.call("GET", "/api/me")["business_units"][0]["business_unit_id"]
        process = publish(server, unit, "Each", EACH)
        seconds_of(server, process, 50)
        short = statistics.median(seconds_of(server, process, few) / few for _ in range(asked.rounds))
        long = statistics.median(seconds_of(server, process, asked.steps) / asked.steps for _ in range(asked.rounds))
        memory = server.memory
    print(f"a step of {few:<6}      {short * 1000:8.2f} ms")
    print(f"a step of {asked.steps:<6}      {long * 1000:8.2f} ms")
    print(f"ratio                 {long / short:8.2f}   (target {TARGET})")
    print(f"memory                {memory:8.0f} MB resident after them")


if __name__ == "__main__":
    main()
