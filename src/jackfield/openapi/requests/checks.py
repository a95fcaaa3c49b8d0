"""Arguments held against their schemas, with messages that say what to change.

Checked with JSON Schema 2020-12 by a library whose regular expressions take linear time, and which fetches nothing
(cases D23, D25). `format` is an annotation and refuses nothing (JSON Schema Validation 2020-12 §7.2.1), but for the
ranges of int32 and int64. Parameters and forms are text on the wire: `"12"` is as good as 12 for them.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast
from weakref import WeakKeyDictionary

import jsonschema_rs

from jackfield.openapi.documents.pointers import pointer_of
from jackfield.openapi.documents.references import Library
from jackfield.openapi.errors import ArgumentError, DocumentTooLargeError
from jackfield.openapi.models import Location, Version
from jackfield.openapi.requests.messages import explain
from jackfield.openapi.schemas.bundles import bundle_schema
from jackfield.openapi.schemas.keywords import Schema
from jackfield.openapi.schemas.views import SchemaView, view_schema
from jackfield.openapi.schemas.weight import is_too_heavy, is_too_heavy_for, may_be_too_heavy

_KEPT: Final = 256
_SHOWN: Final = 10
_LONGEST: Final = 300
_SIZE: Final = 4 << 20
_Validators = OrderedDict[Location, tuple[jsonschema_rs.Validator, Schema | None]]
"""Each with its schema, if it has to be asked for each value whether that is too heavy."""
_validators: WeakKeyDictionary[Library, _Validators] = WeakKeyDictionary()


def check_value(library: Library, version: Version, location: Location | None, value: Any, argument: str) -> None:
    """Refuse a value that doesn't fit its schema.

    Raises:
        ArgumentError: It doesn't; `problems` lists what, each with its path.
    """
    if location is None:
        return
    validator, schema = _validator(library, version, location)
    if schema is not None and is_too_heavy_for(schema, value):
        raise ArgumentError(f"{argument}: nested too deep to be checked in reasonable time", field=argument)
    problems: list[dict[str, Any]] = []
    for error in validator.iter_errors(value):
        problems += [{"field": field, "message": _short(text)} for field, text in explain(error, argument)]
        if len(problems) >= _SHOWN:
            break
    if problems:
        first = problems[0]
        raise ArgumentError(
            f"{first['field']}: {first['message']}", field=first["field"], problems=cast("Any", problems[:_SHOWN])
        )


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"


def _validator(library: Library, version: Version, location: Location) -> tuple[jsonschema_rs.Validator, Schema | None]:
    kept = _validators.setdefault(library, OrderedDict())
    if location in kept:
        kept.move_to_end(location)
        return kept[location]
    schema = bundle_schema(library, version, location)
    if is_too_heavy(schema):
        raise DocumentTooLargeError(
            "a schema of this operation is too intricate to be checked in reasonable time", pointer=pointer_of(location)
        )
    try:
        found = _compile(schema)
    except (jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError, ValueError):
        # One pattern that no linear engine knows must not leave the rest unchecked.
        found = _compile(cast("Schema", _without_bad_patterns(schema)))
    kept[location] = found, schema if may_be_too_heavy(schema) else None
    if len(kept) > _KEPT:
        kept.popitem(last=False)
    return kept[location]


def _compile(schema: Schema) -> jsonschema_rs.Validator:
    return jsonschema_rs.Draft202012Validator(
        cast("Any", schema),
        validate_formats=False,
        retriever=_refuse,
        pattern_options=jsonschema_rs.RegexOptions(size_limit=_SIZE),
    )


def _refuse(uri: str) -> Any:
    raise ValueError(f"{uri} is not fetched")


def _without_bad_patterns(value: Any) -> Any:
    if isinstance(value, list):
        return [_without_bad_patterns(one) for one in cast("list[Any]", value)]
    if not isinstance(value, dict):
        return value
    found: dict[str, Any] = {}
    for name, one in cast("dict[str, Any]", value).items():
        if name == "pattern" and isinstance(one, str) and not _is_pattern(one):
            continue
        if name == "patternProperties" and isinstance(one, dict):
            named = cast("dict[str, Any]", one)
            found[name] = {key: _without_bad_patterns(inner) for key, inner in named.items() if _is_pattern(key)}
            continue
        found[name] = _without_bad_patterns(one)
    return found


def _is_pattern(pattern: str) -> bool:
    try:
        _compile({"pattern": pattern})
    except (jsonschema_rs.ValidationError, ValueError):
        return False
    return True


def read_text(library: Library, version: Version, location: Location | None, value: Any) -> Any:
    """A value that goes out as text, as its schema means it: `"12"` is 12 for an integer, 12 is `"12"` for a string."""
    if location is None:
        return value
    view = view_schema(library, version, location)
    if isinstance(value, list):
        return [read_text(library, version, view.items, one) for one in cast("list[Any]", value)]
    if isinstance(value, dict):
        properties = view.all_properties
        members = cast("dict[str, Any]", value)
        return {name: read_text(library, version, properties.get(name), one) for name, one in members.items()}
    return _as(view, value)


def _as(view: SchemaView, value: Any) -> Any:
    types = view.all_types
    if isinstance(value, str) and types and "string" not in types:
        for found in _readings(value, types):
            return found
    if isinstance(value, (int, float)) and types and not types & {"number", "integer", "boolean"} and "string" in types:
        return str(value).lower() if isinstance(value, bool) else str(value)
    return value


def _readings(text: str, types: frozenset[str]) -> Iterator[Any]:
    if "boolean" in types and text in {"true", "false"}:
        yield text == "true"
    for kind, read in (("integer", int), ("number", float)):
        if kind in types and text == text.strip() and "_" not in text:
            try:
                yield read(text)
            except ValueError:
                continue


def may_be_empty(library: Library, version: Version, location: Location | None) -> bool:
    """Whether a schema names the empty text as one of its values."""
    if location is None:
        return False
    view = view_schema(library, version, location)
    return view.enum is not None and "" in view.enum


def missing(required: Mapping[str, str], given: Mapping[str, Any]) -> Iterator[str]:
    """The arguments of those names that have no value."""
    for name, argument in required.items():
        if given.get(name) is None:
            yield argument
