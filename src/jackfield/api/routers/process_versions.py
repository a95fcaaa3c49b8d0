"""The draft and the versions of a process: edited, checked, published, compared, restored, taken back."""

from typing import Annotated

from fastapi import Path, Query
from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Text
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.shown_processes import (
    Process,
    ProcessContent,
    ProcessDifference,
    ProcessDraft,
    ProcessVersion,
    ProcessVersionInList,
    read_content,
    show_difference,
    show_draft,
    show_process,
    show_version,
    show_version_in_list,
)
from jackfield.api.routes import Routes
from jackfield.directory import Scope
from jackfield.kernel import MAX_INTEGER

routes = Routes("process-versions", "The draft of a process, and the versions that were published from it.")

_Number = Annotated[int, Query(ge=0, le=MAX_INTEGER, description="The number of a version; 0 is the draft.")]
_Published = Annotated[int, Path(ge=0, le=MAX_INTEGER)]


class SaveDraft(ProcessContent):
    """The draft as it is to be."""


class Publish(Input):
    """What is new."""

    note: Annotated[Text, Field(description="For readers of the list of versions.")] = ""


@routes.get("/api/processes/{process}/draft", "process_draft_get", needs(Scope.READ), summary="Get the draft")
async def get_draft(process: str, hub: Hub, caller: Asking, tag: Tagging) -> ProcessDraft:
    """With all that publishing it would refuse now, and each step as it opens for the caller (C10)."""
    return show_draft(tag, await hub.processes.get_draft(caller, process))


@routes.put(
    "/api/processes/{process}/draft", "process_draft_save", needs(Scope.MANAGE_PROCESSES), summary="Save the draft"
)
async def save_draft(
    *, process: str, body: SaveDraft, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> ProcessDraft:
    """A draft with problems can be saved, and not published. The ETag is the draft's own."""
    return show_draft(
        tag, await hub.processes.save_draft(caller, process, read_content(body), expected_version=expected)
    )


@routes.get("/api/processes/{process}/versions", "process_version_list", needs(Scope.READ), summary="List versions")
async def list_versions(process: str, hub: Hub, caller: Asking, paging: PageAsked) -> PageOf[ProcessVersionInList]:
    """The newest first."""
    return paging.answer(await hub.processes.list_versions(caller, process, paging.wanted), show_version_in_list)


@routes.post(
    "/api/processes/{process}/versions",
    "process_version_publish",
    needs(Scope.MANAGE_PROCESSES),
    status_code=201,
    summary="Publish the draft",
)
async def publish(
    *, process: str, body: Publish, hub: Hub, caller: Asking, expected: Expected, response: Response
) -> ProcessVersion:
    """Makes the draft a version, which never changes; new runs have it. `If-Match` is the draft's.

    Its runs use connections by the right of whoever publishes: he must have design use of each of them (C8, C9).
    """
    view = await hub.processes.publish(caller, process, note=body.note, expected_version=expected)
    response.headers["location"] = f"/api/processes/{process}/versions/{view.row.number}"
    return show_version(view)


@routes.delete(
    "/api/processes/{process}/published",
    "process_version_unpublish",
    needs(Scope.MANAGE_PROCESSES),
    status_code=200,
    summary="Take the published version back",
)
async def unpublish(process: str, hub: Hub, caller: Asking, expected: Expected, tag: Tagging) -> Process:
    """There are no new runs from then on; those that there are go on."""
    return show_process(tag, await hub.processes.unpublish(caller, process, expected_version=expected))


@routes.get(
    "/api/processes/{process}/versions/{number}", "process_version_get", needs(Scope.READ), summary="Get a version"
)
async def get_version(process: str, number: _Published, hub: Hub, caller: Asking) -> ProcessVersion:
    """One version, with its steps as they open for the caller."""
    return show_version(await hub.processes.get_version(caller, process, number))


@routes.post(
    "/api/processes/{process}/versions/{number}/restore",
    "process_version_restore",
    needs(Scope.MANAGE_PROCESSES),
    summary="Make the draft what a version was",
)
async def restore_version(
    *, process: str, number: _Published, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> ProcessDraft:
    """Nothing is published by it. `If-Match` is the draft's."""
    return show_draft(tag, await hub.processes.restore_version(caller, process, number, expected_version=expected))


@routes.get(
    "/api/processes/{process}/difference", "process_version_compare", needs(Scope.READ), summary="Compare two versions"
)
async def compare(*, process: str, hub: Hub, caller: Asking, old: _Number, new: _Number = 0) -> ProcessDifference:
    """What the new one has that the old one hasn't, and the other way round, state by state."""
    return show_difference(await hub.processes.compare(caller, process, old, new))
