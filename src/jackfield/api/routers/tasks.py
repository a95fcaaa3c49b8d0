"""What runs ask people: the inbox, answers, asking others, links that answer once."""

from typing import Annotated, Any

from fastapi import Query
from pydantic import Field
from starlette.requests import Request

from jackfield.api.access import PUBLIC, needs
from jackfield.api.bodies import Input, ListOf
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.shown_connections import show_named
from jackfield.api.routers.shown_tasks import (
    OpenTasks,
    Task,
    TaskInList,
    TaskLink,
    show_task,
    show_task_in_list,
)
from jackfield.api.routers.sign_in import approach_of
from jackfield.api.routes import Routes
from jackfield.directory import Scope
from jackfield.kernel import GroupId, PersonId, ProcessId, RunId, Secret, TaskId
from jackfield.processes import Answer, Assignees, TaskDecision, TaskView

routes = Routes("tasks", "What runs ask people: to approve something, or to fill in a form.")

_MOST_ASKED = 100
_Id = Annotated[str, Field(min_length=1, max_length=200)]
_Token = Annotated[str, Field(min_length=1, max_length=200, json_schema_extra={"writeOnly": True})]


class DecideTask(Input):
    """How one answers."""

    decision: TaskDecision = Field(description="`approved` or `rejected`; of a form: `answered`.")
    reason: Annotated[str, Field(max_length=2000)] = Field(default="", description="Of an approval; optional.")
    values: Annotated[dict[str, Any], Field(max_length=100)] = Field(
        default_factory=dict[str, Any], description="Of a form: a value for each of its fields."
    )


class ReassignTask(Input):
    """Who is asked in place of those who were."""

    people: Annotated[list[_Id], Field(max_length=_MOST_ASKED)] = Field(default_factory=list[str])
    groups: Annotated[list[_Id], Field(max_length=_MOST_ASKED)] = Field(default_factory=list[str])


class MakeTaskLink(Input):
    """Whom the link is for."""

    person_id: PersonId


class LookByLink(Input):
    """The link's token."""

    token: _Token


class DecideByLink(DecideTask):
    """How one answers, and the link's token."""

    token: _Token


@routes.get("/api/tasks", "task_list", needs(Scope.READ), summary="List tasks")
async def list_tasks(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    view: Annotated[
        TaskView,
        Query(description="`open`: one's inbox; `done`: what one has answered; `governed`: what one's processes ask."),
    ] = TaskView.OPEN,
    process_id: Annotated[ProcessId | None, Query(max_length=200, description="Of `governed`: this process's.")] = None,
) -> PageOf[TaskInList]:
    """The newest first. Whoever joins a group that is asked finds its tasks here at once."""
    page = await hub.processes.tasks.list_tasks(caller, view, paging.wanted, process_id=process_id)
    return paging.answer(page, show_task_in_list)


@routes.get("/api/tasks/count", "task_count", needs(Scope.READ), summary="Count the tasks in one's inbox")
async def count_tasks(hub: Hub, caller: Asking) -> OpenTasks:
    """How many one can answer now."""
    return OpenTasks(count=await hub.processes.tasks.count_open(caller))


@routes.get("/api/runs/{run_id}/tasks", "run_tasks", needs(Scope.READ), summary="List what a run has asked")
async def list_of_run(run_id: RunId, hub: Hub, caller: Asking) -> ListOf[TaskInList]:
    """All of it, as it began; for whoever may see the run."""
    return ListOf[TaskInList].of(await hub.processes.tasks.list_of_run(caller, run_id), show_task_in_list)


@routes.get("/api/tasks/{task_id}", "task_get", needs(Scope.READ), summary="Get a task")
async def get_task(task_id: TaskId, hub: Hub, caller: Asking, tag: Tagging) -> Task:
    """For whoever is asked, or has answered; and for the editors, the owner and the auditors of its process."""
    return show_task(await hub.processes.tasks.get_task(caller, task_id), tag)


@routes.post("/api/tasks/{task_id}/decision", "task_decide", needs(Scope.USE), summary="Answer a task")
async def decide_task(
    *, task_id: TaskId, body: DecideTask, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Task:
    """Once, by one of those who are asked; the run goes on with the answer."""
    detail = await hub.processes.tasks.decide(caller, task_id, _answer(body), expected_version=expected)
    return show_task(detail, tag)


@routes.put("/api/tasks/{task_id}/assignees", "task_reassign", needs(Scope.USE), summary="Ask others")
async def reassign_task(
    *, task_id: TaskId, body: ReassignTask, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Task:
    """In place of those who were asked, whose links are void; by the editors and the owner of the process."""
    assignees = Assignees(frozenset(map(PersonId, body.people)), frozenset(map(GroupId, body.groups)))
    return show_task(await hub.processes.tasks.reassign(caller, task_id, assignees, expected_version=expected), tag)


@routes.post(
    "/api/tasks/{task_id}/links",
    "task_link",
    needs(Scope.MANAGE_PROCESSES),
    tells_secret=True,
    status_code=201,
    summary="Make a link that answers once",
)
async def make_link(task_id: TaskId, body: MakeTaskLink, hub: Hub, caller: Asking) -> TaskLink:
    """A token with which one of those who are asked answers without signing in, once; he is told that there is one.

    Only where the step says that it takes links, and by the editors and the owner of its process. Whoever has the token
    can answer in that person's name: hand it to nobody else.
    """
    made = await hub.processes.tasks.make_link(caller, task_id, body.person_id)
    return TaskLink(person=show_named(made.person), token=made.token.reveal(), expires_at=made.expires_at)


@routes.post("/api/task-links/{task_id}", "task_link_look", PUBLIC, summary="See what a link asks")
async def look_by_link(task_id: TaskId, body: LookByLink, hub: Hub, request: Request) -> Task:
    """For whoever has its token; a token that was used, has expired or is for something else gets one refusal."""
    return show_task(await hub.processes.tasks.look_by_link(approach_of(request), task_id, Secret(body.token)))


@routes.post("/api/task-links/{task_id}/decision", "task_link_decide", PUBLIC, summary="Answer by a link")
async def decide_by_link(task_id: TaskId, body: DecideByLink, hub: Hub, request: Request) -> Task:
    """Once, in the name of the person whom the link is for; he is told."""
    detail = await hub.processes.tasks.decide_by_link(approach_of(request), task_id, Secret(body.token), _answer(body))
    return show_task(detail)


def _answer(body: DecideTask) -> Answer:
    return Answer(body.decision, body.reason, body.values)
