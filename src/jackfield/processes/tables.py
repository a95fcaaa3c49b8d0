"""The tables of this feature."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from jackfield.db import UtcDateTime, metadata

processes = Table(
    "processes",
    metadata,
    Column("id", String, primary_key=True),
    Column("business_unit_id", String, nullable=False),
    Column("name", String, nullable=False),
    Column("name_key", String, nullable=False),
    Column("description", Text, nullable=False),
    Column("owner_id", String, nullable=False),
    Column("definition", JSON, nullable=False),
    Column("layout", JSON, nullable=False),
    Column("form", JSON(none_as_null=True)),
    Column("settings", JSON, nullable=False),
    Column("draft_version", Integer, nullable=False),
    Column("last_number", Integer, nullable=False),
    Column("published", Integer),
    Column("has_changes", Boolean, nullable=False),
    Column("whole_unit", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("modified_at", UtcDateTime, nullable=False),
    Column("modified_by", String, nullable=False),
    Column("version", Integer, nullable=False),
    Column("deleted_at", UtcDateTime),
)
"""A deleted process keeps its row, and its versions, for the audit and the runs there were."""

_LIVE = text("deleted_at IS NULL")

Index(
    "uq_processes_name",
    processes.c.business_unit_id,
    processes.c.name_key,
    unique=True,
    sqlite_where=_LIVE,
    postgresql_where=_LIVE,
)
Index("ix_processes_name_key", processes.c.name_key, processes.c.id, sqlite_where=_LIVE, postgresql_where=_LIVE)
Index("ix_processes_owner_id", processes.c.owner_id, sqlite_where=_LIVE, postgresql_where=_LIVE)

process_versions = Table(
    "process_versions",
    metadata,
    Column("process_id", String, ForeignKey("processes.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("definition", JSON, nullable=False),
    Column("layout", JSON, nullable=False),
    Column("form", JSON(none_as_null=True)),
    Column("settings", JSON, nullable=False),
    Column("published_at", UtcDateTime, nullable=False),
    Column("published_by", String, nullable=False),
    Column("note", Text, nullable=False),
)
"""Written once."""

process_runners = Table(
    "process_runners",
    metadata,
    Column("process_id", String, ForeignKey("processes.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("subject_id", String, primary_key=True),
    Index("ix_process_runners_subject", "kind", "subject_id"),
)
"""`kind` is `person` or `group`; the whole business unit is `processes.whole_unit`."""

process_connections = Table(
    "process_connections",
    metadata,
    Column("process_id", String, ForeignKey("processes.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", String, primary_key=True),
    Column("connection_id", String, nullable=False, index=True),
)
"""What a definition's names for connections mean: for the versions, and as number 0 for the draft. A definition keeps
what it says; when a successor takes a connection's place, what it means is changed here (C16)."""

process_calls = Table(
    "process_calls",
    metadata,
    Column("process_id", String, ForeignKey("processes.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", String, primary_key=True),
    Column("called_id", String, ForeignKey("processes.id"), nullable=False, index=True),
)
"""What a definition's names for processes that its steps run mean: for the versions, and as number 0 for the draft."""

runs = Table(
    "runs",
    metadata,
    Column("id", String, primary_key=True),
    Column("process_id", String, nullable=False),
    Column("number", Integer, nullable=False),
    Column("business_unit_id", String, nullable=False),
    Column("state", String(16), nullable=False),
    Column("origin", String(16), nullable=False),
    Column("starter_kind", String(16), nullable=False),
    Column("starter_id", String, nullable=False),
    Column("starter_label", String, nullable=False),
    Column("run_as", String, nullable=False),
    Column("parent_id", String),
    Column("parent_step", Integer),
    Column("depth", Integer, nullable=False),
    Column("start_key", String),
    Column("start_digest", LargeBinary),
    Column("key_id", String),
    Column("sealed_key", LargeBinary),
    Column("input", LargeBinary, nullable=False),
    Column("snapshot", LargeBinary),
    Column("snapshot_place", Integer, nullable=False),
    Column("output", LargeBinary),
    Column("error", LargeBinary),
    Column("problem", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("due_at", BigInteger),
    Column("deadline", BigInteger, nullable=False),
    Column("cancelled_by", String),
)
"""Moments are microseconds since 1970, since these rows are written past SQLAlchemy. What a run read and wrote is JSON,
closed in the box of `sealed_key` where there is one. The snapshot has all steps up to `snapshot_place` in it; those after
it are in `run_steps`, so that both together are the run as it is (docs/decisions/0045)."""

Index("ix_runs_process_id", runs.c.process_id, runs.c.id)
Index("ix_runs_business_unit_id", runs.c.business_unit_id, runs.c.id)
Index("ix_runs_starter_id", runs.c.starter_id, runs.c.id)
_KEYED = text("start_key IS NOT NULL")
Index(
    "uq_runs_start_key",
    runs.c.process_id,
    runs.c.start_key,
    unique=True,
    sqlite_where=_KEYED,
    postgresql_where=_KEYED,
)
_ENDED = text("ended_at IS NOT NULL")
Index("ix_runs_ended_at", runs.c.business_unit_id, runs.c.ended_at, sqlite_where=_ENDED, postgresql_where=_ENDED)
_OPEN = text("ended_at IS NULL")
Index("ix_runs_open", runs.c.process_id, runs.c.state, runs.c.id, sqlite_where=_OPEN, postgresql_where=_OPEN)
_CLOSED = text("key_id IS NOT NULL")
Index("ix_runs_key_id", runs.c.key_id, sqlite_where=_CLOSED, postgresql_where=_CLOSED)
_PARENT = text("parent_id IS NOT NULL")
Index("ix_runs_parent_id", runs.c.parent_id, sqlite_where=_PARENT, postgresql_where=_PARENT)

run_steps = Table(
    "run_steps",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("n", Integer, primary_key=True, autoincrement=False),
    Column("order_id", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("resource", Text, nullable=False),
    Column("attempt", Integer, nullable=False),
    Column("attempt_group", Integer, nullable=False),
    Column("status", String(16), nullable=False),
    Column("connection_id", String),
    Column("repeat", String(16)),
    Column("input", LargeBinary),
    Column("output", LargeBinary),
    Column("error", LargeBinary),
    Column("started_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("place", Integer),
    Column("decided_by", String),
)
"""The journal: written in the transactions of the audit's record of the same use."""

run_trail = Table(
    "run_trail",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("place", Integer, primary_key=True, autoincrement=False),
    Column("tick", Integer, primary_key=True, autoincrement=False),
    Column("events", LargeBinary, nullable=False),
)
"""The states without effect that a run went through after the step of a place, and the time of a tick."""

tasks = Table(
    "tasks",
    metadata,
    Column("id", String, primary_key=True),
    Column("run_id", String, nullable=False),
    Column("n", Integer, nullable=False),
    Column("path", Text, nullable=False),
    Column("process_id", String, nullable=False),
    Column("business_unit_id", String, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("content", LargeBinary, nullable=False),
    Column("barred_id", String),
    Column("takes_links", Boolean, nullable=False),
    Column("created_at", BigInteger, nullable=False),
    Column("due_at", BigInteger),
    Column("remind_at", BigInteger),
    Column("ends_at", BigInteger),
    Column("ended_at", BigInteger),
    Column("decision", String(16)),
    Column("decided_by", String),
    Column("is_by_link", Boolean, nullable=False),
    Column("version", Integer, nullable=False),
)
"""What people are asked. Moments as in `runs`; what a task says is closed in its run's box, where that has one."""

Index("uq_tasks_step", tasks.c.run_id, tasks.c.n, unique=True)
_TASK_OPEN = text("state = 'open'")
Index("ix_tasks_open", tasks.c.process_id, tasks.c.id, sqlite_where=_TASK_OPEN, postgresql_where=_TASK_OPEN)
_DECIDED = text("decided_by IS NOT NULL")
Index("ix_tasks_decided_by", tasks.c.decided_by, tasks.c.id, sqlite_where=_DECIDED, postgresql_where=_DECIDED)

task_assignees = Table(
    "task_assignees",
    metadata,
    Column("task_id", String, ForeignKey("tasks.id"), primary_key=True),
    Column("kind", String, primary_key=True),
    Column("subject_id", String, primary_key=True),
    Column("is_open", Boolean, nullable=False),
)
"""`kind` is `person` or `group`. `is_open` is the task's: an inbox is read from an index of what is open alone."""

Index(
    "ix_task_assignees_open",
    task_assignees.c.kind,
    task_assignees.c.subject_id,
    task_assignees.c.task_id,
    sqlite_where=text("is_open = 1"),
    postgresql_where=text("is_open"),
)

task_links = Table(
    "task_links",
    metadata,
    Column("task_id", String, ForeignKey("tasks.id"), primary_key=True),
    Column("person_id", String, primary_key=True),
    Column("digest", LargeBinary, nullable=False),
    Column("made_by", String, nullable=False),
    Column("made_at", BigInteger, nullable=False),
)
"""Tokens with which one person can answer one task, once; gone with the answer."""
