"""Groups."""

from datetime import datetime

from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Name, Output, Search, Text
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.people import Person, show_person
from jackfield.api.routes import Routes
from jackfield.directory import Group as FoundGroup
from jackfield.directory import Scope
from jackfield.kernel import GroupId, PersonId

routes = Routes("groups", "Named sets of people; who belongs to one is asked anew each time.")


class CreateGroup(Input):
    """A new group."""

    name: Name
    description: Text = ""


class ChangeGroup(Input):
    """What is to change; the rest stays."""

    name: Name | None = None
    description: Text | None = None


class Group(Output):
    """A named set of people."""

    id: str
    name: str
    description: str
    created_at: datetime
    modified_at: datetime
    version: int


@routes.get("/api/groups", "group_list", needs(Scope.READ), summary="List groups")
async def list_groups(hub: Hub, caller: Asking, paging: PageAsked, search: Search = "") -> PageOf[Group]:
    """Groups by name; for those who name groups, and those who audit."""
    return paging.answer(await hub.directory.groups.list_groups(caller, search=search, page=paging.wanted), _show)


@routes.post("/api/groups", "group_create", needs(Scope.MANAGE_DIRECTORY), status_code=201, summary="Add a group")
async def create_group(body: CreateGroup, hub: Hub, caller: Asking, response: Response, tag: Tagging) -> Group:
    """Adds a group without members."""
    group = await hub.directory.groups.create_group(caller, name=body.name, description=body.description)
    response.headers["location"] = f"/api/groups/{group.id}"
    return _tagged(tag, group)


@routes.get("/api/groups/{group_id}", "group_get", needs(Scope.READ), summary="Get a group")
async def get_group(group_id: GroupId, hub: Hub, caller: Asking, tag: Tagging) -> Group:
    """One group."""
    return _tagged(tag, await hub.directory.groups.get_group(caller, group_id))


@routes.patch("/api/groups/{group_id}", "group_change", needs(Scope.MANAGE_DIRECTORY), summary="Change a group")
async def change_group(
    *, group_id: GroupId, body: ChangeGroup, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Group:
    """Renames or describes it; what names it names it by id, so nothing breaks."""
    group = await hub.directory.groups.change_group(
        caller, group_id, name=body.name, description=body.description, expected_version=expected
    )
    return _tagged(tag, group)


@routes.delete("/api/groups/{group_id}", "group_delete", needs(Scope.MANAGE_DIRECTORY), summary="Delete a group")
async def delete_group(group_id: GroupId, hub: Hub, caller: Asking, expected: Expected) -> None:
    """Removes it, unless something would lose its meaning: then `blockers` lists what."""
    await hub.directory.groups.delete_group(caller, group_id, expected_version=expected)


@routes.get("/api/groups/{group_id}/members", "group_members", needs(Scope.READ), summary="List a group's members")
async def list_members(
    group_id: GroupId, hub: Hub, caller: Asking, paging: PageAsked, search: Search = ""
) -> PageOf[Person]:
    """The people in it by name, inactive ones too."""
    page = await hub.directory.groups.list_members(caller, group_id, search=search, page=paging.wanted)
    return paging.answer(page, show_person)


@routes.put(
    "/api/groups/{group_id}/members/{person_id}",
    "group_admit",
    needs(Scope.MANAGE_DIRECTORY),
    status_code=204,
    summary="Put a person into a group",
)
async def add_member(group_id: GroupId, person_id: PersonId, hub: Hub, caller: Asking) -> None:
    """Nothing happens if he is there."""
    await hub.directory.groups.add_member(caller, group_id, person_id)


@routes.delete(
    "/api/groups/{group_id}/members/{person_id}",
    "group_dismiss",
    needs(Scope.MANAGE_DIRECTORY),
    summary="Take a person out of a group",
)
async def remove_member(group_id: GroupId, person_id: PersonId, hub: Hub, caller: Asking) -> None:
    """Nothing happens if he is not there."""
    await hub.directory.groups.remove_member(caller, group_id, person_id)


def _tagged(tag: Tagging, group: FoundGroup) -> Group:
    tag.set(group.version)
    return _show(group)


def _show(group: FoundGroup) -> Group:
    return Group(
        id=group.id,
        name=group.name,
        description=group.description,
        created_at=group.created_at,
        modified_at=group.modified_at,
        version=group.version,
    )
