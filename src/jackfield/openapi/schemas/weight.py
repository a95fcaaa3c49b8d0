"""How often a schema looks at one and the same value: what a library would do a billion times is not begun (case D25).

Thirty schemas that each refer twice to the next are two kilobytes, and 2**30 evaluations.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from jackfield.openapi.schemas.keywords import Schema, is_schema, subschemas

HEAVIEST: Final = 1_000_000
_IN_PLACE: Final = frozenset({"allOf", "anyOf", "oneOf", "not", "if", "then", "else", "dependentSchemas"})
_PREFIX: Final = "#/$defs/"


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
    reference = schema.get("$ref")
    if isinstance(reference, str) and reference.startswith(_PREFIX):
        target: Any = definitions.get(reference.removeprefix(_PREFIX))
        if is_schema(target) and isinstance(target, dict):
            weight += _weigh(cast("dict[str, Any]", target), definitions, weights)
    weights[key] = weight
    return weight
