"""Schemas of every dialect as JSON Schema 2020-12, the one that is checked with.

Swagger 2.0 and OpenAPI 3.0 have dialects of their own: `nullable`, a boolean `exclusiveMinimum`, nothing beside `$ref`.
Documents in the wild have keywords with values of the wrong type; those say nothing and are left out, so that one of
them doesn't make the whole schema useless.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, Final, cast

from jackfield.openapi.documents.pointers import under
from jackfield.openapi.models import Location, Version
from jackfield.openapi.schemas.keywords import MANY, NAMED, ONE, Members, Schema, is_schema, reference_of

Rewrite = Callable[[Location, str], str]
"""(where, reference) -> the reference in the result."""

_TYPES: Final = frozenset({"null", "boolean", "object", "array", "number", "integer", "string"})
_NUMBERS: Final = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_COUNTS: Final = frozenset(
    {
        *("minLength", "maxLength", "minItems", "maxItems", "minProperties", "maxProperties"),
        *("minContains", "maxContains"),
    }
)
_TEXTS: Final = frozenset({"title", "description", "format", "pattern", "contentEncoding", "contentMediaType"})
_FLAGS: Final = frozenset({"uniqueItems", "readOnly", "writeOnly", "deprecated"})
_BOUNDS: Final = {"int32": (-(2**31), 2**31 - 1), "int64": (-(2**63), 2**63 - 1)}
_LARGEST: Final = 2**53
_INTEGER: Final = re.compile(r"-?\d{1,18}")
_NUMBER: Final = re.compile(r"-?\d{1,18}(?:\.\d{1,18})?")


class Translation:
    """From one version; `rewrite` gives references their new form.

    `find_property` finds properties that are declared in another part of an `allOf` than the one that requires them.
    """

    def __init__(
        self,
        version: Version,
        rewrite: Rewrite,
        *,
        is_hidden: Callable[[Location, Schema], bool],
        find_property: Callable[[Location, str], tuple[Location, Schema] | None] | None = None,
    ) -> None:
        self._is_old = version in {Version.SWAGGER_2_0, Version.OPENAPI_3_0}
        self._rewrite = rewrite
        self._is_hidden = is_hidden
        self._find_property = find_property

    def of(self, location: Location, schema: Schema, whole: Location | None = None) -> Schema:
        """The schema there; `whole` is the one that it is a part of by `allOf`."""
        if isinstance(schema, bool):
            return schema
        reference = reference_of(schema)
        if reference is not None and self._is_old:
            return {"$ref": self._rewrite(location, reference)}
        result: dict[str, Any] = {}
        if reference is not None:
            result["$ref"] = self._rewrite(location, reference)
        for keyword, value in schema.items():
            self._keyword(location, keyword, value, result, whole)
        _bounds(schema, result)
        _of_items(result)
        _spelt(result)
        self._required(location, schema, result, whole)
        _discriminator(schema, result)
        return _nullable(schema, result)

    def _keyword(
        self, location: Location, keyword: str, value: Any, result: dict[str, Any], whole: Location | None
    ) -> None:
        if keyword in MANY and isinstance(value, list):
            inside = whole or location if keyword == "allOf" else None
            name = "prefixItems" if keyword == "items" else keyword
            items = [
                self.of(under(location, keyword, index), one, inside)
                for index, one in enumerate(cast("list[Any]", value))
                if is_schema(one)
            ]
            if items:
                result[name] = items
        elif keyword in ONE and is_schema(value):
            result[keyword] = self.of(under(location, keyword), value)
        elif keyword in NAMED and isinstance(value, dict):
            result[keyword] = {
                name: self.of(under(location, keyword, name), one)
                for name, one in cast("dict[str, Any]", value).items()
                if is_schema(one)
            }
        else:
            _plain(keyword, value, result)

    def _required(self, location: Location, schema: Members, result: dict[str, Any], whole: Location | None) -> None:
        """What is hidden in this direction is not asked for: read-only members of a request, write-only ones of an answer."""
        found = schema.get("required")
        if not isinstance(found, list):
            return
        names = dict.fromkeys(one for one in cast("list[Any]", found) if isinstance(one, str))
        properties: Any = schema.get("properties")
        declared: Mapping[str, Any] = cast("dict[str, Any]", properties) if isinstance(properties, dict) else {}
        is_part = whole is not None or "allOf" in schema or "$ref" in schema
        asked: list[str] = []
        for name in names:
            found = None
            if is_schema(declared.get(name)):
                found = under(location, "properties", name), declared[name]
            elif is_part and self._find_property is not None:
                found = self._find_property(whole or location, name)
            if found is None or not self._is_hidden(*found):
                asked.append(name)
        if asked:
            result["required"] = asked


def _discriminator(schema: Members, result: dict[str, Any]) -> None:
    """Kept for who reads the schema; `oneOf` and `anyOf` are what is checked."""
    found: Any = schema.get("discriminator")
    name: Any = cast("dict[str, Any]", found).get("propertyName") if isinstance(found, dict) else None
    if isinstance(name, str):
        result["discriminator"] = {"propertyName": name}


def _plain(keyword: str, value: Any, result: dict[str, Any]) -> None:
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    if keyword == "type":
        _type(value, result)
    elif keyword in _NUMBERS and is_number:
        if keyword != "multipleOf" or value > 0:
            result[keyword] = value
    elif keyword in _COUNTS and is_number and value >= 0 and int(value) == value:
        result[keyword] = min(int(value), _LARGEST)
    elif (
        (keyword in _TEXTS and isinstance(value, str))
        or (keyword in _FLAGS and isinstance(value, bool))
        or (keyword == "enum" and isinstance(value, list) and value)
        or keyword in {"const", "default"}
        or (keyword == "examples" and isinstance(value, list))
    ):
        result[keyword] = value
    elif keyword == "example":
        result.setdefault("examples", [value])
    elif keyword == "dependentRequired" and isinstance(value, dict):
        result[keyword] = value


def _type(value: Any, result: dict[str, Any]) -> None:
    if isinstance(value, str):
        if value == "file":
            # Swagger 2.0's: bytes, which JSON can't hold; see `requests.files`.
            result["format"] = "binary"
        if value in _TYPES:
            result["type"] = value
    elif isinstance(value, list):
        found = [one for one in cast("list[Any]", value) if one in _TYPES]
        if found:
            result["type"] = list(dict.fromkeys(found))


def _bounds(schema: Members, result: dict[str, Any]) -> None:
    for exclusive, inclusive in (("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")):
        if schema.get(exclusive) is True and inclusive in result:
            result[exclusive] = result.pop(inclusive)
    known = _BOUNDS.get(str(schema.get("format")))
    if known and result.get("type") == "integer":
        lowest, highest = known
        result["minimum"] = max(result.get("minimum", lowest), lowest)
        result["maximum"] = min(result.get("maximum", highest), highest)


def _of_items(result: dict[str, Any]) -> None:
    """An `enum` without any list beside `type: array` is meant of the items: of the list itself nothing would fit."""
    values = [one for one in result.get("enum", ()) if one is not None]
    is_list = result.get("type") in ("array", ["array"], ["array", "null"], ["null", "array"])
    if not is_list or not values or any(isinstance(one, list) for one in values):
        return
    del result["enum"]
    items: Any = result.get("items", {})
    if isinstance(items, dict):
        meant: dict[str, Any] = {"enum": values, **items}
        _spelt(meant)
        result["items"] = meant


def _spelt(result: dict[str, Any]) -> None:
    """Values in the type that is declared beside them: `enum: [1, 2]` of a string is what YAML made of `1` and `2`."""
    values = result.get("enum")
    if values is None:
        return
    match result.get("type"):
        case "string":
            result["enum"] = [_as_text(one) for one in values]
        case "integer":
            result["enum"] = [int(one) if isinstance(one, str) and _INTEGER.fullmatch(one) else one for one in values]
        case "number":
            result["enum"] = [float(one) if isinstance(one, str) and _NUMBER.fullmatch(one) else one for one in values]
        case "boolean":
            result["enum"] = [one == "true" if one in ("true", "false") else one for one in values]
        case _:
            pass


def _as_text(value: Any) -> Any:
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, (int, float)) else value


def _nullable(schema: Members, result: dict[str, Any]) -> dict[str, Any]:
    if schema.get("nullable") is not True and schema.get("x-nullable") is not True:
        return result
    if "enum" in result and None not in result["enum"]:
        result["enum"] = [*result["enum"], None]
    kind = result.get("type")
    if kind is not None:
        result["type"] = [*([kind] if isinstance(kind, str) else kind), "null"]
        return result
    # The text lets `nullable` count only beside `type`; whoever writes it beside `allOf` means it nevertheless.
    return {"anyOf": [result, {"type": "null"}]} if result else result
