"""What people are asked by the steps of runs: the record, and what a person may see of it (P2)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from jackfield.connections import Named
from jackfield.kernel import BusinessUnitId, GroupId, JsonValue, PersonId, ProcessId, RunId, Secret, TaskId


class TaskKind(StrEnum):
    """What is asked for."""

    APPROVE = "approve"
    """A yes or a no."""
    FORM = "form"
    """What a form has fields for."""


class TaskState(StrEnum):
    """How a task is."""

    OPEN = "open"
    DONE = "done"
    EXPIRED = "expired"
    """Nobody answered in time (the state's `TimeoutSeconds`)."""
    CANCELLED = "cancelled"
    """Its run ended, or doesn't need the answer any more."""


class TaskDecision(StrEnum):
    """How somebody answers."""

    APPROVED = "approved"
    REJECTED = "rejected"
    ANSWERED = "answered"
    """By filling in the form."""


class TaskView(StrEnum):
    """Which tasks are listed."""

    OPEN = "open"
    """Those that one can answer now."""
    DONE = "done"
    """Those that one has answered."""
    GOVERNED = "governed"
    """The open ones of the processes whose runs one may mend, whoever is asked."""


@dataclass(frozen=True, slots=True)
class Assignees:
    """Who is asked; who belongs to a group is looked up whenever it counts."""

    people: frozenset[PersonId] = frozenset()
    groups: frozenset[GroupId] = frozenset()

    @property
    def is_empty(self) -> bool:
        """Whether nobody is named."""
        return not self.people and not self.groups

    def __or__(self, other: "Assignees") -> "Assignees":
        return Assignees(self.people | other.people, self.groups | other.groups)


@dataclass(frozen=True, slots=True)
class Task:
    """A task as it is stored; what it says is beside it, closed where the version is sensitive."""

    id: TaskId
    run_id: RunId
    n: int
    """Of its step."""
    path: str
    process_id: ProcessId
    business_unit_id: BusinessUnitId
    kind: TaskKind
    state: TaskState
    created_at: datetime
    barred_id: PersonId | None = None
    """Who may not answer it: whoever started the run, unless the step lets him."""
    takes_links: bool = False
    """Whether it may be answered by a link, without signing in."""
    due_at: datetime | None = None
    """By when it should be answered; passing it ends nothing."""
    remind_at: datetime | None = None
    """When those who are asked are reminded, and others are asked, too; None: never, or no more."""
    ends_at: datetime | None = None
    """When it expires."""
    ended_at: datetime | None = None
    decision: TaskDecision | None = None
    decided_by: PersonId | None = None
    is_by_link: bool = False
    version: int = 1


@dataclass(frozen=True, slots=True)
class TaskContent:
    """What it says, as its step gave it."""

    title: str
    text: str = ""
    format: str = "plain"
    form: Mapping[str, Any] | None = None
    escalate_to: Assignees = field(default_factory=Assignees)


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody answers."""

    decision: TaskDecision
    reason: str = ""
    values: Mapping[str, JsonValue] = field(default_factory=dict[str, JsonValue])


@dataclass(frozen=True, slots=True)
class TaskRow:
    """One task in a list."""

    task: Task
    title: str
    process: Named
    people: tuple[Named, ...]
    groups: tuple[Named, ...]
    decided_by: Named | None


@dataclass(frozen=True, slots=True)
class TaskDetail:
    """One task as somebody may see it."""

    row: TaskRow
    content: TaskContent
    is_sealed: bool
    answer: Mapping[str, Any] | None
    """What the step resulted in."""
    may_decide: bool
    why_not: str
    may_reassign: bool


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A token with which one person can answer one task, once."""

    person: Named
    token: Secret
    """Nowhere stored, never shown again."""
    expires_at: datetime
    """At the latest: it expires with the task."""
