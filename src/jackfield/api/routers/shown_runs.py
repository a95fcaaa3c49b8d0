"""Runs in answers."""

from datetime import datetime
from typing import Any

from pydantic import Field

from jackfield.api.bodies import Output
from jackfield.api.languages import Words
from jackfield.api.routers.shown_connections import Named, show_named
from jackfield.api.routers.shown_tasks import TaskInList, show_task_in_list
from jackfield.processes import Origin, RunState, StepStatus
from jackfield.processes import RunRow as FoundRow
from jackfield.processes import RunView as FoundView
from jackfield.processes import StepRow as FoundStep
from jackfield.processes import TrailEntry as FoundEntry


class RunProblem(Output):
    """Why a run stopped, or failed."""

    code: str
    message: Words = ""
    path: str = Field(default="", description="Of the state, as in `/Each/3/Pay`.")
    connection: str | None = Field(
        default=None, description="The id of the connection that it waits for, or failed at."
    )
    steps: list[int] = Field(default_factory=list[int], description="The steps that wait for a person's decision.")


class RunInList(Output):
    """A run, without what it read and wrote."""

    id: str
    process: Named
    number: int = Field(description="Of the version that it is pinned to.")
    business_unit_id: str
    state: RunState
    origin: Origin
    starter: Named = Field(description="Who, or which trigger, started it.")
    run_as: Named = Field(description="By whose right it uses connections: he published the version (C9).")
    created_at: datetime
    ended_at: datetime | None
    due_at: datetime | None = Field(description="While it waits for a time: until when.")
    problem: RunProblem | None
    parent_id: str | None = Field(description="The run that started it as a step.")
    event_id: str | None = Field(
        description="What happened to the trigger that started it: `/api/triggers/{starter.id}/events/{event_id}`."
    )


class Run(RunInList):
    """A run as the caller may see it."""

    input: Any
    output: Any
    error: dict[str, Any] | None
    is_sealed: bool = Field(description="Whether what it reads and writes is stored sealed.")
    may_manage: bool = Field(description="Whether the caller may retry and skip its steps.")
    may_cancel: bool


class RunDecision(Output):
    """What a person decided about a step that stopped the run."""

    what: StepStatus = Field(description="`again` or `skipped`.")
    by: Named | None
    at: datetime


class StartedRun(Output):
    """The run that a step started."""

    id: str
    process: Named
    state: RunState


class RunStep(Output):
    """One attempt of a step."""

    n: int
    path: str
    name: str
    resource: str
    attempt: int
    status: StepStatus
    connection: Named | None
    repeat: str | None = Field(description="Whether the action may be made again: read, repeatable, keyed or once.")
    input: Any
    output: Any
    error: dict[str, Any] | None
    message: Words = Field(description="Of the error, for people.")
    started_at: datetime
    ended_at: datetime | None
    duration_ms: int | None
    decision: RunDecision | None
    child: StartedRun | None = Field(description="Of a step that runs another process: its run.")
    task: TaskInList | None = Field(description="What it asks people.")


class TrailEntry(Output):
    """A state without effect that a run entered or left, or a failure that was caught."""

    place: int = Field(description="How many steps had ended before.")
    kind: str
    path: str
    type: str
    at: datetime
    input: Any = None
    output: Any = None
    assigned: dict[str, Any] | None = None
    error: str | None = None
    cause: str | None = None


def show_in_list(row: FoundRow) -> RunInList:
    """A run in a list."""
    return RunInList(**_row(row))


def show_run(view: FoundView) -> Run:
    """A run in an answer."""
    return Run(
        **_row(view.row),
        input=view.input,
        output=view.output,
        error=None if view.error is None else dict(view.error),
        is_sealed=view.is_sealed,
        may_manage=view.may_manage,
        may_cancel=view.may_cancel,
    )


def show_step(found: FoundStep) -> RunStep:
    """An attempt of a step in an answer."""
    step = found.step
    took = None if step.ended_at is None else step.ended_at - step.started_at
    return RunStep(
        n=step.n,
        path=step.path,
        name=step.name,
        resource=step.resource,
        attempt=step.attempt,
        status=step.status,
        connection=found.connection and show_named(found.connection),
        repeat=step.repeat,
        input=found.input,
        output=found.output,
        error=None if found.error is None else dict(found.error),
        message=str((found.error or {}).get("message", "")),
        started_at=step.started_at,
        ended_at=step.ended_at,
        duration_ms=None if took is None else round(took.total_seconds() * 1000),
        decision=None
        if found.decision is None
        else RunDecision(
            what=found.decision.status,
            by=found.decided_by and show_named(found.decided_by),
            at=found.decision.started_at,
        ),
        child=None
        if found.child is None
        else StartedRun(id=found.child.id, process=show_named(found.child.process), state=found.child.state),
        task=found.task and show_task_in_list(found.task),
    )


def show_entry(found: FoundEntry) -> TrailEntry:
    """An entry of the trail in an answer."""
    return TrailEntry.model_validate({**found.event, "place": found.place})


def _row(row: FoundRow) -> dict[str, Any]:
    run = row.run
    problem = run.problem
    return {
        "id": run.id,
        "process": show_named(row.process),
        "number": run.number,
        "business_unit_id": run.business_unit_id,
        "state": run.state,
        "origin": run.origin,
        "starter": Named(id=run.starter.id, name=run.starter.label),
        "run_as": show_named(row.run_as),
        "created_at": run.created_at,
        "ended_at": run.ended_at,
        "due_at": run.due_at,
        "problem": problem
        and RunProblem(
            code=str(problem.get("code", "")),
            message=str(problem.get("message", "")),
            path=str(problem.get("path", "")),
            connection=problem.get("connection") or None,
            steps=problem.get("steps", []),
        ),
        "parent_id": run.parent_id,
        "event_id": run.key if run.origin is Origin.TRIGGER else None,
    }
