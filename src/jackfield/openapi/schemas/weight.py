"""How often a schema looks at one and the same value: what a library would do a billion times is not begun (case D25).

Thirty schemas that each refer twice to the next are two kilobytes, and 2**30 evaluations. One schema that looks twice at
each item of a list, with itself, is smaller still: there it is the value that decides, by how deep it is nested.
"""

import math
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, cast

from jackfield.openapi.schemas.keywords import Schema, subschemas

HEAVIEST: Final = 1_000_000
_IN_PLACE: Final = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
_PREFIX: Final = "#/$defs/"
_Inner = tuple[tuple[str | int, ...], Mapping[str, Any]]


def is_too_heavy(bundle: Schema) -> bool:
    """Whether checking a value with this self-contained schema could take unreasonably long."""
    if isinstance(bundle, bool) or "$defs" not in bundle:
        return False
    definitions: Mapping[str, Any] = bundle["$defs"]
    weights: dict[int, int] = {}
    try:
        return any(_weigh(one, definitions, weights) > HEAVIEST for one in _all(bundle, definitions))
    except RecursionError:
        return True


def may_be_too_heavy(bundle: Schema) -> bool:
    """Whether that depends on the value, so that each one has to be asked about with `is_too_heavy_for`."""
    if isinstance(bundle, bool) or "$defs" not in bundle:
        return False
    try:
        return _count(bundle, bundle["$defs"], {}) > HEAVIEST
    except RecursionError:
        return True


def is_too_heavy_for(bundle: Schema, value: Any) -> bool:
    """Whether checking this value could take unreasonably long: each part of it counts as often as it is looked at."""
    if isinstance(bundle, bool):
        return False
    try:
        return _Walk(bundle.get("$defs", {})).weigh(bundle, value) > HEAVIEST
    except (_TooHeavyError, RecursionError):
        return True


class _TooHeavyError(Exception):
    """It is known already; the rest need not be counted."""


class _Walk:
    """Counts without doing; what was counted once is remembered, so that counting takes no part in the explosion."""

    def __init__(self, definitions: Mapping[str, Any]) -> None:
        self._definitions = definitions
        self._inner: dict[int, list[_Inner]] = {}
        self._in_place: dict[int, int] = {}
        self._counted: dict[tuple[int, int], int] = {}

    def weigh(self, schema: Mapping[str, Any], value: Any) -> int:
        """The evaluations of a value and of all that is in it."""
        if not isinstance(value, (dict, list)):
            return _weigh(schema, self._definitions, self._in_place)
        whole = cast("dict[str, Any] | list[Any]", value)
        key = (id(schema), id(whole))
        if key in self._counted:
            return self._counted[key]
        self._counted[key] = 0  # a circle is looked at once
        # To know what was not evaluated, the schemas beside it are asked again.
        times = 2 if "unevaluatedItems" in schema or "unevaluatedProperties" in schema else 1
        weight = 1
        for way, one in self._subschemas(schema):
            if way[0] in _IN_PLACE:
                weight += times * self.weigh(one, whole)
            else:
                weight += sum(self.weigh(one, part) for part in _parts(schema, way, whole))
            if weight > HEAVIEST:
                raise _TooHeavyError
        target = _target(schema, self._definitions)
        if target is not None:
            weight += times * self.weigh(target, whole)
        self._counted[key] = weight
        return weight

    def _subschemas(self, schema: Mapping[str, Any]) -> list[_Inner]:
        found = self._inner.get(id(schema))
        if found is None:
            found = self._inner[id(schema)] = [(way, one) for way, one in subschemas(schema) if isinstance(one, dict)]
        return found


def _parts(schema: Mapping[str, Any], way: tuple[str | int, ...], value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    """What of a value the schema at this way looks at."""
    return _members(schema, way, value) if isinstance(value, dict) else _items(way, value)


def _members(schema: Mapping[str, Any], way: tuple[str | int, ...], value: dict[str, Any]) -> Iterable[Any]:
    match way:
        case ("properties", str(name)):
            return (value[name],) if name in value else ()
        case ("patternProperties", _):
            return value.values()
        case ("additionalProperties" | "unevaluatedProperties",):
            declared = schema.get("properties", {})
            return (part for name, part in value.items() if name not in declared)
        case ("propertyNames",):
            return value.keys()
        case _:
            return ()


def _items(way: tuple[str | int, ...], value: list[Any]) -> Iterable[Any]:
    match way:
        case ("prefixItems" | "items", int(index)):
            return value[index : index + 1]
        case ("items" | "additionalItems" | "unevaluatedItems" | "contains",):
            return value
        case _:
            return ()


def _count(schema: Mapping[str, Any], definitions: Mapping[str, Any], counts: dict[int, float]) -> float:
    """How many ways lead through a schema and all that is in it; no end of them, if it is in itself."""
    key = id(schema)
    if key in counts:
        return counts[key]
    counts[key] = math.inf
    inner = [one for _, one in subschemas(schema) if isinstance(one, dict)]
    target = _target(schema, definitions)
    found = 1 + sum(_count(one, definitions, counts) for one in [*inner, *([target] if target is not None else [])])
    counts[key] = found
    return found


def _target(schema: Mapping[str, Any], definitions: Mapping[str, Any]) -> Mapping[str, Any] | None:
    reference = schema.get("$ref")
    if not isinstance(reference, str) or not reference.startswith(_PREFIX):
        return None
    found: Any = definitions.get(reference.removeprefix(_PREFIX))
    return cast("dict[str, Any]", found) if isinstance(found, dict) else None


def _all(bundle: Mapping[str, Any], definitions: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    waiting: list[Any] = [bundle, *definitions.values()]
    while waiting:
        schema = waiting.pop()
        if isinstance(schema, dict):
            members = cast("dict[str, Any]", schema)
            yield members
            waiting += [one for _, one in subschemas(members)]


def _weigh(schema: Mapping[str, Any], definitions: Mapping[str, Any], weights: dict[int, int]) -> int:
    """The evaluations of one value, with those of the schemas that look at the same value."""
    key = id(schema)
    if key in weights:
        return weights[key]
    weights[key] = 0  # a circle is looked at once
    weight = 1
    for way, one in subschemas(schema):
        if way[0] in _IN_PLACE and isinstance(one, dict):
            weight += _weigh(one, definitions, weights)
    target = _target(schema, definitions)
    if target is not None:
        weight += _weigh(target, definitions, weights)
    weights[key] = weight
    return weight
