"""Runs carried on by one `jackfield worker` and by two, on PostgreSQL: what the second one adds.

    python benchmarks/workers.py --postgres URL [--runs 3000] [--rounds 3]   (of an empty database)

A server that carries nothing on takes the runs; each has three calls, as in `runs.py`. They are held back until the workers are
there; what counts is the time from the tenth to the ninetieth percent of the runs to end. Prints the rates and their ratio.
"""

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Generator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, LiteralString

import psycopg
from calls import connect
from harness import Server, jackfield, nginx
from runs import DEFINITION

TARGET = 1.6
MANY = {"JACKFIELD_LIMITS__RUNS_PARALLEL": "200", "JACKFIELD_LIMITS__RUNS_PARALLEL_UNIT": "200"}
"""All runs are one business unit's here: the limit that keeps it from crowding out others would be what is measured.

A tenth of the runs, or less: as many end at about the same time, which skews what is counted between two moments.
"""
_HOLD = "UPDATE work SET due_at = due_at + %s WHERE owner IS NULL"
_LATER_MS = 10**12
_ANY_OPEN = "SELECT EXISTS (SELECT FROM runs WHERE ended_at IS NULL)"
_US = """
    SELECT percentile_disc(0.9) WITHIN GROUP (ORDER BY ended_at)
         - percentile_disc(0.1) WITHIN GROUP (ORDER BY ended_at)
    FROM (SELECT ended_at FROM runs ORDER BY ended_at DESC LIMIT %s) AS latest
"""


@contextmanager
def worker(server: Server) -> Generator[None]:
    """One more process that carries runs on, until the block ends."""
    program = str(Path(sys.executable).with_name("jackfield"))
    environment = {**server.environment, "JACKFIELD_LOG_LEVEL": "error"}
    process = subprocess.Popen([program, "worker"], env=environment, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        assert process.stdout.readline(), "the worker didn't begin"
        yield
    finally:
        process.terminate()
        process.wait(40)


def start_runs(server: Server, process: str, count: int) -> None:
    def start(number: int) -> None:
        server.call("POST", f"/api/processes/{process}/runs", {"input": {"order": number}})

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(start, range(count)))


def drain(database: psycopg.Connection, count: int) -> float:
    """Runs a second, from the tenth to the ninetieth percent; by when they ended, since asking costs what is measured."""
    while _ask(database, _ANY_OPEN):
        time.sleep(0.5)
    return count * 0.8 / _ask(database, _US, count) * 1_000_000


def _ask(database: psycopg.Connection, question: LiteralString, *values: int) -> Any:
    row = database.execute(question, values).fetchone()
    assert row
    return row[0]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", required=True, help="URL of an empty database")
    parser.add_argument("--runs", type=int, default=3000)
    parser.add_argument("--rounds", type=int, default=3)
    asked = parser.parse_args()
    rates: dict[int, list[float]] = {1: [], 2: []}
    settings = {"JACKFIELD_DATABASE_URL": asked.postgres, "JACKFIELD_RUNS": "false", **MANY}
    with (
        nginx() as target,
        jackfield(**settings) as server,
        psycopg.connect(asked.postgres, autocommit=True) as database,
    ):
        connect(server, target)
        unit = server.call("GET", "/api/me")["business_units"][0]["business_unit_id"]
        body = {"business_unit_id": unit, "name": "Benchmark", "definition": DEFINITION}
        process = server.call("POST", "/api/processes", body)["id"]
        server.call("POST", f"/api/processes/{process}/versions", {})
        for _ in range(asked.rounds):
            for workers, found in rates.items():
                start_runs(server, process, asked.runs)
                database.execute(_HOLD, [_LATER_MS])
                with ExitStack() as several:
                    for _ in range(workers):
                        several.enter_context(worker(server))
                    database.execute(_HOLD, [-_LATER_MS])
                    found.append(drain(database, asked.runs))
    one, two = (statistics.median(rates[workers]) for workers in (1, 2))
    print(f"one worker            {one:8.0f} runs a second")
    print(f"two workers           {two:8.0f} runs a second")
    print(f"ratio                 {two / one:8.2f}   (target {TARGET})")


if __name__ == "__main__":
    main()
