"""Where people belong, and what their leaving would pass on."""

from typing import Annotated

from fastapi import Query
from pydantic import Field

from jackfield.api.access import needs
from jackfield.api.bodies import Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.routers.shown_connections import Named
from jackfield.api.routers.sign_in import UnitRoles
from jackfield.api.routes import Routes
from jackfield.directory import DirectoryAct, Principal, Scope, Target, decide
from jackfield.kernel import BusinessUnitId, PersonId, name_key

routes = Routes("belonging", "Where people belong, and what their leaving would pass on.")


class Memberships(Output):
    """Where a person belongs, as far as the caller may know."""

    business_units: list[UnitRoles]
    groups: list[Named]


class Departure(Output):
    """What would pass on."""

    connections: int = Field(description="How many he is an admin of; they stay, and go on.")
    without_other_admins: int = Field(description="How many of them have no other admin: the heirs become theirs.")
    heirs: list[Named] = Field(description="Who would become admins, and be told.")


@routes.get(
    "/api/people/{person_id}/memberships",
    "person_memberships",
    needs(Scope.READ),
    summary="List where a person belongs",
)
async def get_memberships(person_id: PersonId, hub: Hub, caller: Asking) -> Memberships:
    """Roles in business units, and groups; of a deactivated person those that he would come back with."""
    await hub.directory.people.get_person(caller, person_id)
    found = await hub.directory.find_principal(person_id)
    assert found is not None
    roles = {unit: roles for unit, roles in found.roles.items() if _may_read(caller.principal, unit)}
    may_list = person_id == caller.principal.person_id or decide(caller.principal, DirectoryAct.LIST_GROUPS).allowed
    groups = found.group_ids if may_list else frozenset[str]()
    names = await hub.directory.find_names([*roles, *groups])
    units = (
        UnitRoles(business_unit_id=unit, business_unit_name=names.get(unit, unit), roles=sorted(held))
        for unit, held in roles.items()
    )
    named = (Named(id=group, name=names.get(group, group)) for group in groups)
    return Memberships(
        business_units=sorted(units, key=lambda one: (name_key(one.business_unit_name), one.business_unit_id)),
        groups=sorted(named, key=lambda one: (name_key(one.name), one.id)),
    )


@routes.get(
    "/api/people/{person_id}/departure",
    "person_departure",
    needs(Scope.READ),
    summary="Ask what a person's leaving would pass on",
)
async def get_departure(
    *,
    person_id: PersonId,
    hub: Hub,
    caller: Asking,
    business_unit_id: Annotated[
        BusinessUnitId | None, Query(max_length=200, description="Leaving this one; deactivation if left out.")
    ] = None,
) -> Departure:
    """To be shown before somebody is deactivated or taken out of a business unit; for those who may (C12)."""
    await hub.directory.people.get_person(caller, person_id)
    found = await hub.connections.preview_departure(caller, person_id, business_unit_id)
    return Departure(
        connections=found.connections,
        without_other_admins=found.without_other_admins,
        heirs=[Named(id=one.id, name=one.name) for one in found.heirs],
    )


def _may_read(who: Principal, unit: BusinessUnitId) -> bool:
    return decide(who, DirectoryAct.READ_UNIT, Target(unit_id=unit)).allowed
