"""Every query of the audit."""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple, cast

from sqlalchemy import ColumnElement, func, literal, or_, select, true
from sqlalchemy.exc import SQLAlchemyError

from jackfield.audit.chain import Mac, Row, link
from jackfield.audit.models import AuditQuery, RowKind
from jackfield.audit.tables import audit_entries, audit_head
from jackfield.db import Statements, Transaction, moment_as_stored
from jackfield.errors import IntegrityError

FAILURES = (SQLAlchemyError, OSError)
"""What a database raises that can't be reached, or doesn't do as it should."""

_e = audit_entries
_o = audit_entries.alias("o")

_ROWS_AT_ONCE = 500
"""Well below what SQLite takes as parameters of one statement (32,766)."""
_COLUMNS = ("sequence", "at", *(column.name for column in _e.columns if column.name not in {"sequence", "at"}))
_values_of = itemgetter(*_COLUMNS)
_ROW_OF_MARKS = f"({', '.join(['?'] * len(_COLUMNS))})"
_INSERT = f"INSERT INTO {_e.name} ({', '.join(_COLUMNS)}) VALUES"
_READ_HEAD = "SELECT sequence, mac, count FROM audit_head"
_MAKE_HEAD = "INSERT INTO audit_head (id, sequence, mac, count) VALUES (1, 0, ?, 0) ON CONFLICT DO NOTHING"
_MOVE_HEAD = (
    "UPDATE audit_head SET sequence = ?, mac = ?, count = count + ? WHERE sequence = ? AND mac = ? "
    "RETURNING (SELECT value FROM policy_epoch)"
)
_READ_MAC = "SELECT mac FROM audit_entries WHERE sequence = ?"
_READ_ANY = "SELECT sequence FROM audit_entries LIMIT 1"
_READ_EPOCH = "SELECT value FROM policy_epoch"
_head = select(audit_head.c.sequence, audit_head.c.mac, audit_head.c.count)


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain as it is stored."""

    sequence: int
    mac: bytes
    count: int


class End(NamedTuple):
    """Where the chain ends: behind which row."""

    sequence: int
    mac: bytes


def begin(tx: Statements, wait_seconds: float) -> None:
    """Wait for no lock in this transaction longer than this; on SQLite writers queue before it."""
    if not tx.is_sqlite:
        tx.run("SELECT set_config('lock_timeout', ?, true)", (f"{int(wait_seconds * 1000)}ms",))


def policy_epoch(tx: Statements) -> int:
    """The policy epoch that the transaction sees (docs/decisions/0004)."""
    return tx.run(_READ_EPOCH)[0]


class Appended(NamedTuple):
    """What a transaction saw and made."""

    policy_epoch: int
    end: End | None
    """None where nobody looked."""


def append(tx: Statements, rows: Sequence[Row], mac: Mac, seen: End | None = None) -> Appended:
    """Link rows to the end of the chain and store them; sets their `sequence` and `mac`.

    Every use of a connection waits for this, so it is few statements: the driver lets go of the interpreter's lock for
    each of them, and gets it back late while the server is busy.

    Locks the head until the transaction ends, waiting for it as long as `begin` says.

    Args:
        tx: The transaction.
        rows: At least one.
        mac: The chain's.
        seen: Where the chain was last seen to end; it is looked up only if it has grown meanwhile.
    """
    appended = _move_head(tx, rows, mac, seen) if seen else None
    if appended is None:
        head = _lock_head(tx) or _make_head(tx)
        appended = _move_head(tx, rows, mac, End(head.sequence, head.mac))
        assert appended, "the head is locked"
    for at in range(0, len(rows), _ROWS_AT_ONCE):
        _insert(tx, rows[at : at + _ROWS_AT_ONCE])
    return appended


def _move_head(tx: Statements, rows: Sequence[Row], mac: Mac, end: End) -> Appended | None:
    """Make the last row the head; None if the chain doesn't end there."""
    moved = End(end.sequence + len(rows), link(rows, end.sequence, end.mac, mac))
    found = tx.run(_MOVE_HEAD, (*moved, len(rows), *end))
    return Appended(found[0], moved) if found else None


def _lock_head(tx: Statements) -> Head | None:
    found = tx.run(_READ_HEAD if tx.is_sqlite else f"{_READ_HEAD} FOR UPDATE")
    return Head(*found) if found else None


def _insert(tx: Statements, rows: Sequence[Row]) -> None:
    values: list[Any] = []
    for row in rows:
        sequence, at, *rest = _values_of(row)
        values += (sequence, moment_as_stored(at, is_sqlite=tx.is_sqlite), *rest)
    tx.run(f"{_INSERT} {', '.join([_ROW_OF_MARKS] * len(rows))}", values)


def _make_head(tx: Statements) -> Head:
    tx.run(_MAKE_HEAD, (b"",))
    head = _lock_head(tx)
    assert head
    if head.sequence == 0 and tx.run(_READ_ANY):
        raise IntegrityError("the head of the audit was deleted; run jackfield audit verify", what="audit_head")
    return head


def find_head(tx: Transaction) -> Head | None:
    """The end of the chain; None before the first row."""
    found = tx.connection.execute(_head).first()
    return Head(*found) if found else None


def find_head_and_ends(tx: Transaction) -> tuple[Head | None, int, int]:
    """The head, and the lowest and the highest sequence that is stored, all of one moment; 1 and 0 of no rows.

    A head that was changed into something else than one is at the beginning.
    """
    first = select(func.coalesce(func.min(_e.c.sequence), 1)).scalar_subquery()
    last = select(func.coalesce(func.max(_e.c.sequence), 0)).scalar_subquery()
    first_head = select(audit_head).limit(1).subquery()
    one = select(literal(1).label("one")).subquery()
    found = tx.connection.execute(
        select(first, last, first_head.c.sequence, first_head.c.mac, first_head.c.count).select_from(
            one.outerjoin(first_head, true())
        )
    ).one()
    head = None if found[2] is None else Head(*found[2:])
    # SQLite stores any type in any column.
    if head is not None and [type(one) for one in (head.sequence, head.mac, head.count)] != [int, bytes, int]:
        head = Head(0, b"", 0)
    return head, found[0], found[1]


def has_row(tx: Statements, sequence: int, mac: bytes) -> bool:
    """Whether exactly this row is in the chain."""
    found = tx.run(_READ_MAC, (sequence,))
    return found is not None and found[0] == mac


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
