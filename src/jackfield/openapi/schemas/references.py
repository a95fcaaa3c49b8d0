"""References between schemas: JSON Pointers, and the `$id` and anchors of OpenAPI 3.1."""

from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import urldefrag, urljoin
from weakref import WeakKeyDictionary

from jackfield.openapi.documents.pointers import pointer_of, split_location, split_pointer, under
from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import UnresolvedReferenceError
from jackfield.openapi.schemas.keywords import DEFINITIONS, reference_of, subschemas

_Targets = tuple[list[str], list[UnresolvedReferenceError]]


class _Index:
    """What has been found out about one library."""

    def __init__(self) -> None:
        self.sound: set[str] = set()
        """Schemas of which everything can be reached."""
        self.identifiers: dict[str, str] | None = None
        self.bases: dict[str, str] = {}


_indexes: WeakKeyDictionary[Library, _Index] = WeakKeyDictionary()


def _index(library: Library) -> _Index:
    found = _indexes.get(library)
    if found is None:
        found = _indexes[library] = _Index()
    return found


def follow_schema(library: Library, location: str, reference: str) -> str:
    """The location of the schema that a reference there means.

    Raises:
        UnresolvedReferenceError: There is none here.
    """
    index = _index(library)
    if library.is_closed:
        return library.follow(location, reference)
    if index.identifiers is None:
        index.identifiers, index.bases = _read_identifiers(library)
    if index.identifiers:
        base = _base_of(location, index.bases)
        absolute = _join(base, reference) if base else reference
        if absolute in index.identifiers:
            return index.identifiers[absolute]
        resource, fragment = urldefrag(absolute)
        if base and resource in index.identifiers and (not fragment or fragment.startswith("/")):
            return under(index.identifiers[resource], *split_pointer(fragment))
    target = library.follow(location, reference)
    if not library.has(target):
        raise UnresolvedReferenceError(f"$ref {reference!r}: there is nothing", pointer=pointer_of(location))
    return target


def unresolved_references(library: Library, location: str) -> list[UnresolvedReferenceError]:
    """What can't be reached of all that a schema consists of; a recursive schema is no problem."""
    if library.is_closed:
        return []
    index = _index(library)
    problems: list[UnresolvedReferenceError] = []
    waiting, seen = [location], {location}
    while waiting:
        targets, own = _direct(library, waiting.pop())
        problems += own
        new = {one for one in targets if one not in index.sound} - seen
        seen |= new
        waiting += new
    if not problems:
        index.sound |= seen
    return problems


_Way = tuple["_Way", tuple[str | int, ...]] | None
"""How a schema was come to, from the inside out: locations are spelt when one is needed."""


def _direct(library: Library, location: str) -> _Targets:
    targets: list[str] = []
    problems: list[UnresolvedReferenceError] = []
    try:
        root = library.get(location)
    except UnresolvedReferenceError as error:
        return targets, [error]
    stack: list[tuple[_Way, Any]] = [(None, root)]
    while stack:
        way, schema = stack.pop()
        if not isinstance(schema, dict):
            continue
        members = cast("dict[str, Any]", schema)
        reference = reference_of(members)
        if reference is not None:
            try:
                targets.append(follow_schema(library, _spell(location, way), reference))
            except UnresolvedReferenceError as error:
                problems.append(error)
        stack += [((way, tokens), one) for tokens, one in subschemas(members)]
    return targets, problems


def _spell(location: str, way: _Way) -> str:
    steps: list[tuple[str | int, ...]] = []
    while way is not None:
        way, tokens = way
        steps.append(tokens)
    for tokens in reversed(steps):
        location = under(location, *tokens)
    return location


def is_circle(library: Library, location: str) -> bool:
    """Whether references there lead only to references, in a circle: a schema that says nothing."""
    seen: list[str] = []
    while location not in seen:
        value = library.get(location)
        alone = isinstance(value, dict) and len(cast("dict[str, Any]", value)) == 1
        reference = reference_of(cast("dict[str, Any]", value)) if alone else None
        if reference is None:
            return False
        seen.append(location)
        location = follow_schema(library, location, reference)
    return True


def _read_identifiers(library: Library) -> tuple[dict[str, str], dict[str, str]]:
    """`$id`s and anchors by URI, and the base URIs by location. Read only if the text has any."""
    text = library.root.json_text
    if not any(one in text for one in (b'"$id"', b'"$anchor"', b'"$dynamicAnchor"')):
        return {}, {}
    identifiers: dict[str, str] = {}
    bases: dict[str, str] = {}
    for location, base, members in _identified(library):
        own = members.get("$id")
        here = urldefrag(_join(base, own))[0] if isinstance(own, str) else base
        if isinstance(own, str):
            identifiers.setdefault(here, location)
            bases[location] = here
        for keyword in ("$anchor", "$dynamicAnchor"):
            if isinstance(members.get(keyword), str):
                identifiers.setdefault(f"{here}#{members[keyword]}", location)
    return identifiers, bases


def _identified(library: Library) -> Iterator[tuple[str, str, dict[str, Any]]]:
    stack: list[tuple[str, str, Any]] = [(location, "", schema) for location, schema in _roots(library)]
    while stack:
        location, base, schema = stack.pop()
        if not isinstance(schema, dict):
            continue
        members = cast("dict[str, Any]", schema)
        yield location, base, members
        own = members.get("$id")
        inner = urldefrag(_join(base, own))[0] if isinstance(own, str) else base
        stack += [(under(location, *way), inner, one) for way, one in subschemas(members)]
        for keyword in DEFINITIONS & members.keys():
            defined = members[keyword]
            if isinstance(defined, dict):
                named = cast("dict[str, Any]", defined)
                stack += [(under(location, keyword, name), inner, one) for name, one in named.items()]


def _roots(library: Library) -> Iterator[tuple[str, Any]]:
    """The schemas of the document that are in no other: the named ones first, then those that stand where they are used."""
    named = "/components/schemas"
    for name in library.root.names(named):
        yield under(f"#{named}", name), library.root.get(under(named, name))
    kinds = [under("/components", one) for one in library.root.names("/components")]
    wide = [one for one in (*kinds, "/paths") if one != named]
    stack = [
        (under(f"#{at}", name), library.root.get(under(at, name))) for at in wide for name in library.root.names(at)
    ]
    while stack:
        location, value = stack.pop()
        if isinstance(value, list):
            stack += [(under(location, index), one) for index, one in enumerate(cast("list[Any]", value))]
        elif isinstance(value, dict):
            for name, one in cast("dict[str, Any]", value).items():
                if name in {"schema", "itemSchema"} and isinstance(one, dict):
                    yield under(location, name), one
                else:
                    stack.append((under(location, name), one))


def _join(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:
        # No URI at all, as `http://[`: nothing refers to it.
        return reference


def _base_of(location: str, bases: dict[str, str]) -> str:
    name, pointer = split_location(location)
    while pointer:
        found = bases.get(f"{name}#{pointer}")
        if found is not None:
            return found
        pointer = pointer.rpartition("/")[0]
    return ""
