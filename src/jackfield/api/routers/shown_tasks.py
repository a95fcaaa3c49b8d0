"""What people are asked, in answers."""

from datetime import datetime
from typing import Any

from pydantic import Field

from jackfield.api.bodies import Output
from jackfield.api.languages import Words
from jackfield.api.paging import Tagging
from jackfield.api.routers.shown_connections import Named, show_named
from jackfield.processes import TaskDecision, TaskDetail, TaskKind, TaskRow, TaskState, TextFormat


class TaskInList(Output):
    """A task, without what it says in full."""

    id: str
    kind: TaskKind
    state: TaskState
    title: str
    process: Named
    run_id: str
    path: str = Field(description="Of the state that asks, as in `/Each/3/Approve`.")
    business_unit_id: str
    people: list[Named] = Field(description="Who is asked.")
    groups: list[Named]
    created_at: datetime
    due_at: datetime | None = Field(description="By when it should be answered; passing it ends nothing.")
    expires_at: datetime | None = Field(description="When its step fails with `States.Timeout`.")
    ended_at: datetime | None
    decision: TaskDecision | None
    decided_by: Named | None
    is_by_link: bool = Field(description="Whether it was answered by a link.")
    version: int


class Task(TaskInList):
    """A task as the caller may see it."""

    text: str
    format: TextFormat = Field(description="How the text is to be shown.")
    form: dict[str, Any] | None = Field(description="Of a form: its fields, as a process's start form has them.")
    answer: dict[str, Any] | None = Field(description="What its step resulted in.")
    is_sealed: bool = Field(description="Whether what it says and its answer are stored sealed.")
    takes_links: bool
    may_decide: bool = Field(description="Whether the caller can answer it now.")
    why_not: Words = Field(description="Why he can't, while it is open; else empty.")
    may_reassign: bool = Field(description="Whether the caller can ask others.")


class TaskLink(Output):
    """A token with which one person can answer one task, once."""

    person: Named
    token: str = Field(description="Never shown again.")
    expires_at: datetime = Field(description="At the latest: it expires with the task.")


class OpenTasks(Output):
    """How much is in one's inbox."""

    count: int


def show_task_in_list(row: TaskRow) -> TaskInList:
    """A task in a list."""
    return TaskInList(**_row(row))


def show_task(detail: TaskDetail, tag: Tagging | None = None) -> Task:
    """A task in an answer."""
    if tag is not None:
        tag.set(detail.row.task.version)
    return Task(
        **_row(detail.row),
        text=detail.content.text,
        format=TextFormat(detail.content.format),
        form=None if detail.content.form is None else dict(detail.content.form),
        answer=None if detail.answer is None else dict(detail.answer),
        is_sealed=detail.is_sealed,
        takes_links=detail.row.task.takes_links,
        may_decide=detail.may_decide,
        why_not=detail.why_not,
        may_reassign=detail.may_reassign,
    )


def _row(row: TaskRow) -> dict[str, Any]:
    task = row.task
    return {
        "id": task.id,
        "kind": task.kind,
        "state": task.state,
        "title": row.title,
        "process": show_named(row.process),
        "run_id": task.run_id,
        "path": task.path,
        "business_unit_id": task.business_unit_id,
        "people": [show_named(one) for one in row.people],
        "groups": [show_named(one) for one in row.groups],
        "created_at": task.created_at,
        "due_at": task.due_at,
        "expires_at": task.ends_at,
        "ended_at": task.ended_at,
        "decision": task.decision,
        "decided_by": row.decided_by and show_named(row.decided_by),
        "is_by_link": task.is_by_link,
        "version": task.version,
    }
