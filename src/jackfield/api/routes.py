"""How a route is declared and walked through: rights, query, body, idempotency key, and only then the function.

    routes = Routes("groups", "Named sets of people.")

    @routes.get("/api/groups/{group_id}", "group_get", needs(Scope.READ))
    async def get_group(group_id: str, hub: Hub, caller: Asking) -> GroupOutput: ...

There is no other way to make a route, and none without its `Access`: `require_declared` refuses to start (M09).
"""

import inspect
from collections.abc import Awaitable, Callable, Collection, Coroutine, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from fastapi import FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import Scope

from jackfield.api.access import Access
from jackfield.api.bodies import BodyReader, Input, Output, ReadRequest
from jackfield.api.desk import desk_of
from jackfield.api.guard import log_unexpected
from jackfield.api.idempotency import KeyRef, StoredAnswer
from jackfield.api.identity import request_id_of
from jackfield.api.languages import speak, texts_for
from jackfield.api.problems import problem_of, unexpected_problem
from jackfield.api.security import header_values
from jackfield.directory import Caller
from jackfield.errors import HubError, InvalidError, Kind
from jackfield.kernel import canonical_json

IDEMPOTENCY_HEADER: Final = b"idempotency-key"
_DECLARED: Final = "__jackfield_declared__"
_HAPPENED: Final = frozenset({Kind.REMOTE_REJECTED, Kind.OUTCOME_UNKNOWN})
"""Errors that are told after something left: with an idempotency key they are the answer, and stay it."""

F = TypeVar("F", bound=Callable[..., Awaitable[Any]])
B = TypeVar("B", bound=Input)
PlainEndpoint = Callable[[Request, B], Awaitable[Response]]
PageEndpoint = Callable[[Request], Awaitable[Response]]
CarryOut = Callable[[Request, bytes, Any], Awaitable[Response]]
"""`(request, raw body, what was read of it) -> response`; an empty body and None where a route reads none."""
_NO_PARAMETERS: Final = frozenset[str]()


@dataclass(frozen=True, slots=True)
class Declared:
    """What a route says of itself."""

    operation: str
    """Its id in the OpenAPI document, `noun_verb`."""
    access: Access
    tells_secret: bool = False
    """Its answer holds something that is shown once; never kept for an idempotency key."""
    own_key: bool = False
    """Its service heeds the idempotency key itself, in the transaction of what it does."""
    any_query: bool = False
    """Whether its query is somebody else's business, and read by nobody here."""
    is_short: bool = False
    """Called very often: its function wants the request and the one name that ends its address, and is asked past the
    framework, which stands for it in the OpenAPI document alone."""


@dataclass(frozen=True, slots=True)
class _Entry:
    method: str
    path: str
    endpoint: Callable[..., Any]
    declared: Declared
    options: Mapping[str, Any]


class Routes:
    """The routes of one feature.

    Args:
        tag: Their group in the OpenAPI document.
        about: What the group is about, for its readers.
    """

    def __init__(self, tag: str, about: str) -> None:
        self.tag = tag
        self.about = about
        self._entries: list[_Entry] = []
        self._plain: list[PlainRoute] = []
        self._pages: list[PageRoute] = []

    def get(self, path: str, operation: str, access: Access, **options: Any) -> Callable[[F], F]:
        """Declare a reading route; `options` are FastAPI's."""
        return self._declare("GET", path, Declared(operation, access), options)

    def post(
        self,
        path: str,
        operation: str,
        access: Access,
        *,
        tells_secret: bool = False,
        own_key: bool = False,
        any_query: bool = False,
        is_short: bool = False,
        **options: Any,
    ) -> Callable[[F], F]:
        """Declare a route that makes or does something; heeds `Idempotency-Key`."""
        declared = Declared(operation, access, tells_secret, own_key, any_query, is_short)
        return self._declare("POST", path, declared, options)

    def put(self, path: str, operation: str, access: Access, **options: Any) -> Callable[[F], F]:
        """Declare a route that sets something as a whole."""
        return self._declare("PUT", path, Declared(operation, access), options)

    def patch(self, path: str, operation: str, access: Access, **options: Any) -> Callable[[F], F]:
        """Declare a route that changes what is named and leaves the rest."""
        return self._declare("PATCH", path, Declared(operation, access), options)

    def delete(self, path: str, operation: str, access: Access, **options: Any) -> Callable[[F], F]:
        """Declare a removing route; it answers 204."""
        return self._declare("DELETE", path, Declared(operation, access), {"status_code": 204, **options})

    def plain_post(
        self, path: str, operation: str, access: Access, body: type[Input], result: type[Output], *, summary: str
    ) -> Callable[[PlainEndpoint[B]], PlainEndpoint[B]]:
        """Declare a route that is called very often: `async def name(request, body)` without the framework's detours.

        It walks through the same doors, and `result` stands for its answer in the OpenAPI document.
        """
        declared = Declared(operation, access)

        def keep(endpoint: PlainEndpoint[B]) -> PlainEndpoint[B]:
            self._plain.append(PlainRoute(path, endpoint, declared, body, result, tag=self.tag, summary=summary))
            return endpoint

        return keep

    def pages(self, operation: str, access: Access, *, but: Collection[str]) -> Callable[[PageEndpoint], PageEndpoint]:
        """Declare what answers every address that is nobody else's: `async def name(request)`, for GET and HEAD.

        `but` are the addresses, each with all below it, that are never a page, whether or not there is something.
        """

        def keep(endpoint: PageEndpoint) -> PageEndpoint:
            self._pages.append(PageRoute(endpoint, Declared(operation, access), frozenset(but)))
            return endpoint

        return keep

    def add_to(self, app: FastAPI) -> None:
        """Put them into the app."""
        app.router.routes.extend((*self._plain, *self._pages))
        for entry in self._entries:
            setattr(entry.endpoint, _DECLARED, entry.declared)
            app.router.add_api_route(
                entry.path,
                entry.endpoint,
                methods=[entry.method],
                operation_id=entry.declared.operation,
                name=entry.declared.operation,
                tags=[self.tag],
                route_class_override=DeclaredRoute,
                **entry.options,
            )

    def _declare(self, method: str, path: str, declared: Declared, options: Mapping[str, Any]) -> Callable[[F], F]:
        def keep(endpoint: F) -> F:
            self._entries.append(_Entry(method, path, endpoint, declared, options))
            return endpoint

        return keep


class DeclaredRoute(APIRoute):
    """A route that lets in whom it declared, and nothing that it doesn't know."""

    def __init__(self, path: str, *args: Any, **options: Any) -> None:
        super().__init__(path, *args, **options)
        self._stem = path.partition("{")[0]
        """What each of its addresses begins with."""

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """As of any route; those of other addresses, nearly all, say so without a look at their patterns."""
        path: str = scope["path"]
        return super().matches(scope) if path.startswith(self._stem) else (Match.NONE, {})

    @property
    def declared(self) -> Declared:
        """What it says of itself.

        Raises:
            LookupError: Nothing.
        """
        found: Declared | None = getattr(self.endpoint, _DECLARED, None)
        if found is None:
            raise LookupError(f"the route {self.path} doesn't declare who may use it")
        return found

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The walk through the route."""
        declared = self.declared
        answer = super().get_route_handler()
        parameters = None if declared.any_query else frozenset(_query_parameters(self.dependant))
        body_field = self.body_field
        reader = BodyReader(body_field.field_info.annotation) if body_field else None

        async def carry_out(request: Request, raw: bytes, value: Any) -> Response:
            return await answer(ReadRequest(request, raw, value) if reader else request)

        async def handle(request: Request) -> Response:
            return await _walk(request, declared, parameters, reader, carry_out)

        return handle

    async def answer_short(self, request: Request, **names: str) -> Response:
        """The same walk past the framework; what it raises is for whoever calls it."""

        async def carry_out(request: Request, _raw: bytes, _value: Any) -> Response:
            return await self.endpoint(request=request, **names)

        declared = self.declared
        return await _walk(request, declared, None if declared.any_query else _NO_PARAMETERS, None, carry_out)


class PlainRoute(Route):
    """A route of Starlette alone, with the same walk."""

    def __init__(
        self,
        path: str,
        endpoint: PlainEndpoint[Any],
        declared: Declared,
        body: type[Input],
        result: type[Output],
        *,
        tag: str,
        summary: str,
    ) -> None:
        self.declared = declared
        self.body = body
        self.result = result
        self.tag = tag
        self.summary = summary
        self.about = inspect.cleandoc(endpoint.__doc__ or "")
        reader = BodyReader(body, is_plain=True)

        async def carry_out(request: Request, _raw: bytes, value: Any) -> Response:
            return await endpoint(request, value)

        async def handle(request: Request) -> Response:
            return await _walk(request, declared, _NO_PARAMETERS, reader, carry_out)

        self.answer = handle
        """The walk itself; what it raises is for whoever calls it."""
        super().__init__(path, handle, methods=["POST"], name=declared.operation)


class PageRoute(Route):
    """Every address that is not the API's, with the same walk; what stands in its query is the page's business."""

    def __init__(self, endpoint: PageEndpoint, declared: Declared, but: frozenset[str]) -> None:
        self.declared = declared
        self._but = but

        async def carry_out(request: Request, _raw: bytes, _value: Any) -> Response:
            return await endpoint(request)

        async def handle(request: Request) -> Response:
            return await _walk(request, declared, None, None, carry_out)

        super().__init__("/{path:path}", handle, methods=["GET"], name=declared.operation)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Nothing at the addresses that are never a page, so that the router answers there as it does without pages."""
        path: str = scope["path"]
        if any(path == one or path.startswith(f"{one}/") for one in self._but):
            return Match.NONE, {}
        return super().matches(scope)


async def _walk(
    request: Request,
    declared: Declared,
    parameters: frozenset[str] | None,
    reader: BodyReader | None,
    carry_out: CarryOut,
) -> Response:
    """Who, what, and only then the function."""
    speak(request.scope["headers"])
    caller = await desk_of(request).identity.find_caller(request, declared.access)
    request.scope["state"]["caller"] = caller
    if parameters is not None:
        _check_query(request, parameters)
    raw, value = await reader.read(request) if reader else (b"", None)
    key = find_key(request)
    if key is None or caller is None or request.method != "POST" or declared.own_key:
        return await carry_out(request, raw, value)
    return await _once(
        request, caller, key, raw, lambda: carry_out(request, raw, value), tells_secret=declared.tells_secret
    )


def find_key(request: Request) -> str | None:
    """The request's `Idempotency-Key`.

    Raises:
        InvalidError: There are several, and nothing says which is meant.
    """
    given = header_values(request.scope["headers"], IDEMPOTENCY_HEADER)
    if len(given) > 1:
        raise InvalidError("the header Idempotency-Key is given twice", field="header.idempotency-key")
    return given[0] if given else None


def require_declared(routes: Sequence[BaseRoute]) -> None:
    """Refuse to start with a route that anybody could reach because nobody thought of it (M09).

    Raises:
        LookupError: There is one.
    """
    undeclared = [route for route in routes if not isinstance(route, (DeclaredRoute, PlainRoute, PageRoute))]
    if undeclared:
        names = ", ".join(str(getattr(route, "path", route)) for route in undeclared)
        raise LookupError(f"these routes don't declare who may use them: {names}")


def methods_at(routes: Iterable[BaseRoute], scope: Scope) -> frozenset[str]:
    """The methods of what is at an address: `/api/things/readings` is that, though `/api/things/{thing}` fits it, too."""
    fitting = [one for one in routes if one.matches(dict(scope))[0] is not Match.NONE]
    gaps = {id(one): len(getattr(one, "param_convertors", ())) for one in fitting}
    fewest = min(gaps.values(), default=0)
    named = [getattr(one, "methods", None) or () for one in fitting if gaps[id(one)] == fewest]
    return frozenset(method for methods in named for method in methods)


def _query_parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        yield field.alias
    for one in dependant.dependencies:
        yield from _query_parameters(one)


def _check_query(request: Request, parameters: frozenset[str]) -> None:
    if not request.scope["query_string"]:
        return
    given = [name for name, _ in request.query_params.multi_items()]
    for name in given:
        if name not in parameters:
            known = ", ".join(sorted(parameters)) or "none"
            raise InvalidError(
                f"there is no query parameter {name[:60]!r} here; there are {known}", field=f"query.{name[:60]}"
            )
        if given.count(name) > 1:
            raise InvalidError(f"query.{name} is given twice", field=f"query.{name}")


async def _once(
    request: Request,
    caller: Caller,
    key: str,
    raw: bytes,
    carry_out: Callable[[], Awaitable[Response]],
    *,
    tells_secret: bool,
) -> Response:
    request_id = request_id_of(request)

    async def perform() -> StoredAnswer:
        try:
            response = await carry_out()
        except HubError as error:
            if error.kind not in _HAPPENED:
                raise
            response = problem_of(error, request_id).said_in(texts_for(request.scope["headers"])).response()
        except Exception as error:  # noqa: BLE001  # whether it took effect nobody knows: the key stays taken
            log_unexpected(error, method=request.method, path=request.url.path)
            response = unexpected_problem(error, request_id).said_in(texts_for(request.scope["headers"])).response()
        headers = {name.lower(): value for name, value in response.headers.items()}
        return StoredAnswer(response.status_code, headers, bytes(response.body))

    ref = KeyRef(caller.principal.person_id, key)
    head = canonical_json([request.method, request.url.path, request.url.query])
    answer, is_replayed = await desk_of(request).idempotency.once(
        ref, request_id, head + raw, perform, is_secret=tells_secret
    )
    headers = {name: value for name, value in answer.headers.items() if name != "content-length"}
    if is_replayed:
        headers["idempotency-replayed"] = "true"
    return Response(answer.body, answer.status, headers)
