"""Runs: plain statements where every run waits for them, SQLAlchemy where people look."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, and_, delete, exists, func, or_, select, text, update

from jackfield.db import Statements, Transaction
from jackfield.kernel import (
    Actor,
    ActorKind,
    BusinessUnitId,
    ConnectionId,
    Page,
    PageRequest,
    PersonId,
    ProcessId,
    RunId,
    read_json,
    write_json,
)
from jackfield.processes.run_models import OPEN_STATES, Origin, Run, RunQuery, RunState, StepStatus
from jackfield.processes.tables import (
    process_connections,
    processes,
    run_steps,
    run_trail,
    runs,
    task_assignees,
    task_links,
    tasks,
)
from jackfield.vault import Sealed

_ORDER: Final = "-id"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_HEAVY: Final = frozenset({"input", "snapshot", "output", "error", "sealed_key", "start_digest"})
_LIGHT = [column for column in runs.c if column.name not in _HEAVY]
_COLUMNS = (
    "id, process_id, number, business_unit_id, state, origin, starter_kind, starter_id, starter_label, run_as,"
    " parent_id, parent_step, depth, start_key, start_digest, key_id, sealed_key, input, snapshot_place, created_at,"
    " deadline"
)
_INSERT = f"INSERT INTO runs ({_COLUMNS}) VALUES ({', '.join(['?'] * 21)}) ON CONFLICT DO NOTHING RETURNING id"  # noqa: S608  # our own columns
_FIND_END: Final = (
    "SELECT business_unit_id, state, output, error, key_id, sealed_key FROM runs WHERE id = ? AND ended_at IS NOT NULL"
)
_UNITS: Final = text("""
    WITH RECURSIVE found(unit) AS (
        SELECT min(business_unit_id) FROM runs WHERE ended_at IS NOT NULL
        UNION ALL
        SELECT (SELECT min(business_unit_id) FROM runs WHERE ended_at IS NOT NULL AND business_unit_id > found.unit)
        FROM found WHERE found.unit IS NOT NULL
    )
    SELECT unit FROM found WHERE unit IS NOT NULL
""")
"""Each once, by as many steps in the index as there are units, however many runs there are."""


def micros(at: datetime) -> int:
    """A moment as it is stored."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def moment(stored: int) -> datetime:
    """A stored moment."""
    return _EPOCH + timedelta(microseconds=stored)


@dataclass(frozen=True, slots=True)
class NewRun:
    """A run to be stored, with what it reads."""

    run: Run
    input: bytes
    key: str | None
    """Of whoever starts it, so that the same start makes one run."""
    digest: bytes | None
    box: Sealed | None


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run with all that is needed to carry it on."""

    run: Run
    input: bytes
    snapshot: bytes | None
    snapshot_place: int
    box: Sealed | None
    output: bytes | None = None
    error: bytes | None = None


@dataclass(frozen=True, slots=True)
class StoredEnd:
    """How a run ended, as it is stored."""

    business_unit_id: BusinessUnitId
    state: RunState
    output: bytes | None
    error: bytes | None
    box: Sealed | None


@dataclass(frozen=True, slots=True)
class Child:
    """A run that a step of another one waits for."""

    id: RunId
    process_id: ProcessId
    business_unit_id: BusinessUnitId


def insert_run(tx: Statements, new: NewRun) -> bool:
    """Store a new run; False if there is one with its start key already."""
    run, box = new.run, new.box
    values = (
        run.id,
        run.process_id,
        run.number,
        run.business_unit_id,
        run.state.value,
        run.origin.value,
        run.starter.kind.value,
        run.starter.id,
        run.starter.label,
        run.run_as,
        run.parent_id,
        run.parent_step,
        run.depth,
        new.key,
        new.digest,
        box and box.key_id,
        box and box.data,
        new.input,
        0,
        micros(run.created_at),
        micros(run.deadline),
    )
    return tx.run(_INSERT, values) is not None


def find_started(tx: Transaction, process_id: ProcessId, key: str) -> tuple[RunId, bytes] | None:
    """The run that was started with a key, and the digest of what it was started with."""
    row = tx.connection.execute(
        select(runs.c.id, runs.c.start_digest).where(runs.c.process_id == process_id, runs.c.start_key == key)
    ).first()
    return None if row is None else (RunId(row.id), row.start_digest)


def mark_running(tx: Statements, ids: Collection[str]) -> None:
    """They are carried on now."""
    marks = ", ".join(["?"] * len(ids))
    tx.run(f"UPDATE runs SET state = 'running', due_at = NULL WHERE id IN ({marks})", tuple(ids))  # noqa: S608


def store_rest(
    tx: Statements,
    run_id: RunId,
    state: RunState,
    *,
    snapshot: bytes,
    place: int,
    due_at: datetime | None,
    problem: Mapping[str, Any] | None,
) -> None:
    """Store where a run rests."""
    tx.run(
        "UPDATE runs SET state = ?, snapshot = ?, snapshot_place = ?, due_at = ?, problem = ? WHERE id = ?",
        (state.value, snapshot, place, due_at and micros(due_at), _problem(problem), run_id),
    )


def store_problem(tx: Statements, run_id: RunId, state: RunState, problem: Mapping[str, Any] | None) -> None:
    """Store how a run is that nobody carries on."""
    tx.run("UPDATE runs SET state = ?, problem = ? WHERE id = ?", (state.value, _problem(problem), run_id))


def store_snapshot(tx: Statements, run_id: RunId, snapshot: bytes, place: int) -> None:
    """Store how far a run has come, while it goes on."""
    tx.run("UPDATE runs SET snapshot = ?, snapshot_place = ? WHERE id = ?", (snapshot, place, run_id))


def store_end(
    tx: Statements,
    run_id: RunId,
    state: RunState,
    at: datetime,
    *,
    output: bytes | None,
    error: bytes | None,
    problem: Mapping[str, Any] | None,
) -> None:
    """Store how a run ended; how it got there is in its steps."""
    tx.run(
        "UPDATE runs SET state = ?, ended_at = ?, output = ?, error = ?, problem = ?, snapshot = NULL, due_at = NULL"
        " WHERE id = ?",
        (state.value, micros(at), output, error, _problem(problem), run_id),
    )


def request_cancel(tx: Transaction, run_id: RunId, by: str) -> None:
    """Have whoever carries it on, or is next to, end it."""
    tx.connection.execute(update(runs).where(runs.c.id == run_id).values(cancelled_by=by))


def is_cancelled(tx: Transaction, run_id: RunId) -> str | None:
    """Who cancelled it."""
    return tx.connection.execute(select(runs.c.cancelled_by).where(runs.c.id == run_id)).scalar()


def find_run(tx: Transaction, run_id: RunId) -> Run | None:
    """A run without what it read and wrote."""
    row = tx.connection.execute(select(*_LIGHT).where(runs.c.id == run_id)).first()
    return None if row is None else _run(row)


def find_stored(tx: Transaction, run_id: RunId) -> StoredRun | None:
    """A run with all that is needed to carry it on."""
    row = tx.connection.execute(select(runs).where(runs.c.id == run_id)).first()
    if row is None:
        return None
    box = None if row.key_id is None else Sealed(row.key_id, row.sealed_key)
    return StoredRun(_run(row), row.input, row.snapshot, row.snapshot_place, box, row.output, row.error)


def find_end(tx: Statements, run_id: RunId) -> StoredEnd | None:
    """How a run ended; None if it hasn't, or isn't there."""
    row = tx.run(_FIND_END, (run_id,))
    if row is None:
        return None
    unit, state, output, error, key_id, sealed_key = row
    box = None if key_id is None else Sealed(key_id, sealed_key)
    return StoredEnd(BusinessUnitId(unit), RunState(state), output, error, box)


def find_box(tx: Transaction, run_id: RunId) -> tuple[BusinessUnitId, Sealed | None] | None:
    """Whose a run is, and its key where what it reads and writes is closed."""
    query = select(runs.c.business_unit_id, runs.c.key_id, runs.c.sealed_key).where(runs.c.id == run_id)
    row = tx.connection.execute(query).first()
    if row is None:
        return None
    return BusinessUnitId(row.business_unit_id), None if row.key_id is None else Sealed(row.key_id, row.sealed_key)


def list_awaited(tx: Transaction, parent_id: RunId, ns: Collection[int] | None = None) -> list[Child]:
    """The open runs that steps of a run wait for, or that these steps do; locked, the oldest first."""
    query = (
        select(runs.c.id, runs.c.process_id, runs.c.business_unit_id)
        .join(run_steps, and_(run_steps.c.run_id == runs.c.parent_id, run_steps.c.n == runs.c.parent_step))
        .where(
            runs.c.parent_id == parent_id,
            runs.c.ended_at.is_(None),
            runs.c.cancelled_by.is_(None),
            run_steps.c.status == StepStatus.WAITING.value,
        )
        .order_by(runs.c.id)
    )
    if ns is not None:
        query = query.where(run_steps.c.n.in_(sorted(ns)))
    return [Child(RunId(a), ProcessId(b), BusinessUnitId(c)) for a, b, c in tx.connection.execute(query)]


def find_children(tx: Transaction, parent_id: RunId) -> dict[int, Run]:
    """The runs that steps of a run started, by the step."""
    query = select(*_LIGHT).where(runs.c.parent_id == parent_id)
    return {row.parent_step: _run(row) for row in tx.connection.execute(query)}


def list_runs(
    tx: Transaction,
    readable: ColumnElement[bool] | None,
    person_id: PersonId,
    query: RunQuery,
    page: PageRequest,
) -> Page[Run]:
    """Runs, the newest first: those that `readable` lets somebody read (None: all), and those he started."""
    own = runs.c.starter_id == person_id
    statement = select(*_LIGHT).order_by(runs.c.id.desc()).limit(page.limit + 1)
    if readable is not None:
        statement = statement.where(or_(own, readable))
    if query.process_id is not None:
        statement = statement.where(runs.c.process_id == query.process_id)
    if query.business_unit_id is not None:
        statement = statement.where(runs.c.business_unit_id == query.business_unit_id)
    if query.states:
        statement = statement.where(runs.c.state.in_(sorted(query.states)))
    if query.started_by_me:
        statement = statement.where(own)
    if after := page.after(_ORDER, 1):
        statement = statement.where(runs.c.id < str(after[0]))
    found = [_run(row) for row in tx.connection.execute(statement)]
    return Page[Run].cut(found, page.limit, _ORDER, lambda run: (run.id,))


def in_units(units: Sequence[BusinessUnitId], processes: Sequence[ProcessId]) -> ColumnElement[bool]:
    """Runs of these business units, or of these processes."""
    return or_(runs.c.business_unit_id.in_(sorted(units)), runs.c.process_id.in_(sorted(processes)))


def count_open(tx: Transaction, process_id: ProcessId, *, states: frozenset[RunState] = OPEN_STATES) -> int:
    """How many runs of a process haven't ended, or are in one of some states."""
    query = select(func.count()).where(
        runs.c.process_id == process_id, runs.c.ended_at.is_(None), runs.c.state.in_(sorted(states))
    )
    return tx.connection.execute(query).scalar_one()


def list_open_versions(tx: Transaction, connection_id: ConnectionId) -> list[tuple[ProcessId, int]]:
    """The versions that name a connection, are not the published ones, and have runs that haven't ended."""
    named = process_connections
    query = (
        select(runs.c.process_id, runs.c.number)
        .distinct()
        .join(named, and_(named.c.process_id == runs.c.process_id, named.c.number == runs.c.number))
        .join(processes, processes.c.id == runs.c.process_id)
        .where(
            named.c.connection_id == connection_id,
            runs.c.ended_at.is_(None),
            or_(processes.c.published.is_(None), processes.c.published != runs.c.number),
        )
        .order_by(runs.c.process_id, runs.c.number)
    )
    return [(ProcessId(process_id), number) for process_id, number in tx.connection.execute(query)]


def has_open(tx: Transaction, process_id: ProcessId) -> bool:
    """Whether runs of a process haven't ended."""
    query = select(exists().where(runs.c.process_id == process_id, runs.c.ended_at.is_(None)))
    return bool(tx.connection.execute(query).scalar_one())


def next_queued(tx: Transaction, process_id: ProcessId) -> RunId | None:
    """The run that has been queued for longest because too many of its process go on."""
    query = (
        select(runs.c.id)
        .where(runs.c.process_id == process_id, runs.c.ended_at.is_(None), runs.c.state == RunState.QUEUED.value)
        .order_by(runs.c.id)
        .limit(1)
    )
    found = tx.connection.execute(query).scalar()
    return None if found is None else RunId(found)


def list_parked(tx: Transaction, connection_id: ConnectionId | None) -> list[Run]:
    """The runs that are parked for a connection, or for any, the oldest first."""
    query = select(*_LIGHT).where(runs.c.ended_at.is_(None), runs.c.state == RunState.PARKED.value).order_by(runs.c.id)
    if connection_id is not None:
        query = query.where(runs.c.problem.contains(f'"connection":"{connection_id}"', autoescape=True))
    return [_run(row) for row in tx.connection.execute(query)]


def list_units_with_ended(tx: Transaction) -> list[BusinessUnitId]:
    """The business units that have runs which ended."""
    return [BusinessUnitId(one) for one in tx.connection.scalars(_UNITS)]


def delete_ended(tx: Transaction, unit: BusinessUnitId, before: datetime, most: int) -> int:
    """Forget runs of a business unit that ended before a moment, with all that was kept of them; those longest over first.

    Servers that do so at the same time pass each other by.
    """
    query = (
        select(runs.c.id)
        .where(runs.c.business_unit_id == unit, runs.c.ended_at < micros(before))
        .order_by(runs.c.ended_at)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    over = [*tx.connection.scalars(query)]
    if over:
        of_runs = select(tasks.c.id).where(tasks.c.run_id.in_(over))
        for table in (task_links, task_assignees):
            tx.connection.execute(delete(table).where(table.c.task_id.in_(of_runs)))
        tx.connection.execute(delete(tasks).where(tasks.c.run_id.in_(over)))
        tx.connection.execute(delete(run_steps).where(run_steps.c.run_id.in_(over)))
        tx.connection.execute(delete(run_trail).where(run_trail.c.run_id.in_(over)))
        tx.connection.execute(delete(runs).where(runs.c.id.in_(over)))
    return len(over)


def list_boxes(tx: Transaction, after: RunId | None, limit: int) -> list[tuple[RunId, BusinessUnitId, Sealed]]:
    """The wrapped keys of runs that are closed, in the order of their ids."""
    query = (
        select(runs.c.id, runs.c.business_unit_id, runs.c.key_id, runs.c.sealed_key)
        .where(runs.c.key_id.is_not(None))
        .order_by(runs.c.id)
        .limit(limit)
    )
    if after is not None:
        query = query.where(runs.c.id > after)
    return [
        (RunId(row.id), BusinessUnitId(row.business_unit_id), Sealed(row.key_id, row.sealed_key))
        for row in tx.connection.execute(query)
    ]


def replace_box(tx: Transaction, run_id: RunId, old: Sealed, new: Sealed) -> int:
    """Store a run's key as it is wrapped anew; 0 if it was already, or is gone."""
    changed = tx.connection.execute(
        update(runs)
        .where(runs.c.id == run_id, runs.c.key_id == old.key_id)
        .values(key_id=new.key_id, sealed_key=new.data)
    )
    tx.destroys_secrets |= changed.rowcount == 1
    return changed.rowcount


def count_boxes_by_key_id(tx: Transaction) -> dict[str, int]:
    """How many runs' keys are wrapped under each key."""
    query = select(runs.c.key_id, func.count()).where(runs.c.key_id.is_not(None)).group_by(runs.c.key_id)
    return {row[0]: row[1] for row in tx.connection.execute(query)}


def _problem(problem: Mapping[str, Any] | None) -> str | None:
    return None if problem is None else write_json(problem).decode()


def _run(row: Row[Any]) -> Run:
    problem = None if row.problem is None else read_json(row.problem)
    return Run(
        id=RunId(row.id),
        process_id=ProcessId(row.process_id),
        number=row.number,
        business_unit_id=BusinessUnitId(row.business_unit_id),
        state=RunState(row.state),
        origin=Origin(row.origin),
        starter=Actor(ActorKind(row.starter_kind), row.starter_id, row.starter_label),
        run_as=PersonId(row.run_as),
        created_at=moment(row.created_at),
        deadline=moment(row.deadline),
        ended_at=None if row.ended_at is None else moment(row.ended_at),
        due_at=None if row.due_at is None else moment(row.due_at),
        problem=problem if isinstance(problem, dict) else None,
        parent_id=None if row.parent_id is None else RunId(row.parent_id),
        parent_step=row.parent_step,
        depth=row.depth,
        cancelled_by=row.cancelled_by,
        key=row.start_key,
    )
