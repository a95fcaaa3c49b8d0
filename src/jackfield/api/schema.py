"""The OpenAPI document: what FastAPI finds in the routes, and what we promise for all of them."""

from collections.abc import Collection, Iterable, Mapping
from functools import cached_property
from importlib.metadata import version
from typing import Any, Final

from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import JsonSchemaMode, models_json_schema
from starlette.routing import BaseRoute

from jackfield.api.pages import documentation_page
from jackfield.api.problems import MEDIA_TYPE
from jackfield.api.routes import Declared, DeclaredRoute, PlainRoute, Routes
from jackfield.errors import JsonValue, Kind
from jackfield.kernel import write_json

Document = dict[str, Any]
"""JSON, as the OpenAPI specification 3.1 has it; it is only ever written out."""

_ABOUT: Final = """\
Third-party systems connected once, governed, and used by processes, apps and assistants.

**Signing in.** Programs send `Authorization: Bearer …` with an API token; browsers have a session cookie and send
their `Origin` with every change. A token has scopes; what a person may do to a thing is decided for every request.

**Errors** are `application/problem+json` (RFC 9457): `detail` says in one sentence what is wrong and what to do,
`code` is for programs, `field` is the path of what is wrong as in `details.port`, `query.limit` or `header.if-match`. What somebody may not know of
looks exactly like what isn't there.

**Lists** come in pages: `next` is the `cursor` of the following one, `Link` its address. **Changes** may say with
`If-Match` which version they were made for. **Repeating** a POST with the same `Idempotency-Key` has one effect; answers
are kept for a day, except those that hold something shown only once: repeating these gives 409 `idempotency.answer_gone`.

**Secrets** go in and never come out. In changes a secret is left out (it stays), set, or `null` (it is cleared).
"""

_PROBLEM: Final[Document] = {
    "type": "object",
    "title": "Problem details",
    "description": "What went wrong (RFC 9457). Further members depend on the code.",
    "required": ["type", "title", "status", "detail", "code", "kind", "retryable", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri", "examples": ["urn:jackfield:problem:name.taken"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for the person who can act on it."},
        "code": {"type": "string", "description": "Stable; for programs.", "examples": ["name.taken"]},
        "kind": {"type": "string", "enum": [*(kind.value for kind in Kind), "unexpected"]},
        "retryable": {"type": "boolean", "description": "Whether the same request may succeed later by itself."},
        "request_id": {"type": ["string", "null"], "description": "To be found in the server's log and in the audit."},
        "field": {"type": "string", "description": "The path of what is wrong.", "examples": ["details.port"]},
        "problems": {
            "type": "array",
            "description": "All that is wrong with the input.",
            "items": {
                "type": "object",
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "rule": {"type": "string", "description": "The rule that refused it."},
        "who_can_change": {"type": "string", "description": "Who could change that."},
        "retry_after": {"type": "number", "description": "Seconds."},
        "rate_limits": {
            "type": "object",
            "description": "What the other system says of how often it may be called: `limit` and `remaining` requests in "
            "`window` seconds, all of them again after `reset_after`.",
        },
        "limit": {"type": ["number", "string"]},
        "timed_out": {"type": "boolean", "description": "The time that the other system had for its answer was over."},
    },
}

_REFUSALS: Final[Mapping[str, str]] = {
    "400": "It can't be read: no JSON, a name twice, a NUL character, a token in the address.",
    "401": "Nobody, or who can't be proven.",
    "403": "A rule refuses it; `rule` says which.",
    "404": "There is no such thing, as far as the caller may know.",
    "408": "The body wasn't there in time.",
    "409": "It doesn't fit the present state.",
    "412": "It was changed since; the ETag of `If-Match` is not the present one.",
    "413": "The body is too large or too deep.",
    "415": "The body isn't sent as `application/json`.",
    "422": "Input that can't be accepted; `field` says where.",
    "429": "Too often; `Retry-After` says how long to wait.",
}

_IDEMPOTENCY_KEY: Final[Document] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Makes sending the request again harmless: one effect, the first answer.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]{1,200}$"},
}


class Description:
    """The API described, for programs and for people; made when first asked for, so that starting doesn't wait."""

    def __init__(self, routes: Collection[BaseRoute], features: Collection[Routes]) -> None:
        self._routes = routes
        self._features = features

    @cached_property
    def document(self) -> Document:
        """OpenAPI 3.1."""
        return openapi_document(self._routes, self._features)

    @cached_property
    def json(self) -> bytes:
        """The document as it is sent."""
        return write_json(self.document)

    @cached_property
    def page(self) -> bytes:
        """The document as HTML."""
        return documentation_page(self.document)


def openapi_document(routes: Collection[BaseRoute], features: Iterable[Routes]) -> Document:
    """The document of these routes (OpenAPI 3.1)."""
    declared = [route for route in routes if isinstance(route, DeclaredRoute)]
    document: Document = get_openapi(
        title="Jackfield",
        version=version("jackfield"),
        description=_ABOUT,
        routes=declared,
        tags=[{"name": one.tag, "description": one.about} for one in features],
    )
    components: Document = document.setdefault("components", {})
    schemas: Document = components.setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    schemas["ProblemDetails"] = _PROBLEM
    components["responses"] = {name: _refusal(text) for name, text in _REFUSALS.items()}
    components["responses"]["default"] = _refusal("Anything else that went wrong.")
    components["securitySchemes"] = {
        "token": {"type": "http", "scheme": "bearer", "description": "An API token."},
        "session": {
            "type": "apiKey",
            "in": "cookie",
            "name": "__Host-jackfield",
            "description": "A browser's session.",
        },
    }
    for route in declared:
        for method in route.methods or ():
            if route.include_in_schema:
                _complete(
                    document["paths"][route.path_format][method.lower()], route.declared, route.path_format, method
                )
    for route in (one for one in routes if isinstance(one, PlainRoute)):
        operation = _describe(route, schemas)
        _complete(operation, route.declared, route.path_format, "POST")
        document["paths"][route.path_format] = {"post": operation}
    return document


def _describe(route: PlainRoute, schemas: Document) -> Document:
    modes: list[tuple[type[BaseModel], JsonSchemaMode]] = [(route.body, "validation"), (route.result, "serialization")]
    _, found = models_json_schema(modes, ref_template="#/components/schemas/{model}")
    schemas.update(found["$defs"])
    body, result = ({"$ref": f"#/components/schemas/{model.__name__}"} for model, _ in modes)
    return {
        "tags": [route.tag],
        "summary": route.summary,
        "description": route.about,
        "operationId": route.declared.operation,
        "requestBody": {"required": True, "content": {"application/json": {"schema": body}}},
        "responses": {"200": {"description": "Done.", "content": {"application/json": {"schema": result}}}},
    }


def _complete(operation: Document, declared: Declared, path: str, method: str) -> None:
    access = declared.access
    for parameter in operation.get("parameters", ()):
        _leave_out_null(parameter["schema"])
    responses: Document = operation.setdefault("responses", {})
    responses.pop("422", None)
    for status in _refusals_of(declared, path, method, operation):
        responses.setdefault(status, {"$ref": f"#/components/responses/{status}"})
    responses["default"] = {"$ref": "#/components/responses/default"}
    if access.scope is None:
        operation["security"] = []
    else:
        token: list[JsonValue] = [{"token": [access.scope.value]}] if access.by_token else []
        operation["security"] = [*token, {"session": []}]
        operation["x-jackfield-scope"] = access.scope.value
        if method == "POST":
            operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)


def _leave_out_null(schema: Document) -> None:
    # In an address or a header there is no null: what isn't given is left out.
    kinds: list[Document] = [one for one in schema.pop("anyOf", ()) if one != {"type": "null"}]
    if len(kinds) == 1:
        schema |= kinds[0]
    elif kinds:
        schema["anyOf"] = kinds


def _refusals_of(declared: Declared, path: str, method: str, operation: Document) -> list[str]:
    found = ["400", "422", "429"]
    if not declared.access.is_public:
        found += ["401", "403"]
    if "{" in path:
        found.append("404")
    if method != "GET":
        found.append("409")
    if "requestBody" in operation:
        found += ["408", "413", "415"]
    if any(one.get("name") == "if-match" for one in operation.get("parameters", ())):
        found.append("412")
    return sorted(found)


def _refusal(text: str) -> Document:
    return {"description": text, "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}}
