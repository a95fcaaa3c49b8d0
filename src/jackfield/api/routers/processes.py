"""Processes: made, listed, renamed, given to people to run, explained, deleted."""

from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Flag, Input, ListOf, Name, Search, Text
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.sharing import Explanation, show_explanation
from jackfield.api.routers.shown_processes import (
    Process,
    ProcessContent,
    ProcessInList,
    read_content,
    show_in_list,
    show_process,
)
from jackfield.api.routes import Routes
from jackfield.directory import Scope
from jackfield.kernel import BusinessUnitId, GroupId, PersonId
from jackfield.processes import ProcessQuery, ProcessState, Runners

routes = Routes(
    "processes",
    "Versioned definitions of what is done with connections. In an address, a process is its id, or its name where that "
    "means only one of those one knows.",
)

_Ids = Annotated[list[Annotated[str, Field(min_length=1, max_length=60)]], Field(max_length=500)]


class CreateProcess(ProcessContent):
    """A new process, with its draft."""

    business_unit_id: BusinessUnitId
    name: Annotated[Name, Field(examples=["Book an order"])]
    description: Text = ""


class ChangeProcess(Input):
    """What is to change; the rest stays."""

    name: Name | None = None
    description: Text | None = None


class SetRunners(Input):
    """Who may run it, beside the editors of its business unit."""

    people: _Ids = Field(default_factory=list[str])
    groups: _Ids = Field(default_factory=list[str])
    whole_unit: bool = Field(default=False, description="Every member of its business unit.")


class SetOwner(Input):
    """Whose it is to be."""

    person_id: PersonId


@routes.get("/api/processes", "process_list", needs(Scope.READ), summary="List processes")
async def list_processes(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Search = "",
    business_unit_id: Annotated[BusinessUnitId | None, Query(max_length=200)] = None,
    state: ProcessState | None = None,
    owned_by_me: Flag = False,
    runnable: Annotated[Flag, Query(description="Published, and for one to run.")] = False,
) -> PageOf[ProcessInList]:
    """Those of one's business units as an editor or auditor, one's own, and those that one may run, by name."""
    query = ProcessQuery(search, business_unit_id, state, owned_by_me, runnable)
    return paging.answer(await hub.processes.list_processes(caller, query, paging.wanted), show_in_list)


@routes.post(
    "/api/processes", "process_create", needs(Scope.MANAGE_PROCESSES), status_code=201, summary="Make a process"
)
async def create_process(body: CreateProcess, hub: Hub, caller: Asking, response: Response, tag: Tagging) -> Process:
    """Makes it with a draft. Editors of its business unit may run it once it is published; for others say so (P1)."""
    view = await hub.processes.create_process(
        caller, body.business_unit_id, body.name, read_content(body), description=body.description
    )
    response.headers["location"] = f"/api/processes/{view.row.id}"
    return show_process(tag, view)


@routes.get("/api/processes/{process}", "process_get", needs(Scope.READ), summary="Get a process")
async def get_process(process: str, hub: Hub, caller: Asking, tag: Tagging) -> Process:
    """One process, as far as the caller may see it."""
    return show_process(tag, await hub.processes.get_process(caller, process))


@routes.patch("/api/processes/{process}", "process_change", needs(Scope.MANAGE_PROCESSES), summary="Rename a process")
async def change_process(
    *, process: str, body: ChangeProcess, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Process:
    """Renames or describes it; what refers to it refers by id, so nothing breaks."""
    view = await hub.processes.change_process(
        caller, process, name=body.name, description=body.description, expected_version=expected
    )
    return show_process(tag, view)


@routes.delete("/api/processes/{process}", "process_delete", needs(Scope.MANAGE_PROCESSES), summary="Delete a process")
async def delete_process(process: str, hub: Hub, caller: Asking, expected: Expected) -> None:
    """Takes it out of every list; refused while runs of it haven't ended."""
    await hub.processes.delete_process(caller, process, expected_version=expected)


@routes.put(
    "/api/processes/{process}/runners",
    "process_set_runners",
    needs(Scope.MANAGE_PROCESSES),
    summary="Say who may run a process",
)
async def set_runners(
    *, process: str, body: SetRunners, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Process:
    """Whoever may run it runs all its steps, whoever may design with their connections (C9)."""
    runners = Runners(frozenset(map(PersonId, body.people)), frozenset(map(GroupId, body.groups)), body.whole_unit)
    return show_process(tag, await hub.processes.set_runners(caller, process, runners, expected_version=expected))


@routes.put(
    "/api/processes/{process}/owner",
    "process_set_owner",
    needs(Scope.MANAGE_PROCESSES),
    summary="Hand a process over",
)
async def set_owner(
    *, process: str, body: SetOwner, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Process:
    """To an active member of its business unit, who is told; by its owner or an administrator."""
    view = await hub.processes.set_owner(caller, process, body.person_id, expected_version=expected)
    return show_process(tag, view)


@routes.get(
    "/api/processes/{process}/explanations",
    "process_explanations",
    needs(Scope.READ),
    summary="Ask why or why not, for everything",
)
async def explain_all(
    *,
    process: str,
    hub: Hub,
    caller: Asking,
    person_id: Annotated[PersonId | None, Query(max_length=200, description="Who; oneself if left out.")] = None,
) -> ListOf[Explanation]:
    """Whether a person may do each thing with it, by which rule, and who could change that (C17)."""
    who = person_id or caller.principal.person_id
    return ListOf[Explanation].of(await hub.processes.explain_all(caller, who, process), show_explanation)
