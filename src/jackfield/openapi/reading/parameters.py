"""Parameter Objects of OpenAPI 3 and of Swagger 2.0, as one form."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from jackfield.openapi.documents.pointers import under
from jackfield.openapi.documents.references import Library, Node
from jackfield.openapi.errors import DocumentError
from jackfield.openapi.models import Encoding, FormField, Location, Parameter, Place, Style, Version
from jackfield.openapi.reading.values import Members, flag, listing, mapping, plain, text

_STYLES: Final[Mapping[Place, tuple[Style, ...]]] = {
    Place.PATH: (Style.SIMPLE, Style.LABEL, Style.MATRIX),
    Place.QUERY: (Style.FORM, Style.SPACE_DELIMITED, Style.PIPE_DELIMITED, Style.DEEP_OBJECT),
    Place.QUERYSTRING: (Style.FORM,),
    Place.HEADER: (Style.SIMPLE,),
    Place.COOKIE: (Style.FORM, Style.COOKIE),
}
"""The first is the default."""

_COLLECTIONS: Final[Mapping[str, tuple[Style, bool]]] = {
    "csv": (Style.FORM, False),
    "ssv": (Style.SPACE_DELIMITED, False),
    "tsv": (Style.TAB_DELIMITED, False),
    "pipes": (Style.PIPE_DELIMITED, False),
    "multi": (Style.FORM, True),
}
"""Swagger 2.0's `collectionFormat`."""


_PLACES: Final = frozenset(one.value for one in Place)
_IN: Final = _PLACES | {"body", "formData"}


@dataclass(frozen=True, slots=True)
class Found:
    """A parameter as it is declared, before it has an argument's name."""

    name: str
    place: str
    """Also `body` and `formData`."""
    node: Node
    is_shared: bool
    """Whether another operation referred to it before."""


def find_parameters(library: Library, version: Version, *lists: tuple[Location, Any]) -> list[Found]:
    """The parameters of a path item and then of its operation, which overrides those with the same name and place.

    Raises:
        DocumentError: One has no name, or no place that there is.
    """
    found: dict[tuple[str, str], Found] = {}
    for location, declared in lists:
        items = cast("list[Any]", declared) if isinstance(declared, list) else []
        for index, value in enumerate(items):
            shared = library.find_shared(value)
            node = shared or library.node(under(location, index), value)
            one = _declared(node, version, is_shared=shared is not None)
            key = (one.name.lower() if one.place == "header" else one.name, one.place)
            found[key] = one
    return list(found.values())


def _declared(node: Node, version: Version, *, is_shared: bool) -> Found:
    name, place = plain(node.value, "name"), text(node.value, "in")
    if not name and flag(node.value, "required"):
        raise DocumentError("a required parameter has no name", pointer=node.pointer)
    if place not in (_IN if version is Version.SWAGGER_2_0 else _PLACES):
        raise DocumentError(f"the parameter {name!r} is in {place!r}, which is no place", pointer=node.pointer)
    return Found(name, place, node, is_shared)


def read_parameter(library: Library, found: Found, argument: str, version: Version) -> Parameter:
    """One parameter.

    Raises:
        DocumentError: Its style is none, or its content is not one media type.
    """
    place = Place(found.place)
    value = found.node.value
    style, explode = _style(found, place, version)
    media_type: str | None = None
    schema: Location | None = None
    encoding: Mapping[str, Encoding] = {}
    if version is Version.SWAGGER_2_0:
        schema = found.node.location
    elif "content" in value and (mapping(value, "content") or place is Place.QUERYSTRING or "schema" not in value):
        media_type, schema, encoding = _content(library, found)
    elif isinstance(value.get("schema"), (dict, bool)):
        schema = under(found.node.location, "schema")
    return Parameter(
        name=found.name,
        place=place,
        argument=argument,
        is_required=place is Place.PATH or flag(value, "required"),
        location=found.node.location,
        schema=schema,
        style=style,
        explode=explode,
        allow_reserved=_may_be_reserved(place, style, version) and flag(value, "allowReserved"),
        media_type=media_type,
        encoding=encoding,
        description=text(value, "description"),
        is_deprecated=flag(value, "deprecated"),
        item_styles=_item_styles(value) if version is Version.SWAGGER_2_0 else (),
    )


def _may_be_reserved(place: Place, style: Style, version: Version) -> bool:
    """Where `allowReserved` counts: from 3.2 on wherever values are percent-encoded, in queries alone before."""
    if version is not Version.OPENAPI_3_2:
        return place is Place.QUERY
    return place in {Place.QUERY, Place.PATH} or (place is Place.COOKIE and style is Style.FORM)


def _style(found: Found, place: Place, version: Version) -> tuple[Style, bool]:
    value = found.node.value
    if version is Version.SWAGGER_2_0:
        return collection_style(value, place is Place.PATH or place is Place.HEADER)
    default = _STYLES[place][0]
    named = text(value, "style")
    if not named or "content" in value:
        style = default
    elif named in {one.value for one in _STYLES[place]}:
        style = Style(named)
    else:
        allowed = ", ".join(_STYLES[place])
        raise DocumentError(
            f"the parameter {found.name!r} has the style {named!r}; in {place.value} there is {allowed}",
            pointer=under(found.node.pointer, "style"),
        )
    return style, flag(value, "explode", default=style in {Style.FORM, Style.COOKIE})


def collection_style(value: Members, is_simple: bool) -> tuple[Style, bool]:  # noqa: FBT001  # a place, said shorter
    """The style that a `collectionFormat` is; what has none is `csv`."""
    style, explode = _COLLECTIONS.get(text(value, "collectionFormat"), _COLLECTIONS["csv"])
    return (Style.SIMPLE if style is Style.FORM and is_simple else style), explode


def _item_styles(value: Members) -> tuple[Style, ...]:
    """Of the lists that are items of a list, from the outer to the inner."""
    found: list[Style] = []
    items = mapping(value, "items")
    while text(items, "type") == "array":
        found.append(collection_style(items, is_simple=False)[0])
        items = mapping(items, "items")
    return tuple(found)


def _content(library: Library, found: Found) -> tuple[str, Location | None, Mapping[str, Encoding]]:
    content = mapping(found.node.value, "content")
    if len(content) != 1:
        raise DocumentError(
            f"the content of the parameter {found.name!r} has {len(content)} media types instead of one",
            pointer=under(found.node.pointer, "content"),
        )
    name = next(iter(content))
    node = library.node(under(found.node.location, "content", name), content[name])
    schema = under(node.location, "schema") if isinstance(node.value.get("schema"), (dict, bool)) else None
    return name, schema, read_encoding(node)


def read_encoding(media_type: Node) -> dict[str, Encoding]:
    """The Encoding Objects of a media type, by property."""
    declared = mapping(media_type.value, "encoding")
    return {name: _encoding(mapping(declared, name), under(media_type.location, "encoding", name)) for name in declared}


def read_positional_encoding(media_type: Node) -> tuple[tuple[Encoding, ...], Encoding | None]:
    """The Encoding Objects of the first parts, and of those after them (3.2)."""
    first = tuple(
        _encoding(
            cast("Members", one) if isinstance(one, dict) else {}, under(media_type.location, "prefixEncoding", at)
        )
        for at, one in enumerate(listing(media_type.value, "prefixEncoding"))
    )
    others = mapping(media_type.value, "itemEncoding")
    return first, _encoding(others, under(media_type.location, "itemEncoding")) if others else None


def _encoding(members: Members, location: Location) -> Encoding:
    style = text(members, "style")
    headers = {
        header: under(location, "headers", header)
        for header in mapping(members, "headers")
        if header.lower() != "content-type"
    }
    return Encoding(
        content_type=text(members, "contentType") or None,
        style=Style(style) if style in {one.value for one in Style} else None,
        explode=flag(members, "explode") if "explode" in members else None,
        allow_reserved=flag(members, "allowReserved"),
        headers=headers,
    )


def read_form_field(found: Found) -> FormField:
    """A `formData` parameter."""
    style, explode = collection_style(found.node.value, is_simple=False)
    return FormField(
        name=found.name,
        is_required=flag(found.node.value, "required"),
        schema=found.node.location,
        style=style,
        explode=explode,
        is_file=text(found.node.value, "type") == "file",
        item_styles=_item_styles(found.node.value),
    )
