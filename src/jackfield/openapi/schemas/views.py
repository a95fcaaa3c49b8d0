"""What a schema says at its top: types, properties, items; through references, with `allOf` merged.

`oneOf` and `anyOf` stay apart as alternatives. A schema that contains itself is looked at once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

from jackfield.openapi.documents.pointers import under
from jackfield.openapi.documents.references import Library
from jackfield.openapi.models import Location, Version
from jackfield.openapi.schemas.keywords import Schema, is_schema, reference_of
from jackfield.openapi.schemas.references import follow_schema

_DEEPEST: Final = 64
_MOST: Final = 2_000
_KEPT: Final = 512


@dataclass(slots=True)
class SchemaView:
    """The top of a schema. Views are shared: look, don't touch."""

    types: frozenset[str] = frozenset()
    """Empty is any."""
    properties: dict[str, Location] = field(default_factory=dict[str, Location])
    required: tuple[str, ...] = ()
    items: Location | None = None
    """Of a list, after those that `prefix_items` has."""
    prefix_items: tuple[Location, ...] = ()
    additional: Location | None = None
    """Of an object's members that are no properties."""
    alternatives: list["SchemaView"] = field(default_factory=list["SchemaView"])
    """Of `oneOf` and `anyOf`."""
    formats: frozenset[str] = frozenset()
    content_encoding: str | None = None
    content_media_type: str | None = None
    enum: tuple[Any, ...] | None = None
    """Also the one value of `const`."""
    is_nullable: bool = False

    @property
    def all_types(self) -> frozenset[str]:
        """Also those of the alternatives, where it names none itself."""
        return self.types or frozenset(kind for one in self.alternatives for kind in one.all_types)

    @property
    def all_properties(self) -> Mapping[str, Location]:
        """Also those of the alternatives; an own one counts more, then the first."""
        found: dict[str, Location] = {}
        for one in self.alternatives:
            for name, location in one.all_properties.items():
                found.setdefault(name, location)
        return {**found, **self.properties}


def is_no_form(view: SchemaView) -> bool:
    """Whether it says of a form that it is a text or another plain value: then it says nothing of the form's fields.

    A form has fields (RFC 7578), and documents in the wild write `{"type": "string", "format": "binary"}` for one file.
    """
    return bool(view.all_types) and "object" not in view.all_types


def item_of(view: SchemaView, index: int) -> Location | None:
    """The schema of an item of a list."""
    return view.prefix_items[index] if index < len(view.prefix_items) else view.items


def is_structure(view: SchemaView) -> bool:
    """Whether it says of a value that it is an object or a list, and nothing else."""
    kinds = view.all_types - {"null"}
    return bool(kinds) and kinds <= {"object", "array"}


def view_schema(library: Library, version: Version, location: Location | None) -> SchemaView:
    """The top of the schema there; nothing is known where there is none.

    Raises:
        UnresolvedReferenceError: A part of it can't be reached.
    """
    if location is None:
        return SchemaView()
    kept = _views.get(library)
    if kept is None:
        kept = _views[library] = {}
    view = kept.get((location, version))
    if view is None:
        view = SchemaView()
        _Looking(library, version).look(location, view, set(), 0)
        if len(kept) >= _KEPT:
            kept.clear()
        kept[location, version] = view
    return view


_views: WeakKeyDictionary[Library, dict[tuple[Location, Version], SchemaView]] = WeakKeyDictionary()
"""Every call of an operation asks for the same few."""


class _Looking:
    def __init__(self, library: Library, version: Version) -> None:
        self._library = library
        self._is_old = version in {Version.SWAGGER_2_0, Version.OPENAPI_3_0}
        self._looks = 0

    def look(self, location: Location, view: SchemaView, seen: set[Location], depth: int) -> None:
        """Add what the schema there says to the view; each schema once a view, and only so many in all."""
        self._looks += 1
        if location in seen or depth > _DEEPEST or self._looks > _MOST:
            return
        seen.add(location)
        schema: Schema = self._library.get(location)
        if not isinstance(schema, dict):
            return
        reference = reference_of(schema)
        if reference is not None:
            self.look(follow_schema(self._library, location, reference), view, seen, depth + 1)
            if self._is_old:
                return
        _merge(location, schema, view)
        for index in _each(schema, "allOf"):
            self.look(under(location, "allOf", index), view, seen, depth + 1)
        for keyword in ("oneOf", "anyOf"):
            for index in _each(schema, keyword):
                alternative = SchemaView()
                self.look(under(location, keyword, index), alternative, {*seen}, depth + 1)
                view.alternatives.append(alternative)


def _each(schema: Mapping[str, Any], keyword: str) -> range:
    found: Any = schema.get(keyword)
    return range(len(cast("list[Any]", found))) if isinstance(found, list) else range(0)


def _merge(location: Location, schema: Mapping[str, Any], view: SchemaView) -> None:
    kind: Any = schema.get("type")
    if isinstance(kind, (str, list)):
        found = frozenset([kind] if isinstance(kind, str) else (str(one) for one in cast("list[Any]", kind)))
        view.types = view.types & found or found
    _merge_members(location, schema, view)
    _merge_items(location, schema, view)
    if isinstance(schema.get("format"), str):
        view.formats |= {str(schema["format"])}
    if isinstance(schema.get("contentEncoding"), str):
        view.content_encoding = schema["contentEncoding"]
    if isinstance(schema.get("contentMediaType"), str):
        view.content_media_type = schema["contentMediaType"]
    if isinstance(schema.get("enum"), list):
        view.enum = tuple(cast("list[Any]", schema["enum"]))
    if "const" in schema:
        view.enum = (schema["const"],)
    if schema.get("nullable") is True or schema.get("x-nullable") is True or "null" in view.types:
        view.is_nullable = True


def _merge_members(location: Location, schema: Mapping[str, Any], view: SchemaView) -> None:
    properties: Any = schema.get("properties")
    if isinstance(properties, dict):
        named = cast("dict[str, Any]", properties)
        view.properties |= {name: under(location, "properties", name) for name, one in named.items() if is_schema(one)}
    required: Any = schema.get("required")
    if isinstance(required, list):
        names = [one for one in cast("list[Any]", required) if isinstance(one, str)]
        view.required = tuple(dict.fromkeys((*view.required, *names)))
    if isinstance(schema.get("additionalProperties"), dict):
        view.additional = under(location, "additionalProperties")


def _merge_items(location: Location, schema: Mapping[str, Any], view: SchemaView) -> None:
    if is_schema(schema.get("items")):
        view.items = under(location, "items")
    more = _each(schema, "prefixItems")[len(view.prefix_items) :]
    view.prefix_items += tuple(under(location, "prefixItems", index) for index in more)
