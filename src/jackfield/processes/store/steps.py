"""The journal of a run: its steps, and the trail of states without effect."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Row, func, or_, select, update

from jackfield.db import Statements, Transaction
from jackfield.kernel import ConnectionId, Page, PageRequest, RunId
from jackfield.processes.run_models import Step, StepStatus
from jackfield.processes.store.runs import micros, moment
from jackfield.processes.tables import run_steps, run_trail

_ORDER: Final = "n"
DECISIONS: Final = 1 << 30
"""A decision about the step n is the step DECISIONS + n: there is one for each, and whoever carries the run on numbers his
own steps without asking."""
_INSERT = (
    "INSERT INTO run_steps (run_id, n, order_id, path, name, resource, attempt, attempt_group, status, connection_id,"
    " repeat, input, output, error, started_at, ended_at, place, decided_by)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING"
)


@dataclass(frozen=True, slots=True)
class StoredStep:
    """A step with what it read and wrote, as it is stored."""

    step: Step
    input: bytes | None = None
    output: bytes | None = None
    error: bytes | None = None


def insert_step(tx: Statements, stored: StoredStep) -> None:
    """Store a step; a second time changes nothing."""
    step = stored.step
    tx.run(
        _INSERT,
        (
            step.run_id,
            step.n,
            step.order_id,
            step.path,
            step.name,
            step.resource,
            step.attempt,
            step.group,
            step.status.value,
            step.connection_id,
            step.repeat,
            stored.input,
            stored.output,
            stored.error,
            micros(step.started_at),
            step.ended_at and micros(step.ended_at),
            step.place,
            step.by,
        ),
    )


def settle_step(
    tx: Statements,
    step: Step,
    status: StepStatus,
    at: datetime,
    place: int,
    *,
    output: bytes | None,
    error: bytes | None,
) -> None:
    """Store how an open step ended; one that somebody else has closed meanwhile stays as it is."""
    tx.run(
        "UPDATE run_steps SET status = ?, output = ?, error = ?, ended_at = ?, place = ?"
        " WHERE run_id = ? AND n = ? AND status = 'open'",
        (status.value, output, error, micros(at), place, step.run_id, step.n),
    )


def insert_again(tx: Transaction, run_id: RunId, n: int, at: datetime) -> None:
    """Store that a step is made again; a second time changes nothing."""
    stored = find_step(tx, run_id, n)
    if stored is not None:
        again = replace(stored.step, n=DECISIONS + n, status=StepStatus.AGAIN, started_at=at, ended_at=at, place=None)
        insert_step(tx, StoredStep(again))


def answer_step(
    tx: Statements,
    run_id: RunId,
    n: int,
    status: StepStatus,
    at: datetime,
    *,
    output: bytes | None = None,
    error: bytes | None = None,
    place: int | None = None,
    by: str | None = None,
) -> bool:
    """Store how a waiting step ended; False if it doesn't wait any more. Without a place it is put in line later."""
    found = tx.run(
        "UPDATE run_steps SET status = ?, output = ?, error = ?, ended_at = ?, place = ?, decided_by = ?"
        " WHERE run_id = ? AND n = ? AND status = 'waiting' RETURNING n",
        (status.value, output, error, micros(at), place, by, run_id, n),
    )
    return found is not None


def abort_asking(tx: Statements, run_id: RunId, first: int, last: int, at: datetime) -> None:
    """Store that steps from one number to another don't wait for people any more."""
    tx.run(
        "UPDATE run_steps SET status = 'aborted', ended_at = ?"
        " WHERE run_id = ? AND n BETWEEN ? AND ? AND status = 'waiting' AND resource IN ('person:approve', 'person:form')",
        (micros(at), run_id, first, last),
    )


def place_step(tx: Statements, run_id: RunId, n: int, place: int) -> None:
    """Store when an ended step went into the run."""
    tx.run("UPDATE run_steps SET place = ? WHERE run_id = ? AND n = ? AND place IS NULL", (place, run_id, n))


def insert_trail(tx: Statements, run_id: RunId, place: int, tick: int, events: bytes) -> None:
    """Store the states that were gone through; a second time changes nothing."""
    tx.run(
        "INSERT INTO run_trail (run_id, place, tick, events) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (run_id, place, tick, events),
    )


def list_after(tx: Transaction, run_id: RunId, place: int) -> list[StoredStep]:
    """The steps that a snapshot hasn't in it: those that went in after it, and those that have not yet."""
    query = (
        select(run_steps)
        .where(run_steps.c.run_id == run_id, or_(run_steps.c.place > place, run_steps.c.place.is_(None)))
        .order_by(run_steps.c.n)
    )
    return [_stored(row) for row in tx.connection.execute(query)]


def last_n(tx: Transaction, run_id: RunId) -> int:
    """The highest number of a step; 0 before the first."""
    query = select(func.coalesce(func.max(run_steps.c.n), 0)).where(
        run_steps.c.run_id == run_id, run_steps.c.n < DECISIONS
    )
    return tx.connection.execute(query).scalar_one()


def last_place(tx: Transaction, run_id: RunId) -> int:
    """The highest place that a step has; 0 before the first."""
    query = select(func.coalesce(func.max(run_steps.c.place), 0)).where(run_steps.c.run_id == run_id)
    return tx.connection.execute(query).scalar_one()


def close_lost(tx: Transaction, run_id: RunId, at: datetime) -> None:
    """Close the steps that the run's last process left open, so that it can't any more (see `running.recovery`)."""
    open_ones = (run_steps.c.run_id == run_id, run_steps.c.status == StepStatus.OPEN.value)
    tx.connection.execute(
        update(run_steps)
        .where(*open_ones, run_steps.c.repeat != "once")
        .values(status=StepStatus.LOST.value, ended_at=micros(at))
    )
    place = last_place(tx, run_id)
    for n in tx.connection.scalars(select(run_steps.c.n).where(*open_ones).order_by(run_steps.c.n)).all():
        place += 1
        tx.connection.execute(
            update(run_steps)
            .where(run_steps.c.run_id == run_id, run_steps.c.n == n)
            .values(status=StepStatus.UNKNOWN.value, ended_at=micros(at), place=place)
        )


def find_step(tx: Transaction, run_id: RunId, n: int) -> StoredStep | None:
    """One step."""
    row = tx.connection.execute(select(run_steps).where(run_steps.c.run_id == run_id, run_steps.c.n == n)).first()
    return None if row is None else _stored(row)


def find_last_of_order(tx: Transaction, run_id: RunId, order_id: str) -> StoredStep | None:
    """The last attempt of an order."""
    row = tx.connection.execute(
        select(run_steps)
        .where(run_steps.c.run_id == run_id, run_steps.c.order_id == order_id, run_steps.c.n < DECISIONS)
        .order_by(run_steps.c.n.desc())
        .limit(1)
    ).first()
    return None if row is None else _stored(row)


def list_steps(tx: Transaction, run_id: RunId, page: PageRequest) -> Page[StoredStep]:
    """The steps of a run as they began."""
    query = (
        select(run_steps)
        .where(run_steps.c.run_id == run_id, run_steps.c.n < DECISIONS)
        .order_by(run_steps.c.n)
        .limit(page.limit + 1)
    )
    if (after := page.after_number(_ORDER)) is not None:
        query = query.where(run_steps.c.n > after)
    found = [_stored(row) for row in tx.connection.execute(query)]
    return Page[StoredStep].cut(found, page.limit, _ORDER, lambda one: (one.step.n,))


def list_decisions(tx: Transaction, run_id: RunId) -> list[Step]:
    """What people decided about steps of a run."""
    query = select(run_steps).where(run_steps.c.run_id == run_id, run_steps.c.n >= DECISIONS).order_by(run_steps.c.n)
    return [_stored(row).step for row in tx.connection.execute(query)]


def list_trail(tx: Transaction, run_id: RunId) -> Sequence[tuple[int, int, bytes]]:
    """Place, tick and events of the whole trail, in their order."""
    query = (
        select(run_trail.c.place, run_trail.c.tick, run_trail.c.events)
        .where(run_trail.c.run_id == run_id)
        .order_by(run_trail.c.place + run_trail.c.tick)
    )
    return [(row.place, row.tick, row.events) for row in tx.connection.execute(query)]


def _stored(row: Row[Any]) -> StoredStep:
    step = Step(
        run_id=RunId(row.run_id),
        n=row.n,
        order_id=row.order_id,
        path=row.path,
        name=row.name,
        resource=row.resource,
        attempt=row.attempt,
        group=row.attempt_group,
        status=StepStatus(row.status),
        started_at=moment(row.started_at),
        connection_id=None if row.connection_id is None else ConnectionId(row.connection_id),
        repeat=row.repeat,
        ended_at=None if row.ended_at is None else moment(row.ended_at),
        place=row.place,
        by=row.decided_by,
    )
    return StoredStep(step, row.input, row.output, row.error)
