"""People."""

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Flag, Input, Name, Output, SignInName
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routes import Routes
from jackfield.directory import InstallationRole, IssuedCode, PersonFilter, Role, Scope
from jackfield.directory import Person as FoundPerson
from jackfield.kernel import BusinessUnitId, GroupId, PersonId

routes = Routes("people", "Who may sign in. Nobody is ever deleted: the record keeps its meaning.")

_PART = r"[^\s@\x00-\x1f\x7f-\x9f]+"
_Email = Annotated[str, Field(max_length=254, pattern=f"^({_PART}@{_PART})?$", examples=["anna@example.com"])]


class CreatePerson(Input):
    """A new person."""

    name: Annotated[Name, Field(examples=["Anna Berg"])]
    sign_in_name: Annotated[SignInName, Field(examples=["anna@example.com"])]
    email: _Email = ""
    installation_roles: list[InstallationRole] = Field(default_factory=list[InstallationRole], max_length=8)


class ChangePerson(Input):
    """What is to change; the rest stays."""

    name: Name | None = None
    email: _Email | None = None
    installation_roles: Annotated[list[InstallationRole], Field(max_length=8)] | None = None


class Person(Output):
    """Somebody who may sign in."""

    id: str
    name: str
    sign_in_name: str
    email: str
    installation_roles: list[InstallationRole]
    is_active: bool
    created_at: datetime
    modified_at: datetime
    version: int


class SignInCode(Output):
    """How a person signs in the next time."""

    person: Person
    code: str = Field(description="To be handed to the person, who sets a password with it. Shown this once.")
    expires_at: datetime


class EndedSessions(Output):
    """How many sessions there were."""

    ended: int


def show_person(person: FoundPerson) -> Person:
    """A person in an answer."""
    return Person(
        id=person.id,
        name=person.name,
        sign_in_name=person.sign_in_name,
        email=person.email,
        installation_roles=sorted(person.installation_roles),
        is_active=person.is_active,
        created_at=person.created_at,
        modified_at=person.modified_at,
        version=person.version,
    )


@routes.get("/api/people", "person_list", needs(Scope.READ), summary="List people")
async def list_people(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Annotated[str, Query(max_length=200, description="Part of the name, sign-in name or mail address.")] = "",
    is_active: Flag | None = None,
    business_unit_id: Annotated[BusinessUnitId | None, Query(description="With a role there.")] = None,
    role: Annotated[Role | None, Query(description="With this role, there or in any business unit.")] = None,
    installation_role: InstallationRole | None = None,
    group_id: Annotated[GroupId | None, Query(description="In this group.")] = None,
) -> PageOf[Person]:
    """People by name; for super admins, auditors of the installation and business unit administrators."""
    wanted = PersonFilter(search, is_active, business_unit_id, role, installation_role, group_id)
    return paging.answer(await hub.directory.people.list_people(caller, wanted, paging.wanted), show_person)


@routes.post(
    "/api/people",
    "person_create",
    needs(Scope.MANAGE_DIRECTORY),
    tells_secret=True,
    status_code=201,
    summary="Add a person",
)
async def create_person(body: CreatePerson, hub: Hub, caller: Asking, response: Response) -> SignInCode:
    """The person signs in for the first time with the code in this answer, valid for 24 hours."""
    issued = await hub.directory.people.create_person(
        caller,
        name=body.name,
        sign_in_name=body.sign_in_name,
        email=body.email,
        installation_roles=body.installation_roles,
    )
    response.headers["location"] = f"/api/people/{issued.person.id}"
    return _show_code(issued)


@routes.get("/api/people/{person_id}", "person_get", needs(Scope.READ), summary="Get a person")
async def get_person(person_id: PersonId, hub: Hub, caller: Asking, tag: Tagging) -> Person:
    """One person, if the caller may know of him."""
    return _tagged(tag, await hub.directory.people.get_person(caller, person_id))


@routes.patch("/api/people/{person_id}", "person_change", needs(Scope.MANAGE_DIRECTORY), summary="Change a person")
async def change_person(
    *, person_id: PersonId, body: ChangePerson, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Person:
    """Changes what is given. Installation roles can't be changed with an API token."""
    person = await hub.directory.people.change_person(
        caller,
        person_id,
        name=body.name,
        email=body.email,
        installation_roles=body.installation_roles,
        expected_version=expected,
    )
    return _tagged(tag, person)


@routes.post(
    "/api/people/{person_id}/deactivate", "person_deactivate", needs(Scope.MANAGE_DIRECTORY), summary="Deactivate"
)
async def deactivate_person(person_id: PersonId, hub: Hub, caller: Asking, expected: Expected, tag: Tagging) -> Person:
    """Lets a person go: sessions end, tokens are void, connections pass to the remaining admins (C12)."""
    return _tagged(tag, await hub.directory.people.deactivate_person(caller, person_id, expected_version=expected))


@routes.post(
    "/api/people/{person_id}/reactivate", "person_reactivate", needs(Scope.MANAGE_DIRECTORY), summary="Reactivate"
)
async def reactivate_person(person_id: PersonId, hub: Hub, caller: Asking, expected: Expected, tag: Tagging) -> Person:
    """Lets a person come back with the roles, groups and password he had; tokens stay revoked."""
    return _tagged(tag, await hub.directory.people.reactivate_person(caller, person_id, expected_version=expected))


@routes.post(
    "/api/people/{person_id}/reset-sign-in",
    "person_reset",
    needs(Scope.MANAGE_DIRECTORY),
    tells_secret=True,
    summary="Reset a person's sign-in",
)
async def reset_sign_in(person_id: PersonId, hub: Hub, caller: Asking) -> SignInCode:
    """Voids the password and all sessions, and gives a new code."""
    return _show_code(await hub.directory.people.reset_sign_in(caller, person_id))


@routes.post(
    "/api/people/{person_id}/end-sessions", "person_expel", needs(Scope.MANAGE_DIRECTORY), summary="End all sessions"
)
async def end_sessions(person_id: PersonId, hub: Hub, caller: Asking) -> EndedSessions:
    """Signs a person out everywhere; API tokens stay."""
    return EndedSessions(ended=await hub.directory.people.end_sessions(caller, person_id))


def _tagged(tag: Tagging, person: FoundPerson) -> Person:
    tag.set(person.version)
    return show_person(person)


def _show_code(issued: IssuedCode) -> SignInCode:
    return SignInCode(person=show_person(issued.person), code=issued.code.reveal(), expires_at=issued.expires_at)
