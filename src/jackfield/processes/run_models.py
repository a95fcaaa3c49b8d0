"""What a run is: the record, its steps, and what a person may see of both (P6, P7)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, Final

from jackfield.connections import Named
from jackfield.kernel import Actor, BusinessUnitId, ConnectionId, PersonId, ProcessId, RunId
from jackfield.processes.task_models import TaskRow


class RunState(StrEnum):
    """How a run is."""

    QUEUED = "queued"
    """Its turn will come."""
    RUNNING = "running"
    WAITING = "waiting"
    """For a time, a person, or another run."""
    PARKED = "parked"
    """For a connection to be healthy again (P8)."""
    FAULTY = "faulty"
    """A step failed that nothing caught, or nobody knows whether it took effect: a person decides (P3)."""
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    TIMED_OUT = "timed_out"


OPEN_STATES: Final = frozenset({RunState.QUEUED, RunState.RUNNING, RunState.WAITING, RunState.PARKED, RunState.FAULTY})


class Origin(StrEnum):
    """What started a run."""

    HAND = "hand"
    API = "api"
    TRIGGER = "trigger"
    PROCESS = "process"


class StepStatus(StrEnum):
    """How one attempt of a step is, or what a person decided about it."""

    OPEN = "open"
    """Recorded before its effect, and not ended."""
    WAITING = "waiting"
    """For a person, or another run."""
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"
    """It may have taken effect."""
    LOST = "lost"
    """Its process died; it is made again, as it may be."""
    ABORTED = "aborted"
    """What it waited for is not needed any more: its run ended, or a sibling failed."""
    SKIPPED = "skipped"
    """A person gave its result."""
    AGAIN = "again"
    """A person had it tried again."""


ENDED: Final = frozenset({StepStatus.DONE, StepStatus.FAILED, StepStatus.UNKNOWN, StepStatus.SKIPPED, StepStatus.AGAIN})
"""What goes into the run, each at its place, and never again."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run as it is stored; what it read and wrote is beside it, closed where the version says so."""

    id: RunId
    process_id: ProcessId
    number: int
    """Of the version it is pinned to."""
    business_unit_id: BusinessUnitId
    state: RunState
    origin: Origin
    starter: Actor
    run_as: PersonId
    """Who published the version: by his right it uses connections (C9)."""
    created_at: datetime
    deadline: datetime
    ended_at: datetime | None = None
    due_at: datetime | None = None
    """While it waits for a time: until when."""
    problem: Mapping[str, Any] | None = None
    """Why it is faulty, parked or failed: `{code, message, step, …}`; no payload."""
    parent_id: RunId | None = None
    parent_step: int | None = None
    depth: int = 0
    cancelled_by: str | None = None
    key: str | None = None
    """Of its start, which is made once; of a run that a trigger started, the trigger's event."""


@dataclass(frozen=True, slots=True)
class Step:
    """One attempt of a step, or a decision about one."""

    run_id: RunId
    n: int
    """Counts those of the run."""
    order_id: str
    path: str
    name: str
    resource: str
    attempt: int
    """Of this order; 1 is the first."""
    group: int
    """Attempts of one group have the same idempotency key."""
    status: StepStatus
    started_at: datetime
    connection_id: ConnectionId | None = None
    repeat: str | None = None
    """Whether it may be made again, as the action says: `read`, `repeatable`, `keyed` or `once`."""
    ended_at: datetime | None = None
    place: int | None = None
    """In the order in which ended steps went into the run."""
    by: str | None = None
    """Who decided."""


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run in a list."""

    run: Run
    process: Named
    run_as: Named


@dataclass(frozen=True, slots=True)
class RunView:
    """One run as somebody may see it."""

    row: RunRow
    input: Any
    output: Any
    error: Mapping[str, Any] | None
    is_sealed: bool
    may_manage: bool
    """Retry a step, skip it."""
    may_cancel: bool


@dataclass(frozen=True, slots=True)
class EndedRun:
    """How a run ended, for whoever waits for that."""

    is_success: bool
    output: Any
    """What it ended with; None where it didn't succeed."""
    error: str
    """The name of the error it ended with, or its state where it has none; empty where it succeeded."""


@dataclass(frozen=True, slots=True)
class ChildRun:
    """The run that a step started."""

    id: RunId
    process: Named
    state: RunState


@dataclass(frozen=True, slots=True)
class StepRow:
    """One attempt of a step as somebody may see it."""

    step: Step
    connection: Named | None
    input: Any
    output: Any
    error: Mapping[str, Any] | None
    decision: Step | None = None
    """What a person decided about it."""
    decided_by: Named | None = None
    child: ChildRun | None = None
    """Of a step that runs another process."""
    task: TaskRow | None = None
    """What it asks people."""


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """A state without effect that a run entered or left, or a failure that was caught."""

    place: int
    """How many steps had ended before."""
    event: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RunQuery:
    """What a list of runs is narrowed to."""

    process_id: ProcessId | None = None
    states: frozenset[RunState] = frozenset()
    started_by_me: bool = False
    business_unit_id: BusinessUnitId | None = None
