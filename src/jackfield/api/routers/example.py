"""The people of the example company, and signing in as one of them with one click.

Closed, as if it weren't there, wherever somebody else could knock: see `_find_company`.
"""

import re
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import PUBLIC
from jackfield.api.bodies import Input, Output
from jackfield.api.desk import Hub, desk_of
from jackfield.api.identity import address_of
from jackfield.api.languages import Words
from jackfield.api.local_account import is_own_account
from jackfield.api.routers.sign_in import Session, UnitRoles, approach_of, begin_session
from jackfield.api.routes import Routes
from jackfield.api.services import ExampleCompany, ExamplePerson
from jackfield.directory import InstallationRole
from jackfield.errors import NotFoundError
from jackfield.kernel import PersonId

routes = Routes("example", "The people of the example company; there only on a server that nobody else reaches.")

_FORWARDED: Final = re.compile(r"forwarded|via|x-(forwarded|original|real|client|cluster)-.*|true-client-ip|cf-.*")
"""Headers of proxies: behind one, everybody comes from this machine."""
_BROWSERS_SPEAK: Final = frozenset({"1.1", "2"})
"""Versions of HTTP. nginx, told nothing but where to pass requests on to, adds no header and speaks 1.0."""


class ExampleOffError(NotFoundError):
    """There is no example company here, or not for who asks from there."""

    code = "example.off"


class ExamplePersonOutput(Output):
    """One of the people."""

    id: str
    name: str
    title: Words = Field(
        description="What they do in the company, and are here.", examples=["Service engineer, editor"]
    )
    installation_roles: list[InstallationRole]
    business_units: list[UnitRoles]


class ExampleOutput(Output):
    """The example company."""

    is_on: bool
    is_ready: bool = Field(description="Whether all of it is there; it is being made in the first seconds.")
    name: str = Field(examples=["Linden Instruments"])
    people: list[ExamplePersonOutput] = Field(description="Whom one can switch to; without the deactivated ones.")


class SwitchPerson(Input):
    """Whom to be."""

    person_id: str


@routes.get("/api/example", "example_get", PUBLIC, summary="The example company")
async def get_example(hub: Hub, request: Request) -> ExampleOutput:
    """Who is there to switch to; nobody where the example is off, or the server can be reached from elsewhere."""
    company = _find_company(hub.example, request)
    if company is None:
        return ExampleOutput(is_on=False, is_ready=False, name="", people=[])
    people = [_shown(person) for person in await company.list_people()]
    return ExampleOutput(is_on=True, is_ready=company.is_ready, name=company.name, people=people)


@routes.post("/api/example/sessions", "example_switch", PUBLIC, status_code=201, summary="Be somebody of the example")
async def switch_person(body: SwitchPerson, hub: Hub, request: Request, response: Response) -> Session:
    """Begins a session as a person of the example company, without a password, and sets its cookie.

    Only for its own people, on a server that listens to its own machine, for requests from there that came through no
    proxy and, where the machine tells it, from no other account of it. The record names it `person.switch`.
    """
    company = _find_company(hub.example, request)
    if company is None:
        raise ExampleOffError("there is no example company here", what="example")
    return begin_session(request, response, await company.switch(approach_of(request), PersonId(body.person_id)))


def _find_company(company: ExampleCompany | None, request: Request) -> ExampleCompany | None:
    """The company, where nobody but who sits at this machine, with the account of the server, can have asked."""
    desk = desk_of(request)
    settings = desk.services.settings
    places = (
        settings.host,
        urlsplit(settings.effective_public_url).hostname or "",
        urlsplit(f"//{request.scope['state']['host']}").hostname or "",
        address_of(request),
    )
    is_forwarded = (
        bool(settings.trusted_proxies)
        or request.scope["http_version"] not in _BROWSERS_SPEAK
        or any(_FORWARDED.fullmatch(name) for name in request.headers)
    )
    if is_forwarded or not all(map(_is_loopback, places)):
        return None
    address, port = request.scope["client"]
    # The server has the port as text.
    return company if company is not None and is_own_account(address, int(port)) else None


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _shown(person: ExamplePerson) -> ExamplePersonOutput:
    who = person.principal
    return ExamplePersonOutput(
        id=who.person_id,
        name=who.name,
        title=person.title,
        installation_roles=sorted(who.installation_roles),
        business_units=[
            UnitRoles(business_unit_id=unit, business_unit_name=person.unit_names.get(unit, ""), roles=sorted(roles))
            for unit, roles in who.roles.items()
        ],
    )
