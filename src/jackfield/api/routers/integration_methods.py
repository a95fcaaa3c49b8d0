"""The methods of a custom integration: who may call which, and calling them."""

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from fastapi import Query
from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from jackfield.api.access import needs
from jackfield.api.bodies import Flag, Input, Output
from jackfield.api.desk import Asking, Hub
from jackfield.api.languages import Words
from jackfield.api.paging import Expected, PageAsked, PageOf, Tagging
from jackfield.api.routers.calls import answer_call, own_key
from jackfield.api.routers.integrations import Accepted, GrantChangeInput, read_changes
from jackfield.api.routers.sharing import Explanation, show_explanation
from jackfield.api.routers.shown_integrations import (
    Answer,
    Argument,
    Counts,
    GrantsResult,
    Matrix,
    MatrixPerson,
    Method,
    MethodDetails,
    method_fields,
    show_described,
    show_method,
    show_named,
    show_outcome,
)
from jackfield.api.routes import Routes
from jackfield.connectors import Effect, FileValue
from jackfield.directory import Scope
from jackfield.integrations import MatrixRow, MethodFilter, MethodRow
from jackfield.kernel import PersonId
from jackfield.openapi import Api, Operation, describe_arguments

routes = Routes("methods", "The methods of a custom integration: what they are, who may call them, and calling them.")

_Search = Annotated[str, Query(max_length=200, description="Part of the name, path, summary or a tag, in any case.")]
_Verb = Annotated[str | None, Query(max_length=20, description="As in `GET`.")]
_Tag = Annotated[str | None, Query(max_length=200)]


class SetGrants(Input):
    """Changes that are made together or not at all."""

    changes: Annotated[list[GrantChangeInput], Field(min_length=1, max_length=500)]
    accept_responsibilities: Accepted = None


class MethodCall(Input):
    """What to call the method with."""

    arguments: dict[str, Any] = Field(default_factory=dict[str, Any], description="As the method's schema says.")
    idempotency_key: Annotated[str, Field(min_length=1, max_length=200)] | None = Field(
        default=None, description="Sent along to APIs that take such keys; made from `Idempotency-Key` if left out."
    )


class PrepareRequest(Input):
    """What the method would be called with."""

    arguments: dict[str, Any] = Field(default_factory=dict[str, Any], description="As the method's schema says.")


class MethodRequest(Output):
    """What would be sent."""

    verb: str
    url: str = Field(description="Absolute and encoded.")
    headers: dict[str, str] = Field(description="Without those that the credentials add.")
    body: str | None = Field(description="Null where there is none, and where it is no text.")
    body_bytes: int = Field(description="How long it is.")


class AnswerPage(Output):
    """A part of a list that comes in pages."""

    kind: str = Field(
        description="How the next one is asked for: `link`, `url`, `cursor`, `last_item`, `page` or `offset`."
    )
    said_by: str = Field(description="What says so.")
    items: list[str] | None = Field(description="Where the list is in `body`: names of members; null if not known.")
    count: int | None = Field(description="How many items there are here.")
    next: dict[str, Any] | None = Field(
        description="The arguments of the next page, to be sent as they are; null on the last, and if nobody can know."
    )


class AnswerLimits(Output):
    """What the API says of how often it may be called; null is nothing."""

    retry_after: float | None = Field(description="Seconds until the same request may be sent again.")
    limit: int | None = Field(description="Requests in one window.")
    remaining: int | None = Field(description="Requests that are left of them.")
    reset_after: float | None = Field(description="Seconds until there are all of them again.")
    window: float | None = Field(description="Seconds.")


class MethodAnswer(Output):
    """What the API answered."""

    status: int
    media_type: str
    headers: dict[str, str] = Field(description="Names in lower case; those that a caller can use.")
    body: Any = Field(
        default=None,
        description="Where it is JSON; of JSON values one a line a list, of a form an object.",
    )
    text: str | None = Field(default=None, description="Where it is text.")
    file: FileValue | None = Field(default=None, description="Where it is neither.")
    checked: Literal["fits", "differs", "not_checked"] = Field(
        description="Whether it is what the document says; checked where it is JSON and there is a schema."
    )
    warnings: list[Words] = Field(
        description="Where it is not what its media type or the document says; places as JSON pointers into `body`."
    )
    truncated: bool = Field(description="Whether `body` is not all that came.")
    page: AnswerPage | None = Field(description="Where the method pages.")
    limits: AnswerLimits | None = Field(description="Where the API says something of how often it may be called.")


class MethodCallResult(Output):
    """What came of it."""

    request_id: str
    result: MethodAnswer
    secret_reflected: bool = Field(description="The other side sent a secret back; it was replaced by `[secret]`.")
    attempts: int
    duration_ms: int


@routes.get("/api/integrations/{integration}/methods", "method_list", needs(Scope.READ), summary="List methods")
async def list_methods(
    *,
    integration: str,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: _Search = "",
    tag: _Tag = None,
    effect: Effect | None = None,
    verb: _Verb = None,
    granted: Flag | None = None,
) -> PageOf[Method]:
    """All with their grants for those who may read these; for others those that they may call (O7)."""
    wanted = MethodFilter(search=search, verb=verb, tag=tag, effect=effect, is_granted=granted)
    return paging.answer(await hub.integrations.list_methods(caller, integration, wanted, paging.wanted), show_method)


@routes.get(
    "/api/integrations/{integration}/method-counts",
    "method_count",
    needs(Scope.READ),
    summary="Count methods by tag, verb and effect",
)
async def count_methods(integration: str, hub: Hub, caller: Asking) -> Counts:
    """Of the same methods that the list has: for its filters."""
    found = await hub.integrations.count_methods(caller, integration)
    return Counts(tags=dict(found["tags"]), verbs=dict(found["verbs"]), effects=dict(found["effects"]))


@routes.get("/api/integrations/{integration}/methods/{method}", "method_get", needs(Scope.READ), summary="Get a method")
async def get_method(integration: str, method: str, hub: Hub, caller: Asking) -> MethodDetails:
    """With its arguments as a JSON schema. What one may not call looks like what isn't there (O7)."""
    row, api, operation = await hub.integrations.get_method(caller, integration, method)
    return _show_details(row, api, operation)


@routes.put(
    "/api/integrations/{integration}/grants",
    "grant_set",
    needs(Scope.MANAGE_CONNECTIONS),
    summary="Change who may call which methods",
)
async def set_grants(
    *,
    integration: str,
    body: SetGrants,
    hub: Hub,
    caller: Asking,
    expected: Expected,
    tag: Tagging,
    dry_run: Annotated[Flag, Query(description="Only say what it would do.")] = False,
) -> GrantsResult:
    """All changes or none (O5). Grants only narrow the access groups; one that would reach beyond them is refused."""
    done = await hub.integrations.set_grants(
        caller,
        integration,
        read_changes(body.changes),
        accepted_responsibilities=body.accept_responsibilities,
        dry_run=dry_run,
        expected_version=expected,
    )
    tag.set(done.version)
    return show_outcome(done, dry_run=dry_run)


@routes.get(
    "/api/integrations/{integration}/matrix", "grant_matrix", needs(Scope.READ), summary="List who may call what"
)
async def get_matrix(
    *,
    integration: str,
    hub: Hub,
    caller: Asking,
    paging: PageAsked,
    search: Annotated[str, Query(max_length=200, description="Part of a person's name, in any case.")] = "",
    method_search: _Search = "",
    tag: _Tag = None,
    effect: Effect | None = None,
    verb: _Verb = None,
) -> Matrix:
    """The active people of the access groups, page by page, and for each of the granted methods whether they may."""
    wanted = MethodFilter(search=method_search, verb=verb, tag=tag, effect=effect)
    methods, page = await hub.integrations.get_matrix(caller, integration, wanted, search=search, page=paging.wanted)
    shown = paging.answer(page, _show_person)
    return Matrix(items=shown.items, next=shown.next, methods=[show_described(one) for one in methods])


@routes.get(
    "/api/integrations/{integration}/methods/{method}/explain",
    "method_explain",
    needs(Scope.READ),
    summary="Ask why a method may be called or not",
)
async def explain(
    *,
    integration: str,
    method: str,
    hub: Hub,
    caller: Asking,
    person_id: Annotated[PersonId | None, Query(max_length=200, description="Who; oneself if left out.")] = None,
) -> Explanation:
    """Whether a person may call it, by which rule, and who could change that (C17)."""
    who = person_id or caller.principal.person_id
    return show_explanation(await hub.integrations.explain_call(caller, who, integration, method))


@routes.post(
    "/api/integrations/{integration}/methods/{method}/calls",
    "method_call",
    needs(Scope.USE),
    summary="Call a method",
    response_model=MethodCallResult,
)
async def call_method(
    *, integration: str, method: str, body: MethodCall, request: Request, hub: Hub, caller: Asking
) -> Response:
    """Sends one request and gives its answer, to whom the method is granted (O5).

    The same as `POST /api/calls` with the integration as `connection` and the method as `action`: recorded before it
    leaves and when it is done, and sent to the connection's own endpoint alone.
    """
    done = await hub.gateway.call_method(
        caller,
        integration,
        method,
        body.arguments,
        idempotency_key=body.idempotency_key or own_key(request, caller.principal.person_id),
    )
    return answer_call(done)


@routes.post(
    "/api/integrations/{integration}/methods/{method}/requests",
    "method_prepare",
    needs(Scope.USE),
    summary="See what a call would send",
)
async def prepare_request(
    *, integration: str, method: str, body: PrepareRequest, hub: Hub, caller: Asking
) -> MethodRequest:
    """The request of a call with these arguments, complete but for the credentials. Nothing is sent or recorded.

    Refused for what the call itself would be refused for.
    """
    found = await hub.integrations.get_method_to_call(caller, integration, method)
    request = await hub.integrations.prepare(found, body.arguments, caller.request_id)
    return MethodRequest(
        verb=request.method,
        url=request.url,
        headers=dict(request.headers),
        body=_text_of(request.body),
        body_bytes=len(request.body or b""),
    )


def _text_of(body: bytes | None) -> str | None:
    try:
        return None if body is None else body.decode()
    except UnicodeDecodeError:
        return None


def _show_person(row: MatrixRow) -> MatrixPerson:
    return MatrixPerson(person=show_named(row.person), uses=list(row.uses))


def _show_details(row: MethodRow, api: Api, operation: Operation) -> MethodDetails:
    return MethodDetails(
        **method_fields(row),
        description=operation.description[:20_000],
        arguments=describe_arguments(api, operation),
        parameters=list(_arguments(operation)),
        media_types=[one.name for one in operation.body.content] if operation.body else [],
        answers=[
            Answer(status=one.status, description=one.description, media_types=list(one.media_types))
            for one in operation.responses
        ],
    )


def _arguments(operation: Operation) -> Iterator[Argument]:
    for one in operation.parameters:
        yield Argument(
            name=one.argument,
            place=one.place.value,
            required=one.is_required,
            deprecated=one.is_deprecated,
            description=one.description,
        )
    if operation.body is not None:
        body = operation.body
        yield Argument(
            name=body.argument, place="body", required=body.is_required, deprecated=False, description=body.description
        )
