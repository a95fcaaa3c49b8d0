"""Which keywords of a schema hold schemas: everything that walks through one asks here.

What stands in `enum`, `const`, `default` or `example` is data, whatever it looks like: a `$ref` in it is none.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

Schema = Mapping[str, Any] | bool
Members = Mapping[str, Any]

ONE: Final = frozenset(
    {
        *("items", "additionalItems", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"),
        *("unevaluatedItems", "unevaluatedProperties", "contentSchema"),
    }
)
"""A schema."""
MANY: Final = frozenset({"allOf", "anyOf", "oneOf", "prefixItems", "items"})
"""A list of schemas; `items` was one in older drafts."""
NAMED: Final = frozenset({"properties", "patternProperties", "dependentSchemas"})
"""An object of schemas."""
DEFINITIONS: Final = frozenset({"$defs", "definitions"})
"""Schemas that hold only where something refers to them."""


def subschemas(schema: Members) -> Iterator[tuple[tuple[str | int, ...], Schema]]:
    """The schemas directly inside, each with the way to it; not those that are only defined there."""
    for keyword, value in schema.items():
        if keyword in ONE and is_schema(value):
            yield (keyword,), value
        elif keyword in NAMED and isinstance(value, dict):
            named = cast("dict[str, Any]", value)
            yield from (((keyword, name), one) for name, one in named.items() if is_schema(one))
        elif keyword in MANY and isinstance(value, list):
            items = cast("list[Any]", value)
            yield from (((keyword, index), one) for index, one in enumerate(items) if is_schema(one))


def is_schema(value: Any) -> bool:
    """Whether it has the shape of one."""
    return isinstance(value, (dict, bool))


def reference_of(schema: Schema) -> str | None:
    """Where it refers to."""
    if isinstance(schema, bool):
        return None
    found = schema.get("$ref", schema.get("$dynamicRef"))
    return found if isinstance(found, str) else None
