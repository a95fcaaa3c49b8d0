"""Every query of the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC
from typing import Any, cast

from sqlalchemy import ColumnElement, bindparam, func, literal, or_, select, true, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import SQLAlchemyError

from jackfield.audit.chain import Mac, Row, link
from jackfield.audit.models import AuditQuery, RowKind
from jackfield.audit.tables import audit_entries, audit_head
from jackfield.db import Transaction
from jackfield.errors import IntegrityError

FAILURES = (SQLAlchemyError, OSError)
"""What a database raises that can't be reached, or doesn't do as it should."""

_e = audit_entries
_o = audit_entries.alias("o")

_ROWS_AT_ONCE = 500
"""Well below what SQLite takes as parameters of one statement (32,766)."""
_COLUMNS = tuple(column.name for column in _e.columns)
_INSERT = f"INSERT INTO {_e.name} ({', '.join(_COLUMNS)}) VALUES"
_lock_head = select(audit_head.c.sequence, audit_head.c.mac, audit_head.c.count).with_for_update()
_head = select(audit_head.c.sequence, audit_head.c.mac, audit_head.c.count)
_move_head = update(audit_head).values(
    sequence=bindparam("new_sequence"), mac=bindparam("new_mac"), count=bindparam("new_count")
)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain as it is stored."""

    sequence: int
    mac: bytes
    count: int


def append(tx: Transaction, rows: Sequence[Row], mac: Mac, wait_seconds: float) -> None:
    """Link rows to the end of the chain and store them; sets their `sequence` and `mac`.

    Locks the head until the transaction ends, waiting for it no longer than `wait_seconds`. Rows that have their mac
    from an attempt of which nobody heard the end are looked for first, and not stored twice.
    """
    if tx.connection.dialect.name == "postgresql":
        tx.connection.execute(select(func.set_config("lock_timeout", f"{int(wait_seconds * 1000)}ms", true())))
    found = tx.connection.execute(_lock_head).first()
    head = Head(*found) if found else _make_head(tx)
    if rows[-1]["mac"] and has_row(tx, rows[-1]["sequence"], rows[-1]["mac"]):
        return
    last_mac = link(rows, head.sequence, head.mac, mac)
    count = len(rows)
    _insert(tx, rows)
    tx.connection.execute(
        _move_head,
        {"new_sequence": head.sequence + count, "new_mac": last_mac, "new_count": head.count + count},
    )


def _insert(tx: Transaction, rows: Sequence[Row]) -> None:
    """Store rows by as few statements as can be: every use of a credential waits for this twice.

    The driver lets go of the interpreter's lock for each statement, and gets it back late while the server is busy; so
    they go together, and past what SQLAlchemy does for each value.
    """
    is_sqlite = tx.connection.dialect.name == "sqlite"
    row_of_marks = f"({', '.join(['?' if is_sqlite else '%s'] * len(_COLUMNS))})"
    values: list[Any] = []
    for row in rows:
        found: dict[str, Any] = {**row}
        if is_sqlite:
            # As UtcDateTime writes it.
            found["at"] = f"{row['at'].astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
        values += [found[name] for name in _COLUMNS]
    step = _ROWS_AT_ONCE * len(_COLUMNS)
    for at in range(0, len(values), step):
        part = tuple(values[at : at + step])
        statement = f"{_INSERT} {', '.join([row_of_marks] * (len(part) // len(_COLUMNS)))}"
        tx.connection.exec_driver_sql(statement, part)


def _make_head(tx: Transaction) -> Head:
    module = sqlite if tx.connection.dialect.name == "sqlite" else postgresql
    first = module.insert(audit_head).values(id=1, sequence=0, mac=b"", count=0)
    tx.connection.execute(first.on_conflict_do_nothing())
    head = Head(*tx.connection.execute(_lock_head).one())
    if head.sequence == 0 and tx.connection.execute(select(_e.c.sequence).limit(1)).first():
        raise IntegrityError("the head of the audit was deleted; run jackfield audit verify", what="audit_head")
    return head


def find_head(tx: Transaction) -> Head | None:
    """The end of the chain; None before the first row."""
    found = tx.connection.execute(_head).first()
    return Head(*found) if found else None


def find_head_and_last(tx: Transaction) -> tuple[Head | None, int]:
    """The head, and the highest sequence that is stored, both of one moment."""
    last = select(func.coalesce(func.max(_e.c.sequence), 0)).scalar_subquery()
    first_head = select(audit_head).limit(1).subquery()
    one = select(literal(1).label("one")).subquery()
    found = tx.connection.execute(
        select(last, first_head.c.sequence, first_head.c.mac, first_head.c.count).select_from(
            one.outerjoin(first_head, true())
        )
    ).one()
    return (None if found[1] is None else Head(*found[1:])), found[0]


def has_row(tx: Transaction, sequence: int, mac: bytes) -> bool:
    """Whether exactly this row is in the chain."""
    return tx.connection.execute(select(_e.c.mac).where(_e.c.sequence == sequence)).scalar() == mac


def find_rows(tx: Transaction, after: int, limit: int, up_to: int | None = None) -> list[Row]:
    """The next rows of the chain behind a place, oldest first."""
    query = select(_e).where(_e.c.sequence > after).order_by(_e.c.sequence).limit(limit)
    if up_to is not None:
        query = query.where(_e.c.sequence <= up_to)
    return [cast("Row", dict(row)) for row in tx.connection.execute(query).mappings()]


def find_sequence(tx: Transaction, after: int) -> int | None:
    """The place of the next row, read without the row itself, which may not be readable."""
    return tx.connection.execute(
        select(_e.c.sequence).where(_e.c.sequence > after).order_by(_e.c.sequence).limit(1)
    ).scalar()


@dataclass(frozen=True, slots=True)
class Found:
    """An act or an intent, with the intent's outcome where there is one."""

    row: Row
    outcome: str
    duration_us: int | None
    outcome_data: str | None


def list_found(tx: Transaction, query: AuditQuery, before: int | None, limit: int) -> list[Found]:
    """What fits the query, newest first, below the place `before`."""
    outcome = func.coalesce(_o.c.outcome, _e.c.outcome)
    statement = (
        select(_e, outcome.label("o_outcome"), _o.c.duration_us.label("o_duration"), _o.c.data.label("o_data"))
        .select_from(_e.outerjoin(_o, _o.c.intent == _e.c.sequence))
        .where(_e.c.kind.in_((RowKind.ACT.value, RowKind.INTENT.value)), *_conditions(query, outcome))
        .order_by(_e.c.sequence.desc())
        .limit(limit)
    )
    if before is not None:
        statement = statement.where(_e.c.sequence < before)
    return [_found(row) for row in tx.connection.execute(statement).mappings()]


def _found(row: Any) -> Found:
    values = dict(row)
    outcome, duration, data = (values.pop(name) for name in ("o_outcome", "o_duration", "o_data"))
    return Found(cast("Row", values), outcome, duration, data)


def _conditions(query: AuditQuery, outcome: ColumnElement[str]) -> list[ColumnElement[bool]]:
    exact = (
        (_e.c.actor_id, query.person),
        (_e.c.door, query.door),
        (_e.c.object_kind, query.object_kind),
        (_e.c.object_id, query.object_id),
        (_e.c.request_id, query.request_id),
        (outcome, query.outcome),
    )
    conditions = [column == str(value) for column, value in exact if value is not None]
    if query.since is not None:
        conditions.append(_e.c.at >= query.since)
    if query.until is not None:
        conditions.append(_e.c.at < query.until)
    if query.name is not None:
        is_prefix = query.name.endswith(".")
        conditions.append(_e.c.name.startswith(query.name, autoescape=True) if is_prefix else _e.c.name == query.name)
    if query.business_units is not None:
        conditions.append(_e.c.business_unit_id.in_(sorted(query.business_units)))
    if query.text:
        labels = (_e.c.actor_label, _e.c.object_label)
        conditions.append(or_(*(label.icontains(query.text, autoescape=True) for label in labels)))
    return conditions
