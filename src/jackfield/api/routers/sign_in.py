"""Signing in and out, and who one is (E2)."""

from datetime import datetime
from typing import Annotated

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import PUBLIC, needs
from jackfield.api.bodies import Input, Output
from jackfield.api.desk import Asking, Hub, desk_of
from jackfield.api.identity import address_of, approach_door, request_id_of
from jackfield.api.routers.capabilities import Capabilities, capabilities_of
from jackfield.api.routers.shown_connections import Named
from jackfield.api.routes import Routes
from jackfield.connectors import SecretText
from jackfield.directory import Approach, InstallationRole, Role, Scope, SignedIn
from jackfield.kernel import name_key

routes = Routes("sessions", "Signing in and out, one's own password, and who one is.")


class SignIn(Input):
    """Name and password."""

    sign_in_name: Annotated[str, Field(min_length=1, max_length=254, examples=["anna@example.com"])]
    password: SecretText


class RedeemCode(Input):
    """A one-time code, and the password to set with it."""

    code: SecretText
    password: SecretText


class ChangePassword(Input):
    """The present password and the one to come."""

    current_password: SecretText
    new_password: SecretText


class Session(Output):
    """A session just begun; its token is in the cookie and nowhere else."""

    person_id: str
    name: str
    expires_at: datetime = Field(description="It ends then at the latest.")


class UnitRoles(Output):
    """What one is in a business unit."""

    business_unit_id: str
    business_unit_name: str
    roles: list[Role]


class Me(Output):
    """Who is asking, and as what."""

    person_id: str
    name: str
    sign_in_name: str
    email: str
    installation_roles: list[InstallationRole]
    business_units: list[UnitRoles]
    group_ids: list[str]
    groups: list[Named]
    scopes: list[Scope] = Field(description="All in a session; those of the API token otherwise.")
    session_id: str | None
    token_id: str | None
    unread_notices: int
    may: Capabilities


@routes.post("/api/sessions", "session_begin", PUBLIC, status_code=201, summary="Sign in")
async def sign_in(body: SignIn, hub: Hub, request: Request, response: Response) -> Session:
    """Begins a session and sets its cookie.

    Fails in the same words and the same time whether the name is unknown, the password is wrong or the person is
    deactivated; too many attempts for an account or from an address have to wait.
    """
    signed_in = await hub.directory.sign_in.sign_in(approach_of(request), body.sign_in_name, body.password)
    return begin_session(request, response, signed_in)


@routes.post("/api/sessions/redeem-code", "session_redeem", PUBLIC, status_code=201, summary="Redeem a sign-in code")
async def redeem_code(body: RedeemCode, hub: Hub, request: Request, response: Response) -> Session:
    """Sets a person's password with a one-time code and begins a session; the person's other sessions end."""
    signed_in = await hub.directory.sign_in.redeem_code(approach_of(request), body.code, body.password)
    return begin_session(request, response, signed_in)


@routes.delete(
    "/api/sessions/current", "session_end", needs(Scope.READ, by_token=False), status_code=204, summary="Sign out"
)
async def sign_out(hub: Hub, caller: Asking, request: Request, response: Response) -> None:
    """Ends the session that the request came with."""
    await hub.directory.sign_in.sign_out(caller)
    response.headers["set-cookie"] = desk_of(request).cookie.clear_header()


@routes.put(
    "/api/me/password", "password_change", needs(Scope.READ, by_token=False), summary="Change one's own password"
)
async def change_password(
    body: ChangePassword, hub: Hub, caller: Asking, request: Request, response: Response
) -> Session:
    """All one's sessions end, and a new one begins."""
    signed_in = await hub.directory.sign_in.change_password(caller, body.current_password, body.new_password)
    return begin_session(request, response, signed_in)


@routes.get("/api/me", "me_get", needs(Scope.READ), summary="Who am I?")
async def get_me(hub: Hub, caller: Asking) -> Me:
    """The person, his roles, and what he came with."""
    who = caller.principal
    person = await hub.directory.people.get_person(caller, who.person_id)
    names = await hub.directory.find_names([*who.roles, *who.group_ids])
    return Me(
        person_id=who.person_id,
        name=who.name,
        sign_in_name=person.sign_in_name,
        email=person.email,
        installation_roles=sorted(who.installation_roles),
        business_units=sorted(
            (
                UnitRoles(business_unit_id=unit, business_unit_name=names.get(unit, unit), roles=sorted(roles))
                for unit, roles in who.roles.items()
            ),
            key=lambda one: (name_key(one.business_unit_name), one.business_unit_id),
        ),
        group_ids=sorted(who.group_ids),
        groups=sorted(
            (Named(id=group, name=names.get(group, group)) for group in who.group_ids),
            key=lambda one: (name_key(one.name), one.id),
        ),
        scopes=sorted(who.scopes),
        session_id=who.session_id,
        token_id=who.token_id,
        unread_notices=await hub.notices.count_unread(who.person_id),
        may=capabilities_of(who, production=hub.settings.production),
    )


def approach_of(request: Request) -> Approach:
    """How somebody comes in who is about to sign in."""
    return Approach(approach_door(request), request_id_of(request), address_of(request))


def begin_session(request: Request, response: Response, signed_in: SignedIn) -> Session:
    """Answer a session just begun: its token goes into the cookie."""
    desk = desk_of(request)
    seconds = int((signed_in.expires_at - desk.services.clock.now()).total_seconds())
    response.headers["set-cookie"] = desk.cookie.set_header(signed_in.token, seconds=seconds)
    return Session(
        person_id=signed_in.principal.person_id, name=signed_in.principal.name, expires_at=signed_in.expires_at
    )
