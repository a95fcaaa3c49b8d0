"""Whom one may choose, for pickers."""

from typing import Annotated

from fastapi import Query

from jackfield.api.access import needs
from jackfield.api.bodies import Output, Search
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import PageAsked, PageOf
from jackfield.api.routes import Routes
from jackfield.directory import ChosenTo, Group, Person, Scope
from jackfield.kernel import BusinessUnitId

routes = Routes("pickers", "Whom one may choose by name, where a form asks for people or groups.")


class PickablePerson(Output):
    """Somebody to choose."""

    id: str
    name: str
    sign_in_name: str


class PickableGroup(Output):
    """A group to choose."""

    id: str
    name: str
    description: str


@routes.get("/api/pickable-people", "person_pick", needs(Scope.READ), summary="List people to choose")
async def list_people(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Annotated[str, Query(max_length=200, description="Part of the name, sign-in name or mail address.")] = "",
    business_unit_id: Annotated[
        BusinessUnitId | None, Query(max_length=200, description="Of this business unit; all of one's own if left out.")
    ] = None,
    to: Annotated[
        ChosenTo,
        Query(
            description="What for: `administer` a connection of the business unit (C6), `design` with one (C8), or to "
            "`ask` what they may do."
        ),
    ] = ChosenTo.ASK,
) -> PageOf[PickablePerson]:
    """Active people by name: one's colleagues, and everybody for those who may list people."""
    page = await hub.directory.pickers.list_people(
        caller, to, unit_id=business_unit_id, search=search, page=paging.wanted
    )
    return paging.answer(page, _show_person)


@routes.get("/api/pickable-groups", "group_pick", needs(Scope.READ), summary="List groups to choose")
async def list_groups(*, hub: Hub, caller: Asking, paging: PageAsked, search: Search = "") -> PageOf[PickableGroup]:
    """Groups by name; none for those who may not look groups up."""
    page = await hub.directory.pickers.list_groups(caller, search=search, page=paging.wanted)
    return paging.answer(page, _show_group)


def _show_person(person: Person) -> PickablePerson:
    return PickablePerson(id=person.id, name=person.name, sign_in_name=person.sign_in_name)


def _show_group(group: Group) -> PickableGroup:
    return PickableGroup(id=group.id, name=group.name, description=group.description)
