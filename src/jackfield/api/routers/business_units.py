"""Business units and their members."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Name, Output, Search, Text, Whole
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.people import Person, show_person
from jackfield.api.routes import Routes
from jackfield.directory import BusinessUnit as FoundUnit
from jackfield.directory import KeepRuns, Role, Scope
from jackfield.directory import Member as FoundMember
from jackfield.kernel import BusinessUnitId, PersonId

routes = Routes("business-units", "The borders inside the installation: members, connections, processes, apps.")


class CreateBusinessUnit(Input):
    """A new business unit."""

    name: Annotated[Name, Field(examples=["Accounting"])]
    description: Text = ""


class ChangeBusinessUnit(Input):
    """What is to change; the rest stays."""

    name: Name | None = None
    description: Text | None = None
    runs_kept_days: Annotated[int, Field(ge=1, le=3650), Whole] | None = Field(
        default=None,
        description="How long runs are kept after their end; null is as long as the installation says (P7).",
    )

    @property
    def keep_runs(self) -> KeepRuns | None:
        """None where nothing was said about it."""
        return KeepRuns(self.runs_kept_days) if "runs_kept_days" in self.model_fields_set else None


class ChangeMember(Input):
    """The roles he is to have there, these and no others."""

    roles: Annotated[list[Role], Field(min_length=1, max_length=8)]


class BusinessUnit(Output):
    """A business unit."""

    id: str
    name: str
    description: str
    runs_kept_days: int | None = Field(
        description="How long runs are kept after their end; null is as long as the installation says."
    )
    created_at: datetime
    modified_at: datetime
    version: int


class Member(Output):
    """A person in a business unit."""

    person: Person
    roles: list[Role]


@routes.get("/api/business-units", "unit_list", needs(Scope.READ), summary="List business units")
async def list_business_units(hub: Hub, caller: Asking, paging: PageAsked, search: Search = "") -> PageOf[BusinessUnit]:
    """Those that the caller may know of, by name."""
    page = await hub.directory.units.list_business_units(caller, search=search, page=paging.wanted)
    return paging.answer(page, _show)


@routes.post(
    "/api/business-units",
    "unit_create",
    needs(Scope.MANAGE_DIRECTORY),
    status_code=201,
    summary="Add a business unit",
)
async def create_business_unit(
    body: CreateBusinessUnit, hub: Hub, caller: Asking, response: Response, tag: Tagging
) -> BusinessUnit:
    """Adds a business unit without members."""
    unit = await hub.directory.units.create_business_unit(caller, name=body.name, description=body.description)
    response.headers["location"] = f"/api/business-units/{unit.id}"
    return _tagged(tag, unit)


@routes.get("/api/business-units/{unit_id}", "unit_get", needs(Scope.READ), summary="Get a business unit")
async def get_business_unit(unit_id: BusinessUnitId, hub: Hub, caller: Asking, tag: Tagging) -> BusinessUnit:
    """One business unit."""
    return _tagged(tag, await hub.directory.units.get_business_unit(caller, unit_id))


@routes.patch(
    "/api/business-units/{unit_id}", "unit_change", needs(Scope.MANAGE_DIRECTORY), summary="Change a business unit"
)
async def change_business_unit(
    *, unit_id: BusinessUnitId, body: ChangeBusinessUnit, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> BusinessUnit:
    """Renames or describes it, or says how long its runs are kept."""
    unit = await hub.directory.units.change_business_unit(
        caller,
        unit_id,
        name=body.name,
        description=body.description,
        keep_runs=body.keep_runs,
        expected_version=expected,
    )
    return _tagged(tag, unit)


@routes.get("/api/business-units/{unit_id}/members", "unit_members", needs(Scope.READ), summary="List a unit's members")
async def list_members(
    unit_id: BusinessUnitId, hub: Hub, caller: Asking, paging: PageAsked, search: Search = ""
) -> PageOf[Member]:
    """Its people by name, with their roles; inactive ones too."""
    page = await hub.directory.units.list_members(caller, unit_id, search=search, page=paging.wanted)
    return paging.answer(page, _show_member)


@routes.put(
    "/api/business-units/{unit_id}/members/{person_id}",
    "unit_admit",
    needs(Scope.MANAGE_DIRECTORY),
    summary="Give a person roles",
)
async def change_member(
    unit_id: BusinessUnitId, person_id: PersonId, body: ChangeMember, hub: Hub, caller: Asking
) -> Member:
    """Gives a person exactly these roles, whether or not he was there."""
    return _show_member(await hub.directory.units.change_member(caller, unit_id, person_id, body.roles))


@routes.delete(
    "/api/business-units/{unit_id}/members/{person_id}",
    "unit_dismiss",
    needs(Scope.MANAGE_DIRECTORY),
    summary="Take a person out of a unit",
)
async def remove_member(unit_id: BusinessUnitId, person_id: PersonId, hub: Hub, caller: Asking) -> None:
    """What he leaves there is taken over by the remaining admins, else by the administrators (C12)."""
    await hub.directory.units.remove_member(caller, unit_id, person_id)


def _tagged(tag: Tagging, unit: FoundUnit) -> BusinessUnit:
    tag.set(unit.version)
    return _show(unit)


def _show(unit: FoundUnit) -> BusinessUnit:
    return BusinessUnit(
        id=unit.id,
        name=unit.name,
        description=unit.description,
        runs_kept_days=unit.runs_kept_days,
        created_at=unit.created_at,
        modified_at=unit.modified_at,
        version=unit.version,
    )


def _show_member(member: FoundMember) -> Member:
    return Member(person=show_person(member.person), roles=sorted(member.roles))
