"""What people are asked: SQLAlchemy where people look, plain statements where a run's own transactions write."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Row, delete, func, insert, or_, select, tuple_, update

from jackfield.db import Statements, Transaction
from jackfield.kernel import BusinessUnitId, GroupId, Page, PageRequest, PersonId, ProcessId, RunId, TaskId
from jackfield.processes.store.runs import micros, moment
from jackfield.processes.store.steps import DECISIONS
from jackfield.processes.tables import task_assignees, task_links, tasks
from jackfield.processes.task_models import Assignees, Task, TaskDecision, TaskKind, TaskState

_ORDER: Final = "-id"
_PERSON: Final = "person"
_GROUP: Final = "group"
_OPEN: Final = tasks.c.state == TaskState.OPEN.value
_END: Final = (
    "UPDATE tasks SET state = ?, ended_at = ?, remind_at = NULL, version = version + 1"
    " WHERE run_id = ? AND n BETWEEN ? AND ? AND state = 'open'"
)
_OVER: Final = "SELECT id FROM tasks WHERE run_id = ? AND n BETWEEN ? AND ? AND state <> 'open'"


@dataclass(frozen=True, slots=True)
class StoredTask:
    """A task with what it says, as that is stored."""

    task: Task
    content: bytes


@dataclass(frozen=True, slots=True)
class StoredLink:
    """A token, as it is stored."""

    person_id: PersonId
    digest: bytes
    made_by: PersonId


def insert_task(tx: Transaction, stored: StoredTask, assignees: Assignees) -> None:
    """Store a new task."""
    task = stored.task
    tx.connection.execute(
        insert(tasks).values(
            id=task.id,
            run_id=task.run_id,
            n=task.n,
            path=task.path,
            process_id=task.process_id,
            business_unit_id=task.business_unit_id,
            kind=task.kind.value,
            content=stored.content,
            barred_id=task.barred_id,
            takes_links=task.takes_links,
            created_at=micros(task.created_at),
            **_values(task),
        )
    )
    add_assignees(tx, task.id, assignees)


def update_task(tx: Transaction, task: Task) -> None:
    """Store what became of a task; one that is over is in nobody's inbox, and has no links."""
    tx.connection.execute(update(tasks).where(tasks.c.id == task.id).values(**_values(task)))
    if task.state is not TaskState.OPEN:
        _close(tx, task.run_id, task.n)


def close_tasks(tx: Statements, run_id: RunId, n: int | None, state: TaskState, at: datetime) -> None:
    """End the task of a step without an answer, or every task of a run, where they are open."""
    tx.run(_END, (state.value, micros(at), *_range(run_id, n)))
    _close(tx, run_id, n)


def find_task(tx: Transaction, task_id: TaskId, *, lock: bool = False) -> StoredTask | None:
    """One task."""
    query = select(tasks).where(tasks.c.id == task_id)
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _stored(row)


def find_of_step(tx: Transaction, run_id: RunId, n: int, *, lock: bool = False) -> StoredTask | None:
    """The task of a step."""
    query = select(tasks).where(tasks.c.run_id == run_id, tasks.c.n == n)
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else _stored(row)


def reminders_of(tx: Transaction, run_id: RunId) -> Mapping[int, datetime | None]:
    """When people are to be reminded of each open task of a run, by its step."""
    query = select(tasks.c.n, tasks.c.remind_at).where(tasks.c.run_id == run_id, _OPEN)
    return {n: _moment(remind_at) for n, remind_at in tx.connection.execute(query)}


def list_open(tx: Transaction, person_id: PersonId, groups: Collection[GroupId], page: PageRequest) -> Page[StoredTask]:
    """What somebody can answer, the newest first."""
    query = select(tasks).where(*_answerable(person_id, groups))
    return _page(tx, query, page)


def count_open(tx: Transaction, person_id: PersonId, groups: Collection[GroupId]) -> int:
    """How much somebody can answer."""
    query = select(func.count()).select_from(tasks).where(*_answerable(person_id, groups))
    return tx.connection.execute(query).scalar_one()


def list_done(tx: Transaction, person_id: PersonId, page: PageRequest) -> Page[StoredTask]:
    """What somebody has answered, the newest first."""
    return _page(tx, select(tasks).where(tasks.c.decided_by == person_id), page)


def list_governed(
    tx: Transaction,
    units: Collection[BusinessUnitId],
    processes: Collection[ProcessId],
    only: ProcessId | None,
    page: PageRequest,
) -> Page[StoredTask]:
    """The open tasks of these business units' processes, and of these processes."""
    query = select(tasks).where(
        _OPEN, or_(tasks.c.business_unit_id.in_(sorted(units)), tasks.c.process_id.in_(sorted(processes)))
    )
    if only is not None:
        query = query.where(tasks.c.process_id == only)
    return _page(tx, query, page)


def list_of_run(tx: Transaction, run_id: RunId) -> list[StoredTask]:
    """All tasks of a run, as they began."""
    query = select(tasks).where(tasks.c.run_id == run_id).order_by(tasks.c.n)
    return [_stored(row) for row in tx.connection.execute(query)]


def list_open_ids(tx: Transaction, after: TaskId | None, limit: int) -> list[TaskId]:
    """The open tasks, in the order of their ids."""
    query = select(tasks.c.id).where(_OPEN).order_by(tasks.c.id).limit(limit)
    if after is not None:
        query = query.where(tasks.c.id > after)
    return [TaskId(one) for one in tx.connection.scalars(query)]


def list_asked(tx: Transaction, person_id: PersonId, groups: Collection[GroupId]) -> list[TaskId]:
    """The open tasks that somebody is asked by name, or as one of a group."""
    query = select(task_assignees.c.task_id).where(_is_asked(person_id, groups)).distinct()
    return [TaskId(one) for one in tx.connection.scalars(query.order_by(task_assignees.c.task_id))]


def list_processes_asking(tx: Transaction, group_id: GroupId) -> list[ProcessId]:
    """The processes with an open task that a group is asked."""
    query = (
        select(tasks.c.process_id)
        .join(task_assignees, task_assignees.c.task_id == tasks.c.id)
        .where(
            task_assignees.c.is_open, task_assignees.c.kind == _GROUP, task_assignees.c.subject_id == group_id, _OPEN
        )
        .distinct()
    )
    return [ProcessId(one) for one in tx.connection.scalars(query)]


# --- Who is asked -----------------------------------------------------------------------------------------------------


def assignees_of(tx: Transaction, ids: Collection[TaskId]) -> Mapping[TaskId, Assignees]:
    """Who is asked, for each task."""
    rows = tx.connection.execute(select(task_assignees).where(task_assignees.c.task_id.in_(sorted(ids)))).all()
    return {
        one: Assignees(
            frozenset(PersonId(row.subject_id) for row in rows if (row.task_id, row.kind) == (one, _PERSON)),
            frozenset(GroupId(row.subject_id) for row in rows if (row.task_id, row.kind) == (one, _GROUP)),
        )
        for one in ids
    }


def add_assignees(tx: Transaction, task_id: TaskId, assignees: Assignees) -> None:
    """Ask these, too."""
    known = assignees_of(tx, [task_id])[task_id]
    rows = [
        {"task_id": task_id, "kind": kind, "subject_id": one, "is_open": True}
        for kind, wanted in (
            (_PERSON, assignees.people - known.people),
            (_GROUP, assignees.groups - known.groups),
        )
        for one in sorted(wanted)
    ]
    if rows:
        tx.connection.execute(insert(task_assignees), rows)


def replace_assignees(tx: Transaction, task_id: TaskId, assignees: Assignees) -> None:
    """Ask these in place of those who were asked, whose links are void."""
    tx.connection.execute(delete(task_assignees).where(task_assignees.c.task_id == task_id))
    tx.connection.execute(delete(task_links).where(task_links.c.task_id == task_id))
    add_assignees(tx, task_id, assignees)


# --- Links ------------------------------------------------------------------------------------------------------------


def replace_link(tx: Transaction, task_id: TaskId, link: StoredLink, at: datetime) -> None:
    """Store a person's token for a task; one that he had is void."""
    tx.connection.execute(
        delete(task_links).where(task_links.c.task_id == task_id, task_links.c.person_id == link.person_id)
    )
    tx.connection.execute(
        insert(task_links).values(
            task_id=task_id,
            person_id=link.person_id,
            digest=link.digest,
            made_by=link.made_by,
            made_at=micros(at),
        )
    )


def list_links(tx: Transaction, task_id: TaskId) -> Sequence[StoredLink]:
    """The tokens of a task."""
    rows = tx.connection.execute(select(task_links).where(task_links.c.task_id == task_id))
    return [StoredLink(PersonId(row.person_id), row.digest, PersonId(row.made_by)) for row in rows]


# --- Rows -------------------------------------------------------------------------------------------------------------


def _is_asked(person_id: PersonId, groups: Collection[GroupId]) -> ColumnElement[bool]:
    named = [(_PERSON, person_id), *((_GROUP, one) for one in sorted(groups))]
    return task_assignees.c.is_open & tuple_(task_assignees.c.kind, task_assignees.c.subject_id).in_(named)


def _answerable(person_id: PersonId, groups: Collection[GroupId]) -> Iterable[ColumnElement[bool]]:
    asked = select(task_assignees.c.task_id).where(_is_asked(person_id, groups))
    return _OPEN, tasks.c.id.in_(asked), or_(tasks.c.barred_id.is_(None), tasks.c.barred_id != person_id)


def _page(tx: Transaction, query: Any, page: PageRequest) -> Page[StoredTask]:
    query = query.order_by(tasks.c.id.desc()).limit(page.limit + 1)
    if after := page.after(_ORDER, 1):
        query = query.where(tasks.c.id < str(after[0]))
    found = [_stored(row) for row in tx.connection.execute(query)]
    return Page[StoredTask].cut(found, page.limit, _ORDER, lambda one: (one.task.id,))


def _close(tx: Statements, run_id: RunId, n: int | None = None) -> None:
    """Take what is over out of the inboxes."""
    values = _range(run_id, n)
    tx.run(f"UPDATE task_assignees SET is_open = FALSE WHERE task_id IN ({_OVER})", values)  # noqa: S608  # our own
    tx.run(f"DELETE FROM task_links WHERE task_id IN ({_OVER})", values)  # noqa: S608  # as above


def _range(run_id: RunId, n: int | None) -> tuple[Any, ...]:
    """One step of a run, or all."""
    return (run_id, 0, DECISIONS) if n is None else (run_id, n, n)


def _values(task: Task) -> dict[str, Any]:
    return {
        "state": task.state.value,
        "due_at": task.due_at and micros(task.due_at),
        "remind_at": task.remind_at and micros(task.remind_at),
        "ends_at": task.ends_at and micros(task.ends_at),
        "ended_at": task.ended_at and micros(task.ended_at),
        "decision": task.decision and task.decision.value,
        "decided_by": task.decided_by,
        "is_by_link": task.is_by_link,
        "version": task.version,
    }


def _moment(stored: int | None) -> datetime | None:
    return None if stored is None else moment(stored)


def _stored(row: Row[Any]) -> StoredTask:
    task = Task(
        id=TaskId(row.id),
        run_id=RunId(row.run_id),
        n=row.n,
        path=row.path,
        process_id=ProcessId(row.process_id),
        business_unit_id=BusinessUnitId(row.business_unit_id),
        kind=TaskKind(row.kind),
        state=TaskState(row.state),
        created_at=moment(row.created_at),
        barred_id=None if row.barred_id is None else PersonId(row.barred_id),
        takes_links=row.takes_links,
        due_at=_moment(row.due_at),
        remind_at=_moment(row.remind_at),
        ends_at=_moment(row.ends_at),
        ended_at=_moment(row.ended_at),
        decision=None if row.decision is None else TaskDecision(row.decision),
        decided_by=None if row.decided_by is None else PersonId(row.decided_by),
        is_by_link=row.is_by_link,
        version=row.version,
    )
    return StoredTask(task, row.content)
