"""How many uses a second can be recorded, intent and outcome each durable, and what that costs in CPU.

.venv/bin/python benchmarks/audit_commit.py [--callers 16] [--seconds 5] [--file] [--database-url URL] [--profile]
"""

import argparse
import asyncio
import cProfile
import hashlib
import hmac
import pstats
import tempfile
import time
from pathlib import Path

from jackfield.audit import AuditLog
from jackfield.db import Database
from jackfield.kernel import Act, Actor, ActorKind, BusinessUnitId, Door, ObjectRef, Outcome, RequestId, SystemClock
from jackfield.kernel.ids import new_id
from jackfield.migrations import upgrade
from jackfield.settings import Limits

_KEY = b"k" * 32


def _mac(message: bytes) -> bytes:
    return hmac.digest(_KEY, message, hashlib.sha256)


def _act(caller: int) -> Act:
    return Act(
        actor=Actor(ActorKind.PERSON, f"per_{caller:026}", "Ada Lovelace", f"tok_{caller:026}"),
        door=Door.REST,
        request_id=RequestId(new_id("req")),
        name="connection.use",
        object=ObjectRef("connection", f"con_{caller:026}", "Tickets"),
        business_unit_id=BusinessUnitId("bu_00000000000000000000000001"),
        rule="C9 authorized person",
        data={"action": "request", "effect": "write", "repeat": "once"},
    )


async def _call(audit: AuditLog, caller: int, until: float) -> int:
    pairs = 0
    while time.perf_counter() < until:
        intent = await audit.intend(_act(caller))
        audit.settle(intent, Outcome.DONE, data={"status": 200, "bytes": 1234})
        pairs += 1
    return pairs


async def _run(database: Database, file: Path | None, callers: int, seconds: float) -> None:
    audit = AuditLog(database, mac=_mac, clock=SystemClock(), limits=Limits(), file=file)
    await _call(audit, 0, time.perf_counter() + 0.3)
    started, cpu = time.perf_counter(), time.process_time()
    pairs = sum(await asyncio.gather(*(_call(audit, caller, started + seconds) for caller in range(callers))))
    await audit.flush()
    wall, cpu = time.perf_counter() - started, time.process_time() - cpu
    await audit.close()
    print(f"{callers} callers: {pairs / wall:,.0f} pairs/s, {cpu / pairs * 1e6:.0f} µs CPU per pair")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--callers", type=int, default=16)
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--database-url", default="", help="of an empty database; without it a new SQLite file")
    parser.add_argument("--file", action="store_true", help="write the audit file, too")
    parser.add_argument("--profile", action="store_true", help="print where the time of the event loop goes")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = Database.open(chosen.database_url or f"sqlite:///{folder}/jackfield.db")
        upgrade(database)
        profile = cProfile.Profile()
        if chosen.profile:
            profile.enable()
        file = Path(folder, "audit.jsonl") if chosen.file else None
        asyncio.run(_run(database, file, chosen.callers, chosen.seconds))
        profile.disable()
        if chosen.profile:
            pstats.Stats(profile).sort_stats("tottime").print_stats(25)
        database.close()


if __name__ == "__main__":
    main()
