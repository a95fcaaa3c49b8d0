"""Connections: made, listed, renamed, corrected, reconnected, replaced, deleted."""

from collections.abc import Mapping
from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Flag, Input, Name, Search, several_of, sorted_by
from jackfield.api.desk import Asking, Hub
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.shown_connections import (
    Connection,
    ConnectionCheck,
    ConnectionList,
    ConnectionUses,
    PickableConnection,
    show_check,
    show_connection,
    show_in_list,
    show_list,
    show_pickable,
    show_uses,
)
from jackfield.api.routes import Routes
from jackfield.connections import (
    CLEAR,
    ConnectionQuery,
    ConnectionSort,
    ConnectionState,
    CredentialChange,
    Draft,
    ViewedAs,
)
from jackfield.directory import Scope
from jackfield.kernel import BusinessUnitId, PersonId

routes = Routes(
    "connections",
    "One configured access to one system each. In an address, a connection is its id, or its name where that means "
    "only one of those one knows.",
)

Credentials = Annotated[dict[str, Any], Field(max_length=50, repr=False)]
Details = Annotated[dict[str, Any], Field(max_length=200)]
_Key = Annotated[str, Field(min_length=1, max_length=60)]
_SchemeKey = Annotated[str, Field(min_length=1, max_length=200)]
_STATES: Final = "|".join(ConnectionState)
_States = Annotated[
    str, several_of(ConnectionState), Field(json_schema_extra={"pattern": f"^({_STATES})(,({_STATES}))*$"})
]
_Sort = Annotated[
    str, sorted_by(ConnectionSort), Field(json_schema_extra={"pattern": f"^-?({'|'.join(ConnectionSort)})$"})
]

_CREDENTIALS: Final = (
    "Each field of the scheme: left out it stays what it is, `null` clears it, anything else sets it. There are no "
    "placeholders; `***` would be the secret `***`."
)
_DETAILS: Final = "As the connector's form of general details says; stays as it is if left out."


class CreateConnection(Input):
    """A connection to be made and tested."""

    business_unit_id: BusinessUnitId
    name: Annotated[Name, Field(examples=["Invoice archive"])]
    connector: Annotated[_Key, Field(examples=["http"])]
    scheme: Annotated[_SchemeKey, Field(examples=["bearer"], description="One of the connector's ways to sign in.")]
    details: Annotated[Details, Field(description="As the connector's form of general details says.")]
    credentials: Credentials = Field(default_factory=dict[str, Any], description="As the scheme's form says.")


class CheckConnection(CreateConnection):
    """What a connection would be made of; nothing is stored."""

    name: Annotated[Name, Field(description="As the record of the try calls it.")] = "not yet made"


class RenameConnection(Input):
    """The name to have."""

    name: Name


class ChangeDetails(Input):
    """What to correct."""

    details: Details | None = Field(default=None, description=_DETAILS)
    scheme: _SchemeKey | None = None
    credentials: Credentials = Field(default_factory=dict[str, Any], description=_CREDENTIALS)


class Reconnect(Input):
    """The credentials to have."""

    credentials: Credentials = Field(description=_CREDENTIALS)
    scheme: _SchemeKey | None = Field(
        default=None, description="Another way to sign in; all its fields are to be sent then."
    )
    accept_account: Annotated[str, Field(max_length=500)] | None = Field(
        default=None, description="Accept that they are this other account's: `expected` of the refusal."
    )


class ReplaceConnection(Input):
    """What the successor has that is different."""

    name: Name | None = None
    details: Details | None = Field(default=None, description=_DETAILS)
    scheme: _SchemeKey | None = None
    credentials: Credentials = Field(default_factory=dict[str, Any], description=_CREDENTIALS)
    accept_account: Annotated[str, Field(max_length=500)] | None = None


@routes.get("/api/connections", "connection_list", needs(Scope.READ), summary="List connections")
async def list_connections(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Search = "",
    connector: Annotated[str | None, Query(max_length=60)] = None,
    state: Annotated[_States | None, Query(description="One state, or several with commas between them.")] = None,
    business_unit_id: Annotated[BusinessUnitId | None, Query(max_length=200)] = None,
    created_by_me: Flag = False,
    shared_with_me: Annotated[Flag, Query(description="Somebody else's that one is an admin of.")] = False,
    sort: Annotated[_Sort, Query(description="With `-` before it, turned round.")] = "name",
    with_total: Annotated[Flag, Query(description="Count them, too.")] = False,
    as_person_id: Annotated[
        PersonId | None, Query(max_length=200, description="As this person would see it, as far as one may oneself.")
    ] = None,
) -> ConnectionList:
    """Those that one created or that were shared with one; for super admins and auditors all of them (C3, C7).

    `as_person_id` is for super admins, auditors of the installation and, for members of their business units, the
    administrators of these (C17). It never shows more than one's own list would.
    """
    query = ConnectionQuery(
        search=search,
        connector=connector,
        states=frozenset(map(ConnectionState, state.split(","))) if state else frozenset(),
        business_unit_id=business_unit_id,
        created_by_me=created_by_me,
        shared_with_me=shared_with_me,
        sort=ConnectionSort(sort.removeprefix("-")),
        descending=sort.startswith("-"),
    )
    viewed_as: ViewedAs | None = None
    if as_person_id is None:
        page = await hub.connections.list_connections(caller, query, paging.wanted)
    else:
        page, viewed_as = await hub.connections.list_connections_as(caller, as_person_id, query, paging.wanted)
    total = await hub.connections.count_connections(caller, query) if with_total and as_person_id is None else None
    return show_list(paging.answer(page, show_in_list), total, viewed_as)


@routes.get("/api/pickable-connections", "connection_pick", needs(Scope.READ), summary="List what one may design with")
async def list_pickable(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Search = "",
    connector: Annotated[str | None, Query(max_length=60)] = None,
    business_unit_id: Annotated[BusinessUnitId | None, Query(max_length=200)] = None,
) -> PageOf[PickableConnection]:
    """For pickers: the connections that one has design use of (C8)."""
    page = await hub.connections.list_pickable(
        caller, paging.wanted, unit=business_unit_id, connector=connector, search=search
    )
    return paging.answer(page, show_pickable)


@routes.post(
    "/api/connections",
    "connection_create",
    needs(Scope.MANAGE_CONNECTIONS),
    status_code=201,
    summary="Create a connection",
)
async def create_connection(
    body: CreateConnection, hub: Hub, caller: Asking, response: Response, tag: Tagging
) -> Connection:
    """Makes and tests it. One that fails its test is kept as `not_connected`, with the reason (C1)."""
    draft = Draft(
        business_unit_id=body.business_unit_id,
        name=body.name,
        connector=body.connector,
        scheme=body.scheme,
        details=body.details,
        credentials=_changes(body.credentials),
    )
    view = await hub.connections.create_connection(caller, draft)
    response.headers["location"] = f"/api/connections/{view.row.id}"
    return show_connection(tag, view)


@routes.post(
    "/api/connections/checks",
    "connection_check",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Try a sign-in before it is stored",
)
async def check_connection(body: CheckConnection, hub: Hub, caller: Asking) -> ConnectionCheck:
    """Signs in with what is given, as creating it would, and shows what was answered. Only that it was tried is recorded."""
    draft = Draft(
        business_unit_id=body.business_unit_id,
        name=body.name,
        connector=body.connector,
        scheme=body.scheme,
        details=body.details,
        credentials=_changes(body.credentials),
    )
    return show_check(await hub.connections.check_draft(caller, draft))


@routes.get("/api/connections/{connection}", "connection_get", needs(Scope.READ), summary="Get a connection")
async def get_connection(
    *,
    connection: str,
    hub: Hub,
    caller: Asking,
    tag: Tagging,
    as_person_id: Annotated[
        PersonId | None, Query(max_length=200, description="As this person would see it, as far as one may oneself.")
    ] = None,
) -> Connection:
    """One connection, as far as the caller may see it. No secret is in it, or anywhere."""
    if as_person_id is None:
        return show_connection(tag, await hub.connections.get_connection(caller, connection))
    view, viewed_as = await hub.connections.get_connection_as(caller, as_person_id, connection)
    return show_connection(tag, view, viewed_as)


@routes.patch(
    "/api/connections/{connection}",
    "connection_rename",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Rename a connection",
)
async def rename_connection(
    *, connection: str, body: RenameConnection, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Connection:
    """Names are unique in the business unit, whatever their case. What refers to it refers by id (C4)."""
    view = await hub.connections.rename(caller, connection, body.name, expected_version=expected)
    return show_connection(tag, view)


@routes.put(
    "/api/connections/{connection}/details",
    "connection_correct",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Correct a connection that has never been connected",
)
async def change_details(
    *, connection: str, body: ChangeDetails, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Connection:
    """Changes and tests it again. For another origin the credentials must be sent anew."""
    view = await hub.connections.change_details(
        caller,
        connection,
        details=body.details,
        scheme=body.scheme,
        credentials=_changes(body.credentials),
        expected_version=expected,
    )
    return show_connection(tag, view)


@routes.put(
    "/api/connections/{connection}/credentials",
    "connection_reconnect",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Replace the credentials",
)
async def reconnect(
    *, connection: str, body: Reconnect, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Connection:
    """The new ones are tested first: if they fail, the old ones stay in force and nothing changes (C5).

    Credentials of another account are refused with `connection.other_account` until `accept_account` names it.
    """
    view = await hub.connections.reconnect(
        caller,
        connection,
        _changes(body.credentials),
        scheme=body.scheme,
        accept_account=body.accept_account,
        expected_version=expected,
    )
    return show_connection(tag, view)


@routes.post(
    "/api/connections/{connection}/roll-back",
    "connection_restore",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Put the replaced credentials back",
)
async def roll_back(connection: str, hub: Hub, caller: Asking, expected: Expected, tag: Tagging) -> Connection:
    """They are kept sealed for a while; `can_roll_back_until` says how long."""
    return show_connection(tag, await hub.connections.roll_back(caller, connection, expected_version=expected))


@routes.post(
    "/api/connections/{connection}/test",
    "connection_test",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Test a connection again",
)
async def test_connection(connection: str, hub: Hub, caller: Asking, tag: Tagging) -> Connection:
    """With the stored credentials; how it went is in `state` and `reason`."""
    return show_connection(tag, await hub.connections.retry(caller, connection))


@routes.post(
    "/api/connections/{connection}/replace",
    "connection_replace",
    needs(Scope.MANAGE_CONNECTIONS),
    status_code=201,
    summary="Replace a connection by a successor",
)
async def replace_connection(
    *,
    connection: str,
    body: ReplaceConnection,
    hub: Hub,
    caller: Asking,
    expected: Expected,
    response: Response,
    tag: Tagging,
) -> Connection:
    """For other general details: same admins and rights, every use re-pointed at once, the old one retired (C16)."""
    view = await hub.connections.replace_connection(
        caller,
        connection,
        name=body.name,
        details=body.details,
        scheme=body.scheme,
        credentials=_changes(body.credentials),
        accept_account=body.accept_account,
        expected_version=expected,
    )
    response.headers["location"] = f"/api/connections/{view.row.id}"
    return show_connection(tag, view)


@routes.delete(
    "/api/connections/{connection}",
    "connection_delete",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Delete a connection",
)
async def delete_connection(connection: str, hub: Hub, caller: Asking, expected: Expected) -> None:
    """Destroys its credentials at once. Refused while something in force uses it; `blockers` lists what (C11)."""
    await hub.connections.delete_connection(caller, connection, expected_version=expected)


@routes.get("/api/connections/{connection}/uses", "connection_uses", needs(Scope.READ), summary="List where it is used")
async def list_uses(connection: str, hub: Hub, caller: Asking) -> ConnectionUses:
    """Drafts included; what one may not see is counted, and its owner named (C15)."""
    return show_uses(await hub.connections.list_uses(caller, connection))


def _changes(credentials: Mapping[str, Any]) -> CredentialChange:
    return {name: CLEAR if value is None else value for name, value in credentials.items()}
