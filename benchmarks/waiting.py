"""Runs that wait a month: what 100,000 of them cost a server that does nothing else with them.

    python benchmarks/waiting.py [--runs 100000] [--seconds 20]

One run is brought to its wait, and its rows are copied; the same server, started anew on one waiting run and on all of them, is
watched: memory, CPU while it idles, and how long runs of three calls take meanwhile. Prints both and their ratios.
"""

import argparse
import sqlite3
import statistics
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass

from calls import connect
from harness import Server, jackfield_in, nginx
from runs import DEFINITION

TARGET_MEMORY_MB = 10
TARGET_CPU_PERCENT = 1.0
TARGET_RATIO = 1.2
_MONTH = 30 * 24 * 3600
WAITS = {
    "QueryLanguage": "JSONata",
    "StartAt": "Wait",
    "States": {"Wait": {"Type": "Wait", "Seconds": _MONTH, "End": True}},
}
_TABLES = {"runs": "id", "work": "id", "run_trail": "run_id"}


@dataclass(frozen=True)
class Seen:
    memory_mb: float
    cpu_percent: float
    p50_ms: float


def publish(server: Server, unit: str, name: str, definition: object) -> str:
    body = {"business_unit_id": unit, "name": name, "definition": definition}
    process: str = server.call("POST", "/api/processes", body)["id"]
    server.call("POST", f"/api/processes/{process}/versions", {})
    return process


def bring_to_wait(server: Server, process: str) -> str:
    run: str = server.call("POST", f"/api/processes/{process}/runs", {"input": {}})["id"]
    while server.call("GET", f"/api/runs/{run}")["state"] != "waiting":
        time.sleep(0.05)
    return run


def copy(folder: str, run: str, count: int) -> None:
    """The rows of a run, so many times."""
    with closing(sqlite3.connect(f"{folder}/data/jackfield.db")) as database:
        for table, key in _TABLES.items():
            names = [row[1] for row in database.execute(f"PRAGMA table_info({table})")]
            fields = ", ".join("?2 || printf('%06d', n)" if one == key else one for one in names)
            database.execute(
                f"WITH RECURSIVE many(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM many WHERE n < ?3)"
                f" INSERT INTO {table} ({', '.join(names)}) SELECT {fields} FROM {table}, many WHERE {key} = ?1",
                (run, run[:-6], count),
            )
        database.commit()


def watch(server: Server, process: str, seconds: float) -> Seen:
    server.call("POST", f"/api/processes/{process}/runs?wait=20", {"input": {}})
    time.sleep(2)
    before, began = server.cpu_seconds, time.perf_counter()
    time.sleep(seconds)
    cpu = (server.cpu_seconds - before) / (time.perf_counter() - began) * 100
    took: list[float] = []
    for _ in range(50):
        began = time.perf_counter()
        server.call("POST", f"/api/processes/{process}/runs?wait=20", {"input": {"order": 17}})
        took.append((time.perf_counter() - began) * 1000)
    return Seen(server.memory, cpu, statistics.median(took))


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=100_000)
    parser.add_argument("--seconds", type=float, default=20)
    asked = parser.parse_args()
    roomy = {"JACKFIELD_LIMITS__RUNS_QUEUED_UNIT": "10000000"}
    with nginx() as target, tempfile.TemporaryDirectory() as folder:
        with jackfield_in(folder, **roomy) as server:
            connect(server, target)
            unit = server.call("GET", "/api/me")["business_units"][0]["business_unit_id"]
            short = publish(server, unit, "Short", DEFINITION)
            run = bring_to_wait(server, publish(server, unit, "Waits", WAITS))
            token = server.token
        with jackfield_in(folder, token=token, **roomy) as server:
            one = watch(server, short, asked.seconds)
        copy(folder, run, asked.runs)
        with jackfield_in(folder, token=token, **roomy) as server:
            many = watch(server, short, asked.seconds)
    more = many.memory_mb - one.memory_mb
    print(f"memory                {one.memory_mb:8.0f} MB with one, {many.memory_mb:.0f} MB with {asked.runs} waiting")
    print(f"  more                {more:8.1f} MB   (target {TARGET_MEMORY_MB})")
    print(f"CPU while idle        {one.cpu_percent:8.2f} % with one, {many.cpu_percent:.2f} %")
    print(f"  more                {many.cpu_percent - one.cpu_percent:8.2f} %   (target {TARGET_CPU_PERCENT})")
    print(f"p50 of a run          {one.p50_ms:8.1f} ms with one, {many.p50_ms:.1f} ms")
    print(f"  ratio               {many.p50_ms / one.p50_ms:8.2f}   (target {TARGET_RATIO})")


if __name__ == "__main__":
    main()
