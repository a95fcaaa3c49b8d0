"""The tables of this feature."""

from sqlalchemy import JSON, Boolean, Column, ForeignKey, Index, Integer, LargeBinary, String, Table, Text, text

from jackfield.db import UtcDateTime, metadata

triggers = Table(
    "triggers",
    metadata,
    Column("id", String, primary_key=True),
    Column("process_id", String, nullable=False),
    Column("business_unit_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("settings", JSON, nullable=False),
    Column("connection_id", String),
    Column("is_enabled", Boolean, nullable=False),
    Column("place", JSON, nullable=False),
    Column("due_at", UtcDateTime),
    Column("lease_until", UtcDateTime),
    Column("fence", Integer, nullable=False),
    Column("failures", Integer, nullable=False),
    Column("told", Integer, nullable=False, server_default="0"),
    Column("listener", String),
    Column("listener_until", UtcDateTime),
    Column("listening_since", UtcDateTime),
    Column("trouble_code", String, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("trouble_at", UtcDateTime),
    Column("address", Integer, nullable=False),
    Column("address_digest", String),
    Column("box_key_id", String, nullable=False),
    Column("box", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("modified_by", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("deleted_at", UtcDateTime),
)
"""`listener` is the server process that has it in hand to listen for it. `box` is the wrapped key that everything of the trigger is sealed under: its secrets, and the inputs of its events."""

_LIVE = text("deleted_at IS NULL")

Index(
    "uq_triggers_name",
    triggers.c.process_id,
    triggers.c.name_key,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
Index("uq_triggers_address_digest", triggers.c.address_digest, unique=True)
Index("ix_triggers_name_key", triggers.c.name_key, triggers.c.id, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("ix_triggers_due_at", triggers.c.due_at, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("ix_triggers_connection_id", triggers.c.connection_id)
Index("ix_triggers_box_key_id", triggers.c.box_key_id)

trigger_secrets = Table(
    "trigger_secrets",
    metadata,
    Column("trigger_id", String, ForeignKey("triggers.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
    Column("set_at", UtcDateTime, nullable=False),
    Column("set_by", String, nullable=False),
)
"""Those in force, at most two of a trigger; closed in its box."""

trigger_events = Table(
    "trigger_events",
    metadata,
    Column("id", String, primary_key=True),
    Column("trigger_id", String, ForeignKey("triggers.id"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("what", Text, nullable=False),
    Column("outcome", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("run_id", String),
    Column("replay_of", String),
    Column("attempts", Integer, nullable=False),
    Column("due_at", UtcDateTime),
    Column("followed", String, nullable=False),
    Column("source", JSON, nullable=False),
    Column("input", LargeBinary),
    Index("ix_trigger_events_trigger", "trigger_id", "id"),
    Index("ix_trigger_events_at", "at"),
)
"""`due_at` is when to try to start the run; None once that is settled. `input` is closed in the trigger's box."""

_DUE = text("due_at IS NOT NULL")
Index("ix_trigger_events_due_at", trigger_events.c.due_at, sqlite_where=_DUE, postgresql_where=_DUE)
_FOLLOWING = text("followed = 'waiting'")
Index(
    "ix_trigger_events_followed",
    trigger_events.c.trigger_id,
    trigger_events.c.id,
    sqlite_where=_FOLLOWING,
    postgresql_where=_FOLLOWING,
)

trigger_marks = Table(
    "trigger_marks",
    metadata,
    Column("trigger_id", String, ForeignKey("triggers.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("event_id", String),
    Column("until", UtcDateTime, nullable=False),
    Index("ix_trigger_marks_until", "until"),
)
"""What a trigger has seen: one event for each key, however often it comes (D65). Outlives the event."""
