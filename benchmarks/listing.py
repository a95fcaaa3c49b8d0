"""Listing and deciding with 1,000 and with 100,000 connections: what growth costs.

    python benchmarks/listing.py [--postgres URL]   (of a database that may be emptied)

The large installation has 100,000 connections, 10,000 people, 1,000 groups and 20 business units; the small one a
hundredth of the first two and ten groups. Times are medians, in milliseconds; the ratio is large to small.
"""

import argparse
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial

from sqlalchemy import insert

from jackfield.connections import ConnectionAct, ConnectionQuery, ConnectionSort, decide
from jackfield.connections.store import lists, records
from jackfield.connections.tables import authorized_persons, connection_admins, connections
from jackfield.db import Database, Transaction
from jackfield.directory import InstallationRole, Principal, Role
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, PageRequest, PersonId
from jackfield.migrations import upgrade

TARGET = 2.0
UNITS = 20
MINE = 100
"""Connections that the member created, however many there are."""

EDITOR = Principal(
    PersonId("per_0"),
    "Editor of two business units",
    roles={BusinessUnitId(f"bun_{number}"): frozenset({Role.EDITOR}) for number in (0, 1)},
    group_ids=frozenset(GroupId(f"grp_{number}") for number in (1, 2, 3)),
)
AUDITOR = Principal(PersonId("per_1"), "Auditor", roles={BusinessUnitId("bun_0"): frozenset({Role.AUDITOR})})
ROOT = Principal(PersonId("per_1"), "Super admin", installation_roles=frozenset({InstallationRole.SUPER_ADMIN}))


def fill(database: Database, count: int, people: int, groups: int) -> None:
    """One in five is narrowed to a group; names, times and creators are spread at random, the same every time."""
    chance = random.Random(1)
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rows: list[dict[str, object]] = []
    admins: list[dict[str, object]] = []
    narrowed: list[dict[str, object]] = []
    for number in range(count):
        connection = f"con_{number:07}"
        creator = "per_0" if chance.random() < MINE / count else f"per_{chance.randrange(1, people)}"
        at = start + timedelta(seconds=chance.randrange(10**7))
        is_narrowed = chance.random() < 0.2
        rows.append(
            {
                "id": connection,
                "business_unit_id": f"bun_{number % UNITS}",
                "name": f"Connection {number}",
                "name_key": f"{chance.random()} {number}",
                "connector": chance.choice(["http", "postgresql"]),
                "scheme": "none",
                "details": {},
                "origin": "x",
                "state": chance.choice(["connected", "connected", "unreachable"]),
                "reason": "",
                "ever_connected": True,
                "is_narrowed": is_narrowed,
                "secret_version": 1,
                "creator_id": creator,
                "created_at": at,
                "modified_at": at,
                "modified_by": creator,
                "last_used_at": at,
                "use_count": chance.randrange(5),
                "version": 1,
            }
        )
        admins.append({"connection_id": connection, "person_id": creator, "since": at})
        if is_narrowed:
            group = f"grp_{chance.randrange(groups)}"
            narrowed.append({"connection_id": connection, "kind": "group", "subject_id": group})

    def write(tx: Transaction) -> None:
        for table, values in ((connections, rows), (connection_admins, admins), (authorized_persons, narrowed)):
            for at in range(0, len(values), 5000):
                tx.connection.execute(insert(table), values[at : at + 5000])

    database.write_now(write)
    with database.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection_:
        connection_.exec_driver_sql("ANALYZE")


def measure(database: Database) -> dict[str, float]:
    """What each thing takes, in milliseconds."""

    def visible(principal: Principal, query: ConnectionQuery) -> Callable[[Transaction], object]:
        return lambda tx: lists.list_visible(tx, principal, query, PageRequest(50))

    def decided(tx: Transaction) -> object:
        found = records.find_connection(tx, ConnectionId("con_0000500"))
        assert found is not None
        return decide(EDITOR, ConnectionAct.USE, records.facts_of(tx, found))

    work: dict[str, Callable[[Transaction], object]] = {
        f"list by {sort.value}, {principal.name.lower()}": visible(principal, ConnectionQuery(sort=sort))
        for sort in ConnectionSort
        for principal in (EDITOR, AUDITOR, ROOT)
    }
    work["picker, editor"] = lambda tx: lists.list_pickable(tx, EDITOR, PageRequest(50))
    work["decide about one"] = decided
    return {name: _median(partial(database.read_now, one)) for name, one in work.items()}


def _median(work: Callable[[], object], times: int = 60) -> float:
    work()
    taken: list[float] = []
    for _ in range(times):
        started = time.perf_counter()
        work()
        taken.append(time.perf_counter() - started)
    return statistics.median(taken) * 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--postgres", default="")
    asked = parser.parse_args()
    found: list[dict[str, float]] = []
    for count, people, groups in ((1000, 100, 10), (100_000, 10_000, 1000)):
        with tempfile.TemporaryDirectory() as folder:
            database = Database.open(asked.postgres or f"sqlite:///{folder}/jackfield.db")
            if asked.postgres:
                with database.engine.begin() as connection:
                    connection.exec_driver_sql("DROP SCHEMA public CASCADE")
                    connection.exec_driver_sql("CREATE SCHEMA public")
            upgrade(database)
            fill(database, count, people, groups)
            found.append(measure(database))
            database.close()
    small, large = found
    worst = max(large[name] / small[name] for name in small)
    for name, before in small.items():
        print(f"{name:48} {before:7.2f} ms {large[name]:7.2f} ms   {large[name] / before:5.2f}")
    print(f"worst ratio {worst:.2f} (target {TARGET})")


if __name__ == "__main__":
    main()
