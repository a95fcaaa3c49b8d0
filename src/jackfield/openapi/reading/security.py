"""Security schemes and requirements."""

from collections.abc import Mapping
from typing import Any, Final, cast

from jackfield.openapi.documents.pointers import pointer_of, split_pointer, under
from jackfield.openapi.documents.references import Library, Node
from jackfield.openapi.errors import DocumentError
from jackfield.openapi.models import OAuthFlow, Place, Requirement, SchemeType, SecurityScheme, Version
from jackfield.openapi.reading.values import Members, flag, mapping, text, texts

_SWAGGER_FLOWS: Final = {
    "implicit": "implicit",
    "password": "password",
    "application": "clientCredentials",
    "accessCode": "authorizationCode",
}


def read_schemes(library: Library, version: Version) -> tuple[dict[str, SecurityScheme], list[DocumentError]]:
    """The schemes of the document by name, and what was wrong with the others."""
    is_swagger = version is Version.SWAGGER_2_0
    pointer = "/securityDefinitions" if is_swagger else "/components/securitySchemes"
    found: dict[str, SecurityScheme] = {}
    problems: list[DocumentError] = []
    for name in _names(library, pointer):
        try:
            node = library.resolve(under(f"#{pointer}", name))
            found[name] = _swagger_scheme(name, node) if is_swagger else _scheme(name, node)
        except DocumentError as error:
            problems.append(error)
    return found, problems


def _names(library: Library, pointer: str) -> list[str]:
    try:
        found = library.root.get(pointer)
    except KeyError:
        return []
    return list(cast("dict[str, Any]", found)) if isinstance(found, dict) else []


def _scheme(key: str, node: Node) -> SecurityScheme:
    kind = text(node.value, "type")
    if kind not in {one.value for one in SchemeType}:
        raise DocumentError(f"the security scheme {key!r} has the type {kind!r}, which is none", pointer=node.pointer)
    return SecurityScheme(
        key=key,
        type=SchemeType(kind),
        place=_key_place(key, node) if kind == "apiKey" else None,
        name=text(node.value, "name"),
        http_scheme=text(node.value, "scheme").lower(),
        bearer_format=text(node.value, "bearerFormat"),
        flows=tuple(_flow(name, mapping(mapping(node.value, "flows"), name)) for name in mapping(node.value, "flows")),
        open_id_url=text(node.value, "openIdConnectUrl") or None,
        description=text(node.value, "description"),
        is_deprecated=flag(node.value, "deprecated"),
    )


def _key_place(key: str, node: Node) -> Place:
    place = text(node.value, "in")
    if place not in {"query", "header", "cookie"} or not text(node.value, "name"):
        raise DocumentError(f"the API key {key!r} says neither where it goes nor its name", pointer=node.pointer)
    return Place(place)


def _flow(kind: str, members: Members) -> OAuthFlow:
    return OAuthFlow(
        kind=kind,
        authorization_url=text(members, "authorizationUrl") or text(members, "deviceAuthorizationUrl") or None,
        token_url=text(members, "tokenUrl") or None,
        refresh_url=text(members, "refreshUrl") or None,
        scopes={name: str(one) for name, one in mapping(members, "scopes").items()},
    )


def _swagger_scheme(key: str, node: Node) -> SecurityScheme:
    match text(node.value, "type"):
        case "basic":
            return SecurityScheme(
                key, SchemeType.HTTP, http_scheme="basic", description=text(node.value, "description")
            )
        case "oauth2":
            flow = _flow(_SWAGGER_FLOWS.get(text(node.value, "flow"), text(node.value, "flow")), node.value)
            return SecurityScheme(key, SchemeType.OAUTH2, flows=(flow,), description=text(node.value, "description"))
        case _:
            return _scheme(key, node)


def read_requirements(
    declared: Any, library: Library, schemes: Mapping[str, SecurityScheme]
) -> tuple[Requirement, ...]:
    """The alternatives of a `security`; from 3.2 on schemes may be named by where they are."""
    items = cast("list[Any]", declared) if isinstance(declared, list) else []
    found: list[Mapping[str, tuple[str, ...]]] = []
    for one in items:
        if isinstance(one, dict):
            members = cast("Members", one)
            found.append({_key(name, library, schemes): texts(members, name) for name in members})
    return tuple(found)


def _key(name: str, library: Library, schemes: Mapping[str, SecurityScheme]) -> str:
    if name in schemes or "#" not in name:
        return name
    try:
        tokens = split_pointer(pointer_of(library.follow("#", name)))
    except DocumentError:
        return name
    is_scheme = tokens[:-1] == ("components", "securitySchemes") and tokens[-1] in schemes
    return tokens[-1] if is_scheme else name
