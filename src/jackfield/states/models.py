"""What an execution asks for, says, and ends with; what is wrong with a definition."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final


class ResourceKind(StrEnum):
    """Who does the work of a Task."""

    CONNECTION = "connection"
    """`connection:<connector>.<action>`; the state's `Credentials` name the connection."""
    PERSON = "person"
    """`person:approve`, `person:form`."""
    PROCESS = "process"
    """`process:run`."""
    FUNCTION = "function"
    """`function:<name>`: for trying a definition out."""
    AWS = "aws"
    """An ARN: opaque here."""


class Pattern(StrEnum):
    """How a service of AWS is waited for (its "service integration patterns")."""

    REQUEST_RESPONSE = ""
    SYNC = ".sync"
    SYNC_JSON = ".sync:2"
    WAIT_FOR_TASK_TOKEN = ".waitForTaskToken"  # noqa: S105  # the suffix of a resource


@dataclass(frozen=True, slots=True)
class Resource:
    """The `Resource` of a Task."""

    text: str
    """As in the definition."""
    kind: ResourceKind
    name: str
    """`<connector>.<action>`, `approve`, `form`, `run`, the function's name, or what follows an ARN's account."""
    pattern: Pattern = Pattern.REQUEST_RESPONSE

    @property
    def connector(self) -> str:
        """Of a connection's action; empty for anything else."""
        return self.name.partition(".")[0] if self.kind is ResourceKind.CONNECTION else ""

    @property
    def action(self) -> str:
        """Of a connection; empty for anything else."""
        return self.name.partition(".")[2] if self.kind is ResourceKind.CONNECTION else ""


@dataclass(frozen=True, slots=True)
class TaskOrder:
    """Work to be done outside, answered with `complete` or `fail`."""

    id: str
    """The same whenever the same execution is run again: path, place in its scope, attempt."""
    path: str
    """Where the state is: `/Pay`, `/Each/3/Pay` (iteration 3 of the Map `Each`), `/Both/1/Pay` (its second branch)."""
    state: str
    resource: Resource
    arguments: Any
    """What AWS calls the task's effective input."""
    credentials: Any
    """The state's `Credentials`, evaluated; None where there are none."""
    timeout_seconds: float | None
    heartbeat_seconds: float | None
    attempt: int
    """1 is the first."""
    ordered_at: datetime


class WaitKind(StrEnum):
    """Why nothing happens until then."""

    WAIT = "wait"
    """A Wait state."""
    RETRY = "retry"
    """The pause before a Task, Map or Parallel is tried again."""


@dataclass(frozen=True, slots=True)
class WaitOrder:
    """Time that must pass; ended by `elapse`."""

    id: str
    path: str
    state: str
    until: datetime
    kind: WaitKind


Order = TaskOrder | WaitOrder


@dataclass(frozen=True, slots=True)
class Succeeded:
    """The execution has ended well."""

    output: Any


@dataclass(frozen=True, slots=True)
class Failed:
    """The execution has ended with an error that nothing caught."""

    error: str | None
    """`States.TaskFailed` and the like, or the definition's or the task's own."""
    cause: str | None
    path: str = ""
    """Of the state at which it failed; empty for the execution's own time-out."""
    data: dict[str, Any] = field(default_factory=dict[str, Any])
    """What came with the error, beside Error and Cause."""


Outcome = Succeeded | Failed


class EventKind(StrEnum):
    """What happened in an execution."""

    ENTERED = "entered"
    ORDERED = "ordered"
    """A Task, a Wait: `order_id` says which."""
    EXITED = "exited"
    FAILED = "failed"
    RETRIED = "retried"
    """Will be tried again at `until`."""
    CAUGHT = "caught"
    ABORTED = "aborted"
    """Was running when a sibling, or what it belongs to, failed."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a state."""

    kind: EventKind
    path: str
    state: str
    type: str
    """`Task`, `Map`, …"""
    at: datetime
    step: str
    """Of the state's visit: all events of one visit have the same, no two visits do."""
    input: Any = None
    """Of `entered`: the state's input. Of `ordered`: the task's arguments."""
    output: Any = None
    """Of `exited`; of `caught`, the input of the state that is next."""
    assigned: dict[str, Any] | None = None
    """The variables that were assigned."""
    error: str | None = None
    cause: str | None = None
    data: dict[str, Any] | None = None
    next: str | None = None
    order_id: str | None = None
    attempt: int | None = None
    until: datetime | None = None


class Severity(StrEnum):
    """Whether a definition can be run."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """Something wrong with a definition."""

    pointer: str
    """A JSON Pointer to it."""
    message: str
    severity: Severity = Severity.ERROR
    code: str = "SCHEMA_VALIDATION_FAILED"
    """As AWS's ValidateStateMachineDefinition calls it, where it has a word."""
    line: int | None = None
    column: int | None = None
    hinders: bool = True
    """Whether what has this error can't be run at all; without, it is refused as a mistake, and could be."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What an execution may take; whoever executes may allow more (docs/security.md, 4.2)."""

    steps: int = 10_000
    """States entered, in all; passing it ends the execution, and no Catch catches that."""
    payload_bytes: int = 256 << 10
    """Of what a state makes, as JSON, as AWS has it; passing it is `States.DataLimitExceeded`."""
    work: int = 20_000_000
    """Steps of expressions in all, ten to twenty seconds of CPU time; passing it ends the execution, too."""
    concurrency: int = 40
    """Of the iterations of one Map, as AWS has it for the inline mode."""


DEFAULT_LIMITS: Final = Limits()
