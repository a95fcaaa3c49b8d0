"""Processes, their runners and what their definitions refer to."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict
from typing import Any

from sqlalchemy import Row, delete, insert, select, update
from sqlalchemy.exc import IntegrityError as TakenError

from jackfield.db import Transaction
from jackfield.kernel import BusinessUnitId, ConnectionId, GroupId, PersonId, ProcessId, name_key
from jackfield.processes.errors import ProcessNameTakenError
from jackfield.processes.models import Content, Process, ProcessFacts, Runners, Settings
from jackfield.processes.tables import process_calls, process_connections, process_runners, processes

DRAFT = 0
"""The number of the draft, where versions have theirs."""
_PERSON = "person"
_GROUP = "group"


def insert_process(tx: Transaction, process: Process) -> None:
    """Store a new process.

    Raises:
        ProcessNameTakenError: The business unit has one of that name.
    """
    _with_its_name(tx, insert(processes).values(id=process.id, whole_unit=False, **_values(process)), process)


def update_process(tx: Transaction, process: Process, *, has_changes: bool | None = None) -> None:
    """Store what became of a process.

    Raises:
        ProcessNameTakenError: The business unit has another one of that name.
    """
    values = _values(process)
    if has_changes is None:
        del values["has_changes"]
    else:
        values["has_changes"] = has_changes
    _with_its_name(tx, update(processes).where(processes.c.id == process.id).values(**values), process)


def find_process(tx: Transaction, process_id: ProcessId, *, lock: bool = False) -> Process | None:
    """The process, unless it is deleted."""
    query = select(processes).where(processes.c.id == process_id, processes.c.deleted_at.is_(None))
    row = tx.connection.execute(query.with_for_update() if lock else query).first()
    return None if row is None else process_of(row)


def find_any(tx: Transaction, process_id: ProcessId) -> Process:
    """The process, deleted or not: runs refer to it."""
    return process_of(tx.connection.execute(select(processes).where(processes.c.id == process_id)).one())


def find_ids_by_name(tx: Transaction, name: str, units: frozenset[BusinessUnitId] | None) -> list[ProcessId]:
    """The processes of that name, in these business units or in all."""
    query = select(processes.c.id).where(processes.c.name_key == name_key(name), processes.c.deleted_at.is_(None))
    if units is not None:
        query = query.where(processes.c.business_unit_id.in_(sorted(units)))
    return [ProcessId(one) for one in tx.connection.scalars(query.order_by(processes.c.id))]


def facts_of(tx: Transaction, process: Process) -> ProcessFacts:
    """What decisions about it ask for."""
    return ProcessFacts(
        process.id,
        process.business_unit_id,
        process.owner_id,
        find_runners(tx, process.id),
        process.published is not None,
    )


def find_runners(tx: Transaction, process_id: ProcessId) -> Runners:
    """Who may run it."""
    whole = tx.connection.execute(select(processes.c.whole_unit).where(processes.c.id == process_id)).scalar_one()
    rows = tx.connection.execute(
        select(process_runners.c.kind, process_runners.c.subject_id).where(process_runners.c.process_id == process_id)
    ).all()
    return Runners(
        frozenset(PersonId(subject) for kind, subject in rows if kind == _PERSON),
        frozenset(GroupId(subject) for kind, subject in rows if kind == _GROUP),
        whole,
    )


def replace_runners(tx: Transaction, process_id: ProcessId, runners: Runners) -> None:
    """Store who may run it."""
    tx.connection.execute(update(processes).where(processes.c.id == process_id).values(whole_unit=runners.whole_unit))
    tx.connection.execute(delete(process_runners).where(process_runners.c.process_id == process_id))
    rows = [
        {"process_id": process_id, "kind": kind, "subject_id": subject}
        for kind, subjects in ((_PERSON, runners.people), (_GROUP, runners.groups))
        for subject in sorted(subjects)
    ]
    if rows:
        tx.connection.execute(insert(process_runners), rows)


def list_run_by_group(tx: Transaction, group_id: GroupId) -> list[tuple[ProcessId, str]]:
    """The processes that a group may run, by name."""
    query = (
        select(processes.c.id, processes.c.name)
        .join(process_runners, process_runners.c.process_id == processes.c.id)
        .where(
            process_runners.c.kind == _GROUP,
            process_runners.c.subject_id == group_id,
            processes.c.deleted_at.is_(None),
        )
        .order_by(processes.c.name_key)
    )
    return [(ProcessId(id_), name) for id_, name in tx.connection.execute(query)]


def list_owned(tx: Transaction, person_id: PersonId, unit: BusinessUnitId | None) -> list[ProcessId]:
    """The processes, of one business unit or of all, that somebody owns; in the order to lock them in."""
    query = select(processes.c.id).where(processes.c.owner_id == person_id, processes.c.deleted_at.is_(None))
    if unit is not None:
        query = query.where(processes.c.business_unit_id == unit)
    return [ProcessId(one) for one in tx.connection.scalars(query.order_by(processes.c.id))]


# --- What definitions refer to ----------------------------------------------------------------------------------------


def find_meanings(tx: Transaction, process_id: ProcessId, number: int) -> Mapping[str, ConnectionId]:
    """Which connections a version, or the draft, means by what it calls them."""
    rows = tx.connection.execute(
        select(process_connections.c.reference, process_connections.c.connection_id).where(
            process_connections.c.process_id == process_id, process_connections.c.number == number
        )
    )
    return {reference: ConnectionId(connection_id) for reference, connection_id in rows}


def replace_meanings(tx: Transaction, process_id: ProcessId, number: int, meanings: Mapping[str, ConnectionId]) -> None:
    """Store them."""
    tx.connection.execute(
        delete(process_connections).where(
            process_connections.c.process_id == process_id, process_connections.c.number == number
        )
    )
    rows = [
        {"process_id": process_id, "number": number, "reference": reference, "connection_id": connection_id}
        for reference, connection_id in sorted(meanings.items())
    ]
    if rows:
        tx.connection.execute(insert(process_connections), rows)


def repoint(tx: Transaction, old: ConnectionId, new: ConnectionId) -> None:
    """Have every definition that means a connection mean its successor (C16)."""
    tx.connection.execute(
        update(process_connections).where(process_connections.c.connection_id == old).values(connection_id=new)
    )


def find_calls(tx: Transaction, process_id: ProcessId, number: int) -> Mapping[str, ProcessId]:
    """Which processes a version, or the draft, means by what it calls those that its steps run."""
    rows = tx.connection.execute(
        select(process_calls.c.reference, process_calls.c.called_id).where(
            process_calls.c.process_id == process_id, process_calls.c.number == number
        )
    )
    return {reference: ProcessId(called_id) for reference, called_id in rows}


def replace_calls(tx: Transaction, process_id: ProcessId, number: int, calls: Mapping[str, ProcessId]) -> None:
    """Store them."""
    tx.connection.execute(
        delete(process_calls).where(process_calls.c.process_id == process_id, process_calls.c.number == number)
    )
    rows = [
        {"process_id": process_id, "number": number, "reference": reference, "called_id": called_id}
        for reference, called_id in sorted(calls.items())
    ]
    if rows:
        tx.connection.execute(insert(process_calls), rows)


def list_callers(tx: Transaction, process_id: ProcessId) -> list[Process]:
    """The processes whose published versions run it, by name; itself is none."""
    query = (
        select(processes)
        .where(
            processes.c.id.in_(
                select(process_calls.c.process_id).where(
                    process_calls.c.called_id == process_id,
                    process_calls.c.number == processes.c.published,
                    process_calls.c.process_id == processes.c.id,
                )
            ),
            processes.c.id != process_id,
            processes.c.deleted_at.is_(None),
        )
        .order_by(processes.c.name_key)
    )
    return [process_of(row) for row in tx.connection.execute(query)]


# --- Rows -------------------------------------------------------------------------------------------------------------


def content_values(content: Content) -> dict[str, Any]:
    """A content as columns."""
    return {
        "definition": content.definition,
        "layout": content.layout,
        "form": content.form,
        "settings": asdict(content.settings),
    }


def content_of(row: Row[Any]) -> Content:
    """The content in a row of `processes` or `process_versions`."""
    return Content(row.definition, row.layout, row.form, Settings(**row.settings))


def process_of(row: Row[Any]) -> Process:
    """A row of `processes`."""
    return Process(
        id=ProcessId(row.id),
        business_unit_id=BusinessUnitId(row.business_unit_id),
        name=row.name,
        description=row.description,
        owner_id=PersonId(row.owner_id),
        draft=content_of(row),
        draft_version=row.draft_version,
        last_number=row.last_number,
        published=row.published,
        created_at=row.created_at,
        modified_at=row.modified_at,
        modified_by=PersonId(row.modified_by),
        version=row.version,
        deleted_at=row.deleted_at,
    )


def _values(process: Process) -> dict[str, Any]:
    return {
        "business_unit_id": process.business_unit_id,
        "name": process.name,
        "name_key": name_key(process.name),
        "description": process.description,
        "owner_id": process.owner_id,
        **content_values(process.draft),
        "draft_version": process.draft_version,
        "last_number": process.last_number,
        "published": process.published,
        "has_changes": True,
        "created_at": process.created_at,
        "modified_at": process.modified_at,
        "modified_by": process.modified_by,
        "version": process.version,
        "deleted_at": process.deleted_at,
    }


def _with_its_name(tx: Transaction, statement: Any, process: Process) -> None:
    try:
        with tx.connection.begin_nested():
            tx.connection.execute(statement)
    except TakenError:
        raise ProcessNameTakenError(
            f"there is a process named {process.name!r} in the business unit already", field="name"
        ) from None


def names_of(tx: Transaction, ids: Iterable[ProcessId]) -> Mapping[ProcessId, str]:
    """Processes by their present names, deleted ones, too."""
    wanted: Collection[str] = sorted(set(ids))
    query = select(processes.c.id, processes.c.name).where(processes.c.id.in_(wanted))
    return {ProcessId(id_): name for id_, name in tx.connection.execute(query)}


def lock_process(tx: Transaction, process_id: ProcessId) -> None:
    """Have those who count its runs queue here; deleted ones, too."""
    tx.connection.execute(select(processes.c.id).where(processes.c.id == process_id).with_for_update())
