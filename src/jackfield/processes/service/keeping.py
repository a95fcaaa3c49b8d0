"""What is done with runs by the house itself: forgetting them in time, moving their keys, resuming what was parked (D06, P7, P8)."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from jackfield.db import Database, Transaction
from jackfield.engine import nudge_work
from jackfield.errors import IntegrityError
from jackfield.kernel import (
    Act,
    Actor,
    ActorKind,
    BusinessUnitId,
    ConnectionId,
    Door,
    ObjectRef,
    RequestId,
    RunId,
    new_id,
)
from jackfield.processes.definitions import array_of, object_of
from jackfield.processes.run_models import Run, RunState
from jackfield.processes.running.payloads import binding_of
from jackfield.processes.service.parts import Parts
from jackfield.processes.store import runs, steps
from jackfield.vault import Sealed, Vault

_AT_ONCE = 500


async def forget_ended(parts: Parts) -> int:
    """Forget runs that ended longer ago than their business unit keeps them, with all they read and wrote; says how many.

    In small batches, each recorded. The record of what the runs did with connections is the audit's, and stays.
    """
    forgotten = 0
    for unit in await parts.read(runs.list_units_with_ended):
        while True:
            found = await parts.database.write(lambda tx, unit=unit: _forget_some(parts, tx, unit))
            forgotten += found
            if found < _AT_ONCE:
                break
    return forgotten


def _forget_some(parts: Parts, tx: Transaction, unit_id: BusinessUnitId) -> int:
    unit = parts.directory.find_business_unit(tx, unit_id)
    own = unit and unit.runs_kept_days
    before = parts.clock.now() - (timedelta(days=own) if own else parts.limits.runs_kept)
    found = runs.delete_ended(tx, unit_id, before, _AT_ONCE)
    if found:
        act = Act(
            actor=Actor(ActorKind.SYSTEM, "jackfield", "Jackfield"),
            door=Door.SYSTEM,
            request_id=RequestId(new_id("req")),
            name="run.forget",
            object=ObjectRef("business_unit", unit_id, unit.name if unit else unit_id),
            business_unit_id=unit_id,
            rule="P7",
            data={"runs": found, "ended_before": before.isoformat()},
        )
        parts.audit.record(tx, act)
    return found


async def rewrap_runs(database: Database, vault: Vault, *, at_once: int = 100) -> int:
    """Wrap the keys of all closed runs anew; says how many. One that can't be opened stays as it is."""
    rewrapped = 0
    after: RunId | None = None
    while True:
        place = after
        found = await database.read(lambda tx, place=place: runs.list_boxes(tx, place, at_once))
        new: list[tuple[RunId, Sealed, Sealed]] = []
        for run_id, unit, sealed in found:
            try:
                wrapped = vault.rewrap(sealed, binding_of(unit, run_id))
            except IntegrityError:
                continue
            if wrapped.key_id != sealed.key_id:
                new.append((run_id, sealed, wrapped))
        if new:
            rewrapped += await database.write(lambda tx, new=new: sum(runs.replace_box(tx, *one) for one in new))
        if len(found) < at_once:
            return rewrapped
        after = found[-1][0]


def resume_parked(tx: Transaction, connection_id: ConnectionId, now: datetime) -> None:
    """Have each step that is parked for a connection made again, and its run go on, the oldest first (P8)."""
    found = runs.list_parked(tx, connection_id)
    due_ms = int(now.timestamp() * 1000) - len(found)
    for place, run in enumerate(found):
        # In this order, as whoever carries it on, or decides about a step, locks them.
        nudge_work(tx, run.id, due_ms + place)
        for n in _parked(run).get(connection_id, ()):
            steps.insert_again(tx, run.id, n, now)
        runs.store_problem(tx, run.id, RunState.RUNNING, None)


def resume_forgotten(tx: Transaction, is_connected: Callable[[Transaction, ConnectionId], bool], now: datetime) -> None:
    """Resume what was parked though its connection is healthy, and have one run try for each that isn't."""
    first: dict[ConnectionId, RunId] = {}
    for run in runs.list_parked(tx, None):
        for connection_id in _parked(run):
            first.setdefault(connection_id, run.id)
    for connection_id, run_id in sorted(first.items()):
        if is_connected(tx, connection_id):
            resume_parked(tx, connection_id, now)
        else:
            # Whoever tried for the others may be gone.
            nudge_work(tx, run_id, int(now.timestamp() * 1000))


def _parked(run: Run) -> Mapping[ConnectionId, Sequence[int]]:
    """Which steps of a parked run wait for which connection."""
    problem = object_of(run.problem)
    # One that an earlier version parked says it of the first alone.
    parked = map(object_of, array_of(problem.get("parked")) or [problem])
    return {ConnectionId(str(one["connection"])): array_of(one.get("steps")) for one in parked if one.get("connection")}
