"""Custom integrations: systems that an OpenAPI document describes, made, listed, changed, deleted."""

from typing import Annotated, Any, Final

from fastapi import Query
from pydantic import Field
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Input, Name, Output, Search, Text, sorted_by
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import Words
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.shown_integrations import (
    DocumentReading,
    Integration,
    IntegrationInList,
    show_in_list,
    show_integration,
    show_reading,
)
from jackfield.api.routes import Routes
from jackfield.connections import CLEAR, ConnectionQuery, ConnectionSort
from jackfield.connectors import Effect
from jackfield.directory import Scope
from jackfield.integrations import (
    POINTS,
    STATEMENT,
    TEXT_VERSION,
    GrantChange,
    GrantLevel,
    IntegrationDraft,
    MethodFilter,
    Successor,
    WantedGrant,
)
from jackfield.kernel import BusinessUnitId, GroupId

routes = Routes(
    "integrations",
    "Systems that an OpenAPI document describes. A custom integration is a connection, too, with the same id: sharing, "
    "credentials, health and activity are under `/api/connections`. In an address it is its id, or its title where that "
    "means only one of those one knows.",
)

DocumentField = Annotated[
    str,
    Field(
        min_length=1,
        max_length=20 << 20,
        description="Swagger 2.0, OpenAPI 3.0, 3.1 or 3.2, as JSON or YAML.",
    ),
]
Accepted = Annotated[
    str | None,
    Field(max_length=40, description="The version of the responsibilities that was reviewed and ticked (O3)."),
]
_SORTS: Final = ("name", "created", "modified", "last_used")
_Sort = Annotated[str, sorted_by(_SORTS), Field(json_schema_extra={"pattern": f"^-?({'|'.join(_SORTS)})$"})]
_SchemeKey = Annotated[str, Field(min_length=1, max_length=200)]
_MethodName = Annotated[str, Field(min_length=1, max_length=64)]


class ReadDocument(Input):
    """A document to be read."""

    document: DocumentField


class GrantInput(Input):
    """Who may call a method; exactly one level (O5)."""

    level: GrantLevel
    entries: Annotated[
        list[Annotated[str, Field(min_length=1, max_length=200)]],
        Field(
            min_length=1, max_length=500, description="Ids of business units, of groups or of people, as `level` says."
        ),
    ]
    confirmation: bool | None = Field(
        default=None, description="Whether a person must confirm each call; as the effect suggests if left out (O6)."
    )


class MethodFilterInput(Input):
    """All methods that fit; an empty one is all of them."""

    search: Annotated[str, Field(max_length=200)] = ""
    verb: Annotated[str, Field(max_length=20)] | None = None
    tag: Annotated[str, Field(max_length=200)] | None = None
    effect: Effect | None = None
    granted: bool | None = None


class GrantChangeInput(Input):
    """One grant for some methods: by name, or by a filter."""

    methods: Annotated[list[_MethodName], Field(min_length=1, max_length=5000)] | None = None
    filter: MethodFilterInput | None = None
    grant: GrantInput | None = Field(description="`null` takes it away.")


class CreateIntegration(Input):
    """A custom integration to be made and tested."""

    business_unit_id: BusinessUnitId
    title: Annotated[Name, Field(examples=["Tickets"])]
    description: Text = ""
    access_groups: Annotated[
        list[GroupId],
        Field(min_length=1, max_length=100, description="Who may use it at all; can't be changed later (O1)."),
    ]
    document: DocumentField
    details: Annotated[
        dict[str, Any], Field(max_length=50, description="As the form of the connector `openapi` says: `endpoint`, …")
    ]
    scheme: Annotated[_SchemeKey, Field(examples=["bearer"])] = "none"
    credentials: Annotated[dict[str, Any], Field(max_length=50, repr=False)] = Field(
        default_factory=dict[str, Any], description="As the scheme's form says."
    )
    grants: Annotated[list[GrantChangeInput], Field(max_length=500)] = Field(default_factory=list[GrantChangeInput])
    accept_responsibilities: Accepted = None


class ChangeIntegration(Input):
    """What is to be different."""

    title: Name | None = None
    description: Text | None = None


class ReplaceIntegration(Input):
    """What the successor has that is different."""

    title: Name | None = None
    details: Annotated[dict[str, Any], Field(max_length=50)] | None = None
    scheme: _SchemeKey | None = None
    credentials: Annotated[dict[str, Any], Field(max_length=50, repr=False)] = Field(default_factory=dict[str, Any])
    access_groups: Annotated[list[GroupId], Field(min_length=1, max_length=100)] | None = Field(
        default=None, description="Other ones; then the responsibilities are to be accepted anew."
    )
    accept_account: Annotated[str, Field(max_length=500)] | None = None
    accept_responsibilities: Accepted = None


class PreviewReplacement(Input):
    """The access groups that a successor would have."""

    access_groups: Annotated[list[GroupId], Field(min_length=1, max_length=100)]


class GrantsLeft(Output):
    """What would become of the grants."""

    kept: list[str]
    dropped: list[str] = Field(description="Methods whose grants lie wholly outside.")
    narrowed: list[str] = Field(description="Methods whose grants keep some of their entries.")


class ReplacedIntegration(Output):
    """The successor, and what it doesn't have any more."""

    integration: Integration
    dropped: list[str] = Field(description="Methods whose grants lay wholly outside its access groups.")
    narrowed: list[str] = Field(description="Methods whose grants kept some of their entries.")


class Responsibilities(Output):
    """What is to be reviewed and understood (O3)."""

    version: str = Field(description="To be sent as `accept_responsibilities`.")
    statement: Words = Field(description="Beside the box that is to be ticked.")
    points: list[Words]


@routes.post(
    "/api/integrations/readings",
    "integration_read",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Read an OpenAPI document",
)
async def read_document(body: ReadDocument, hub: Hub, caller: Asking) -> DocumentReading:
    """Says for each operation what was understood, skipped and why (O2). Nothing is stored, and nothing fetched."""
    return show_reading(await hub.integrations.read_document(caller, body.document.encode()))


@routes.get(
    "/api/integrations/responsibilities",
    "integration_responsibilities",
    needs(Scope.READ),
    summary="Get the requirements and responsibilities",
)
async def get_responsibilities() -> Responsibilities:
    """The text that is to be accepted, in the language of the request."""
    return Responsibilities(version=TEXT_VERSION, statement=STATEMENT, points=list(POINTS))


@routes.get("/api/integrations", "integration_list", needs(Scope.READ), summary="List custom integrations")
async def list_integrations(
    *,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Search = "",
    business_unit_id: Annotated[BusinessUnitId | None, Query(max_length=200)] = None,
    sort: Annotated[_Sort, Query(description="With `-` before it, turned round.")] = "name",
) -> PageOf[IntegrationInList]:
    """Those whose connections one may see (C3), and those of which one may call a method (O7)."""
    query = ConnectionQuery(
        search=search,
        business_unit_id=business_unit_id,
        sort=ConnectionSort(sort.removeprefix("-")),
        descending=sort.startswith("-"),
    )
    return paging.answer(await hub.integrations.list_integrations(caller, query, paging.wanted), show_in_list)


@routes.post(
    "/api/integrations",
    "integration_create",
    needs(Scope.MANAGE_CONNECTIONS),
    status_code=201,
    summary="Create a custom integration",
)
async def create_integration(
    body: CreateIntegration, hub: Hub, caller: Asking, response: Response, tag: Tagging
) -> Integration:
    """Its connection, document, access groups and grants: all of it or nothing (O1 to O6).

    It is tested like any connection; one that fails is kept as `not_connected`, with the reason (C1).
    """
    draft = IntegrationDraft(
        business_unit_id=body.business_unit_id,
        title=body.title,
        description=body.description,
        access_groups=frozenset(body.access_groups),
        document=body.document.encode(),
        details=body.details,
        scheme=body.scheme,
        credentials={name: CLEAR if value is None else value for name, value in body.credentials.items()},
        grants=read_changes(body.grants),
        accepted_responsibilities=body.accept_responsibilities,
    )
    view = await hub.integrations.create_integration(caller, draft)
    response.headers["location"] = f"/api/integrations/{view.row.connection.id}"
    return show_integration(tag, view)


@routes.get("/api/integrations/{integration}", "integration_get", needs(Scope.READ), summary="Get a custom integration")
async def get_integration(integration: str, hub: Hub, caller: Asking, tag: Tagging) -> Integration:
    """One, as far as the caller may see it."""
    return show_integration(tag, await hub.integrations.get_integration(caller, integration))


@routes.patch(
    "/api/integrations/{integration}",
    "integration_change",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Change title and description",
)
async def change_integration(
    *, integration: str, body: ChangeIntegration, hub: Hub, caller: Asking, expected: Expected, tag: Tagging
) -> Integration:
    """The title is the name of the connection. Access groups can't be changed by anybody (O1)."""
    view = await hub.integrations.change_integration(
        caller, integration, title=body.title, description=body.description, expected_version=expected
    )
    return show_integration(tag, view)


@routes.delete(
    "/api/integrations/{integration}",
    "integration_delete",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Delete a custom integration",
)
async def delete_integration(integration: str, hub: Hub, caller: Asking, expected: Expected) -> None:
    """With its connection; the credentials are destroyed at once. Refused while something in force uses it (C11)."""
    await hub.integrations.delete_integration(caller, integration, expected_version=expected)


@routes.post(
    "/api/integrations/{integration}/replace",
    "integration_replace",
    needs(Scope.MANAGE_CONNECTIONS),
    status_code=201,
    summary="Replace an integration by a successor",
)
async def replace_integration(
    *,
    integration: str,
    body: ReplaceIntegration,
    hub: Hub,
    caller: Asking,
    response: Response,
    expected: Expected,
    tag: Tagging,
) -> ReplacedIntegration:
    """For another endpoint or other access groups (C16): it has the same document, admins, and the grants that lie within.

    Credentials go with it while the endpoint stays; for another one they must be entered anew.
    """
    view, succession = await hub.integrations.replace_integration(
        caller,
        integration,
        Successor(
            title=body.title,
            details=body.details,
            scheme=body.scheme,
            credentials={name: CLEAR if value is None else value for name, value in body.credentials.items()},
            access_groups=None if body.access_groups is None else frozenset(body.access_groups),
            accept_account=body.accept_account,
            accepted_responsibilities=body.accept_responsibilities,
        ),
        expected_version=expected,
    )
    response.headers["location"] = f"/api/integrations/{view.row.connection.id}"
    return ReplacedIntegration(
        integration=show_integration(tag, view), dropped=list(succession.dropped), narrowed=list(succession.narrowed)
    )


@routes.post(
    "/api/integrations/{integration}/replacements",
    "integration_replacement_preview",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="See what other access groups would leave of the grants",
)
async def preview_replacement(integration: str, body: PreviewReplacement, hub: Hub, caller: Asking) -> GrantsLeft:
    """Nothing is changed; access groups only change with a successor (O1, C16)."""
    found = await hub.integrations.preview_replacement(caller, integration, frozenset(body.access_groups))
    return GrantsLeft(kept=sorted(found.grants), dropped=list(found.dropped), narrowed=list(found.narrowed))


def read_changes(given: list[GrantChangeInput]) -> tuple[GrantChange, ...]:
    """The changes of grants as they were sent."""
    return tuple(
        GrantChange(
            methods=None if one.methods is None else frozenset(one.methods),
            filter=None
            if one.filter is None
            else MethodFilter(
                search=one.filter.search,
                verb=one.filter.verb,
                tag=one.filter.tag,
                effect=one.filter.effect,
                is_granted=one.filter.granted,
            ),
            grant=None
            if one.grant is None
            else WantedGrant(one.grant.level, frozenset(one.grant.entries), one.grant.confirmation),
        )
        for one in given
    )
