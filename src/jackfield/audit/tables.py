"""The chain and its head.

An outcome row leaves everything empty that its intent says, so that it is small; the indexes are partial for its sake.
"""

from sqlalchemy import BigInteger, Column, ColumnElement, Index, Integer, LargeBinary, String, Table, Text

from jackfield.db import UtcDateTime, metadata

audit_entries = Table(
    "audit_entries",
    metadata,
    Column("sequence", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("kind", String(8), nullable=False),
    Column("intent", BigInteger),
    Column("request_id", String),
    Column("actor_kind", String(16)),
    Column("actor_id", String),
    Column("actor_label", String),
    Column("actor_via", String),
    Column("door", String(16)),
    Column("name", String),
    Column("object_kind", String),
    Column("object_id", String),
    Column("object_label", String),
    Column("business_unit_id", String),
    Column("rule", String),
    Column("outcome", String(8), nullable=False),
    Column("duration_us", BigInteger),
    Column("data", Text, nullable=False),
    Column("mac", LargeBinary, nullable=False),
)
"""Gapless by `sequence`; `data` is text and not JSON, because the mac is taken over its exact spelling."""

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("sequence", BigInteger, nullable=False),
    Column("mac", LargeBinary, nullable=False),
    Column("count", BigInteger, nullable=False),
)
"""One row: the end of the chain. Who appends locks it."""


def _partial(name: str, *columns: Column[str] | Column[int], unique: bool = False) -> None:
    filled: ColumnElement[bool] = columns[0].is_not(None)
    Index(name, *columns, unique=unique, sqlite_where=filled, postgresql_where=filled)


_c = audit_entries.c
Index("ix_audit_entries_at", _c.at)
_partial("uq_audit_entries_intent", _c.intent, unique=True)
_partial("ix_audit_entries_request_id", _c.request_id)
_partial("ix_audit_entries_actor_id", _c.actor_id, _c.sequence)
_partial("ix_audit_entries_object_id", _c.object_id, _c.sequence)
_partial("ix_audit_entries_name", _c.name, _c.sequence)
_partial("ix_audit_entries_business_unit_id", _c.business_unit_id, _c.sequence)
