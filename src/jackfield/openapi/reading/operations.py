"""One operation of a path item."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from jackfield.openapi.documents.pointers import pointer_of, under
from jackfield.openapi.documents.references import Library, Node
from jackfield.openapi.errors import DocumentError, UnresolvedReferenceError
from jackfield.openapi.models import (
    Location,
    Note,
    Operation,
    Parameter,
    Place,
    RequestBody,
    Requirement,
    Response,
    SecurityScheme,
    Server,
    Style,
    Version,
)
from jackfield.openapi.reading.bodies import read_body, read_swagger_body
from jackfield.openapi.reading.names import name_arguments
from jackfield.openapi.reading.parameters import Found, find_parameters, read_parameter
from jackfield.openapi.reading.security import read_requirements
from jackfield.openapi.reading.servers import read_servers, read_swagger_servers
from jackfield.openapi.reading.values import Members, extensions, flag, mapping, text, texts

FORBIDDEN_HEADERS: Final = frozenset(
    {
        *("accept", "content-type", "authorization"),  # by the specification
        *("connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"),
        *("te", "trailer", "transfer-encoding", "upgrade", "host", "content-length", "content-encoding"),
        *("cookie", "set-cookie", "expect", "forwarded", "via", "x-real-ip", "http2-settings"),
    }
)
_FORBIDDEN_PREFIXES: Final = ("x-forwarded-", "proxy-", "sec-")
_VARIABLE: Final = re.compile(r"\{([^{}]+)\}")
_TOKEN: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def is_forbidden_header(name: str) -> bool:
    """Whether a caller may never set it (case D21)."""
    lower = name.lower()
    return lower in FORBIDDEN_HEADERS or lower.startswith(_FORBIDDEN_PREFIXES)


def template_variables(path: str) -> tuple[list[str], dict[str, str]]:
    """The names in the braces of a path, and of those in a query after it, with the names that they have there.

    A path has no query by the specification; documents in the wild tell operations apart with one.
    """
    before, _, query = path.partition("#")[0].partition("?")
    pairs = (one.partition("=") for one in query.split("&"))
    return _VARIABLE.findall(before), {value[1:-1]: name for name, _, value in pairs if _VARIABLE.fullmatch(value)}


@dataclass(frozen=True, slots=True)
class Context:
    """What an operation takes from the document around it."""

    library: Library
    version: Version
    root: Members
    """The document's members but the wide ones."""
    servers: tuple[Server, ...]
    security: tuple[Requirement, ...]
    schemes: Mapping[str, SecurityScheme]
    consumes: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    parameters: dict[tuple[int, str], tuple[Node, Parameter]] = field(default_factory=dict[tuple[int, str], Any])
    """Those that several operations refer to, by the identity of their nodes, which are kept with them."""
    responses: dict[tuple[str, int], tuple[Node, Response]] = field(default_factory=dict[tuple[str, int], Any])


Declared = tuple[Location, Any]
"""An operation where it stands."""


@dataclass(frozen=True, slots=True)
class Described:
    """An operation that was understood, and what there is to say of it."""

    operation: Operation
    warnings: tuple[Note, ...]


def read_operation(context: Context, path: str, method: str, items: Sequence[Node], declared: Declared) -> Described:
    """An operation of a path item, or of several that are one by a reference; the first counts most.

    Raises:
        DocumentError: It can't be understood.
    """
    location, value = declared
    return _Reading(context, path, method, items, context.library.node(location, value)).read()


class _Reading:
    def __init__(self, context: Context, path: str, method: str, items: Sequence[Node], node: Node) -> None:
        self._context = context
        self._path = path
        self._method = method
        self._items = items
        self._node = node
        self._warnings: list[Note] = []

    def read(self) -> Described:
        value, context = self._node.value, self._context
        if not _TOKEN.fullmatch(self._method):
            raise DocumentError(f"{self._method!r} can't be a method", pointer=self._node.pointer)
        found = find_parameters(
            context.library,
            context.version,
            *((under(one.location, "parameters"), one.value.get("parameters")) for one in reversed(self._items)),
            (under(self._node.location, "parameters"), value.get("parameters")),
        )
        security = self._security()
        declared, ignored = self._settable(found, security)
        _check_whole_query(declared)
        body = self._body(found)
        arguments, body_argument = name_arguments(
            [(one.name, Place(one.place)) for one in declared], has_body=body is not None
        )
        parameters = [self._parameter(one, argument) for one, argument in zip(declared, arguments, strict=True)]
        operation = Operation(
            name="",
            operation_id=text(value, "operationId") or None,
            method=self._method,
            path=self._path,
            location=self._node.location,
            parameters=tuple(self._on_path(parameters)),
            body=replace(body, argument=body_argument) if body else None,
            responses=tuple(self._responses()),
            security=security,
            says_security=isinstance(value.get("security", context.root.get("security")), list),
            servers=self._servers(),
            summary=self._text("summary"),
            description=self._text("description"),
            tags=texts(value, "tags"),
            is_deprecated=flag(value, "deprecated"),
            extensions=extensions(value),
            ignored_headers=ignored,
        )
        return Described(operation, tuple(self._warnings))

    def _text(self, name: str) -> str:
        """Its own, else that of its path."""
        return next((found for one in (self._node, *self._items) if (found := text(one.value, name))), "")

    def _parameter(self, found: Found, argument: str) -> Parameter:
        """The same object for all operations that refer to one declaration: most documents have few of them."""
        known, key = self._context.parameters, (id(found.node), argument)
        if key in known:
            return known[key][1]
        parameter = read_parameter(self._context.library, found, argument, self._context.version)
        if found.is_shared:
            known[key] = found.node, parameter
        return parameter

    def _warn(self, reason: str, pointer: str) -> None:
        self._warnings.append(Note(reason, pointer, operation=f"{self._method} {self._path}"))

    def _security(self) -> tuple[Requirement, ...]:
        declared = self._node.value.get("security")
        own = self._context.security
        found = own if declared is None else read_requirements(declared, self._context.library, self._context.schemes)
        for name in {name for one in found for name in one} - self._context.schemes.keys():
            self._warn(f"the security scheme {name!r} is not declared", under(self._node.pointer, "security"))
        return found

    def _settable(self, found: Sequence[Found], security: Sequence[Requirement]) -> tuple[list[Found], tuple[str, ...]]:
        """The parameters that are a caller's, without those that are the connection's or the protocol's."""
        keys = {self._key_of(name) for one in security for name in one}
        declared: list[Found] = []
        ignored: list[str] = []
        for one in found:
            if one.place in {"body", "formData"}:
                continue
            if not one.name:
                self._warn("a parameter has no name; it is left out", one.node.pointer)
                continue
            if one.place == "header" and is_forbidden_header(one.name):
                ignored.append(one.name.lower())
                if one.name.lower() not in {"accept", "content-type"}:
                    self._warn(f"the header {one.name} is not set by an argument", one.node.pointer)
            elif (one.place, one.name.lower() if one.place == "header" else one.name) in keys:
                self._warn(f"the parameter {one.name!r} is the connection's credential", one.node.pointer)
                if one.place == "header":
                    ignored.append(one.name.lower())
            else:
                declared.append(one)
        return declared, tuple(ignored)

    def _key_of(self, scheme: str) -> tuple[str, str] | None:
        found = self._context.schemes.get(scheme)
        if found is None or found.place is None:
            return None
        return (found.place.value, found.name.lower() if found.place is Place.HEADER else found.name)

    def _on_path(self, parameters: Sequence[Parameter]) -> list[Parameter]:
        """Those in the path are those of the template, no more and no fewer."""
        variables, in_query = template_variables(self._path)
        kept: list[Parameter] = []
        for one in parameters:
            if one.place is Place.PATH and one.name in in_query:
                kept.append(replace(one, place=Place.QUERY, name=in_query[one.name], style=Style.FORM))
                continue
            if one.place is Place.PATH and one.name not in variables:
                self._warn(f"the path has no {{{one.name}}}; the parameter is left out", pointer_of(one.location))
                continue
            kept.append(one)
        known = {one.name for one in kept if one.place is Place.PATH}
        for name in dict.fromkeys(variables):
            if name not in known:
                self._warn(f"nothing declares {{{name}}} of the path; it is taken as a text", self._items[0].pointer)
                taken = {one.argument for one in kept}
                kept.append(_undeclared(name, self._node.location, f"path_{name}" if name in taken else name))
        return kept

    def _body(self, found: Sequence[Found]) -> RequestBody | None:
        value, context = self._node.value, self._context
        if context.version is Version.SWAGGER_2_0:
            self._warn_of_bodies(found)
            consumes = texts(value, "consumes") if "consumes" in value else context.consumes
            return read_swagger_body(found, consumes)
        if "requestBody" not in value:
            return None
        return read_body(context.library, under(self._node.location, "requestBody"), value["requestBody"])

    def _warn_of_bodies(self, found: Sequence[Found]) -> None:
        """Swagger 2.0 has one parameter in `body`, or fields of a form."""
        first = next((one for one in found if one.place == "body"), None)
        for one in found:
            if first is not None and one is not first and one.place in {"body", "formData"}:
                self._warn(
                    f"a request has one body, {first.name!r}; the parameter {one.name!r} is left out", one.node.pointer
                )

    def _servers(self) -> tuple[Server, ...]:
        value, context = self._node.value, self._context
        if context.version is Version.SWAGGER_2_0:
            schemes = texts(value, "schemes")
            return read_swagger_servers(context.root, schemes) if schemes else context.servers
        declared = (read_servers(one.value.get("servers")) for one in (self._node, *self._items))
        return next((one for one in declared if one), context.servers)

    def _responses(self) -> list[Response]:
        found: list[Response] = []
        for status, value in mapping(self._node.value, "responses").items():
            if status.startswith("x-"):
                continue
            location = under(self._node.location, "responses", status)
            try:
                node = self._context.library.find_shared(value)
                if node is not None:
                    found.append(self._shared_response(status, node))
                else:
                    found.append(self._response(status, self._context.library.node(location, value)))
            except UnresolvedReferenceError as error:
                self._warn(f"the response {status}: {error.message}", str(error.data.get("pointer") or location))
        return found

    def _shared_response(self, status: str, node: Node) -> Response:
        if self._context.version is Version.SWAGGER_2_0:
            # There the operation says of which media type its answers are.
            return self._response(status, node)
        known, key = self._context.responses, (status, id(node))
        if key not in known:
            known[key] = node, self._response(status, node)
        return known[key][1]

    def _response(self, status: str, node: Node) -> Response:
        value = node.value
        schema: Location | None = None
        referred: dict[str, Location] = {}
        if self._context.version is Version.SWAGGER_2_0:
            operation = self._node.value
            names = texts(operation, "produces") if "produces" in operation else self._context.produces
            if "schema" in value:
                schema = under(node.location, "schema")
        else:
            content = mapping(value, "content")
            names = tuple(content)
            referred = self._referred(node, content)
            for name in names[:1]:
                at = referred.get(name, under(node.location, "content", name))
                if name in referred or "schema" in mapping(content, name):
                    schema = under(at, "schema")
        has_link = any(name.lower() == "link" for name in mapping(value, "headers"))
        return Response(status, text(value, "description"), names, schema, node.location, has_link, referred)

    def _referred(self, node: Node, content: Members) -> dict[str, Location]:
        """The media types of an answer that are references."""
        names = [one for one in content if "$ref" in mapping(content, one)]
        return {one: self._context.library.resolve(under(node.location, "content", one)).location for one in names}


def _check_whole_query(declared: Sequence[Found]) -> None:
    """What is the whole query has nothing beside it (OpenAPI 3.2, Parameter Locations)."""
    queries = [one for one in declared if one.place in {"query", "querystring"}]
    whole = next((one for one in queries if one.place == "querystring"), None)
    if whole is not None and len(queries) > 1:
        other = next(one for one in queries if one is not whole)
        raise DocumentError(
            f"the parameter {whole.name!r} is the whole query, and {other.name!r} is beside it",
            pointer=other.node.pointer,
        )


def _undeclared(name: str, location: Location, argument: str) -> Parameter:
    return Parameter(
        name=name,
        place=Place.PATH,
        argument=argument,
        is_required=True,
        location=location,
        schema=None,
        style=Style.SIMPLE,
        explode=False,
    )


def methods_of(items: Sequence[Node], version: Version) -> list[tuple[str, Declared]]:
    """The methods of a path item, or of several that are one, each with its operation."""
    names = _methods(version)
    found: dict[str, Declared] = {}
    for item in items:
        for name, value in item.value.items():
            if name in names:
                found.setdefault(name.upper(), (under(item.location, name), value))
        for name, declared in _more(item).items() if version is Version.OPENAPI_3_2 else ():
            if name.lower() not in names or name != name.upper():
                found.setdefault(name, declared)
    return list(found.items())


def misplaced_methods(items: Sequence[Node], version: Version) -> Iterator[tuple[str, DocumentError]]:
    """What is meant as a method and is none in this version, with the reason."""
    names = _methods(version)
    for item in items:
        for name, value in item.value.items():
            lower = name.lower()
            if name in names or lower not in _ALL_METHODS or not isinstance(value, dict):
                continue
            reason = (
                f"methods are written in lower case: {lower}"
                if lower in names
                else f"OpenAPI {version.value} has no method {lower}"
            )
            yield name.upper(), DocumentError(reason, pointer=pointer_of(under(item.location, name)))
        for name, (location, _) in _more(item).items():
            if version is not Version.OPENAPI_3_2:
                reason = f"OpenAPI {version.value} has no additionalOperations"
                yield name, DocumentError(reason, pointer=pointer_of(location))
            elif name.lower() in names and name == name.upper():
                reason = f"{name} is a method with a field of its own: {name.lower()}"
                yield name, DocumentError(reason, pointer=pointer_of(location))


_METHODS: Final = frozenset({"get", "put", "post", "delete", "options", "head", "patch"})
_ALL_METHODS: Final = _METHODS | {"trace", "query"}


def _methods(version: Version) -> frozenset[str]:
    match version:
        case Version.SWAGGER_2_0:
            return _METHODS
        case Version.OPENAPI_3_2:
            return _ALL_METHODS
        case _:
            return _METHODS | {"trace"}


def _more(item: Node) -> dict[str, Declared]:
    at = under(item.location, "additionalOperations")
    return {name: (under(at, name), value) for name, value in mapping(item.value, "additionalOperations").items()}
