"""The arguments of a call: given by place, or flat by name."""

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Final, cast

from jackfield.openapi.errors import ArgumentError
from jackfield.openapi.models import Operation, Place
from jackfield.openapi.requests.files import read_files

_PLACES: Final = ("path", "query", "header", "cookie")
_GROUPS: Final = frozenset({*_PLACES, "querystring", "body", "media_type"})


@dataclass(frozen=True, slots=True)
class Arguments:
    """Values by the parameters' names in the document, by place."""

    path: Mapping[str, Any] = field(default_factory=dict[str, Any])
    query: Mapping[str, Any] = field(default_factory=dict[str, Any])
    header: Mapping[str, Any] = field(default_factory=dict[str, Any])
    cookie: Mapping[str, Any] = field(default_factory=dict[str, Any])
    querystring: Any = None
    body: Any = None
    has_body: bool = False
    is_null: bool = False
    """Whether the body was given as null: that is one only where its schema says so and a body is required."""
    media_type: str | None = None

    def at(self, place: Place) -> Mapping[str, Any]:
        """The values for one place."""
        match place:
            case Place.PATH:
                return self.path
            case Place.QUERY:
                return self.query
            case Place.HEADER:
                return self.header
            case _:
                return self.cookie


def read_arguments(operation: Operation, given: Mapping[str, Any]) -> Arguments:
    """Arguments as JSON has them: `{"path": {…}, "query": {…}, …, "body": …}`, or flat by the operation's own names.

    Raises:
        ArgumentError: There is no argument of such a name, or one is given twice.
    """
    if _is_grouped(operation, given):
        return Arguments(
            **{place: _named(operation, place, given.get(place)) for place in _PLACES},
            querystring=given.get("querystring"),
            body=read_files(given.get("body")),
            has_body=given.get("body") is not None,
            is_null="body" in given and given["body"] is None,
            media_type=_media_type(given.get("media_type")),
        )
    return _flat(operation, given)


def _is_grouped(operation: Operation, given: Mapping[str, Any]) -> bool:
    """By place, unless a parameter of the operation has the name of a place and that is what is meant."""
    own = {one.argument for one in operation.parameters if one.place is not Place.QUERYSTRING}
    return given.keys() <= _GROUPS and all(_is_group(operation, name, given[name], own) for name in given)


def _is_group(operation: Operation, name: str, value: Any, own: AbstractSet[str]) -> bool:
    if value is None:
        return True
    if name not in _PLACES:
        return name not in own
    if not isinstance(value, dict):
        return False
    declared = {one.name for one in operation.parameters if one.place.value == name}
    return name not in own or cast("dict[str, Any]", value).keys() <= declared


def _flat(operation: Operation, given: Mapping[str, Any]) -> Arguments:
    values: dict[Place, dict[str, Any]] = {
        Place.PATH: {},
        Place.QUERY: {},
        Place.QUERYSTRING: {},
        Place.HEADER: {},
        Place.COOKIE: {},
    }
    rest = dict(given)
    for one in operation.parameters:
        if one.argument in rest:
            values[one.place][one.name] = rest.pop(one.argument)
    _take_headers(operation, rest, values[Place.HEADER])
    body = None
    has_body = operation.body is not None and operation.body.argument in rest
    if operation.body and has_body:
        body = rest.pop(operation.body.argument)
    media_type = rest.pop("media_type", None) if operation.body else None
    for name in rest:
        raise ArgumentError(unknown_argument(operation, name), field=name)
    whole = values[Place.QUERYSTRING]
    return Arguments(
        path=values[Place.PATH],
        query=values[Place.QUERY],
        header=values[Place.HEADER],
        cookie=values[Place.COOKIE],
        querystring=next(iter(whole.values()), None),
        body=read_files(body),
        has_body=body is not None,
        is_null=has_body and body is None,
        media_type=_media_type(media_type),
    )


def _take_headers(operation: Operation, rest: dict[str, Any], values: dict[str, Any]) -> None:
    """Those whose names are written in another case (RFC 9110 §5.1), where nothing else is called so."""
    headers = {one.argument.lower(): one for one in operation.parameters if one.place is Place.HEADER}
    body = operation.body.argument if operation.body else None
    for name in [one for one in rest if one not in {body, "media_type"}]:
        found = headers.get(name.lower())
        if found is None:
            continue
        if found.name in values:
            raise ArgumentError(
                f"the header {found.name} is given twice; upper and lower case make no difference", field=name
            )
        values[found.name] = rest.pop(name)


def _named(operation: Operation, place: str, given: Any) -> Mapping[str, Any]:
    """Values by name; names of headers in the case that the document has (RFC 9110 §5.1)."""
    values = cast("Mapping[str, Any]", given or {})
    if place != Place.HEADER:
        return values
    declared = {one.name.lower(): one.name for one in operation.parameters if one.place is Place.HEADER}
    found: dict[str, Any] = {}
    for name, value in values.items():
        own = declared.get(name.lower(), name)
        if own in found:
            raise ArgumentError(
                f"the header {own} is given twice; upper and lower case make no difference", field=f"header.{name}"
            )
        found[own] = value
    return found


def _media_type(given: Any) -> str | None:
    if given is not None and not isinstance(given, str):
        raise ArgumentError("media_type must be a text", field="media_type")
    return given


def unknown_argument(operation: Operation, name: str) -> str:
    """What to say of a name that is none."""
    known = [one.argument for one in operation.parameters]
    if operation.body:
        known.append(operation.body.argument)
    there = ", ".join(known) if known else "no arguments at all"
    return f"there is no argument {name!r}; the operation has {there}"
